"""The trail of a file of duties: a row for every account and duty, as when they are given one by one."""

from assessments.access import audit
from assessments.access.staff_files.applying import Applied
from assessments.access.staff_files.held import municipality_id
from assessments.roster.models import Duty


def note_applied(done: Applied) -> None:
    """Leave the traces, in the transaction of the change."""
    for account in done.opened:
        for action in ("account:opened", "account:link_made"):
            audit.note(action, account, municipality_id=account.municipality_id)
    for duty in done.given:
        audit.note("duty:given", duty, municipality_id=_where(duty))
    for duty in done.ended:
        audit.note("duty:changed", duty, municipality_id=_where(duty), ends_on=str(duty.ends_on))


def _where(duty: Duty) -> int | None:
    return municipality_id(duty.school_class or duty.school or duty.municipality)
