"""The trail of a file of duties: a row for every account and duty, as when they are given one by one."""

from assessments.access import audit
from assessments.access.staff_files.applying import Applied
from assessments.roster.models import Duty


def note_applied(done: Applied) -> None:
    """Leave the traces, in the transaction of the change."""
    for account in done.opened:
        for action in ("account:opened", "account:link_made"):
            audit.note(action, account, municipality_id=account.municipality_id)
    for duty in done.given:
        audit.note("duty:given", duty, municipality_id=_municipality_id(duty))
    for duty in done.ended:
        audit.note("duty:changed", duty, municipality_id=_municipality_id(duty), ends_on=str(duty.ends_on))


def _municipality_id(duty: Duty) -> int | None:
    school = duty.school_class.school if duty.school_class else duty.school
    return school.municipality_id if school else duty.municipality_id
