"""``lasspar pupil export``: the right of access, a pupil's whole record by one command."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from cryptography.fernet import InvalidToken

from assessments.access import audit
from assessments.clock import today
from assessments.database import db
from assessments.extracts.queries import health_notes_of, note_schools, record_of
from assessments.one_line import one_line
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster import narrowing
from assessments.roster.models import Municipality, Pupil
from reports.finding import find_pupil
from reports.writing_out import write_out
from screening.notes.keeping import log_row

FILE = click.Path(dir_okay=False, path_type=Path)
PROTECTED = (
    "Varning: eleven har skyddade personuppgifter. Utdraget säger var eleven går: lämna det bara till den som"
    " har rätt till det, och aldrig med vanlig post eller e-post."
)
READ = "en rad som någon har skrivit kan nämna andra."
OTHER_KEY = (
    "Något om eleven är krypterat med en annan nyckel än LASSPAR_DATA_KEY (eller data.key i instansen)."
)


@click.group("pupil", help="En elev: registerutdrag, begränsad behandling.")
def pupil_group() -> None:
    pass


@pupil_group.command("export")
@click.argument("pupil", metavar="ELEV-ID")
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--out", type=FILE, help="JSON-filen som skrivs (förvalt: standard ut).")
@click.option(
    "--paper", type=FILE, help="Skriv också utdraget på papper (PDF), att läsa igenom och lämna ut."
)
@click.option(
    "--notes", type=FILE,
    help="Skriv elevhälsans anteckningar i en egen fil. Det antecknas i elevhälsans egen logg.",
)  # fmt: skip
def export(pupil: str, kommun: str | None, out: Path | None, paper: Path | None, notes: Path | None) -> None:
    """Skriv allt som finns om eleven ELEV-ID som JSON: registerutdrag, med vem som har sett vad.

    Elevhälsans anteckningar är en zon för sig och står aldrig i samma fil som resultat. Slutar filen i
    --notes på .pdf blir de ett papper.
    """
    found = find_pupil(pupil, kommun)
    if notes and notes.resolve() in {one.resolve() for one in (out, paper) if one}:
        raise Refused("Elevhälsans anteckningar skrivs aldrig i samma fil som resultat. Ange två filer.")
    if found.is_protected:
        click.echo(PROTECTED, err=True)
    try:
        told = record_of(found)
        of_health = _notes(found, notes) if notes else b""
    except InvalidToken as error:
        raise Refused(OTHER_KEY) from error
    _note(found, with_notes=notes is not None)
    record = _as_json(told)
    on_paper = _on_paper(told, found) if paper else b""
    files = ((notes, of_health), (paper, on_paper), (out, record))
    write_out(*[(file, content) for file, content in files if file])
    if paper:
        click.echo(f"Registerutdrag på papper: {paper}. Läs igenom det innan du lämnar ut det: {READ}")
    if out:
        click.echo(f"Registerutdrag: {out}")
    elif not paper:
        click.echo(record, nl=False)
    if notes:
        click.echo(f"Elevhälsans anteckningar, för sig: {notes}", err=not (out or paper))


@pupil_group.command("narrow")
@click.argument("pupil", metavar="ELEV-ID")
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--reason", help="Varför: till exempel att uppgifternas riktighet är bestridd.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Från och med. [förval: i dag]")
@click.option("--lift", is_flag=True, help="Upphäv: uppgifterna används igen.")
def narrow(pupil: str, kommun: str | None, reason: str | None, day: datetime | None, lift: bool) -> None:
    """Begränsa behandlingen av uppgifterna om eleven ELEV-ID (dataskyddsförordningen artikel 18).

    De sparas, men visas, skrivs, bedöms, räknas, skrivs ut och gallras inte. Klasslistan säger att det är så.
    """
    found = find_pupil(pupil, kommun)
    if lift == (reason is not None):
        raise click.UsageError("Skriv --reason med skälet, eller --lift.")
    if lift:
        narrowing.lift(found)
    else:
        said = one_line(reason, narrowing.LONGEST, narrowing.NO_REASON)
        narrowing.narrow(found, said, day.date() if day else today())
    done = "used_again" if lift else "narrowed"
    audit.note(f"pupil:{done}", found, municipality_id=found.municipality_id)
    db.session.commit()
    click.echo("Begränsningen är upphävd." if lift else "Behandlingen är begränsad.")


def _notes(pupil: Pupil, file: Path) -> bytes:
    told = health_notes_of(pupil)
    return _on_paper(told, pupil, of_health=True) if file.suffix.lower() == ".pdf" else _as_json(told)


def _on_paper(told: dict[str, Any], pupil: Pupil, *, of_health: bool = False) -> bytes:
    from reports.documents import register_extract as document  # ReportLab, for those who want paper
    from reports.gathering.register_extract import extract_paper

    municipality = db.session.get_one(Municipality, pupil.municipality_id)
    return document.pdf(extract_paper(told, municipality, of_health=of_health))


def _as_json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _note(pupil: Pupil, *, with_notes: bool) -> None:
    """In the trail; and, where the notes are handed out, in their own log for each school that wrote any."""
    audit.note("pupil:extracted", pupil, municipality_id=pupil.municipality_id)
    if with_notes:
        audit.note("notes:extracted", pupil, municipality_id=pupil.municipality_id)
        db.session.add_all(log_row(pupil.id, school, "read", Recorder()) for school in note_schools(pupil))
    db.session.flush()
