"""Fetch, judge, write: the one place where judgements and signals are stored.

Set-wise and idempotent: judging again on the same data changes nothing, not even the moment of judging. Verbs
flush; views and commands commit. A signal somebody has acted on is theirs: the machine never takes it away.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.holding import hold_schools
from assessments.roster.models import Enrolment, SchoolClass
from screening import mates, standing
from screening.former import keep_former
from screening.frame import Frame
from screening.handovers.holding import views
from screening.lives import rows
from screening.material import gather
from screening.models import Flag, Judgement
from screening.moved import as_each_school_knows
from screening.rollup.judged import judged_placements
from screening.rollup.keeping import Tally, counted, keep, locked
from screening.uncollected import uncollected

Told = Callable[[int], None]  # how many pupils were judged just now

# Pupils at a time: memory stays bounded, and both databases hold so many values in one statement.
CHUNK = 1000


def _nobody(_count: int) -> None:
    """Nobody wants to be told."""


def judge_pupils(
    pupil_ids: Iterable[int], since: AssessmentWindow | None = None, measures: Collection[str] = ()
) -> None:
    """Judge every window of these pupils and write what is new. A fixed number of statements per 1,000.

    ``since`` writes only that window and later ones: earlier windows never depend on what came after them.
    ``measures``: what has been put down there, or taken away. Where that changes what is expected of others
    at the school, they are judged too.
    """
    ids = sorted(set(pupil_ids))
    if not ids:
        return
    db.session.flush()
    frame = Frame.fetch()
    if not frame.windows:
        return  # no set is adopted: nothing can be judged by
    hold_schools(ids)
    tally = Tally()
    for part in _parts(ids):
        _judge(frame, part, since, tally)
    tally.write()
    if since is not None and measures and (others := mates.concerned(frame, since, ids, measures)):
        judge_pupils(others, since)


def judge_moved(pupil_ids: Iterable[int], were_at: Collection[int] = ()) -> None:
    """Judge pupils who go elsewhere now, and those there of whom their results make others expected; and at
    the schools where, as it turns out, they never were, those of whom their results made others expected."""
    ids = sorted(set(pupil_ids))
    judge_pupils(ids)
    for part in _parts(ids):
        for window, others in mates.brought(Frame.fetch(), part, were_at):
            judge_pupils(others, window)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def judge_window(window: AssessmentWindow, after_chunk: Told = _nobody) -> int:
    """Judge everyone the window counts, school by school; returns how many.

    ``after_chunk`` is told how many were judged just now: a command commits there, so that memory stays
    bounded, and what a run that was cut short has judged is judged.
    """
    judged = 0
    for ids in by_school(window_pupils(window)):
        judge_pupils(ids)
        judged += len(ids)
        after_chunk(len(ids))
    return judged


def window_pupils(window: AssessmentWindow) -> sa.Select[int]:
    """Everyone enrolled on the window's closing date."""
    return (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass)
        .where(
            SchoolClass.academic_year == window.academic_year,
            Enrolment.starts_on <= window.closes_on,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= window.closes_on),
        )
    )


def by_school(pupils: sa.Select[int]) -> Iterator[list[int]]:
    """The pupils in parts of at most CHUNK, each at the latest of their schools. One query."""
    latest_first = (Enrolment.starts_on.desc(), Enrolment.id.desc())
    place = sa.func.row_number().over(partition_by=Enrolment.pupil_id, order_by=latest_first)
    went = sa.select(Enrolment.pupil_id, SchoolClass.school_id, place.label("place")).join(SchoolClass)
    told = went.where(Enrolment.pupil_id.in_(pupils)).subquery()
    here = sa.select(told.c.pupil_id).where(told.c.place == 1).order_by(told.c.school_id, told.c.pupil_id)
    ids = array("q", db.session.scalars(here))  # eight bytes for each pupil of a nation
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK].tolist()


@uncollected()
def _judge(frame: Frame, ids: Sequence[int], since: AssessmentWindow | None, tally: Tally) -> None:
    people = [one for one in locked(ids) if not one.is_narrowed]  # what stands of them stays as it is
    if not people:
        return
    ids = [one.id for one in people]
    order = [window.id for window in frame.windows]
    written = order if since is None else order[order.index(since.id) :]
    stored = standing.Stored.fetch(ids, written, [one.id for one in people if one.has_steps])
    acted_in = {window_id for _, _, window_id in stored.acts.acted}
    material = gather(frame, ids, unless_empty=acted_in, people=people)
    first = sum(window.id not in written for window in material.windows)
    should_be = rows(material, stored.acts, first)
    layers = views([one.id for one in people if one.has_moved])
    should_be = as_each_school_knows(should_be, frame, layers, stored.acts, written)
    keep_former(stored, should_be)
    standing.write(stored, should_be)
    # Where nothing is or was judged, nobody is counted otherwise than before.
    touched = {window.id for window in material.windows} | {window_id for _, window_id in stored.judgements}
    here = [window_id for window_id in written if since is None or window_id in touched]
    keep(counted(ids, here), judged_placements(material, here), tally)
    _forget_loaded()


def _forget_loaded() -> None:
    """Objects of this session that were written beneath are read anew when somebody asks them."""
    for loaded in list(db.session.identity_map.values()):
        if isinstance(loaded, Flag | Judgement):
            db.session.expire(loaded)
