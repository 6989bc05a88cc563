"""From the database to arrays: everything that some pupils are judged by, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np
import sqlalchemy as sa

from assessments.clock import today
from assessments.database.questions import Question, is_one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, SchoolForm
from screening.due import make_up_is_over
from screening.expectations import expected_of
from screening.frame import Frame, Reference
from screening.growth import Behind
from screening.handovers.holding import View, stays_by_pupil
from screening.handovers.knowing import next_move
from screening.judging import judge_each
from screening.models import Observation
from screening.periods import Period, Whole
from screening.placed import NOWHERE, Places
from screening.scales import NOBODY, Scales
from screening.score_arrays import ScoreArrays
from screening.standards import Bools, Ints, Mark, Sheet
from screening.support import periods as support_periods
from screening.whereabouts import PEOPLE

SEEN = cast(sa.Table, Observation.__table__)
# Asked at every save: built once, of tables, for building costs more than asking.
OBSERVATIONS = Question(
    sa.select(SEEN.c.pupil_id, SEEN.c.window_id, SEEN.c.observed_by, SEEN.c.observed_on)
    .where(is_one_of(SEEN.c.pupil_id, "ids"))
    .order_by(SEEN.c.observed_on, SEEN.c.id)
)


@dataclass(frozen=True)
class Material:
    """n pupils in every window, oldest first. Row i is pupil_ids[i] everywhere."""

    frame: Frame
    pupil_ids: Sequence[int]
    windows: Sequence[AssessmentWindow]
    periods: Sequence[Period]
    whole: Whole | None  # the same as one; None where there is no window
    enrolled: Sequence[Bools]  # per window (n,): in a class on its closing date
    classes: Sequence[Ints]  # per window (n,): id of that class, or NOWHERE
    adapted: Bools  # (n,) anpassad grundskola
    curricula: Sequence[Curriculum]  # per row
    there: Sequence[Bools]  # per window (n,): in a class while it runs or has run, or with something put down
    places: Places  # in every window of the frame
    first: int  # which of the frame's windows the first of these is

    @cached_property
    def row_of(self) -> dict[int, int]:
        return {pupil_id: row for row, pupil_id in enumerate(self.pupil_ids)}


def gather(
    frame: Frame,
    pupil_ids: Iterable[int],
    unless_empty: Collection[int] | None = None,
    people: Sequence[Any] | None = None,
    seen: Mapping[int, View] | None = None,
) -> Material:
    """At most ten queries, whatever the number of pupils; the arithmetic is one pass per window and year.

    ``unless_empty`` leaves out the windows before the first and after the last that say anything of these
    pupils, but for those with these ids: nothing of a judgement or signal changes by them. ``people`` are the
    rows of PEOPLE, where they have been asked for already. ``seen``: by pupil, the school as which she is
    known, where that may not know all.
    """
    ids = sorted(pupil_ids)
    people = PEOPLE.rows(ids=ids) if people is None else people
    adapted = np.array([one.school_form == SchoolForm.ANPASSAD for one in people], np.bool_)
    places = Places.fetch(frame, ids)
    unknown = _unknown(frame, ids, seen or {})
    sheet = _sheet(frame, ids, places, unknown)
    there = _there(frame, sheet, places)
    observed = _observations(frame, ids, [one.id for one in people if one.was_observed], unknown)
    behind = _behind(frame, ids, [one.id for one in people if one.has_support], seen or {})
    numbers = range(len(frame.windows))
    if unless_empty is not None:
        kept = [n for n in numbers if there[n].any() or observed[n] or frame.windows[n].id in unless_empty]
        numbers = range(kept[0], kept[-1] + 1) if kept else range(0)
    source = _Source(frame, numbers, places, sheet, there, adapted, observed, behind)
    whole = source.whole() if numbers else None
    return Material(
        frame=frame,
        pupil_ids=ids,
        windows=[frame.windows[number] for number in numbers],
        periods=source.periods(whole) if whole else [],
        whole=whole,
        enrolled=[places.classes[number] != NOWHERE for number in numbers],
        classes=[places.classes[number] for number in numbers],
        adapted=adapted,
        curricula=[Curriculum(one.curriculum) for one in people],
        there=[there[number] for number in numbers],
        places=places,
        first=numbers[0] if numbers else 0,
    )


def _unknown(frame: Frame, ids: Sequence[int], seen: Mapping[int, View]) -> Bools:
    """(windows, n) Where nothing is known of a pupil: the window closed at a school that has not told."""
    unknown = np.zeros((len(frame.windows), len(ids)), np.bool_)
    for column, pupil_id in enumerate(ids if seen else ()):
        closed = seen[pupil_id].closed
        unknown[:, column] = [closed.covers(window.closes_on) for window in frame.windows]
    return unknown


def _there(frame: Frame, sheet: Sheet, places: Places) -> Bools:
    """(windows, n) In a class while the window runs or has run, or with something put down."""
    written: Bools = (sheet.marks != Mark.BLANK).any(axis=1).reshape(places.classes.shape)
    has_opened = np.array([window.opens_on <= today() for window in frame.windows], np.bool_)
    found: Bools = written | ((places.classes != NOWHERE) & has_opened[:, None])
    return found


def _sheet(frame: Frame, ids: Sequence[int], places: Places, unknown: Bools) -> Sheet:
    """What was put down: a row for each pupil in the first window, then in the second ... Also sets the years
    of pupils who have scores, and nobody anywhere where nothing is known."""
    sheet = Sheet.blank(len(frame.windows) * len(ids), len(frame.measures))
    scores = ScoreArrays.fetch(frame, ids)
    frozen = np.full_like(places.years, NOWHERE)
    np.maximum.at(frozen, (scores.window, scores.row), scores.year)
    places.years[:] = np.where(frozen == NOWHERE, places.years, frozen)
    cells = (scores.window * len(ids) + scores.row) * len(frame.measures) + scores.column
    for name, values in scores.values.items():
        getattr(sheet, name).put(cells, values)
    if unknown.any():
        for array in (places.years, places.classes, places.schools):
            array[unknown] = NOWHERE
        nothing = Sheet.blank(1, len(frame.measures))
        for name in scores.values:
            getattr(sheet, name)[unknown.ravel()] = getattr(nothing, name)
    return sheet


def _observations(
    frame: Frame, ids: Sequence[int], observed: Sequence[int], unknown: Bools
) -> list[dict[int, dict[str, Any]]]:
    """Per window the latest observation of each pupil (by row): who saw something, and when; never what."""
    told: list[dict[int, dict[str, Any]]] = [{} for _ in frame.windows]
    row_of = {pupil_id: row for row, pupil_id in enumerate(ids)}
    for row in OBSERVATIONS.told(ids=observed) if observed else ():
        place = frame.number_of.get(row.window_id, NOWHERE), row_of[row.pupil_id]
        if place[0] != NOWHERE and not unknown[place]:
            told[place[0]][place[1]] = {
                "observed_by": row.observed_by.value,
                "observed_on": row.observed_on.isoformat(),
            }
    return told


def _behind(
    frame: Frame, ids: Sequence[int], supported: Sequence[int], seen: Mapping[int, View]
) -> list[dict[int, Sequence[Behind]]]:
    """Per window the support (by row) that falls behind; empty where none that can be judged does. Of a pupil
    who has gone to another school, what was begun or measured there is nothing that the window saw."""
    if not supported:
        return [{} for _ in frame.windows]

    def is_known(pupil_id: int, day: date) -> bool:
        return pupil_id not in seen or not seen[pupil_id].closed.covers(day)

    support, stays = support_periods.fetch_of(supported, frame.measures, is_known), stays_by_pupil(supported)
    row_of = {pupil_id: row for row, pupil_id in enumerate(ids)}
    told: list[dict[int, Sequence[Behind]]] = []
    for window, sees in zip(frame.windows, support_periods.seen_by(frame.windows), strict=True):
        left_on = {one: next_move(there, window.closes_on) for one, there in stays.items()}
        found = support.behind(sees, frame.column_of, left_on)
        told.append({row_of[pupil_id]: behind for pupil_id, behind in found.items()})
    return told


@dataclass(frozen=True)
class _Source:
    """What was fetched, from which all windows are judged in one go, and each window's period is made."""

    frame: Frame
    numbers: range  # which of the frame's windows
    places: Places
    sheet: Sheet  # a row for each pupil in the first window of the frame, then in the second ...
    there: Bools
    adapted: Bools
    observations: Sequence[Mapping[int, dict[str, Any]]]
    behind: Sequence[Mapping[int, Sequence[Behind]]]

    def whole(self) -> Whole:
        """These windows as one."""
        scales, which = self._standards()
        here = slice(self.numbers[0], self.numbers[-1] + 1)
        pupils = len(self.adapted)
        sheet = self.sheet.part(slice(here.start * pupils, here.stop * pupils))
        is_adapted = np.tile(self.adapted, len(self.numbers))
        has_window = np.array([*(one.has_window for one in scales.standards), False])  # last: NOBODY's
        counted = (has_window[which] & (self.places.classes != NOWHERE)[here] & self.there[here]).ravel()
        return Whole(
            windows=len(self.numbers),
            sheet=sheet,
            judged=judge_each(scales, np.where(is_adapted, NOBODY, which.ravel()), sheet),
            is_judged=counted & ~is_adapted,
            is_counted=counted,
            expected=expected_of(self.frame, self.numbers, self.places, sheet),
            is_due=make_up_is_over(self.frame.windows[here], self.places.schools[here]).ravel(),
        )

    def periods(self, whole: Whole) -> list[Period]:
        """Each of them by itself."""
        return [self._period(number, whole, whole.rows(place)) for place, number in enumerate(self.numbers)]

    def _period(self, number: int, whole: Whole, rows: slice) -> Period:
        window = self.frame.windows[number]
        return Period(
            code=window.code,
            academic_year=window.academic_year,
            opens_on=window.opens_on,
            sheet=whole.sheet.part(rows),
            judged=whole.judged.part(rows),
            year=self.places.years[number].astype(np.int8),
            standards={year: self.frame.standard(window, year) for year in self._years[number]},
            is_judged=whole.is_judged[rows],
            is_counted=whole.is_counted[rows],
            expected=whole.expected[rows],
            is_due=whole.is_due[rows],
            gives_signals=not self.frame.in_force[window.id].judged_afterwards,
            observations=self.observations[number],
            behind=self.behind[number],
        )

    def _standards(self) -> tuple[Scales, Ints]:
        """The standard of each pupil in each window, by its index (windows, n), or NOBODY."""
        years = self.places.years[self.numbers]
        index_of = np.full((len(self.numbers), int(years.max(initial=0)) + 2), NOBODY)
        asked: dict[Reference, int] = {}
        for place, number in enumerate(self.numbers):
            for year in self._years[number]:
                standard = self.frame.reference(self.frame.windows[number], year)
                index_of[place, year] = asked.setdefault(standard, len(asked))
        return self.frame.scales(tuple(asked)), index_of[np.arange(len(self.numbers))[:, None], years]

    @cached_property
    def _years(self) -> list[list[int]]:
        """Of each window those that somebody is judged by; some year in a window of nobody's."""
        return [sorted(set(there) - {NOWHERE}) or [0] for there in self.places.years.tolist()]
