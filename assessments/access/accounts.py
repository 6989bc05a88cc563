"""Accounts: made, found, given a link, closed and opened again. Verbs flush; views and commands commit."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from assessments.access import passwords
from assessments.access.models import Account, LinkPurpose, OneTimeLink, SignInSession
from assessments.access.tokens import fingerprint, new_token
from assessments.clock import now
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.characters import name_fault
from assessments.roster.models import Duty, Municipality, StaffMember

LINK_HOLDS = timedelta(hours=72)
USERNAME = re.compile(r"[a-z0-9åäöéü][a-z0-9åäöéü._@-]{1,99}")
PRODUCT = "Lässpår"


def as_username(text: str) -> str:
    """Usernames are the same in capitals and small letters, and whatever keyboard made the å."""
    return unicodedata.normalize("NFC", text).strip().lower()


def find(username: str) -> Account | None:
    """The account with the username, as typed; none that has been disposed of."""
    asked = sa.select(Account).join(Account.staff_member).where(StaffMember.disposed_at.is_(None))
    return db.session.scalar(asked.where(Account.username == as_username(username)))


def known(username: str) -> Account:
    """The account with the username; refuses when there is none."""
    account = find(username)
    if account is None:
        raise Refused(f"Användarnamnet {as_username(username)} finns inte. Se alla med: lasspar staff list")
    return account


def open_account(name: str, username: str, municipality: Municipality | None) -> Account:
    """A new staff member with an account that nobody can sign in to before a link has been used."""
    name, username = unicodedata.normalize("NFC", " ".join(name.split())), as_username(username)
    reasons = [*_name_faults(name), *_username_faults(username)]
    if reasons:
        raise Refused(reasons)
    account = Account(staff_member=StaffMember(name=name), username=username, municipality=municipality)
    db.session.add(account)
    db.session.flush()
    return account


def rename(account: Account, name: str) -> bool:
    """Call the person something else, as after a wedding; False where that is the name already."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if faults := _name_faults(name):
        raise Refused(faults)
    is_news, account.staff_member.name = account.staff_member.name != name, name
    db.session.flush()
    return is_news


def make_link(account: Account) -> str:
    """A new single-use link's token; links made before it no longer open anything."""
    if account.disabled_at:
        raise Refused(f"Kontot {account.username} är avstängt. Öppna det först.")
    _use_up(account)
    token = new_token()
    purpose = LinkPurpose.RESET if account.password_hash else LinkPurpose.FIRST_PASSWORD
    db.session.add(
        OneTimeLink(
            account=account, token_hash=fingerprint(token), purpose=purpose, expires_at=now() + LINK_HOLDS
        )
    )
    db.session.flush()
    return token


def first_links(opened: Sequence[Account]) -> list[str]:
    """The tokens of links for accounts that have just been opened, in order: nobody has had one before."""
    tokens = [new_token() for _ in opened]
    db.session.add_all(
        OneTimeLink(
            account=account, token_hash=fingerprint(token), purpose=LinkPurpose.FIRST_PASSWORD,
            expires_at=now() + LINK_HOLDS,
        )
        for account, token in zip(opened, tokens, strict=True)
    )  # fmt: skip
    db.session.flush()
    return tokens


def find_link(token: str) -> OneTimeLink | None:
    """The link, while it still opens something."""
    return db.session.scalar(
        sa.select(OneTimeLink)
        .join(OneTimeLink.account)
        .where(
            OneTimeLink.token_hash == fingerprint(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now(),
            Account.disabled_at.is_(None),
        )
    )


def use_link(link: OneTimeLink, password: str) -> Account:
    """Set the password once: every session and every other link of the account ends."""
    account = link.account
    if reasons := passwords.faults(password, _known_about(account)):
        raise Refused(reasons)
    # Of two who use the link at the same moment the database lets one through.
    claimed = db.session.scalars(
        sa.update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
        .returning(OneTimeLink.id)
    ).all()
    if not claimed:
        raise Refused("Länken har redan använts.")
    account.password_hash = passwords.hash_password(password)
    _use_up(account)
    end_sessions(account)
    db.session.flush()
    return account


def disable(account: Account) -> None:
    """Close the account: its sessions and links end at once, its duties stay as they were."""
    account.disabled_at = account.disabled_at or now()
    _use_up(account)
    end_sessions(account)
    db.session.flush()


def enable(account: Account) -> None:
    """Open a closed account again."""
    account.disabled_at = None
    db.session.flush()


def end_sessions(account: Account, but: int | None = None) -> None:
    """Sign the account out everywhere (but in the session with that id)."""
    db.session.execute(
        sa.update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .where(SignInSession.id != (but or 0))
        .values(ended_at=now())
    )


def _use_up(account: Account) -> None:
    db.session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
    )


def _known_about(account: Account) -> list[str]:
    """What others know of the person, and try first: names, school, municipality, this program."""
    words = [account.staff_member.name, account.username, PRODUCT]
    if account.municipality:
        words.append(account.municipality.name)
    duties: Sequence[Duty] = account.staff_member.duties
    schools = [duty.school_class.school if duty.school_class else duty.school for duty in duties]
    return words + [school.name for school in schools if school]


def _name_faults(name: str) -> list[str]:
    if not name:
        return ["Namnet saknas."]
    fault = name_fault(name)
    return [f"{fault[0].upper()}{fault[1:]}."] if fault else []


def _username_faults(username: str) -> list[str]:
    if not USERNAME.fullmatch(username):
        return [
            "Användarnamnet ska ha 2 till 100 tecken: små bokstäver, siffror, punkt, bindestreck, _ eller @,"
            " och börja med en bokstav eller siffra."
        ]
    if find(username):
        return [f"Användarnamnet {username} är upptaget. Välj ett annat."]
    return []
