"""``lasspar imports``: the files of results that were taken in, and one of them undone."""

import click
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments.access import audit
from assessments.database import db
from assessments.import_models import ScoreFile
from assessments.imports.queries import score_files as queries
from assessments.imports.undoing import Undoing, plan_undoing, undo, why_not
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.words import counted, moment


@click.group("imports", help="Inlästa filer med resultat: vad som lästs in, och vägen tillbaka.")
def imports_group() -> None:
    pass


@imports_group.command("list")
def list_files() -> None:
    """Lista de senast inlästa filerna med resultat, den senaste först."""
    files = queries.score_files(sa.select(ScoreFile))
    for one in files:
        counts = f"{counted(one.pupils, 'elev', 'elever')}, {one.new_scores} nya, {one.replaced} ersatta"
        told = (str(one.id), moment(one.taken_in_at), one.window_slug, one.file_name, one.digest)
        click.echo(" · ".join((*told, counts, one.by, one.state)))
    if not files:
        click.echo("Inga filer är inlästa.")


@imports_group.command("undo")
@click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="NUMMER")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
def undo_file(number: int, dry_run: bool) -> None:
    """Ångra inläsningen NUMMER, inom 30 dagar. Numren står i: lasspar imports list

    Det som någon har ändrat sedan dess står kvar och listas.
    """
    taken_in = db.session.scalar(
        sa.select(ScoreFile).where(ScoreFile.id == number).options(joinedload(ScoreFile.window))
    )
    if taken_in is None:
        raise Refused(f"Det finns ingen inläsning {number}. Se: lasspar imports list")
    if reason := why_not(taken_in):
        raise Refused(reason)
    if dry_run:
        _tell(plan_undoing(taken_in))
        click.echo("Provkörning: inget är ändrat.")
        return
    told = undo(taken_in, Recorder())
    audit.note("scores:import_undone", taken_in, taken_back=told.taken_back, kept=len(told.kept))
    _tell(told)
    db.session.commit()
    click.echo("Inläsningen är ångrad.")


def _tell(told: Undoing) -> None:
    click.echo(queries.undoing_sentence(told))
    for row in queries.kept_rows(told.kept, None):
        click.echo(f"Står kvar: {row.pupil}, {row.measure}: {row.stands}. {row.reason}.")
    if len(told.kept) > queries.MOST_KEPT:
        click.echo(f"… och {len(told.kept) - queries.MOST_KEPT} till.")
