"""``lasspar audit``: whether the trail is whole, and the alarms that nobody has looked at."""

import json
from pathlib import Path

import click
import sqlalchemy as sa

from assessments.access import audit
from assessments.access.alarm_models import Alarm
from assessments.access.trail import alarms, checking, queries
from assessments.database import db
from assessments.refusals import Refused
from assessments.words import counted, moment


@click.group("audit")
def audit_group() -> None:
    """Loggen över vem som sett och gjort vad."""


@audit_group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON, med kedjornas slut.")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fil med ett tidigare svar (--json): hittar också det som tagits bort från slutet.",
)
@click.option("--municipality", "--kommun", "kommun", help="Skriv bara kommunens kedjor som JSON.")
def verify(as_json: bool, against: Path | None, kommun: str | None) -> None:
    """Kontrollera att loggen är hel.

    Varje rad hänger ihop med raden före i skolans kedja. Första länken som inte håller nämns.
    """
    written_down = checking.as_written_down(against.read_text("utf-8", "replace")) if against else None
    told = checking.check(written_down)
    chains = counted(len(told.ends), "kedja", "kedjor")
    if kommun is not None:
        own = checking.chains_of(kommun)
        told.ends = {chain: end for chain, end in told.ends.items() if chain in own}
    names = checking.names_of(set(told.ends) | {one.chain for one in told.broken})
    if as_json:
        click.echo(_as_json(told, names))
    reasons = [_words(one, names) for one in sorted(told.broken, key=lambda one: one.row_id or 0)]
    if reasons:
        raise Refused([f"Loggen är inte hel: {reasons[0]}", *reasons[1:]])
    if not as_json:
        click.echo(f"Loggen är hel: {counted(told.rows, 'rad', 'rader')} i {chains}.")
        if told.earlier:
            click.echo(f"{counted(told.earlier, 'rad', 'rader')} är från tiden före kedjorna.")
        if told.anchored:
            click.echo(
                f"Början är gallrad i {counted(told.anchored, 'kedja', 'kedjor')}: de håller därifrån."
            )
        if told.unseen:
            ends = counted(told.unseen, "antecknat slut", "antecknade slut")
            click.echo(f"{ends} är gallrade sedan dess och gick inte att jämföra.")


@audit_group.command("alarms")
def open_alarms() -> None:
    """Visa larm som ingen har kvitterat."""
    rows = queries.open_alarms(sa.select(Alarm))
    if not rows:
        click.echo("Inga larm väntar.")
    for row in rows:
        asked = f", program har frågat med nyckel {row.programs}" if row.programs else ""
        click.echo(f"{row.id}: {row.username} {row.sentence} ({moment(row.raised_at)}{asked})")


@audit_group.command("acknowledge")
@click.argument("alarm_id", metavar="NUMMER", type=click.IntRange(1, 2**63 - 1))
@click.option("--note", required=True, help="Vad larmet berodde på.")
def acknowledge(alarm_id: int, note: str) -> None:
    """Kvittera ett larm."""
    alarm = db.session.get(Alarm, alarm_id)
    if alarm is None:
        raise Refused(f"Larm {alarm_id} finns inte. Se alla som väntar med: lasspar audit alarms")
    alarms.acknowledge(alarm, note, by=None)
    audit.note("alarm:acknowledged", alarm, municipality_id=alarm.municipality_id)
    db.session.commit()
    click.echo("Larmet är kvitterat.")


def _as_json(told: checking.Checked, names: dict[int, str]) -> str:
    chains = [
        {"chain": chain, "name": names[chain], "number": end.number, "digest": end.digest}
        for chain, end in sorted(told.ends.items())
    ]
    broken = [
        {"chain": one.chain, "number": one.number, "row": one.row_id, "why": one.why} for one in told.broken
    ]
    whole = {"whole": not broken, "rows": told.rows, "earlier": told.earlier}
    return json.dumps(whole | {"chains": chains, "broken": broken}, ensure_ascii=False)


def _words(one: checking.Broken, names: dict[int, str]) -> str:
    if one.number == 0:
        return f"rad {one.row_id}: {one.why}."
    row = f", rad {one.row_id}" if one.row_id else ""
    return f"{names[one.chain]}, länk {one.number}{row}: {one.why}."
