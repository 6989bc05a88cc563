"""A class list taken back: what it changed, where nobody has changed it since.

A pupil whom the list added goes, unless somebody has changed something or there are results: then the pupil
stays, and is told. Places that the list made go where nothing is left in them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from assessments.governing.class_names import note_former_name
from assessments.imports.belongings import take_away, unused
from assessments.imports.roster_steps import RosterUndoing, carry_out, look_at
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import QuarantinedRow, QuarantineNote, RosterImport, School, SchoolClass
from assessments.roster.trace_models import RosterTrace
from assessments.roster.traces import CHANGES, parts
from assessments.ss12000.pulling import forget_mark
from assessments.taken_back import DAYS, is_too_late
from assessments.writes import Recorder

PART = 2_000  # pupils at a time


def trace_of(taken_in: RosterImport) -> RosterTrace | None:
    """None for a list that was taken in before lists could be undone."""
    return db.session.get(RosterTrace, taken_in.id)


def why_not(taken_in: RosterImport, trace: RosterTrace | None) -> str | None:
    """Why the list cannot be undone; None while it can."""
    if trace is None:
        return "Klasslistan lästes in innan klasslistor gick att ångra."
    if trace.undone_at is not None:
        return "Inläsningen är redan ångrad."
    if is_too_late(taken_in.created_at):
        return f"Inläsningen är äldre än {DAYS} dagar. Rätta elev för elev i stället."
    return None


def plan_undoing(taken_in: RosterImport) -> RosterUndoing:
    """What undoing would do; changes nothing."""
    told = RosterUndoing()
    for part in _parts(taken_in):
        look_at(part, taken_in, told)
    trace = trace_of(taken_in)
    told.renamed = [names for _, names in _renamed(trace)] if trace else []
    return told


def undo(taken_in: RosterImport, duty_id: int | None) -> RosterUndoing:
    """Take back what the list said, wherever it still stands. Flushes; the caller commits.

    Raises Refused where it is too late, done already, or nothing is left to take back.
    """
    trace = trace_of(taken_in)
    reason = why_not(taken_in, trace)
    if trace is None or reason is not None:
        raise Refused(reason or [])
    told = RosterUndoing()
    hold({pupil_id for part in _parts(taken_in) for pupil_id in part})
    for part in _parts(taken_in):
        carry_out(look_at(part, taken_in, told))
    _unmark(taken_in)
    forget_mark(taken_in.id)
    told.renamed = _put_names_back(trace, Recorder(duty_id=duty_id))
    told.places = _put_places_back(trace.places)
    if not (told.taken_back or told.places or told.renamed):
        raise Refused("Det finns inget kvar att ångra: allt som klasslistan sa har ändrats sedan dess.")
    trace.undone_at, trace.undone_duty_id = now(), duty_id
    db.session.flush()
    db.session.expire_all()
    return told


def _parts(taken_in: RosterImport) -> Iterator[list[int]]:
    """The ids of the list's pupils in order, some at a time."""
    mine = sa.select(CHANGES.c.pupil_id).where(CHANGES.c.roster_import_id == taken_in.id).distinct()
    return parts(db.session.scalars(mine).all(), PART)


def _unmark(taken_in: RosterImport) -> None:
    """Rows in quarantine that nobody has dealt with go with the list: read again, it brings them again."""
    here = QuarantinedRow.roster_import_id == taken_in.id
    noted = sa.select(QuarantineNote.quarantined_row_id).where(QuarantineNote.duty_id.is_not(None))
    waiting = sa.select(QuarantinedRow.id).where(here, QuarantinedRow.id.not_in(noted))
    ids = list(db.session.scalars(waiting))
    db.session.execute(sa.delete(QuarantineNote).where(QuarantineNote.quarantined_row_id.in_(ids)))
    db.session.execute(sa.delete(QuarantinedRow).where(QuarantinedRow.id.in_(ids)))


def _renamed(trace: RosterTrace) -> list[tuple[SchoolClass, tuple[str, str]]]:
    """Classes that the list gave the name they have, and whose former one nobody has taken since; with both
    names."""
    found = []
    for said in trace.places.get("renamed", ()):
        school_class = db.session.get(SchoolClass, said["school_class"])
        if school_class is None or school_class.name != said["after"]:
            continue
        twin = sa.select(SchoolClass.id).filter_by(
            school_id=school_class.school_id, academic_year=school_class.academic_year, name=said["before"]
        )
        if db.session.scalar(twin) is None:
            found.append((school_class, (said["after"], said["before"])))
    return found


def _put_names_back(trace: RosterTrace, by: Recorder) -> list[tuple[str, str]]:
    found = _renamed(trace)
    for school_class, (name, former) in found:
        school_class.name = former
        note_former_name(school_class, name, by)
    db.session.flush()
    return [names for _, names in found]


def _put_places_back(places: Mapping[str, Any]) -> list[str]:
    """Names that schools had, and the places that the list made and that nothing stands in: their names."""
    for said in places["named"]:
        school = db.session.get(School, said["school"])
        if school and {name: getattr(school, name) for name in said["after"]} == said["after"]:
            school.name, school.code = said["before"]["name"], said["before"]["code"]
    db.session.flush()
    gone: list[str] = []
    for kind in ("school_class", "school", "municipality"):
        free = unused(kind, places["made"].get(kind, []))
        take_away(kind, list(free))
        gone += free.values()
    return gone
