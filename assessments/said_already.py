"""Without script a form reaches the server as often as its button is pressed: what it adds is added once."""

from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import Recorded, db
from assessments.database.turns import wait_for_turn

MOMENT = timedelta(minutes=2)
Row = TypeVar("Row", bound=Recorded)


def said_already(kind: type[Row], account_id: int | None, /, **told: Any) -> list[Row]:
    """Rows of this kind that the account made within the last moment and that say all that is told (columns
    by name, also those that hold nothing), the latest first. No command presses twice: none without account.

    Who writes of a pupil holds the pupil first. The account's other presses wait until the commit.
    """
    if account_id is None:
        return []
    wait_for_turn(db.session.connection(), f"what {account_id} adds")
    asked = sa.select(kind).filter_by(account_id=account_id, **told)
    recent = asked.where(kind.created_at > now() - MOMENT).order_by(kind.created_at.desc())
    return list(db.session.scalars(recent))
