"""``lasspar governing``: what the initiative has chosen, and choosing, from the command line."""

from datetime import date, datetime

import click

from assessments import windows
from assessments.access import audit
from assessments.access.governed import NO, YES, GovernedSetting
from assessments.access.scopes import find_municipality, find_school, find_years
from assessments.clock import today
from assessments.database import db
from assessments.governing import measures as switching
from assessments.governing import members as membership
from assessments.governing.choosing import About
from assessments.governing.measures import NO_EXCEPTION
from assessments.refusals import Refused
from assessments.words import day, listed, moment
from assessments.writes import Recorder

DAY = click.DateTime(["%Y-%m-%d"])
WHY = click.option("--why", required=True, help="Varför, på en rad: den står i historiken.")
FROM = click.option("--from", "starts_on", type=DAY, help="Första dagen (förvalt: i dag).")
VALUES = {"on": YES, "off": NO, "none": NO_EXCEPTION}


@click.group("governing")
def governing() -> None:
    """Styrning: vad lässatsningen har valt, och vilka kommuner som är med."""


@governing.command("list")
@click.option("--history", "as_history", is_flag=True, help="Allt som har valts, det senaste först.")
def show(as_history: bool) -> None:
    """Visa vad som gäller i dag, eller hela historiken."""
    from screening.governing import queries  # with what the pages load, which --help does not need

    if not as_history:
        for one in queries.held():
            since = f"sedan {day(one.since)}: {one.why}" if one.since else "som det kom med Lässpår"
            click.echo(f"{one.code}: {one.name}: {one.words} ({since})")
        return
    for line in queries.told_lines(queries.every_choice()):
        what = f"{line.name} ({line.about})" if line.about else line.name
        why = f" Varför: {line.why}." if line.why else ""
        click.echo(
            f"{moment(line.said_at)}  {what}: {line.words}, från {day(line.valid_from)}. {line.who}.{why}"
        )


@governing.command("choose")
@click.argument("code", metavar="KOD")
@click.argument("value", metavar="VÄRDE")
@FROM
@WHY
def choose(code: str, value: str, starts_on: datetime | None, why: str) -> None:
    """Låt VÄRDE gälla för KOD från en dag. Koderna står i: lasspar governing list"""
    from assessments.governing.catalogue import settings
    from screening.governing import choosing, queries

    if code not in settings():
        raise Refused(f"{code} finns inte. Välj bland {listed(list(settings()))}.")
    row = choosing.choose(code, value, _first(starts_on), why, Recorder())
    if row is None:
        click.echo("Det gäller redan så den dagen.")
        return
    _keep("governing:chosen", row)
    click.echo(f"{settings()[code].name}: {queries.words_of(code, row.value)} från {day(row.valid_from)}.")


@governing.command("measure")
@click.argument("measure", metavar="MÅTT")
@click.argument("value", type=click.Choice(list(VALUES)))
@click.option("--year", help="Årskursen, till exempel 2 eller F; utan den alla.")
@click.option("--window", "code", metavar="PERIOD", help="Perioden, till exempel 2026/27-autumn.")
@click.option("--school", help="Skolenhetskod eller skolans namn; utan den alla skolor.")
@click.option("--kommun", help="Kommunen, om flera skolor heter likadant.")
@FROM
@WHY
def switch(
    measure: str,
    value: str,
    year: str | None,
    code: str | None,
    school: str | None,
    kommun: str | None,
    starts_on: datetime | None,
    why: str,
) -> None:
    """Slå på eller av ett mått, eller ta bort undantaget (none). Kör sedan: lasspar screening rejudge"""
    from screening.governing.choosing import decided_alone  # as above

    first = _first(starts_on)
    here = find_school(school, find_municipality(kommun) if kommun else None) if school else None
    about = About(
        year=find_years(year, first)[0] if year else None,
        window_id=windows.find(code).id if code else None,
        school_id=here.id if here else None,
    )
    row = switching.switch(measure, VALUES[value], about, first, why, Recorder())
    _keep("governing:measure", row)
    click.echo(f"{measure} är sparat. Bedöm om med: lasspar screening rejudge")
    if row.value == NO and (alone := decided_alone(measure, about)):
        click.echo(f"Utan måttet kan nivån inte bestämmas i {listed(alone)}.")


@governing.command("members")
def members() -> None:
    """Vilka kommuner som är med i satsningen."""
    for one in membership.members():
        coming = one.to_come
        change = f"; {'med' if coming[1] else 'inte med'} från {day(coming[0])}" if coming else ""
        click.echo(f"{one.name}: {'med' if one.is_in else 'inte med'}{change}")


@governing.command("join")
@click.argument("kommun")
@FROM
@WHY
def join(kommun: str, starts_on: datetime | None, why: str) -> None:
    """KOMMUN går med i satsningen: den räknas i perioder som stänger den dagen eller senare."""
    from screening.governing import joining  # as above

    municipality = find_municipality(kommun)
    row = joining.join(municipality, _first(starts_on), why, Recorder())
    _keep("governing:joined", row)
    click.echo(f"{municipality.name} är med i satsningen från {day(row.valid_from)}.")


@governing.command("leave")
@click.argument("kommun")
@click.option("--last-day", type=DAY, help="Sista dagen i satsningen (förvalt: i dag).")
@WHY
def leave(kommun: str, last_day: datetime | None, why: str) -> None:
    """KOMMUN lämnar satsningen och behåller allt sitt. Det som har visats står kvar."""
    municipality = find_municipality(kommun)
    row = membership.leave(municipality, _first(last_day), why, Recorder())
    _keep("governing:left", row)
    click.echo(f"{municipality.name} är med i satsningen till och med {day(_first(last_day))}.")


def _first(told: datetime | None) -> date:
    return told.date() if told else today()


def _keep(action: str, row: GovernedSetting) -> None:
    audit.note(action, row, municipality_id=row.municipality_id, code=row.code)
    db.session.commit()
