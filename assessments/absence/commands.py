"""``lasspar absence``: what a municipality's own scripts run."""

from pathlib import Path

import click

from assessments import windows
from assessments.absence.files import import_absence, summary
from assessments.absence.keeping import keep_file
from assessments.access import audit
from assessments.commands import FILE, content_of, only_tried, pupils_of, refusal
from assessments.database import db
from assessments.roster.tables import FROM_THE_COMMAND_LINE, UnreadableFile
from assessments.score_pupils import Terms


@click.group("absence", help="Frånvaro per period.")
def absence_group() -> None:
    pass


@absence_group.command("import")
@click.argument("file", type=FILE)
@click.option("--window", "code", required=True, help="Perioden, till exempel 2026/27-autumn.")
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@click.option("--replace", is_flag=True, help="Ersätt redan registrerad frånvaro som skiljer sig.")
def import_absence_file(file: Path, code: str, kommun: str | None, dry_run: bool, replace: bool) -> None:
    """Läs in frånvaro i procent ur FILE (CSV eller XLSX): elev-id;frånvaro. Allt eller inget."""
    window = windows.find(code)
    terms = Terms(pupils_of(kommun) if kommun else None, replace, not dry_run, asked_by="--replace")
    content = content_of(file)
    db.session.rollback()  # a large workbook takes minutes to read: nobody's save waits for it
    try:
        told = import_absence(window, file.name, content, FROM_THE_COMMAND_LINE, terms)
    except UnreadableFile as unreadable:
        raise refusal(file, unreadable.problems) from unreadable
    if told.problems:
        raise refusal(file, told.problems)
    if only_tried(summary(told), dry_run):
        return
    if told.changes_something:
        kept = keep_file(window, file.name, content, told, None)
        audit.note("absence:imported", window, file=kept.id, new=told.new, replaced=told.replaced)
        db.session.commit()
        click.echo("Frånvaron är inläst.")
