"""What is known of one pupil, part by part, as plain values that can be frozen, printed and sent as JSON."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from assessments import calendar, windows
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Pupil
from screening import inbox
from screening.facts.elsewhere import Cells, carried_on, scores_since
from screening.facts.ways import Part
from screening.handovers.knowing import ALL_KNOWN, Closed
from screening.models import Judgement
from screening.queries.shown import level_of, note_on, shown_score
from screening.queries.signal_cards import Card, background, card
from screening.queries.standards import standards
from screening.queries.thread_work import steps_taken
from screening.reasons import BEFORE_THE_NUMBER, UNSAID
from screening.rules.catalogue import rules_on

Told = dict[str, Any]


@dataclass(frozen=True)
class Within:
    """Of which time: not what is ``closed`` to the school, windows by their last day, and what began on or
    before ``until``.

    ``has_left``: the pupil has gone on to another school after ``until``. What was written since is that
    school's to tell.
    """

    closed: Closed = ALL_KNOWN
    until: date | None = None
    has_left: bool = False
    most_windows: int | None = None  # the latest ones

    @property
    def last_day(self) -> date | None:
        """The last day at the school, of who has left it."""
        return self.until if self.has_left else None

    def chosen(self, declared: Sequence[AssessmentWindow]) -> list[AssessmentWindow]:
        return [one for one in declared if self.holds(one.opens_on, one.closes_on)]

    def holds(self, first: date, last: date) -> bool:
        return not self.closed.covers(last) and (self.until is None or first <= self.until)


def facts_of(pupil: Pupil, parts: Collection[str], within: Within) -> Told:
    """The chosen parts by their codes, and nothing else. A fixed number of queries for each part."""
    return facts_of_several([pupil], parts, within)[pupil.id]


def facts_of_several(pupils: Sequence[Pupil], parts: Collection[str], within: Within) -> Mapping[int, Told]:
    """The same by pupil id, of one time for all of them, in as many queries."""
    declared = within.chosen(windows.in_order())
    others = scores_since([pupil.id for pupil in pupils], within.last_day) if within.last_day else set()
    all_here = [one for one in declared if one.id not in {window_id for _, window_id, _ in others}]
    chosen = {part for part in Part if part.value in parts}
    facts: dict[int, Told] = {pupil.id: {} for pupil in pupils}
    cards = _cards(pupils, all_here) if chosen & {Part.SIGNALS, Part.STEPS} else {}
    tellers: Mapping[Part, Callable[[], Mapping[int, list[Told]]]] = {
        Part.RESULTS: lambda: _results(pupils, declared, within.most_windows, others),
        Part.SIGNALS: lambda: {one: [_signal(card) for card in cards.get(one, [])] for one in facts},
        Part.SUPPORT: lambda: _support(pupils, within),
        Part.STEPS: lambda: {one: _steps(cards.get(one, []), within) for one in facts},
    }
    for part, tell in tellers.items():
        if part in chosen:
            told = tell()
            for pupil_id, of_pupil in facts.items():
                of_pupil[part.value] = told.get(pupil_id, [])
    return facts


def _results(
    pupils: Sequence[Pupil], declared: Sequence[AssessmentWindow], most: int | None, others: Cells
) -> Mapping[int, list[Told]]:
    """Window by window, the latest first; without ``others``, and then without the level they are part of."""
    ids = [pupil.id for pupil in pupils]
    rows: dict[tuple[int, int], list[Any]] = {}
    for row in db.session.scalars(sa.select(Score).where(Score.pupil_id.in_(ids))):
        if (row.pupil_id, row.window_id, row.measure) not in others:
            rows.setdefault((row.pupil_id, row.window_id), []).append(row)
    asked = sa.select(Judgement).where(Judgement.pupil_id.in_(ids))
    mixed = {(pupil_id, window_id) for pupil_id, window_id, _ in others}
    found = {(row.pupil_id, row.window_id): row for row in db.session.scalars(asked)}
    judged = {place: row for place, row in found.items() if place not in mixed}
    there = {window_id for _, window_id in rows}
    judged_by = standards([one for one in declared if one.id in there], measures())
    return {
        pupil_id: [
            _window(one, rows[pupil_id, one.id], judged.get((pupil_id, one.id)), judged_by)
            for one in [one for one in reversed(declared) if (pupil_id, one.id) in rows][:most]
        ]
        for pupil_id in ids
    }


def _window(window: AssessmentWindow, scores: Sequence[Any], judgement: Any, judged_by: Any) -> Told:
    in_force = judged_by.in_force.get(window.id)
    return {
        "window": window.code,
        "label": window.label,
        "year": calendar.year_label(scores[0].year, window.academic_year),
        "level": level_of(judgement).value,
        "level_word": level_of(judgement).label,
        "note": note_on(judgement),
        "judged_by": in_force.name if in_force else None,
        "measures": [
            _measure(row, window, judged_by)
            for row in sorted(scores, key=lambda row: judged_by.known[row.measure].position)
        ],
    }


def _measure(row: Any, window: AssessmentWindow, judged_by: Any) -> Told:
    measure, shown = judged_by.known[row.measure], shown_score(row, window, judged_by)
    return {
        "measure": row.measure,
        "name": measure.name,
        "unit": measure.unit,
        "value": _number(row.points),
        "absence": row.absence.value if row.absence else None,
        "text": shown.text,
        "shown": _with_unit(measure, shown.text) if row.points is not None else shown.text,
        "level": shown.code if not shown.is_missing else None,
        "level_word": shown.word,
        "assessed_on": _day(row.assessed_on),
    }


def _with_unit(measure: Any, text: str) -> str:
    """``58 ord/min``, ``stanine 4``; a label speaks for itself."""
    unit = "" if measure.labels or measure.unit in UNSAID else measure.unit
    return " ".join(part for part in ((unit, text) if unit in BEFORE_THE_NUMBER else (text, unit)) if part)


def _cards(pupils: Sequence[Pupil], declared: Sequence[AssessmentWindow]) -> Mapping[int, list[Card]]:
    """The open threads as they stood in the last of the windows, the greatest need first."""
    if not declared:
        return {}
    people = {pupil.id: pupil for pupil in pupils}
    only = sa.select(Pupil.id).where(Pupil.id.in_(people))
    named = {one.id: one for one in declared}
    asked = inbox.standing(only, only_arrived=False, among=named, with_beginning=True)
    rows = db.session.execute(asked).all()
    known = background(only, steps_taken(only, rules_on(today()), is_all=True))
    found: dict[int, list[Card]] = {}
    for row in rows:
        told = card(row, named[row.window_id], people[row.pupil_id], known, row.began_at)
        found.setdefault(row.pupil_id, []).append(told)
    return {
        pupil_id: sorted(cards, key=lambda one: (-(one.level or 0), one.flag_id))
        for pupil_id, cards in found.items()
    }


def _signal(one: Card) -> Told:
    return {"label": one.label, "state": one.state_label, "why": one.why, "window": one.window}


def _steps(cards: Sequence[Card], within: Within) -> list[Told]:
    steps = [step for one in cards for step in one.steps_since if step.is_planned]
    return [
        {
            "label": step.label,
            "taken_on": _day(step.taken_on),
            "by": step.by,
            "line": step.line,
            "due_on": _day(step.due_on),
        }
        for step in steps
        if within.holds(step.taken_on, step.taken_on)
    ]


def _support(pupils: Sequence[Pupil], within: Within) -> Mapping[int, list[Told]]:
    from screening.support.queries.shown import shown  # NumPy is loaded when somebody has support
    from screening.support.stored import PERIODS

    of_theirs = PERIODS.c.pupil_id.in_([pupil.id for pupil in pupils])
    if db.session.scalar(sa.select(PERIODS.c.id).where(of_theirs).limit(1)) is None:
        return {}
    periods = [one for one in shown(of_theirs) if within.holds(one.starts_on, one.starts_on)]  # begun then
    last_day = within.last_day
    others = carried_on({one.period_id: last_day for one in periods}) if last_day else set()
    found: dict[int, list[Told]] = {}
    for one in periods:
        if one.period_id not in others:
            found.setdefault(one.pupil_id, []).append(_period(one))
    return found


def _period(one: Any) -> Told:
    ended = one.follow_up if one.follow_up and one.follow_up.is_told else None
    return {
        "kind": one.kind,
        "measure": one.measure,
        "starts_on": _day(one.starts_on),
        "goal_on": _day(one.goal_on),
        "how_often": one.how_often,
        "goal": one.goal,
        "verdict": one.verdict,
        "evidence": one.evidence,
        "ended_on": _day(ended.ended_on) if ended else None,
        "before": ended.before if ended else None,
        "after": ended.after if ended else None,
        "worked": ended.worked if ended else None,
        "line": ended.line if ended else None,
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _number(value: Decimal | None) -> float | int | None:
    """As JSON has numbers."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
