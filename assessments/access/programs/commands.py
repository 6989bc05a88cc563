"""``lasspar token``: keys by which programs ask in somebody's name."""

from datetime import datetime

import click
import sqlalchemy as sa

from assessments.access import accounts, audit
from assessments.access.models import Account, ApiToken
from assessments.access.programs import making, queries
from assessments.access.programs.scopes import TokenScope
from assessments.clock import today
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.cells import folded
from assessments.roster.models import Duty
from assessments.words import day, function_of, moment

SCOPES = click.Choice([scope.value for scope in TokenScope])
LISTED = "; ".join(f"{scope.value} ({scope.label})" for scope in TokenScope)


@click.group("token")
def token() -> None:
    """Nycklar för program som hämtar eller skriver i någons namn."""


@token.command("add")
@click.argument("username")
@click.argument("name")
@click.option(
    "--scope", "scopes", required=True, multiple=True, type=SCOPES, help=f"Vad nyckeln får göra: {LISTED}."
)
@click.option("--duty", help="Bara ett av personens uppdrag: en del av dess namn, till exempel 1A.")
@click.option("--to", "ends_on", type=click.DateTime(["%Y-%m-%d"]), help="Sista dagen; utan den om ett år.")
def add(
    username: str, name: str, scopes: tuple[str, ...], duty: str | None, ends_on: datetime | None
) -> None:
    """Skapa en nyckel som gäller för en person. Den visas bara nu.

    NAME säger vad den är till för. Nyckeln får aldrig mer än personens uppdrag ger den dag den används.
    """
    account = accounts.known(username)
    one = _duty_called(account, duty) if duty else None
    last = ends_on.date() if ends_on else today() + making.USUAL
    row, secret = making.make_token(account, name, [TokenScope(scope) for scope in scopes], last, one)
    audit.note("token:made", row, municipality_id=account.municipality_id, scopes=row.scopes)
    db.session.commit()
    click.echo(f"Nyckel {row.id} för {account.username} gäller till och med {day(row.ends_on)}.", err=True)
    click.echo("Spara den nu: den går inte att visa igen. Den som har den kan det som nyckeln får.", err=True)
    click.echo(secret)


@token.command("list")
def everything() -> None:
    """Visa alla nycklar, vad de får och när de senast användes."""
    rows = queries.every_token()
    if not rows:
        click.echo("Det finns inga nycklar. Skapa en med: lasspar token add")
    for row in rows:
        used = f"senast använd {moment(row.last_used_at)}" if row.last_used_at else "aldrig använd"
        click.echo(f"{row.id}: {row.name}{f' [{row.state}]' if row.state else ''}")
        click.echo(f"  {row.person} ({row.username}): {row.acts_by}")
        click.echo(f"  {row.scopes}; till och med {day(row.ends_on)}; {used}")


@token.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="NUMMER")
def revoke(number: int) -> None:
    """Ta bort en nyckel: den öppnar ingenting längre. NUMMER står i listan."""
    row = db.session.scalar(sa.select(ApiToken).filter_by(id=number))
    if row is None:
        raise Refused(f"Det finns ingen nyckel {number}. Se alla med: lasspar token list")
    making.revoke(row.id)
    audit.note("token:revoked", row, municipality_id=row.account.municipality_id)
    db.session.commit()
    click.echo(f"Nyckel {number} är borttagen.")


def _duty_called(account: Account, text: str) -> Duty:
    """The one duty of the account whose name has the words in it."""
    held = queries.duties_to_act_by(account)
    found = [one for one in held if folded(text) in folded(function_of(one))]
    if len(found) != 1:
        names = ", ".join(function_of(one) for one in held) or "inget uppdrag"
        raise Refused(
            f"{'Flera' if found else 'Inget'} av uppdragen för {account.username} stämmer med ”{text}”."
            f" Välj ett av: {names}."
        )
    return found[0]
