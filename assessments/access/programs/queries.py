"""What the pages about tokens print, in their order: those that open something first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access.models import Account, ApiToken
from assessments.access.programs.scopes import TokenScope, scopes_in
from assessments.clock import day_of, today
from assessments.collation import swedish_key
from assessments.database import db
from assessments.roster.models import Duty, SchoolClass
from assessments.words import capitalize_first, function_of, listed


@dataclass(frozen=True)
class TokenRow:
    """A token without its secret, which nobody has. ``state`` says why it opens nothing, if it does not."""

    id: int
    name: str
    account_id: int
    person: str
    username: str
    acts_by: str
    scopes: str  # in words
    made_on: date
    ends_on: date
    last_used_at: datetime | None
    state: str


def tokens_of(account_id: int) -> list[TokenRow]:
    """The tokens that act for one account."""
    return _rows(ApiToken.account_id == account_id)


def tokens_in(municipality_ids: Sequence[int]) -> list[TokenRow]:
    """The tokens that act for accounts of the municipalities, person by person."""
    return _rows(Account.municipality_id.in_(municipality_ids))


def every_token() -> list[TokenRow]:
    return _rows(sa.true())


def duties_to_act_by(account: Account) -> list[Duty]:
    """The person's duties that hold now or later, oldest first."""
    held = [one for one in account.staff_member.duties if one.ends_on is None or one.ends_on >= today()]
    return sorted(held, key=lambda one: (one.starts_on, one.id))


def _rows(which: sa.ColumnElement[bool]) -> list[TokenRow]:
    """Three queries, however many tokens."""
    found = db.session.scalars(
        sa.select(ApiToken)
        .join(ApiToken.account)
        .where(which)
        .options(
            joinedload(ApiToken.account).joinedload(Account.staff_member),
            joinedload(ApiToken.duty).joinedload(Duty.school_class).joinedload(SchoolClass.school),
            joinedload(ApiToken.duty).joinedload(Duty.school),
            joinedload(ApiToken.duty).joinedload(Duty.municipality),
        )
    )
    rows = [_row(one) for one in found]
    return sorted(rows, key=lambda one: (bool(one.state), swedish_key(one.person), one.id))


def _row(one: ApiToken) -> TokenRow:
    return TokenRow(
        id=one.id,
        name=one.name,
        account_id=one.account_id,
        person=one.account.staff_member.name,
        username=one.account.username,
        acts_by=capitalize_first(function_of(one.duty)) if one.duty else "Alla uppdrag",
        scopes=capitalize_first(listed([scope.label for scope in _in_order(one.scopes)])),
        made_on=day_of(one.created_at),
        ends_on=one.ends_on,
        last_used_at=one.last_used_at,
        state=_state(one),
    )


def _in_order(scopes: str) -> list[TokenScope]:
    found = scopes_in(scopes)
    return [one for one in TokenScope if one in found]


def _state(one: ApiToken) -> str:
    if one.revoked_at:
        return "borttagen"
    if one.ends_on < today():
        return "har gått ut"
    if one.account.disabled_at:
        return "kontot är avstängt"
    if one.duty and one.duty.ends_on and one.duty.ends_on < today():
        return "uppdraget är slut"
    return ""
