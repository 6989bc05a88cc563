"""``lasspar staff`` and ``lasspar duty``: accounts and dated duties from the command line."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from assessments.access import accounts, audit, codes, duties, queries, substitutes
from assessments.access.duties import Scope
from assessments.access.models import Account
from assessments.access.providers import identities, known
from assessments.access.scopes import (
    find_municipality,
    find_school,
    find_scope,
    find_years,
    municipality_named,
)
from assessments.access.staff_files.applying import apply_duties, preview
from assessments.access.staff_files.noting import note_applied
from assessments.access.staff_files.planning import plan_duties
from assessments.clock import today
from assessments.commands import FILE, content_of, only_tried, refusal
from assessments.database import db
from assessments.refusals import Refused
from assessments.roster import cells
from assessments.roster.models import Duty, Municipality, Role, TeamFunction
from assessments.roster.tables import FROM_THE_COMMAND_LINE, UnreadableFile
from assessments.words import ROLE_WORDS, TEAM_WORDS, day, during, function_of

ROLES = click.Choice([role.value for role in Role])
TEAM = click.option(
    "--team",
    type=click.Choice([team.value for team in TeamFunction]),
    help="För ett team: funktionen som begäranden om hjälp går till.",
)
LISTED_ROLES = ", ".join(role.value for role in Role)
DAY = click.DateTime(["%Y-%m-%d"])
MAKES_MUNICIPALITY = (Role.ADMINISTRATOR, Role.COORDINATOR)  # the first people, before any class list
INITIATIVE = "initiativet"


@click.group("staff")
def staff() -> None:
    """Personal och konton."""


@staff.command("add")
@click.argument("name")
@click.option("--username", required=True, help="Namnet som personen loggar in med.")
@click.option("--role", required=True, type=ROLES, help=f"Personens roll: {LISTED_ROLES}.")
@click.option("--kommun", required=True, help="Kommunen som sköter kontot.")
@click.option("--school", help="Skolenhetskod eller skolans namn, för den som arbetar på en skola.")
@click.option("--class", "class_name", help="Klassen, för en lärare som redan har en.")
@TEAM
def add(
    name: str,
    username: str,
    role: str,
    kommun: str,
    school: str | None,
    class_name: str | None,
    team: str | None,
) -> None:
    """Lägg till en person och ge en länk att välja lösenord med.

    Uppdraget gäller från i dag. Lärare får sitt med --class, eller sedan med: lasspar duty add
    """
    kind = Role(role)
    function = _function(team, kind)
    municipality = _municipality(kommun, kind)
    scope, has_scope = _first_scope(kind, municipality, school, class_name)
    account = accounts.open_account(name, username, municipality)
    audit.note("account:opened", account, municipality_id=account.municipality_id)
    if has_scope:
        _given(*duties.give(account.staff_member, kind, scope, today(), team=function))
    token = _link(account)
    db.session.commit()
    called = TEAM_WORDS[function] if function else ROLE_WORDS[kind]
    click.echo(f"{account.staff_member.name} ({account.username}) är tillagd som {called}.")
    if not has_scope:
        click.echo(
            "Läraren har ingen klass än och kan inte logga in förrän den finns. Ge klassen:\n"
            f"  lasspar duty add {account.username} teacher {school or 'SKOLENHETSKOD'}/KLASS"
            f" --from {day(today())}"
        )
    _tell(token)


@staff.command("reset")
@click.argument("username")
@click.option("--totp", is_flag=True, help="Ta bort engångskoderna i stället, när telefonen är borta.")
def reset(username: str, totp: bool) -> None:
    """Ge en ny länk till den som har glömt sitt lösenord.

    Det gamla lösenordet gäller tills länken har använts; då loggas personen också ut överallt. Med --totp
    gäller lösenordet som förut, och nästa inloggning ställer in en ny telefon.
    """
    if totp:
        _without_codes(accounts.known(username))
        return
    token = _link(accounts.known(username))
    db.session.commit()
    _tell(token)


@staff.command("identity")
@click.argument("username")
@click.argument("provider")
@click.argument("subject", required=False, default="")
def identity(username: str, provider: str, subject: str) -> None:
    """Koppla ett konto till kommunens inloggning.

    PROVIDER är namnet i inställningarna (EKBY i LASSPAR_OIDC_EKBY_ISSUER) och SUBJECT det som
    inloggningen kallar "sub". Utan SUBJECT tas kopplingen bort.
    """
    account = accounts.known(username)
    chosen = known.provider_called(provider.lower())
    if chosen is None:
        named = ", ".join(one.name for one in known.providers()) or "ingen"
        raise Refused(f"Det finns ingen inloggning {provider} i inställningarna. Där finns: {named}.")
    identities.set_identity(account, chosen.issuer, subject)
    audit.note("account:identity_set", account, municipality_id=account.municipality_id)
    db.session.commit()
    click.echo(
        f"{account.username} är {'kopplad till' if subject else 'inte längre kopplad till'} {chosen.label}."
    )


@staff.command("list")
def everybody() -> None:
    """Visa alla konton och deras uppdrag."""
    rows = queries.everybody()
    if not rows:
        click.echo("Det finns inga konton än. Lägg till det första med: lasspar staff add")
    for row in rows:
        state = f" [{row.state}]" if row.state else ""
        click.echo(f"{row.name} ({row.username or 'utan konto'}){state}")
        for duty in row.duties:
            click.echo(f"  {duty.function}, {during(duty)}{' (slut)' if duty.is_over else ''}")
        if not row.duties:
            click.echo("  inget uppdrag")


def _function(team: str | None, kind: Role) -> TeamFunction | None:
    """Which team. Raises Refused for another role: an option that is passed over in silence misleads."""
    if team and kind is not Role.TEAM:
        raise Refused(f"--team hör till rollen {Role.TEAM.value}.")
    return TeamFunction(team) if team else None


@click.group("duty")
def duty() -> None:
    """Uppdrag: vem som får göra vad, var och när."""


@duty.command("add")
@click.argument("username")
@click.argument("role", type=ROLES)
@click.argument("scope")
@click.option("--from", "starts_on", required=True, type=DAY, help="Första dagen.")
@click.option("--to", "ends_on", type=DAY, help="Sista dagen; utan den gäller uppdraget tills vidare.")
@click.option("--kommun", help="Kommunen, om flera skolor heter likadant.")
@TEAM
@click.option("--years", help="För en speciallärare som har vissa årskurser: 1-3, F-2 eller 2.")
def give(
    username: str,
    role: str,
    scope: str,
    starts_on: datetime,
    ends_on: datetime | None,
    kommun: str | None,
    team: str | None,
    years: str | None,
) -> None:
    """Ge en person ett uppdrag.

    SCOPE är skolenhetskod/klass eller skolnamn/klass för teacher, skolenhetskod eller skolnamn för
    special_teacher, principal och team, kommunens namn för team, coordinator och administrator, och
    initiativet för den coordinator som samordnar alla kommuner.
    """
    account, kind, first = accounts.known(username), Role(role), starts_on.date()
    place = find_scope(kind, scope, first, find_municipality(kommun) if kommun else None)
    last, function = ends_on.date() if ends_on else None, _function(team, kind)
    some = find_years(years, first) if years else None
    given, is_new = duties.give(account.staff_member, kind, place, first, last, function, some)
    _given(given, is_new)
    db.session.commit()
    said = "är nu" if is_new else "var redan"
    click.echo(f"{account.staff_member.name} {said} {function_of(given)}, {during(given)}.")


@duty.command("substitute")
@click.argument("absent", metavar="FRÅNVARANDE")
@click.argument("username")
@click.option("--from", "first_day", required=True, type=DAY, help="Första dagen.")
@click.option("--to", "last_day", required=True, type=DAY, help="Sista dagen: sedan tar uppdragen slut.")
def substitute(absent: str, username: str, first_day: datetime, last_day: datetime) -> None:
    """Låt ANVÄNDARNAMN vikariera för FRÅNVARANDE: samma uppdrag, men bara de dagarna."""
    away, member = accounts.known(absent), accounts.known(username).staff_member
    covered = substitutes.to_cover(away.staff_member, {one.id for one in away.staff_member.duties})
    for given in substitutes.appoint(covered, member, first_day.date(), last_day.date()):
        _given(given, True, substitute_for=away.id)
        click.echo(f"{member.name}: {function_of(given)}, {during(given)}.")
    db.session.commit()


@duty.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
def import_duties(file: Path, dry_run: bool) -> None:
    """Läs in personer och uppdrag ur FILE (CSV eller XLSX). Allt eller inget; samma fil igen ändrar inget.

    Kolumner: användarnamn, namn, roll, kommun, skolenhetskod eller skola, klass, årskurser, från, till.
    En rad med en annan sista dag än den som gäller flyttar den. Nya personer får var sin länk.
    """
    try:
        plan = plan_duties(file.name, content_of(file), FROM_THE_COMMAND_LINE, None)
    except UnreadableFile as unreadable:
        raise refusal(file, unreadable.problems) from unreadable
    if plan.problems:
        raise refusal(file, plan.problems)
    if only_tried(preview(plan), dry_run):
        return
    if plan.changes_something:
        done = apply_duties(plan)
        note_applied(done)
        told = [(one.staff_member.name, one.username) for one in done.opened]
        db.session.commit()
        click.echo("Uppdragen är inlästa.")
        for (name, username), token in zip(told, done.tokens, strict=True):
            click.echo(f"{name} ({username}):")
            _tell(token)


def _municipality(name: str, role: Role) -> Municipality | None:
    """The municipality that looks after the account; the first people come before any class list."""
    if role is Role.COORDINATOR and name.strip().lower() == INITIATIVE:
        return None
    if municipality_named(name) is None and role in MAKES_MUNICIPALITY:
        try:
            db.session.add(Municipality(name=cells.name(name, "kommunen")))
        except cells.CellFault as fault:
            raise Refused(f"Kommunens namn kan inte användas: {fault.reason}.") from fault
        db.session.flush()
        click.echo(f"Kommunen {name} är ny och har lagts till.")
    return find_municipality(name)


def _first_scope(
    role: Role, municipality: Municipality | None, school: str | None, class_name: str | None
) -> tuple[Scope, bool]:
    """Where the first duty holds, and whether there is one: a teacher's class may come later."""
    if class_name and not school:
        raise Refused("Ange skolan med --school när du anger en klass.")
    if role is Role.TEACHER and not class_name:
        if school:
            find_school(school, municipality)
        return None, False
    if class_name:
        return find_scope(Role.TEACHER, f"{school}/{class_name}", today(), municipality), True
    scope = find_school(school, municipality) if school else municipality
    if fault := duties.place_fault(role, scope):
        raise Refused(fault if school else f"{fault} Ange skolan med --school.")
    return scope, True


def _given(duty: Duty, is_new: bool, **details: int) -> None:
    if is_new:
        municipality = queries.municipality_of(duty)
        audit.note("duty:given", duty, municipality_id=municipality.id if municipality else None, **details)


def _without_codes(account: Account) -> None:
    codes.reset(account)
    audit.note("account:totp_reset", account, municipality_id=account.municipality_id)
    db.session.commit()
    click.echo(f"Engångskoderna för {account.username} är borttagna, och personen är utloggad överallt.")


def _link(account: Account) -> str:
    token = accounts.make_link(account)
    audit.note("account:link_made", account, municipality_id=account.municipality_id)
    return token


def _tell(token: str) -> None:
    """The link, with the address people use if the settings say it."""
    hosts = [host for host in current_app.config["TRUSTED_HOSTS"] or () if not host.startswith(".")]
    server = f"https://{hosts[0]}" if hosts else "http://127.0.0.1:5000"
    click.echo("Länken nedan gäller en gång, i 72 timmar. Ge den bara till personen själv:")
    click.echo(f"{server}/password/{token}")
    if not hosts:
        click.echo("(Byt ut början mot er egen adress, om Lässpår inte körs på den här datorn.)")
