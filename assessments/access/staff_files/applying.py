"""Carrying out a file of duties: everything it says, or nothing; and a plan in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.access import accounts
from assessments.access.duties import COLUMNS
from assessments.access.models import Account
from assessments.access.staff_files.planning import NewDuty, StaffPlan
from assessments.database import db
from assessments.roster.models import Duty, StaffMember
from assessments.words import counted, during

MOST_LINES = 30


@dataclass(frozen=True)
class Applied:
    """What was written. ``tokens``: of the links of those who are new, in the order of ``opened``."""

    opened: list[Account]
    tokens: list[str]
    given: list[Duty]
    ended: list[Duty]


def apply_duties(plan: StaffPlan) -> Applied:
    """Do what the plan says. Flushes, the caller commits.

    Raises ValueError for a plan with problems: a file is taken in whole or not at all.
    """
    if plan.problems:
        raise ValueError("a plan with problems is not carried out")
    opened = [
        Account(
            staff_member=StaffMember(name=one.name),
            username=one.username,
            municipality_id=one.municipality_id,
        )
        for one in plan.people
    ]
    db.session.add_all(opened)
    by_name = plan.known | {account.username: account for account in opened}
    given = [_duty(one, by_name[one.row.username]) for one in plan.given]
    db.session.add_all(given)
    for one in plan.ends:
        one.duty.ends_on = one.row.ends_on
    db.session.flush()
    return Applied(opened, accounts.first_links(opened), given, [one.duty for one in plan.ends])


def _duty(one: NewDuty, account: Account) -> Duty:
    place = {
        column: one.scope.id if one.scope and type(one.scope) is kind else None
        for kind, column in COLUMNS.items()
    }
    first_year, last_year = one.row.years or (None, None)
    return Duty(
        staff_member=account.staff_member, role=one.row.role, starts_on=one.row.starts_on,
        ends_on=one.row.ends_on, team=one.row.team, first_year=first_year, last_year=last_year, **place,
    )  # fmt: skip


def preview(plan: StaffPlan) -> Iterator[str]:
    """The plan line by line, in Swedish; long lists are cut and counted."""
    yield f"{counted(plan.rows, 'uppdrag', 'uppdrag')} i filen."
    people = [f"rad {one.row}: {one.name} ({one.username})" for one in plan.people]
    given = [f"rad {one.row.number}: {one.who}: {one.function}, {during(one.row)}" for one in plan.given]
    ends = [
        f"rad {one.row.number}: {one.who}: {one.function}, {during(one.row)} (förut {during(one.duty)})"
        for one in plan.ends
    ]
    for heading, lines in (("Nya personer", people), ("Nya uppdrag", given), ("Ändrad sista dag", ends)):
        if lines:
            yield f"{heading}: {len(lines)}"
            yield from (f"  {line}" for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"  … och {len(lines) - MOST_LINES} till"
    if plan.unchanged:
        yield f"Oförändrade: {plan.unchanged}"
    yield from (f"Obs: {note}" for note in plan.notes)
    if not plan.changes_something:
        yield "Inget att ändra: allt som filen säger är redan infört."
