"""The history of a pupil who came from another school: closed until the new school has accepted a handover.

Rows say which times may not be seen at which school (``screening.handovers.knowing``). They are written when
class lists or people move a pupil between schools, when a handover is accepted or that is undone, and when a
pupil is protected or no longer is; moves from before there were such rows get theirs when the database is
made ready. Verbs flush.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from assessments.clock import start_of
from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from screening.facts.ways import Part
from screening.handovers.knowing import BEGINNING, Closed, Span, Stay, Telling, closed_to, stays_of
from screening.handovers.models import Handover, HeldHistory
from screening.models import Judgement

HELD = Question(
    sa.select(HeldHistory.pupil_id, HeldHistory.to_school_id, HeldHistory.since_on, HeldHistory.before_on)
    .where(is_one_of(HeldHistory.pupil_id, "ids"))
    .order_by(HeldHistory.pupil_id, HeldHistory.to_school_id, HeldHistory.before_on)
)
WENT = Question(
    sa.select(Enrolment.pupil_id, Enrolment.starts_on, SchoolClass.school_id)
    .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
    .where(is_one_of(Enrolment.pupil_id, "ids"))
    .order_by(Enrolment.pupil_id, Enrolment.starts_on, Enrolment.id)
)

CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold
Row = tuple[int, int, date]  # pupil id, school id and the day before which something is closed


def hold_history(pupil_ids: Collection[int]) -> set[int]:
    """Pupils' classes have changed, or what schools have been told: hold what each may not know. 4 queries;
    3 where nobody has gone to several schools.

    Returns those for whom more or less is held now: what is judged of them changes by it.
    """
    should_be = _held(pupil_ids)
    kept = {
        (row.pupil_id, row.to_school_id, row.before_on): row
        for row in db.session.scalars(sa.select(HeldHistory).where(HeldHistory.pupil_id.in_(pupil_ids)))
    }
    changed = set()
    for key, row in kept.items():
        if key not in should_be:
            db.session.delete(row)
            changed.add(row.pupil_id)
    for key, (since_on, from_school_id) in should_be.items():
        pupil_id, to_school_id, before_on = key
        row = kept.get(key) or HeldHistory(pupil_id=pupil_id, to_school_id=to_school_id, before_on=before_on)
        if key not in kept or row.since_on != since_on:
            changed.add(pupil_id)
        row.since_on, row.from_school_id = since_on, from_school_id
        db.session.add(row)
    db.session.flush()
    return changed


def _held(pupil_ids: Collection[int]) -> dict[Row, tuple[date | None, int]]:
    """What the rows of these pupils should say: since which day, and where the pupil went last of that time.

    Pupils with protected identity are moved by their principals outside Lässpår: nothing of theirs is held.
    """
    protected = sa.select(Pupil.id).where(Pupil.id.in_(pupil_ids), Pupil.is_protected)
    named = set(pupil_ids).difference(db.session.scalars(protected))
    several = {one: stays for one, stays in stays_by_pupil(named).items() if len(stays) > 1}
    told, should_be = _tellings(several) if several else {}, dict[Row, tuple[date | None, int]]()
    for pupil_id, stays in several.items():
        for school_id, closed in closed_to(stays, told.get(pupil_id, ())).items():
            for span in closed.spans:
                since_on = None if span.since == BEGINNING else span.since
                came_from = next(stay.school_id for stay in reversed(stays) if stay.since < span.before)
                should_be[pupil_id, school_id, span.before] = since_on, came_from
    return should_be


def stays_by_pupil(pupil_ids: Collection[int]) -> dict[int, list[Stay]]:
    """The times at one school after another, the earliest first. One query."""
    places: dict[int, list[tuple[date, int]]] = {}
    for pupil_id, *place in WENT.values(ids=sorted(pupil_ids)) if pupil_ids else ():
        places.setdefault(pupil_id, []).append((place[0], place[1]))
    return {pupil_id: stays_of(found) for pupil_id, found in places.items()}


def _tellings(pupil_ids: Collection[int]) -> dict[int, list[Telling]]:
    """By pupil, the handovers of results that schools have accepted from others. One query."""
    rows = db.session.scalars(
        sa.select(Handover)
        .where(
            Handover.accepted_pupil_id.in_(pupil_ids),
            Handover.accepted_on.is_not(None),
            Handover.taken_back_at.is_(None),
            Handover.to_school_id != Handover.from_school_id,
        )
        .order_by(Handover.id)
    )
    told: dict[int, list[Telling]] = {}
    for one in rows:
        if one.accepted_on is None or one.to_school_id is None or Part.RESULTS.value not in one.parts:
            continue
        # Of those accepted before the moment was kept, nothing was handed on the same day.
        accepted_at = one.accepted_at or start_of(one.accepted_on + timedelta(days=1))
        telling = Telling(one.from_school_id, one.to_school_id, one.made_on, one.created_at, accepted_at)
        told.setdefault(one.accepted_pupil_id or 0, []).append(telling)
    return told


def hold_earlier_moves(_app: object = None) -> None:
    """Moves from before anything was held are held like all others. Safe to repeat."""
    columns = {one["name"] for one in _columns_held()}
    if "since_on" not in columns:
        return  # whoever develops is about to write the revision that makes it
    went_to_several = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .group_by(Enrolment.pupil_id)
        .having(sa.func.count(SchoolClass.school_id.distinct()) > 1)
        .order_by(Enrolment.pupil_id)
    )
    ids = list(db.session.scalars(went_to_several))
    for start in range(0, len(ids), CHUNK):
        judge_anew(hold_history(ids[start : start + CHUNK]))


def _columns_held() -> list[Any]:
    tables = sa.inspect(db.session.connection())
    name = HeldHistory.__tablename__
    return list(tables.get_columns(name)) if tables.has_table(name) else []


def judge_anew(pupil_ids: Collection[int]) -> None:
    """What is held of these pupils has changed: they are judged by what may be known where they go."""
    judged = sa.select(Judgement.pupil_id).where(Judgement.pupil_id.in_(pupil_ids)).distinct()
    if pupil_ids and (ids := list(db.session.scalars(judged))):
        from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

        flagging.judge_pupils(ids)


def closed_by_school(pupil_ids: Collection[int]) -> dict[int, dict[int, Closed]]:
    """By pupil and school, what may not be known there; without those that may know all. One query."""
    spans: dict[int, dict[int, list[Span]]] = {}
    for pupil_id, school_id, since, before in HELD.values(ids=sorted(pupil_ids)) if pupil_ids else ():
        there = spans.setdefault(pupil_id, {}).setdefault(school_id, [])
        there.append(Span(since or BEGINNING, before))
    return {
        pupil_id: {school_id: Closed(tuple(found)) for school_id, found in by_school.items()}
        for pupil_id, by_school in spans.items()
    }


def closed_at(pupil_ids: Collection[int], school_id: int) -> dict[int, Closed]:
    """The same of one school, by pupil. One query."""
    told = closed_by_school(pupil_ids)
    return {one: by_school[school_id] for one, by_school in told.items() if school_id in by_school}


@dataclass(frozen=True)
class View:
    """A pupil as one of the pupil's schools knows her."""

    stays: tuple[Span, ...]  # the times there
    closed: Closed

    def owns(self, day: date) -> bool:
        """Whether the pupil went there on the day, or last went there before it."""
        return any(stay.covers(day) for stay in self.stays)


def views(pupil_ids: Collection[int]) -> Sequence[Mapping[int, View]]:
    """By pupil, the schools that may not know all: of each pupil one, then the second of those who have been
    to two such schools ... Two queries."""
    closed, layers = closed_by_school(pupil_ids), list[dict[int, View]]()
    for pupil_id, stays in stays_by_pupil(closed.keys()).items():
        days = [BEGINNING, *(stay.since for stay in stays[1:]), date.max]
        spans = [(one.school_id, Span(*span)) for one, span in zip(stays, pairwise(days), strict=True)]
        for place, (school_id, unknown) in enumerate(closed[pupil_id].items()):
            if place == len(layers):
                layers.append({})
            there = tuple(span for at, span in spans if at == school_id)
            layers[place][pupil_id] = View(there, unknown)
    return layers
