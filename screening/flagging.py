"""Fetch, judge, write: the one place where judgements and signals are stored.

Set-wise and idempotent: judging again on the same data changes nothing, not even the moment of judging. Verbs
flush; views and commands commit. A signal somebody has acted on is theirs: the machine never takes it away.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, SchoolClass
from screening.former import keep_former
from screening.frame import Frame
from screening.handovers.holding import moved_on
from screening.lives import Acts, FlagKey, Row, Rows, rows
from screening.material import gather
from screening.models import Flag, Judgement, NextStep, Observation
from screening.moved import where_they_go
from screening.rollup.judged import judged_placements
from screening.rollup.keeping import Tally, counted, keep, locked
from screening.signals import Family
from screening.whereabouts import IDS

FLAGS = cast(sa.Table, Flag.__table__)
JUDGEMENTS = cast(sa.Table, Judgement.__table__)
NEXT_STEPS = cast(sa.Table, NextStep.__table__)
UNREAD = ("judged_at", "created_at")  # nothing is compared with them
Told = Callable[[int], None]  # how many pupils were judged just now

# Asked at every save: built once, for building costs more than asking.
STANDING = [
    sa.select(*(column for column in table.c if column.name not in UNREAD)).where(
        table.c.pupil_id.in_(IDS), table.c.window_id.in_(sa.bindparam("windows", expanding=True))
    )
    for table in (JUDGEMENTS, FLAGS)
]
SEEN_AGAIN = sa.exists().where(  # what somebody saw after the thread was closed opens it anew
    FLAGS.c.family == Family.OBSERVATION,
    Observation.pupil_id == FLAGS.c.pupil_id,
    Observation.window_id == FLAGS.c.window_id,
    Observation.created_at > NEXT_STEPS.c.created_at,
)
STEPS = (
    sa.select(FLAGS, sa.and_(NEXT_STEPS.c.is_closing, ~SEEN_AGAIN).label("closes"), NEXT_STEPS.c.taken_on)
    .join(NEXT_STEPS, NEXT_STEPS.c.flag_id == FLAGS.c.id)
    .where(FLAGS.c.pupil_id.in_(IDS))
    .order_by(NEXT_STEPS.c.taken_on, NEXT_STEPS.c.id)
)
# Pupils at a time: memory stays bounded, and both databases hold so many values in one statement.
CHUNK = 1000


def _nobody(_count: int) -> None:
    """Nobody wants to be told."""


def judge_pupils(pupil_ids: Iterable[int], since: AssessmentWindow | None = None) -> None:
    """Judge every window of these pupils and write what is new. A fixed number of statements per 1,000.

    ``since`` writes only that window and later ones: earlier windows never depend on what came after them.
    """
    ids = sorted(set(pupil_ids))
    if not ids:
        return
    db.session.flush()
    frame = Frame.fetch()
    if not frame.windows:
        return  # no set is adopted: nothing can be judged by
    tally = Tally()
    for start in range(0, len(ids), CHUNK):
        _judge(frame, ids[start : start + CHUNK], since, tally)
    tally.write()


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


def judge_everyone(after_chunk: Told = _nobody) -> int:
    """Judge every pupil who has ever been in a class: after a new set was adopted, or in the demo."""
    judged = 0
    for ids in by_school(sa.select(Enrolment.pupil_id)):
        judge_pupils(ids)
        judged += len(ids)
        after_chunk(len(ids))
    return judged


def window_pupils(window: AssessmentWindow) -> sa.Select[int]:
    """Everyone enrolled on the window's closing date."""
    return (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(
            SchoolClass.academic_year == window.academic_year,
            Enrolment.starts_on <= window.closes_on,
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= window.closes_on),
        )
    )


def by_school(pupils: sa.Select[int]) -> Iterator[list[int]]:
    """The pupils in parts of at most CHUNK, each at the latest of their schools."""
    schools: dict[int, int] = {}
    enrolments = sa.select(Enrolment.pupil_id, SchoolClass.school_id).join(SchoolClass)
    for pupil_id, school_id in db.session.execute(
        enrolments.where(Enrolment.pupil_id.in_(pupils)).order_by(Enrolment.starts_on, Enrolment.id)
    ):
        schools[pupil_id] = school_id
    part: list[int] = []
    for pupil_id in sorted(schools, key=lambda pupil: (schools[pupil], pupil)):
        part.append(pupil_id)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def _judge(frame: Frame, ids: Sequence[int], since: AssessmentWindow | None, tally: Tally) -> None:
    people = locked(ids)
    order = [window.id for window in frame.windows]
    written = order if since is None else order[order.index(since.id) :]
    stored = _Stored.fetch(ids, written)
    acted_in = {window_id for _, _, window_id in stored.acts.acted}
    material = gather(frame, ids, unless_empty=acted_in, people=people)
    first = sum(window.id not in written for window in material.windows)
    should_be = rows(material, stored.acts, first)
    if moved := moved_on(ids):
        should_be = where_they_go(should_be, frame, moved, stored.acts, written)
    keep_former(stored.judgements, stored.flags, should_be.judgements)
    _write_judgements(stored.judgements, should_be.judgements)
    _write_flags(stored, should_be)
    # Where nothing is or was judged, nobody is counted otherwise than before.
    touched = {window.id for window in material.windows} | {window_id for _, window_id in stored.judgements}
    here = [window_id for window_id in written if since is None or window_id in touched]
    keep(counted(ids, here), judged_placements(material, here), tally)
    _forget_loaded()


@dataclass(frozen=True)
class _Stored:
    """What stands in the tables now, in the windows to be written, and what people did in all of them."""

    judgements: dict[tuple[int, int], Any]  # by pupil id and window id
    flags: dict[FlagKey, Any]
    acts: Acts

    @classmethod
    def fetch(cls, ids: Sequence[int], window_ids: Sequence[int]) -> "_Stored":
        asked = {"ids": ids, "windows": window_ids}
        judgements, flags = (db.session.execute(standing, asked) for standing in STANDING)
        return cls(
            judgements={(row.pupil_id, row.window_id): row for row in judgements},
            flags={_key(row): row for row in flags},
            acts=_acts(ids),
        )


def _key(flag: Any) -> FlagKey:
    return flag.pupil_id, Family(flag.family), flag.window_id


def _acts(ids: Sequence[int]) -> Acts:
    steps = db.session.execute(STEPS, {"ids": ids}).all()
    return Acts(
        closed={_key(step): step.taken_on for step in steps if step.closes},
        acted={_key(step): step for step in steps},
    )


def _write_judgements(stored: dict[tuple[int, int], Any], should_be: Sequence[Row]) -> None:
    moment = now()
    new, changed = [], []
    wanted = set()
    for row in should_be:
        key = row["pupil_id"], row["window_id"]
        wanted.add(key)
        if key not in stored:
            new.append({**row, "judged_at": moment})
        elif different := _different(stored[key], row):
            changed.append({**different, "judged_at": moment, "row_id": stored[key].id})
    _execute(sa.insert(JUDGEMENTS), new)
    _update(JUDGEMENTS, changed)
    gone = [{"row_id": row.id} for key, row in stored.items() if key not in wanted]
    _execute(sa.delete(JUDGEMENTS).where(JUDGEMENTS.c.id == sa.bindparam("row_id")), gone)


def _write_flags(stored: _Stored, should_be: Rows) -> None:
    moment = now()
    new, changed = [], []
    for key, row in should_be.flags.items():
        there = stored.flags.get(key)
        whole = {**row, "ground_gone_on": None}
        if there is None:
            pupil_id, family, window_id = key
            names = {"pupil_id": pupil_id, "family": family, "window_id": window_id}
            new.append({**whole, **names, "judged_at": moment, "created_at": moment})
        elif different := _different(there, whole):
            changed.append({**different, "judged_at": moment, "row_id": there.id})
    _execute(sa.insert(FLAGS), new)
    _update(FLAGS, changed)
    _keep_or_withdraw(stored, should_be)


def _keep_or_withdraw(stored: _Stored, should_be: Rows) -> None:
    """A signal whose ground has gone is taken away, unless somebody acted on it: then it says so."""
    kept, gone = [], []
    for key, there in stored.flags.items():
        if key in should_be.flags:
            continue
        if key not in stored.acts.acted:
            gone.append({"row_id": there.id})
            continue
        told = {"state": there.state, **should_be.ground_gone.get(key, {})}
        told["ground_gone_on"] = there.ground_gone_on or today()
        if different := _different(there, told):
            kept.append({**different, "row_id": there.id})
    _update(FLAGS, kept)
    _execute(sa.delete(FLAGS).where(FLAGS.c.id == sa.bindparam("row_id")), gone)


def _different(stored: Any, row: Row) -> Row:
    """The columns of the row that say something else than what is stored."""
    there = stored._mapping
    return {column: value for column, value in row.items() if there[column] != value}


def _update(table: sa.Table, rows: Sequence[Row]) -> None:
    """Write columns of rows (``row_id``), one statement for those that change the same columns."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for changed in alike.values():
        _execute(sa.update(table).where(table.c.id == sa.bindparam("row_id")), changed)


def _execute(statement: sa.Executable, parameters: list[Row]) -> None:
    """One statement for all rows; none for none."""
    if parameters:
        db.session.connection().execute(statement, parameters)


def _forget_loaded() -> None:
    """Objects of this session that were written beneath are read anew when somebody asks them."""
    for loaded in list(db.session.identity_map.values()):
        if isinstance(loaded, Flag | Judgement):
            db.session.expire(loaded)
