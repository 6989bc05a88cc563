"""Schools and municipalities in numbers, as chapters of the report on the initiative."""

from collections.abc import Sequence

from reports import blocks
from reports.blocks import Block, Flow
from reports.direction import NO_BREAK
from reports.documents.chapters import AFTER, chapter, note, paragraph
from reports.figures.initiative import CurriculumLine, GroupLine, InitiativeReport
from reports.initiative_charts import interval_height, intervals
from reports.tables import Column, table
from screening.coordination.figures import Figures, Percent

HIDDEN = "visas inte"
PUPILS, UNDER, SHARE, PART = 34.0, 73.0, 81.0, 49.0
NAME = 160.0
ON_A_PAGE = 38  # lines of the chart


def shares(flow: Flow, report: InitiativeReport, width: float) -> None:
    """Each share with its interval, in the order of names."""
    total = report.total.shares
    lines = (*report.lines, report.total)
    joint = total.of_assessed if total else None
    said = "Andelen av dem som har resultat. Strecket: mellan vilka tal den troligen ligger."
    flow.put(
        chapter("Andelen som ännu inte når målet"),
        note(said, width),
        _intervals(lines[:ON_A_PAGE], joint, width),
    )
    for at in range(ON_A_PAGE, len(lines), ON_A_PAGE):
        flow.put(_intervals(lines[at : at + ON_A_PAGE], joint, width))
    flow.put(blocks.space(AFTER))


def _intervals(lines: tuple[GroupLine, ...], joint: Percent | None, width: float) -> Block:
    height, chart = interval_height(lines), intervals(lines, joint, width)
    return Block(height, lambda paper, x, top: paper.picture(chart, x, top - height, _told(lines)))


def _told(lines: Sequence[GroupLine]) -> str:
    """The chart in words; all its numbers stand in the table as well."""
    told = ((one, one.pooled or one.shares) for one in lines)
    return "; ".join(
        f"{one.name} {one.not_compared or share(told.of_assessed if told else None)}" for one, told in told
    )


def numbers(flow: Flow, report: InitiativeReport, width: float) -> None:
    lines = (*report.lines, report.total)
    columns = [
        Column("Elever", PUPILS, is_number=True),
        Column("Når ännu inte målet", UNDER, is_number=True),
        *(Column(said, SHARE, is_number=True) for said in ("Av dem som har resultat", "Av alla")),
        *(Column(said, PART, is_number=True) for said in ("Nära målet", "Under målet")),
    ]
    first = Column("Kommun och skola", width - sum(one.width for one in columns))
    table(flow, [first, *columns], [_row(one) for one in lines], last_bold=True, above=[chapter("I siffror")])
    flow.put(blocks.space(AFTER))


def work(flow: Flow, report: InitiativeReport, width: float) -> None:
    """Signals that nobody has taken up, those that are too old among them, and support."""
    old = f"Äldre än {report.late_after} skoldagar" if report.late_after else "Äldre signaler"
    rest = (width - NAME) / 3
    columns = [Column(said, rest, is_number=True) for said in ("Signal utan nästa steg", old, "Stöd pågår")]
    rows = [
        [_name(one), *map(_count, (one.waiting, one.late, one.supported))]
        for one in (*report.lines, report.total)
    ]
    first = Column("Kommun och skola", NAME)
    table(flow, [first, *columns], rows, last_bold=True, above=[chapter("Signaler och stöd")])
    flow.put(blocks.space(AFTER))


def _row(one: GroupLine) -> list[str]:
    if one.shares is None:
        return [_name(one), "0", *["–"] * 5]
    enrolled = str(one.shares.enrolled)
    if one.not_compared:
        return [_name(one), enrolled, one.not_compared, *["–"] * 4]
    told = one.pooled or one.shares
    under = _count(told.under_goal) + (f" i {_bound(one.pooled_over)}" if one.pooled else "")
    parts = (_count(one.shares.near_goal), _count(one.shares.below_goal))
    return [_name(one), enrolled, under, share(told.of_assessed), share(told.of_all), *parts]


def _bound(over: str) -> str:
    """No line ends between how many they are and what they are."""
    words, _, last = over.rpartition(" ")
    return f"{words}{NO_BREAK}{last}"


def _name(one: GroupLine) -> str:
    return f"– {one.name}" if one.is_school else one.name


def missing(flow: Flow, report: InitiativeReport, width: float) -> None:
    """How many are assessed: it says nothing of results, and is told of small groups too."""
    heads = ("Elever", "Kartlagda", "Inte kartlagda", "Andel kartlagda")
    columns = [Column(said, (width - NAME) / len(heads), is_number=True) for said in heads]
    told = [(one, one.shares) for one in (*report.lines, report.total)]
    rows = [[_name(one), *_assessed(shares)] for one, shares in told if shares]
    above = [chapter("Kartlagda och inte kartlagda")]
    table(flow, [Column("Kommun och skola", NAME), *columns], rows, last_bold=True, above=above)
    flow.put(blocks.space(AFTER))


def _assessed(told: Figures) -> tuple[str, ...]:
    if told.assessed is None:
        return str(told.enrolled), HIDDEN, HIDDEN, HIDDEN
    return str(told.enrolled), str(told.assessed), str(told.enrolled - told.assessed), told.share_assessed


def curricula(flow: Flow, lines: Sequence[CurriculumLine], width: float) -> None:
    """Sv and sva have the same goals and are told apart, where both are large enough to be told of."""
    told = [line for line in lines if any(one and one.under_goal is not None for one in (line.sv, line.sva))]
    title = chapter("Svenska och svenska som andraspråk")
    if not told:
        flow.put(title, paragraph("Visas inte: grupperna är för små.", width), blocks.space(AFTER))
        return
    rest = (width - 150) / 4
    columns = [Column("Kommun", 150)]
    for said in ("Svenska", "Svenska som andraspråk"):
        columns += [
            Column(f"{said}: når ännu inte målet", rest, is_number=True),
            Column("av dem som har resultat", rest, is_number=True),
        ]
    rows = [[one.name, *_part(one.sv), *_part(one.sva)] for one in told]
    table(flow, columns, rows, last_bold=True, above=[title])
    flow.put(blocks.space(AFTER))


def _part(told: Figures | None) -> tuple[str, str]:
    if told is None or told.under_goal is None or told.assessed is None:
        return HIDDEN, HIDDEN
    return f"{told.under_goal} av {told.assessed}", share(told.of_assessed)


def share(one: Percent | None) -> str:
    """``12 % (9 till 15 %)``, or that it is not shown."""
    return HIDDEN if one is None else f"{one.words} ({one.between})"


def _count(count: int | None) -> str:
    return HIDDEN if count is None else str(count)
