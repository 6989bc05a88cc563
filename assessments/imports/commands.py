"""``lasspar imports``: the files that were taken in, and one of them undone."""

import re
from typing import Any

import click
import sqlalchemy as sa

from assessments.absence.file_models import AbsenceFile
from assessments.access import audit
from assessments.database import db
from assessments.import_models import ScoreFile
from assessments.imports import absence_undoing, roster_undoing
from assessments.imports.queries import absence_files, class_lists, kept_pupils
from assessments.imports.queries import score_files as queries
from assessments.imports.undoing import Undoing, plan_undoing, undo, why_not
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import RosterImport
from assessments.words import counted, moment

NUMBER = re.compile(r"(?:(roster|absence)-)?([1-9][0-9]{0,17})")
Imported = RosterImport | AbsenceFile | ScoreFile
KINDS: dict[str | None, type[Imported]] = {"roster": RosterImport, "absence": AbsenceFile, None: ScoreFile}


@click.group("imports", help="Inlästa filer: vad som lästs in, och vägen tillbaka.")
def imports_group() -> None:
    pass


@imports_group.command("list")
def list_files() -> None:
    """Lista de senast inlästa filerna: resultat, klasslistor (roster) och frånvaro (absence)."""
    lines = [*_score_lines(), *_roster_lines(), *_absence_lines()]
    for told in lines:
        click.echo(" · ".join(told))
    if not lines:
        click.echo("Inga filer är inlästa.")


def _score_lines() -> list[tuple[str, ...]]:
    return [
        (
            *(str(one.id), moment(one.taken_in_at), one.window_slug, one.file_name, one.digest),
            f"{counted(one.pupils, 'elev', 'elever')}, {one.new_scores} nya, {one.replaced} ersatta",
            *(one.by, one.state),
        )
        for one in queries.score_files(sa.select(ScoreFile))
    ]


def _roster_lines() -> list[tuple[str, ...]]:
    return [
        (
            *(f"roster-{one.id}", moment(one.taken_in_at), one.file_name, one.digest),
            f"{counted(one.rows, 'rad', 'rader')}, {one.new} nya, {one.moved} bytte klass",
            *(one.by, str(one.state)),
        )
        for one in class_lists.class_lists(sa.select(RosterImport))
    ]


def _absence_lines() -> list[tuple[str, ...]]:
    return [
        (
            *(f"absence-{one.id}", moment(one.taken_in_at), one.window, one.file_name, one.digest),
            f"{one.new} nya, {one.replaced} ersatta",
            *(one.by, str(one.state)),
        )
        for one in absence_files.absence_files(sa.select(AbsenceFile))
    ]


@imports_group.command("undo")
@click.argument("number", metavar="NUMMER")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
def undo_file(number: str, dry_run: bool) -> None:
    """Ångra inläsningen NUMMER, inom 30 dagar. Numren står i: lasspar imports list

    Det som någon har ändrat sedan dess står kvar och listas.
    """
    taken_in = _taken_in(number)
    if isinstance(taken_in, RosterImport):
        _undo_roster(taken_in, dry_run)
    elif isinstance(taken_in, AbsenceFile):
        _undo_absence(taken_in, dry_run)
    else:
        _undo_scores(taken_in, dry_run)
    if dry_run:
        db.session.rollback()
        click.echo("Provkörning: inget är ändrat.")
        return
    db.session.commit()
    click.echo("Inläsningen är ångrad.")


def _taken_in(number: str) -> Imported:
    named = NUMBER.fullmatch(number)
    if named is None:
        raise click.BadParameter("Skriv numret som i listan: 3, roster-3 eller absence-3.")
    kind: Any = KINDS[named[1]]
    found: Imported | None = db.session.get(kind, int(named[2]))
    if found is None:
        raise Refused(f"Det finns ingen inläsning {number}. Se: lasspar imports list")
    return found


def _undo_scores(taken_in: ScoreFile, dry_run: bool) -> None:
    if reason := why_not(taken_in):
        raise Refused(reason)
    told = plan_undoing(taken_in) if dry_run else undo(taken_in, Recorder())
    if not dry_run:
        audit.note("scores:import_undone", taken_in, taken_back=told.taken_back, kept=len(told.kept))
    _tell(told)


def _tell(told: Undoing) -> None:
    click.echo(queries.undoing_sentence(told))
    for row in queries.kept_rows(told.kept, None):
        click.echo(f"Står kvar: {row.pupil}, {row.measure}: {row.stands}. {row.reason}.")
    _tell_rest(len(told.kept) - queries.MOST_KEPT)


def _undo_roster(taken_in: RosterImport, dry_run: bool) -> None:
    if reason := roster_undoing.why_not(taken_in, roster_undoing.trace_of(taken_in)):
        raise Refused(reason)
    told = roster_undoing.plan_undoing(taken_in) if dry_run else roster_undoing.undo(taken_in, None)
    if not dry_run:
        audit.note(
            "roster:import_undone", taken_in, municipality_id=taken_in.municipality_id,
            removed=told.removed, put_back=told.put_back, kept=len(told.kept),
        )  # fmt: skip
    click.echo(kept_pupils.undoing_sentence(told))
    for row in kept_pupils.kept_pupils(told.kept, None):
        click.echo(f"Står kvar: {row.pupil}: {row.stays}. {row.reason}.")
    if hidden := kept_pupils.hidden(told.kept):
        click.echo(f"Står kvar: {counted(hidden, 'elev', 'elever')} med skyddade personuppgifter.")
    _tell_rest(len(told.kept) - hidden - kept_pupils.MOST_KEPT)
    for name in told.places:
        click.echo(f"Tas bort: {name}")


def _undo_absence(taken_in: AbsenceFile, dry_run: bool) -> None:
    if reason := absence_undoing.why_not(taken_in):
        raise Refused(reason)
    told = absence_undoing.plan_undoing(taken_in) if dry_run else absence_undoing.undo(taken_in, None)
    if not dry_run:
        audit.note("absence:import_undone", taken_in, taken_back=told.taken_back, kept=told.kept)
    click.echo(absence_files.undoing_sentence(told))


def _tell_rest(more: int) -> None:
    if more > 0:
        click.echo(f"… och {more} till.")
