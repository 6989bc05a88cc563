"""Schools and municipalities side by side in one window, by its level or one measure: as it went out.

One fixed table, no filters, in the order of names: nobody is ranked. Which groups differ from the others by
more than chance is told by exact limits around the share of all together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum
from assessments.words import listed
from screening.comparable import unlike
from screening.coordination import measure_shares
from screening.coordination.figures import Figures, Percent, figures, in_cells
from screening.coordination.funnels import Funnel, Group, funnel
from screening.coordination.home import mine
from screening.coordination.ledger import latest, latest_shares, table_of
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place, places
from screening.initiative_lattice import EVERYBODY, of_curriculum
from screening.statistics import funnel_limits

FEW_ASSESSED = 0.9  # under so many with results a comparison says little


@dataclass(frozen=True)
class Line:
    """A group. ``differs``: "fler" or "färre" than chance gives; sv and sva of municipalities and all.

    ``not_compared``: "olika mått" or "olika texter", and then no share.
    """

    name: str
    municipality: str
    shares: Figures
    differs: str = ""
    sv: Figures | None = None
    sva: Figures | None = None
    not_compared: str = ""

    @property
    def has_few_results(self) -> bool:
        """Fewer than nine of ten have results."""
        assessed, enrolled = self.shares.assessed, self.shares.enrolled
        return assessed is not None and enrolled > 0 and assessed / enrolled < FEW_ASSESSED


@dataclass(frozen=True)
class Side:
    """Groups of one kind beside each other, with their funnel."""

    lines: tuple[Line, ...]
    joint: Percent | None
    funnel: Funnel | None

    @property
    def sentence(self) -> str:
        """Who differs by more than chance, in words."""
        found = [one for one in self.lines if one.differs]
        if self.joint is None:
            return "Inga grupper är stora nog att jämföra."
        if not found:
            return f"Ingen skiljer sig mer än slumpen kan förklara från {self.joint.words} tillsammans."
        told = listed([f"{one.name} ({one.differs} än väntat)" for one in found])
        return f"{told} skiljer sig mer än slumpen förklarar från {self.joint.words} tillsammans."


@dataclass(frozen=True)
class Comparison:
    counted_at: datetime
    municipalities: Side
    schools: Side
    total: Line | None

    @property
    def sentence(self) -> str:
        """The joint share, and how many of the groups that are shown differ by more than chance."""
        lines = (*self.municipalities.lines, *self.schools.lines)
        shown = [one for one in lines if one.shares.under_goal is not None]
        joint = self.total.shares.of_assessed if self.total else None
        start = f"{joint.words} av dem som har resultat når ännu inte målet. " if joint else ""
        if not shown:
            return f"{start}Ingen kommun eller skola är stor nog att visas."
        differ = sum(bool(one.differs) for one in shown)
        return f"{start}{differ or 'Ingen'} av {len(shown)} grupper skiljer sig mer än slumpen förklarar."


def comparison(
    window: AssessmentWindow, measure: str, chosen: Sequence[Place] | None = None
) -> Comparison | None:
    """What last went out of the window's level (``measure`` empty) or of a measure; None: nobody counted it.

    At most eight queries. Schools are those of the municipalities that the person coordinates, or those
    ``chosen`` where nobody is signed in.
    """
    row = latest(measure_shares.about(window, measure)) if measure else latest_shares(window)
    if row is None:
        return None
    gone, everywhere = table_of(row), places()
    total, reasons = _line(gone, "Alla i satsningen", "", EVERYBODY, {}), unlike(window, measure)
    above = {place.municipality_id: place for place in everywhere}.values()
    return Comparison(
        counted_at=row.created_at,
        municipalities=_side(_present(gone, above, "municipality", reasons), total),
        schools=_side(
            _present(gone, mine(everywhere) if chosen is None else chosen, "school", reasons), total
        ),
        total=total,
    )


def _present(gone: Gone, chosen: Iterable[Place], kind: str, reasons: Mapping[str, str]) -> list[Line]:
    """The groups that somebody is enrolled in, by name."""
    found = [
        _line(gone, place.municipality, "", place.line_above, reasons)
        if kind == "municipality"
        else _line(gone, place.school, place.municipality, place.line, reasons)
        for place in chosen
    ]
    return [line for line in found if line is not None]


def _line(gone: Gone, name: str, municipality: str, line: str, reasons: Mapping[str, str]) -> Line | None:
    shares, why_not = figures(gone, line), reasons.get(line, "")
    if shares is None:
        return None
    sv, sva = (figures(gone, of_curriculum(line, one)) for one in Curriculum)
    if why_not:  # only what the same measure decided, on the same text, is compared
        shares = shares.without_shares
        sv, sva = (one and one.without_shares for one in (sv, sva))
    return Line(name, municipality, shares, sv=sv, sva=sva, not_compared=why_not)


def _side(lines: list[Line], total: Line | None) -> Side:
    """Only groups that are shown are set beside the joint share, that of all or else of themselves."""
    groups = [
        Group(one.name, one.shares.under_goal, one.shares.assessed)
        for one in lines
        if one.shares.under_goal is not None and one.shares.assessed
    ]
    joint = total.shares.of_assessed if total else None
    joint = joint or Percent.of(sum(one.under_goal for one in groups), sum(one.assessed for one in groups))
    if joint is None or len(groups) < 2:
        return Side(tuple(lines), None, None)
    return Side(tuple(_with_limits(one, joint) for one in lines), joint, funnel(groups, joint))


def _with_limits(line: Line, joint: Percent) -> Line:
    shares = line.shares
    if shares.under_goal is None or not shares.assessed:
        return line
    low, high = (int(limit) for limit in funnel_limits(shares.assessed, joint.share))
    differs = "färre" if shares.under_goal < low else "fler" if shares.under_goal > high else ""
    return replace(line, differs=differs)


HEADER = (
    "Nivå", "Kommun", "Namn", "Grupp", "Elever", "Med resultat", "Når ännu inte målet", "Nära målet",
    "Under målet", "Andel av dem med resultat", "Lägst", "Högst", "Andel av alla", "Lägst", "Högst", "Visas",
)  # fmt: skip
Cell = str | int | Decimal | None


def rows(told: Comparison) -> Iterator[tuple[Cell, ...]]:
    """The table as a file holds it: what the page hides is empty here too."""
    yield HEADER
    for kind, lines in (("kommun", told.municipalities.lines), ("skola", told.schools.lines)):
        for line in lines:
            yield from _file_rows(kind, line)
    if told.total is not None:
        yield from _file_rows("alla", told.total)


def _file_rows(kind: str, line: Line) -> Iterator[tuple[Cell, ...]]:
    above = line.municipality or (line.name if kind == "kommun" else "")
    for group, shares in (("alla", line.shares), ("sv", line.sv), ("sva", line.sva)):
        if shares is not None:
            why_not = line.not_compared or "små grupper"
            is_shown = "ja" if shares.under_goal is not None else f"nej ({why_not})"
            parts = (shares.near_goal, shares.below_goal)
            numbers = (shares.enrolled, shares.assessed, shares.under_goal, *parts)
            intervals = (*in_cells(shares.of_assessed), *in_cells(shares.of_all))
            yield (kind, above, line.name, group, *numbers, *intervals, is_shown)
