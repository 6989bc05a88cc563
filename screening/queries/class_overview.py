"""The class overview: pupils x measures, levels, movement and what is missing, the greatest need first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import calendar
from assessments.collation import swedish_key
from assessments.models import Absence, AssessmentWindow
from assessments.roster.models import SchoolClass
from assessments.words import decimal
from screening.class_first import ClassAnswer, class_answer
from screening.levels import Certainty, Level
from screening.queries.class_material import Classmate, ClassMaterial, class_material, day_of
from screening.queries.shown import (
    MISSING,
    MISSING_WORD,
    STALE_MONTHS,
    Mark,
    Shown,
    kind_label,
    level_of,
    mark_of,
    months_before,
    note_on,
    shown_score,
)
from screening.queries.standards import points_judged
from screening.signals import Family, need_order

TO_FOLLOW_UP = (Family.NEED, Family.GROWTH, Family.CHANGE, Family.OBSERVATION)
EARLIER_SHOWN = 3
TELLING = (None, Absence.ABSENT, Absence.DECLINED, Absence.INVALID)  # missing, and should not be
BAR = (*(level.value for level in reversed(Level) if level is not Level.NOT_DETERMINED), MISSING)


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its level, how many, and where it begins and ends in percent."""

    code: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class Column:
    code: str
    name: str
    unit: str
    goal: str
    bar: tuple[Part, ...]


@dataclass(frozen=True)
class SignalChip:
    label: str
    state: str
    code: str | None  # the colour; none for what is administrative


@dataclass(frozen=True)
class Row:
    pupil_id: int
    name: str
    year: str | None  # a chip in mixed classes
    cells: tuple[Shown, ...]
    level: str
    note: str
    has_level: bool
    earlier: tuple[Mark, ...]
    moved: int
    moved_from: str
    signals: tuple[SignalChip, ...]
    stale_since: date | None


@dataclass(frozen=True)
class ClassOverview:
    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bar: tuple[Part, ...]
    answer: ClassAnswer
    set_label: str | None
    is_afterwards: bool
    is_handed_in: bool
    earlier_labels: tuple[str, ...]


def class_overview(
    school_class: SchoolClass, window: AssessmentWindow, *, by_name: bool = False
) -> ClassOverview:
    """The overview as it is printed. About a dozen questions, however many the pupils are."""
    material = class_material(school_class, window)
    mates = sorted(material.classmates, key=lambda mate: (swedish_key(mate.sort_name), mate.id))
    if not by_name:
        mates.sort(key=lambda mate: _need(material, mate))
    codes = _columns(material)
    levels = [level_of(material.judgements.get((mate.id, window.id))) for mate in _judged(material)]
    in_force = material.in_force
    return ClassOverview(
        sentence=_sentence(material),
        columns=tuple(_column(material, code) for code in codes),
        rows=tuple(_row(material, mate, codes) for mate in mates),
        bar=bar_of(MISSING if level is Level.NOT_DETERMINED else level.value for level in levels),
        answer=class_answer(levels),
        set_label=in_force.label if in_force else None,
        is_afterwards=bool(in_force and in_force.is_afterwards),
        is_handed_in=material.is_handed_in,
        earlier_labels=tuple(one.label for one in material.earlier[-EARLIER_SHOWN:]),
    )


def bar_of(codes: Iterable[str]) -> tuple[Part, ...]:
    """Counts as pieces of one bar, the best level first and what is missing last."""
    told = list(codes)
    parts, start = [], 0.0
    for code in BAR:
        count = told.count(code)
        if count:
            width = 100 * count / len(told)
            parts.append(Part(code, count, start, width))
            start += width
    return tuple(parts)


def _judged(material: ClassMaterial) -> list[Classmate]:
    """Who is counted: in grundskola, and in a year that is in the window."""
    mates = material.classmates
    return [mate for mate in mates if not mate.has_own_goals and material.expected.get(mate.year)]


def _columns(material: ClassMaterial) -> list[str]:
    asked = {code for codes in material.expected.values() for code in codes}
    asked |= {measure for _pupil, measure in material.scores}
    return [code for code in material.known if code in asked]


def _column(material: ClassMaterial, code: str) -> Column:
    measure = material.known[code]
    mates = [mate for mate in _judged(material) if _is_asked(material, mate, code)]
    return Column(
        code, measure.name, measure.unit, _goals(material, code),
        bar_of(_cell(material, mate, code).code or "no_limit" for mate in mates),
    )  # fmt: skip


def _goals(material: ClassMaterial, code: str) -> str:
    """``mål 35``, or in a mixed class one goal a year."""
    in_force, measure = material.in_force, material.known[code]
    told = {}
    for year in sorted({mate.year for mate in material.classmates}):
        limits = material.limits.of(in_force.id if in_force else None, code, year, material.window.season)
        goals = [limits.goal_from, limits.near_from] if limits else []
        goal = next((one for one in goals if one is not None), None)
        if goal is not None:
            told[year] = measure.shown(goal) if measure.labels else decimal(goal)
    if len(set(told.values())) <= 1:
        return f"mål {next(iter(told.values()))}" if told else ""
    return "mål " + ", ".join(
        f"{goal} ({calendar.year_label(year, material.window.academic_year)})" for year, goal in told.items()
    )


def _is_asked(material: ClassMaterial, mate: Classmate, code: str) -> bool:
    return code in material.expected.get(mate.year, frozenset()) or (mate.id, code) in material.scores


def _cell(material: ClassMaterial, mate: Classmate, code: str) -> Shown:
    score = material.scores.get((mate.id, code))
    if score is None:
        return Shown("", MISSING, MISSING_WORD, is_asked_for=_is_asked(material, mate, code))
    shown = shown_score(
        score, material.window, material.in_force.id if material.in_force else None, material.limits
    )
    if mate.has_own_goals and not shown.is_missing:
        return Shown(shown.text, None, "Ingen nivå", shown.assessed_on)
    return shown


def _row(material: ClassMaterial, mate: Classmate, codes: list[str]) -> Row:
    window = material.window
    judgement = None if mate.has_own_goals else material.judgements.get((mate.id, window.id))
    moved, moved_from = _movement(material, mate)
    years = {one.year for one in material.classmates}
    return Row(
        pupil_id=mate.id,
        name=mate.name,
        year=calendar.year_label(mate.year, window.academic_year) if len(years) > 1 else None,
        cells=tuple(_cell(material, mate, code) for code in codes),
        level=level_of(judgement).value,
        note=note_on(judgement),
        has_level=not mate.has_own_goals and bool(material.expected.get(mate.year)),
        earlier=tuple(
            mark_of(material.judgements.get((mate.id, one.id)), one)
            for one in material.earlier[-EARLIER_SHOWN:]
        ),
        moved=moved,
        moved_from=moved_from,
        signals=tuple(_chip(signal) for signal in material.signals.get(mate.id, [])),
        stale_since=_stale_since(material, mate),
    )


def _chip(signal: Any) -> SignalChip:
    is_need = signal.family in TO_FOLLOW_UP
    code = {3: "below_goal", 2: "near_goal"}.get(signal.level or 0, "watch") if is_need else None
    return SignalChip(kind_label(signal.kind), signal.state.label, code)


def _movement(material: ClassMaterial, mate: Classmate) -> tuple[int, str]:
    """+1 up, -1 down, 0 unchanged since the latest determined window, and what the level was then."""
    now = level_of(material.judgements.get((mate.id, material.window.id)))
    levels = (level_of(material.judgements.get((mate.id, one.id))) for one in reversed(material.earlier))
    before = next((level for level in levels if level is not Level.NOT_DETERMINED), None)
    if before is None or now is Level.NOT_DETERMINED or now == before or mate.has_own_goals:
        return 0, ""
    return (1 if now > before else -1), before.label


def _stale_since(material: ClassMaterial, mate: Classmate) -> date | None:
    newest = material.newest.get(mate.id)
    return newest if newest and newest < months_before(day_of(material.window), STALE_MONTHS) else None


def _sentence(material: ClassMaterial) -> str:
    mates = _judged(material)
    to_follow_up = [mate for mate in mates if _open_needs(material, mate)]
    missing = [mate for mate in mates if _misses(material, mate)]
    moves = [_movement(material, mate)[0] for mate in mates]
    told = [f"{len(to_follow_up) or 'Ingen'} av {len(mates)} att följa upp"]
    if missing:
        told.append(f"{len(missing)} saknar resultat")
    if up := moves.count(1):
        told.append(f"{up} har gått upp")
    if down := moves.count(-1):
        told.append(f"{down} har gått ner")
    return "; ".join(told) + "."


def _open_needs(material: ClassMaterial, mate: Classmate) -> list[Any]:
    return [signal for signal in material.signals.get(mate.id, []) if signal.family in TO_FOLLOW_UP]


def _misses(material: ClassMaterial, mate: Classmate) -> bool:
    """Something expected is missing in a way that somebody should do something about."""
    for code in material.expected[mate.year]:
        score = material.scores.get((mate.id, code))
        if score is None or (score.points is None and score.absence in TELLING):
            return True
    return False


def _need(material: ClassMaterial, mate: Classmate) -> tuple[int, int, int, float, float]:
    """The order of need (decision logic, section 5): level, certainty, distance to the goal, movement."""
    signals = [signal.level or 0 for signal in _open_needs(material, mate)]
    judgement = material.judgements.get((mate.id, material.window.id))
    certainty = Certainty(judgement.certainty) if judgement else Certainty.UNKNOWN
    level = Level.NOT_DETERMINED if mate.has_own_goals else level_of(judgement)
    return need_order(max(signals, default=None), level, certainty, *_distance_and_movement(material, mate))


def _distance_and_movement(material: ClassMaterial, mate: Classmate) -> tuple[float | None, float | None]:
    """How far under its goal the lowest score is, and the worst change, as shares of the measure's range."""
    distances, changes = [], []
    for code in material.expected.get(mate.year, frozenset()):
        score, measure = material.scores.get((mate.id, code)), material.known[code]
        if score is None or (points := points_judged(measure, score.points, score.absence)) is None:
            continue
        sign, span = (1 if measure.higher_is_better else -1), measure.maximum - measure.minimum
        set_id = material.in_force.id if material.in_force else None
        limits = material.limits.of(set_id, code, score.year, material.window.season)
        if limits and limits.goal_from is not None:
            distances.append(float((limits.goal_from - points) * sign / span))
        if (mate.id, code) in material.before:
            changes.append(float((points - material.before[mate.id, code]) * sign / span))
    return max(distances, default=None), min(changes, default=None)
