"""Who writes of pupils, one at a time: on PostgreSQL by locks taken in one order, schools before pupils.

On SQLite BEGIN itself is the queue, and nothing is asked. On PostgreSQL whoever writes of a pupil first holds
every school the pupil has gone at. What judging draws in is there too: the other pupils of a school whose
expected results change, and the sums of the school. So two writers meet at the first school they share, where
one waits for the other, and never in the middle, where each would have what the other needs.
"""

from collections.abc import Collection
from typing import cast

import sqlalchemy as sa

from assessments.database import db
from assessments.database.questions import Question, is_one_of
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass

PUPILS, SCHOOLS, ENROLLED, CLASSES = (
    cast(sa.Table, kind.__table__) for kind in (Pupil, School, Enrolment, SchoolClass)
)
GONE_AT = sa.select(CLASSES.c.school_id).join(ENROLLED, ENROLLED.c.school_class_id == CLASSES.c.id)
# Asked at every save: built once. ``key_share``: rows that only refer to a school or a pupil wait for nobody.
THESE_SCHOOLS = Question(
    sa.select(SCHOOLS.c.id)
    .where(
        sa.or_(
            is_one_of(SCHOOLS.c.id, "schools"),
            SCHOOLS.c.id.in_(GONE_AT.where(is_one_of(ENROLLED.c.pupil_id, "pupils"))),
        )
    )
    .order_by(SCHOOLS.c.id)
    .with_for_update(key_share=True)
)
THESE_PUPILS = Question(
    sa.select(PUPILS.c.id)
    .where(is_one_of(PUPILS.c.id, "pupils"))
    .order_by(PUPILS.c.id)
    .with_for_update(key_share=True)
)
OF_CODES = (
    GONE_AT.join(PUPILS, PUPILS.c.id == ENROLLED.c.pupil_id)
    .where(PUPILS.c.code.in_(sa.bindparam("codes", expanding=True)))
    .distinct()
)
OF_ENROLMENTS = GONE_AT.where(ENROLLED.c.id.in_(sa.bindparam("ids", expanding=True))).distinct()
CHUNK = 5000  # in one question: both databases limit how many values one statement may hold


def hold(pupils: Collection[int], schools: Collection[int] = ()) -> None:
    """Nobody else writes of these pupils until the commit. ``schools``: where they are about to go.

    Whoever compares before writing holds first: what is read then stands. Who writes in parts holds all of
    them before the first.
    """
    hold_schools(pupils, schools)
    if _is_by_locks():
        THESE_PUPILS.rows(pupils=sorted(pupils))


def schools_of_enrolments(enrolments: Collection[int]) -> set[int]:
    """The schools where these enrolments stand, by their ids, before they are written over."""
    ids, schools = sorted(enrolments), set[int]()
    for start in range(0, len(ids), CHUNK):
        schools |= set(db.session.scalars(OF_ENROLMENTS, {"ids": ids[start : start + CHUNK]}))
    return schools


def hold_schools(pupils: Collection[int], schools: Collection[int] = ()) -> None:
    """Only the schools, for who takes the pupils themselves part by part."""
    if _is_by_locks() and (pupils or schools):
        THESE_SCHOOLS.rows(pupils=sorted(pupils), schools=sorted(schools))


def hold_schools_of(codes: Collection[str]) -> None:
    """The same for a file that is read part by part, and knows its pupils by elev-id."""
    if not _is_by_locks():
        return
    told, schools = sorted(codes), set[int]()
    for start in range(0, len(told), CHUNK):
        schools |= set(db.session.scalars(OF_CODES, {"codes": told[start : start + CHUNK]}))
    hold_schools((), schools)


def _is_by_locks() -> bool:
    return db.session.get_bind().dialect.name != "sqlite"
