"""``lasspar roster pull``: class lists fetched from the school administration, and a file of its duties."""

from pathlib import Path

import click

from assessments.access import audit
from assessments.access.scopes import find_municipality
from assessments.commands import only_tried, refusal, rename_option, roster_group
from assessments.database import db
from assessments.governing.class_names import note_renamed
from assessments.recording import Recorder
from assessments.refusals import Refused, because
from assessments.roster.applying import apply_roster
from assessments.roster.models import Municipality
from assessments.roster.preview import preview
from assessments.roster.renaming import ids_of
from assessments.ss12000 import pulling
from assessments.ss12000.connections import connections
from assessments.ss12000.models import PullOutcome

__all__ = ["roster_group"]


@roster_group.command("pull")
@click.argument("url", required=False)
@click.option("--municipality", "--kommun", "kommun", help="Kommunen, där flera har en anslutning.")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@click.option("--end-missing", is_flag=True, help="Avsluta elever som saknas i en klass som hämtas.")
@rename_option
@click.option(
    "--duties", type=click.Path(dir_okay=False, path_type=Path),
    help="Hämta i stället personal till en fil för: lasspar duty import",
)  # fmt: skip
def pull_roster(
    url: str | None,
    kommun: str | None,
    dry_run: bool,
    end_missing: bool,
    rename: tuple[str, ...],
    duties: Path | None,
) -> None:
    """Hämta klasslistor ur elevsystemet (SS 12000:2020). Allt eller inget; samma svar igen ändrar inget.

    Anslutningen står i inställningsfilen ss12000.toml. URL väljer den som har adressen.
    """
    municipality = _connected(url, kommun)
    if duties is not None:
        _write_duties(municipality, duties)
        return
    found = pulling.pull(municipality, patience=pulling.COMMAND_PATIENCE)
    told = (found.name, found.content, found.municipality_id)
    plan = pulling.plan_pulled(*told)
    if not plan.problems and (renamed := ids_of(rename, plan.renamings, plan.new_classes)):
        plan = pulling.plan_pulled(*told, renamed=renamed)
    if plan.problems:
        pulling.keep_outcome(found.pull_id, PullOutcome.FAULTY, plan, found.content, None)
        db.session.commit()
        raise refusal(Path("SS 12000"), plan.problems)
    plan.notes += found.notes
    if only_tried(preview(plan, end_missing=end_missing), dry_run):
        return
    taken_in = apply_roster(plan, end_missing=end_missing)
    outcome = PullOutcome.TAKEN_IN if taken_in else PullOutcome.NOTHING_NEW
    pulling.keep_outcome(found.pull_id, outcome, plan, found.content, taken_in)
    if taken_in:
        note_renamed(plan.renamed, Recorder())
        audit.note("roster:imported", taken_in, rows=plan.rows, new=len(plan.new), moved=len(plan.moved))
        click.echo("Klasslistan är inläst.")
    db.session.commit()


def _connected(url: str | None, kommun: str | None) -> Municipality:
    """The municipality that is meant: by name, by the address of its connection, or the only one there is."""
    if kommun:
        return find_municipality(kommun)
    known = [one for one in connections().values() if url is None or one.url == url.rstrip("/")]
    if len(known) != 1:
        raise Refused(
            "Ingen anslutning i inställningsfilen har den adressen."
            if url
            else "Säg vilken kommun med --municipality: anslutningarna står i inställningsfilen."
        )
    return find_municipality(known[0].municipality)


def _write_duties(municipality: Municipality, file: Path) -> None:
    content = pulling.duties_file(municipality, patience=pulling.COMMAND_PATIENCE)
    try:
        file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise Refused(f"{file}: filen kan inte skrivas ({because(error)}).") from error
    click.echo(f"Skrivet: {file}. Granska och läs in med: lasspar duty import {file} --dry-run")
