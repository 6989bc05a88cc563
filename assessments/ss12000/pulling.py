"""Class lists fetched and planned as any other file; what became of it is written down. Verbs flush."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from assessments.calendar import year_label
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.importing import plan_roster
from assessments.roster.models import Enrolment, Municipality, Pupil, RosterImport, School, SchoolClass
from assessments.roster.personnummer import data_key
from assessments.roster.plans import Departure, RosterPlan
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, UnreadableFile
from assessments.ss12000.connections import connection_of
from assessments.ss12000.models import CALLED, PulledMark, PullOutcome, RosterPull

FROM_A_PULL = Limits(megabytes=100, rows=200_000)
PAGE_PATIENCE, COMMAND_PATIENCE = 20.0, 600.0  # seconds
OVERLAP = timedelta(days=1)  # clocks differ: what was removed is asked for from a little earlier
TRANSPORT = "lasspar.ss12000_transport"  # a test's own; none: the network


@dataclass(frozen=True)
class Pulled:
    """A class list that was fetched, not yet confirmed."""

    pull_id: int
    municipality_id: int
    name: str
    content: bytes
    notes: list[str]


def pull(municipality: Municipality, *, patience: float, account_id: int | None = None) -> Pulled:
    """Fetch the municipality's class lists, while nobody waits for the database. The row is committed here,
    also where the fetching failed, so that people see why. Raises Refused."""
    from flask import current_app

    from assessments.ss12000.client import Client  # loads httpx: only where something is fetched
    from assessments.ss12000.fetching import fetch_lists

    name, municipality_id, since = municipality.name, municipality.id, _last_taken_in(municipality)
    row = RosterPull(municipality_id=municipality_id, account_id=account_id, outcome=PullOutcome.LOOKED_OVER)
    try:
        connection = connection_of(name)
        db.session.rollback()
        gone = _Gone(municipality_id, name, tells_ids=connection.elev_id == "id")
        with Client(connection, patience=patience, transport=current_app.extensions.get(TRANSPORT)) as client:
            found = fetch_lists(client, name, today(), since and since - OVERLAP, gone)
    except Refused as refused:
        db.session.rollback()
        row.outcome, row.reason = PullOutcome.FAILED, " ".join(refused.reasons)
        db.session.add(row)
        db.session.commit()
        raise
    row.pupils, row.marked, row.deleted = found.pupils, found.marked, len(found.deleted or ())
    db.session.add(row)
    db.session.commit()
    return Pulled(row.id, municipality_id, f"{CALLED} {name} {today()}", found.content, found.notes)


def duties_file(municipality: Municipality, *, patience: float) -> bytes:
    """A file for ``lasspar duty import``, to be looked over by a person. Raises Refused."""
    from flask import current_app

    from assessments.ss12000.client import Client
    from assessments.ss12000.fetching import fetch_duties

    name = municipality.name
    connection = replace(connection_of(name), elev_id="eppn", takes_personnummer=False)
    db.session.rollback()
    with Client(connection, patience=patience, transport=current_app.extensions.get(TRANSPORT)) as client:
        return fetch_duties(client, name)


def plan_pulled(name: str, content: bytes, municipality_id: int, renamed: Collection[int] = ()) -> RosterPlan:
    """What a fetched list would change. Faults name the elev-id, for nobody has the rows; who is set aside
    once, and is still marked, is told in ``aside`` and not set aside again."""
    try:
        plan = plan_roster(name, content, FROM_A_PULL, None, within={municipality_id}, renamed=renamed)
    except UnreadableFile as unreadable:
        return RosterPlan(today(), "", name, problems=unreadable.problems)
    codes = _codes(content)
    plan.problems = [
        replace(one, reason=f"{one.reason} (elev-id {codes[one.row]})") if codes.get(one.row) else one
        for one in plan.problems
    ]
    traces = {one.row: _trace(municipality_id, codes.get(one.row, "")) for one in plan.quarantined}
    known = sa.select(PulledMark.trace).filter_by(municipality_id=municipality_id)
    met = set(db.session.scalars(known)) if traces else set()
    again = [one for one in plan.quarantined if traces[one.row] in met]
    plan.quarantined = [one for one in plan.quarantined if traces[one.row] not in met]
    plan.aside += again
    plan.unnamed = _unnamed(municipality_id, set(codes.values()), {one.pupil_id for one in plan.left})
    return plan


def _unnamed(municipality_id: int, codes: Collection[str], told: Collection[int]) -> list[Departure]:
    """Pupils who go here today and of whom the whole answer says nothing, not even their class: also whom a
    service has removed and cannot name. Only a person ends them, one by one. One query."""
    asked = (
        sa.select(Enrolment)
        .join(Enrolment.pupil)
        .join(Enrolment.school_class)
        .where(Pupil.municipality_id == municipality_id, ~Pupil.is_protected, *_goes_today())
        .options(
            contains_eager(Enrolment.pupil),
            contains_eager(Enrolment.school_class).joinedload(SchoolClass.school),
        )
        .order_by(SchoolClass.school_id, SchoolClass.name, Enrolment.pupil_id)
    )
    return [
        Departure(
            f"{one.pupil.given_name} {one.pupil.family_name}",
            f"{one.school_class.name}, {one.school_class.school.name}",
            one.pupil_id,
            one.id,
            one.starts_on,
        )
        for one in db.session.scalars(asked)
        if one.pupil.code not in codes and one.pupil_id not in told
    ]


def _goes_today() -> tuple[sa.ColumnElement[bool], ...]:
    return Enrolment.starts_on <= today(), sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today())


def keep_outcome(
    pull_id: int, outcome: PullOutcome, plan: RosterPlan, content: bytes, taken_in: RosterImport | None
) -> None:
    """What became of the pull; and traces of those who were set aside."""
    row = db.session.get_one(RosterPull, pull_id)
    row.outcome, row.roster_import_id = outcome, taken_in.id if taken_in else None
    if outcome in (PullOutcome.TAKEN_IN, PullOutcome.NOTHING_NEW):
        codes = _codes(content)
        now_marked, again = (
            {_trace(row.municipality_id, codes.get(one.row, "")) for one in rows}
            for rows in (plan.quarantined, plan.aside)
        )
        _forget_others(row.municipality_id, now_marked | again)
        if taken_in:
            db.session.add_all(
                PulledMark(municipality_id=row.municipality_id, trace=one) for one in now_marked
            )
    db.session.flush()


def _forget_others(municipality_id: int, traces: Collection[str]) -> None:
    """Of who is marked no more, or is gone from the answer, nothing is kept: not even a trace."""
    here = PulledMark.municipality_id == municipality_id
    db.session.execute(sa.delete(PulledMark).where(here, PulledMark.trace.not_in(traces)))


def forget_mark(roster_import_id: int) -> None:
    """A list that is undone lets its marks go: fetched again, they are set aside again."""
    pulled = sa.select(RosterPull).filter_by(roster_import_id=roster_import_id)
    row = db.session.scalar(pulled)
    if row is not None:
        since = PulledMark.created_at >= row.created_at
        db.session.execute(
            sa.delete(PulledMark).where(PulledMark.municipality_id == row.municipality_id, since)
        )


def _last_taken_in(municipality: Municipality) -> Any:
    """When the latest list was fetched that was taken in, or that said nothing new."""
    ended = (PullOutcome.TAKEN_IN, PullOutcome.NOTHING_NEW)
    asked = sa.select(sa.func.max(RosterPull.created_at)).where(
        RosterPull.municipality_id == municipality.id, RosterPull.outcome.in_(ended)
    )
    return db.session.scalar(asked)


def _codes(content: bytes) -> dict[int, str]:
    """The elev-id of every row, marked ones too: they never leave this module."""
    table = read_table("", content, FROM_A_PULL)
    place = table.header.index("elev-id")
    return {row.number: row.cells[place] for row in table.rows}


def _trace(municipality_id: int, code: str) -> str:
    key = hmac.digest(data_key(), b"pulled mark", "sha256")
    return hmac.new(key, f"{municipality_id}:{code}".encode(), "sha256").hexdigest()


@dataclass(frozen=True)
class _Gone:
    """Rows for pupils of ours whom the service has removed: they went where they go until yesterday."""

    municipality_id: int
    name: str
    tells_ids: bool

    def __call__(self, ids: Collection[str]) -> list[dict[str, str]]:
        if not self.tells_ids or not ids:
            return []
        asked = (
            sa.select(Enrolment)
            .join(Pupil, Pupil.id == Enrolment.pupil_id)
            .where(
                Pupil.municipality_id == self.municipality_id,
                Pupil.code.in_(ids),
                ~Pupil.is_protected,
                *_goes_today(),
            )
            .options(
                joinedload(Enrolment.pupil),
                joinedload(Enrolment.school_class).joinedload(SchoolClass.school),
            )
            .order_by(Enrolment.pupil_id)
        )
        rows = [self._row(one, today() - timedelta(days=1)) for one in db.session.scalars(asked)]
        db.session.rollback()
        return rows

    def _row(self, enrolment: Enrolment, last_day: date) -> dict[str, str]:
        pupil, school_class = enrolment.pupil, enrolment.school_class
        school: School = school_class.school
        return {
            "kommun": self.name,
            "skolenhetskod": school.code or "",
            "skola": school.name,
            "klass": school_class.name,
            "årskurs": year_label(enrolment.year, school_class.academic_year),
            "elev-id": pupil.code,
            "förnamn": pupil.given_name,
            "efternamn": pupil.family_name,
            "slutar": max(last_day, enrolment.starts_on).isoformat(),
        }
