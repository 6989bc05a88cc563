"""What stands in the tables of judgements and signals, and the way from there to what should stand.

Set-wise: a statement for each kind of change, whatever the number of pupils. Only what differs is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, cast

import sqlalchemy as sa

from assessments.clock import now, today
from assessments.database import db
from assessments.database.questions import Change, Question, is_one_of, is_one_of_found
from assessments.database.types import JsonText, Word, YesNo
from screening.lives import Acts, FlagKey, FlagSays, JudgementKey, JudgementSays, Rows
from screening.models import Flag, Judgement, NextStep, Observation
from screening.signals import Family

FLAGS = cast(sa.Table, Flag.__table__)
JUDGEMENTS = cast(sa.Table, Judgement.__table__)
NEXT_STEPS = cast(sa.Table, NextStep.__table__)
Row = dict[str, Any]
Says = TypeVar("Says", FlagSays, JudgementSays)

PUPIL_WINDOW, FLAG_KEY = ("pupil_id", "window_id"), ("pupil_id", "family", "window_id")
FAMILY_OF = {family.value: family for family in Family}


def _read(table: sa.Table, *names: str) -> list[sa.ColumnElement[Any]]:
    """Words, claims and evidence come as they are kept: they are compared, and equal as they stand."""
    raw = sa.types.NullType()
    return [
        sa.type_coerce(table.c[name], raw).label(name)
        if isinstance(table.c[name].type, Word | YesNo | JsonText)
        else table.c[name]
        for name in names
    ]


# Asked at every save: built once, for building costs more than asking. Last what is compared, in its order.
STANDING_JUDGEMENTS = Question(
    sa.select(*_read(JUDGEMENTS, "id", *PUPIL_WINDOW, *JudgementSays._fields)).where(
        is_one_of(JUDGEMENTS.c.pupil_id, "ids"), is_one_of(JUDGEMENTS.c.window_id, "windows")
    )
)
STANDING_FLAGS = Question(
    sa.select(*_read(FLAGS, "id", *FLAG_KEY, *FlagSays._fields)).where(
        is_one_of(FLAGS.c.pupil_id, "ids"), is_one_of_found(FLAGS.c.window_id, "windows")
    )
)
SEEN_AGAIN = sa.exists().where(  # what somebody saw after the thread was closed opens it anew
    FLAGS.c.family == Family.OBSERVATION,
    Observation.pupil_id == FLAGS.c.pupil_id,
    Observation.window_id == FLAGS.c.window_id,
    Observation.created_at > NEXT_STEPS.c.created_at,
)
STEPS = Question(
    sa.select(FLAGS, sa.and_(NEXT_STEPS.c.is_closing, ~SEEN_AGAIN).label("closes"), NEXT_STEPS.c.taken_on)
    .join(NEXT_STEPS, NEXT_STEPS.c.flag_id == FLAGS.c.id)
    .where(is_one_of(FLAGS.c.pupil_id, "ids"))
    .order_by(NEXT_STEPS.c.taken_on, NEXT_STEPS.c.id)
)


ADD = {table: Change(sa.insert(table)) for table in (JUDGEMENTS, FLAGS)}
REMOVE, CHANGE = (
    {table: Change(kind(table).where(table.c.id == sa.bindparam("row_id"))) for table in ADD}
    for kind in (sa.delete, sa.update)
)


class Kept(NamedTuple, Generic[Says]):
    """A row of the table, and what it says."""

    row_id: int
    says: Says


@dataclass(frozen=True)
class Stored:
    """What stands in the tables now, in the windows to be written, and what people did in all of them."""

    judgements: Mapping[JudgementKey, Kept[JudgementSays]]
    flags: Mapping[FlagKey, Kept[FlagSays]]
    acts: Acts

    @classmethod
    def fetch(cls, ids: Sequence[int], window_ids: Sequence[int], acted_on: Sequence[int]) -> "Stored":
        """``acted_on`` are those of the pupils somebody has taken a step for."""
        judgements = STANDING_JUDGEMENTS.values(ids=ids, windows=window_ids)
        flags = STANDING_FLAGS.values(ids=ids, windows=window_ids)
        return cls(
            judgements={
                (pupil_id, window_id): Kept(row_id, JudgementSays._make(says))
                for row_id, pupil_id, window_id, *says in judgements
            },
            flags={
                (pupil_id, FAMILY_OF[family], window_id): Kept(row_id, FlagSays._make(says))
                for row_id, pupil_id, family, window_id, *says in flags
            },
            acts=_acts(acted_on),
        )


def _acts(ids: Sequence[int]) -> Acts:
    steps = STEPS.told(ids=ids) if ids else []
    told = [((step.pupil_id, Family(step.family), step.window_id), step) for step in steps]
    return Acts({key: step.taken_on for key, step in told if step.closes}, dict(told))


def write(stored: Stored, should_be: Rows) -> None:
    """Make the tables say what they should. What a person acted on is theirs: it is never taken away."""
    _write_judgements(stored.judgements, should_be.judgements)
    _write_flags(stored, should_be)


def _write_judgements(
    stored: Mapping[JudgementKey, Kept[JudgementSays]], should_be: Mapping[JudgementKey, JudgementSays]
) -> None:
    moment = now()
    new, changed = [], []
    for key, says in should_be.items():
        there = stored.get(key)
        if there is None:
            new.append({**_named(PUPIL_WINDOW, key), **says._asdict(), "judged_at": moment})
        elif there.says != says:
            changed.append({**_different(there, says), "judged_at": moment})
    ADD[JUDGEMENTS].write(new)
    CHANGE[JUDGEMENTS].write(changed)
    REMOVE[JUDGEMENTS].write(
        [{"row_id": there.row_id} for key, there in stored.items() if key not in should_be]
    )


def _write_flags(stored: Stored, should_be: Rows) -> None:
    moment, dialect = now(), db.session.get_bind().dialect
    texts: dict[int, Any] = {}  # signals of one thread share what they were judged by, window after window
    new, changed = [], []
    for key, found in should_be.flags.items():
        state, kind, level, evidence, set_id, gone_on = found
        if (text := texts.get(id(evidence))) is None:
            text = texts[id(evidence)] = JsonText.kept(evidence, dialect)
        says = FlagSays(state, kind, level, text, set_id, gone_on)
        there = stored.flags.get(key)
        if there is None:
            made = {"judged_at": moment, "created_at": moment}
            new.append({**_named(FLAG_KEY, key), **says._asdict(), **made})
        elif there.says != says:
            changed.append({**_different(there, says), "judged_at": moment})
    ADD[FLAGS].write(new)
    CHANGE[FLAGS].write(changed)
    _keep_or_withdraw(stored, should_be)


def _keep_or_withdraw(stored: Stored, should_be: Rows) -> None:
    """A signal whose ground has gone is taken away, unless somebody acted on it: then it says so."""
    kept, gone = [], []
    for key, there in stored.flags.items():
        if key in should_be.flags:
            continue
        if key not in stored.acts.acted:
            gone.append({"row_id": there.row_id})
            continue
        says = there.says._replace(
            state=should_be.ground_gone.get(key, there.says.state),
            ground_gone_on=there.says.ground_gone_on or today(),
        )
        if there.says != says:
            kept.append(_different(there, says))
    CHANGE[FLAGS].write(kept)
    REMOVE[FLAGS].write(gone)


def _named(names: Sequence[str], values: Sequence[Any]) -> Row:
    return dict(zip(names, values, strict=True))


def _different(stored: Kept[Says], says: Says) -> Row:
    """The columns that say something else than what is stored, and the row that they are of."""
    both = zip(says._fields, says, stored.says, strict=True)
    return {"row_id": stored.row_id, **{name: value for name, value, old in both if value != old}}
