"""What the papers of the initiative say, as the rows of a file: what they hide is empty here too. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.spreadsheets import Cell
from reports.figures.initiative import GroupLine, InitiativeReport
from screening.coordination.figures import Figures, in_cells
from screening.coordination.goal_pages import GoalTold
from screening.coordination.progress import Point

Row = tuple[Cell, ...]
SHARES = ("Andel av dem med resultat", "Lägst", "Högst", "Andel av alla", "Lägst", "Högst")
SMALL, NOBODY = "nej (små grupper)", "ingen elev räknas i perioden"


def initiative_rows(report: InitiativeReport) -> Iterator[Row]:
    """A row for each municipality, school and all. Where the window's own numbers are hidden and those of
    windows together are not, these have a row of their own."""
    late = f"Därav äldre än {report.late_after} skoldagar" if report.late_after else "Därav äldre signaler"
    yield (
        "Nivå", "Kommun", "Namn", "Avser", "Elever", "Med resultat", "Når ännu inte målet", "Nära målet",
        "Under målet", *SHARES, "Visas", "Signal utan nästa steg", late, "Stöd pågår", "Senaste resultat",
    )  # fmt: skip
    municipality = ""
    for line in report.lines:
        municipality = municipality if line.is_school else line.name
        yield from _group("skola" if line.is_school else "kommun", municipality, line)
    yield from _group("alla", "", report.total)


def _group(kind: str, municipality: str, line: GroupLine) -> Iterator[Row]:
    who = (kind, municipality, line.name)
    latest = line.latest.isoformat() if line.latest else None
    work = (line.waiting, line.late, line.supported, latest)
    yield (*who, "perioden", *_numbers(line.shares, line.not_compared), *work)
    if line.pooled is not None:
        yield (*who, line.pooled_over, *_numbers(line.pooled), None, None, None, None)


def _numbers(shares: Figures | None, not_compared: str = "") -> Row:
    if shares is None:
        return (*[None] * (5 + len(SHARES)), NOBODY)
    counts = (shares.enrolled, shares.assessed, shares.under_goal, shares.near_goal, shares.below_goal)
    hidden = f"nej ({not_compared})" if not_compared else SMALL
    is_shown = "ja" if shares.under_goal is not None else hidden
    return (*counts, *in_cells(shares.of_assessed), *in_cells(shares.of_all), is_shown)


def goal_rows(told: GoalTold) -> Iterator[Row]:
    """A row for each academic year of the goal, then of worrying absence beside it."""
    yield (
        "Mål", "Gäller", "Läsår", "Årskullar", "Elever", "Med resultat", "Antal", *SHARES, "Visas",
        "Raka vägen", "Svar", "Varför", "Oroande frånvaro från (%)",
    )  # fmt: skip
    for goal in (told, *told.beside):
        for one in goal.found.points if goal.found else ():
            yield (goal.name, goal.who, one.academic_year, ", ".join(one.cohorts), *_year(one))


def _year(one: Point) -> Row:
    shown = one.figures
    counts = (shown.enrolled, shown.assessed, shown.under_goal)
    shares = (*in_cells(shown.of_assessed), *in_cells(shown.of_all))
    is_shown = "ja" if shown.under_goal is not None else SMALL
    path = None if one.path is None else Decimal(f"{one.path:.4f}")
    return (
        *counts,
        *shares,
        is_shown,
        path,
        one.answer.label if one.answer else "utgångsläge",
        one.why,
        _percent(one),
    )


def _percent(one: Point) -> str:
    """From how much absence, of a goal about that."""
    return one.limit.replace("\N{NO-BREAK SPACE}%", "")
