"""``lasspar windows``, ``measures``, ``roster`` and ``scores``: what a municipality's own scripts run."""

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import sqlalchemy as sa

from assessments import window_dates, windows
from assessments.access import audit
from assessments.access.scopes import find_municipality
from assessments.calendar_files import apply_calendar, plan_calendar, told_of
from assessments.calendar_files import preview as lines_of
from assessments.database import db
from assessments.governing.choosing import About, note_choice
from assessments.governing.class_names import note_renamed
from assessments.governing.noting import note_dates
from assessments.instruments.catalogue import measures
from assessments.instruments.files import import_measures
from assessments.jobs.following import follow
from assessments.jobs.ordering import open_about
from assessments.models import Score
from assessments.recording import Recorder
from assessments.refusals import Refused, because
from assessments.roster.applying import apply_roster
from assessments.roster.header import nearest
from assessments.roster.importing import is_near, plan_roster
from assessments.roster.models import Municipality, Pupil
from assessments.roster.places import municipality_key
from assessments.roster.preview import preview
from assessments.roster.renaming import ids_of
from assessments.roster.tables import FROM_THE_COMMAND_LINE, Problem, UnreadableFile
from assessments.school_calendars import calendars_by_name
from assessments.score_files import Terms, import_scores, summary
from assessments.words import counted

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
STARTS_ON_HELP = (
    "Dagen då ändringarna börjar gälla (förvalt: i dag; i en klass som är ny för läsåret, läsårets början)."
)
Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)


def near_day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date | None:
    if value and not is_near(value.date()):
        raise click.BadParameter("Datumet ligger för långt bort.")
    return value.date() if value else None


def day_option(*names: str, **more: Any) -> Callable[[Command], Command]:
    """An option that takes a date as 2026-10-15."""
    return click.option(*names, type=DAY, callback=near_day, metavar="ÅÅÅÅ-MM-DD", **more)


def content_of(file: Path) -> bytes:
    """All of the file, or so much of it that whoever reads it says that it is too large: a device or a pipe
    may have no end. Raises Refused."""
    try:
        with file.open("rb") as there:
            return there.read((FROM_THE_COMMAND_LINE.megabytes << 20) + 1)
    except OSError as error:
        raise Refused(f"{file}: filen kan inte läsas ({because(error)}).") from error


def refusal(file: Path, problems: list[Problem]) -> Refused:
    """Every fault as ``fil:rad:kolumn: orsak``; what was written of the file is taken back."""
    db.session.rollback()
    return Refused([f"{file}:{problem}" for problem in problems])


def only_tried(lines: Iterable[str], dry_run: bool) -> bool:
    """Say what changes, line by line. True where that is all: of a trial nothing stays."""
    for line in lines:
        click.echo(line)
    if dry_run:
        db.session.rollback()
        click.echo("Provkörning: inget är ändrat.")
    return dry_run


@click.group("windows", help="Kartläggningsperioder.")
def windows_group() -> None:
    pass


@windows_group.command("open")
@click.argument("window")
@day_option("--opens", required=True, help="Första dagen.")
@day_option("--closes", required=True, help="Sista dagen.")
@click.option("--why", help="Varför, på en rad: den står i historiken under Styrning.")
def open_window(window: str, opens: date, closes: date, why: str | None) -> None:
    """Öppna perioden WINDOW (2026/27-autumn), eller flytta dess datum."""
    found, outcome = windows.open_window(window, opens, closes)
    if outcome != "unchanged":
        audit.note(f"window:{outcome}", found, opens_on=str(opens), closes_on=str(closes))
        note_dates(found, Recorder(), why)
    told = {
        "new": "Perioden är öppnad",
        "moved": "Periodens datum är ändrade",
        "unchanged": "Perioden är oförändrad",
    }
    click.echo(f"{told[outcome]}: {found.code}, {found.opens_on} till {found.closes_on}.")
    places = calendars_by_name(sa.select(Municipality))
    for warning in window_dates.warnings(found, windows.in_order(), places):
        click.echo(f"Obs: {warning}")
    waiting = open_about("window_id", found.id)
    db.session.commit()
    for job_id in waiting:  # more pupils than are counted anew at once
        if failed := follow(job_id, "Räknar om").failed:
            raise Refused(
                f"{counted(failed, 'skola', 'skolor')} kunde inte räknas om. "
                "Försök igen med: lasspar screening rejudge --again"
            )


@click.group("calendar", help="Läsårstider: terminer och lov.")
def calendar_group() -> None:
    pass


@calendar_group.command("import")
@click.argument("file", type=FILE)
@click.option("--kommun", "--municipality", "kommun", help="Kommunen, där filen inte säger vilken.")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@click.option("--remove-missing", is_flag=True, help="Ta bort det som saknas i filen, för dess läsår.")
def import_calendar(file: Path, kommun: str | None, dry_run: bool, remove_missing: bool) -> None:
    """Läs in läsårstider ur FILE (CSV eller XLSX). Allt eller inget; samma fil igen ändrar inget.

    Kolumner: kommun, typ (hösttermin, höstlov, sportlov …), namn, från, till.
    """
    among, content = find_municipality(kommun) if kommun else None, content_of(file)
    try:
        plan = plan_calendar(file.name, content, FROM_THE_COMMAND_LINE, among, removes=remove_missing)
    except UnreadableFile as unreadable:
        raise refusal(file, unreadable.problems) from unreadable
    if plan.problems:
        raise refusal(file, plan.problems)
    if only_tried(lines_of(plan, removes=remove_missing), dry_run):
        return
    if plan.changes_something(removes=remove_missing):
        apply_calendar(plan, removes=remove_missing)
        for (municipality_id, academic_year), counts, words in told_of(plan, removes=remove_missing):
            audit.note(
                "calendar:imported", db.session.get_one(Municipality, municipality_id),
                municipality_id=municipality_id, academic_year=academic_year, **counts,
            )  # fmt: skip
            note_choice("school_calendar", words, Recorder(), About(municipality_id=municipality_id))
        db.session.commit()
        click.echo("Läsårstiderna är inlästa.")


@click.group("measures", help="Mått: det som bedöms.")
def measures_group() -> None:
    pass


@measures_group.command("import")
@click.argument("file", type=FILE)
def import_measure_file(file: Path) -> None:
    """Läs in mått ur FILE (TOML)."""
    new, changed = import_measures(file, used=set(db.session.scalars(sa.select(Score.measure).distinct())))
    db.session.commit()
    for code in new:
        click.echo(f"Nytt mått: {code}")
    for code in changed:
        click.echo(f"Ändrat mått: {code}")
    if not new and not changed:
        click.echo("Inget att ändra: måtten finns redan.")


@click.group("roster", help="Klasslistor, ur fil eller ur elevsystemet.")
def roster_group() -> None:
    pass


def _like_1a_1b(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if not all("=" in one for one in value):
        raise click.BadParameter('Skriv som "1A=1B", eller "10000001/1A=1B" där flera skolor har klassen.')
    return value


rename_option = click.option(
    "--rename",
    multiple=True,
    metavar='"1A=1B"',
    callback=_like_1a_1b,
    help="Klassen 1A heter nu 1B, som förhandsvisningen föreslår: allt följer med. Kan anges flera gånger.",
)


@roster_group.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@day_option("--date", "on", help=STARTS_ON_HELP)
@click.option("--end-missing", is_flag=True, help="Avsluta elever som saknas i en klass som filen nämner.")
@rename_option
def import_roster(
    file: Path, dry_run: bool, on: date | None, end_missing: bool, rename: tuple[str, ...]
) -> None:
    """Läs in en klasslista ur FILE (CSV eller XLSX). Allt eller inget; samma fil igen ändrar inget."""
    try:
        told = (file.name, content_of(file), FROM_THE_COMMAND_LINE, on)
        plan = plan_roster(*told)
        if not plan.problems and (renamed := ids_of(rename, plan.renamings, plan.new_classes)):
            plan = plan_roster(*told, renamed=renamed)
    except UnreadableFile as unreadable:
        raise refusal(file, unreadable.problems) from unreadable
    if plan.problems:
        raise refusal(file, plan.problems)
    if only_tried(preview(plan, end_missing=end_missing), dry_run):
        return
    taken_in = apply_roster(plan, end_missing=end_missing)
    if taken_in:
        note_renamed(plan.renamed, Recorder())
        audit.note("roster:imported", taken_in, rows=plan.rows, new=len(plan.new), moved=len(plan.moved))
        db.session.commit()
        click.echo("Klasslistan är inläst.")


@click.group("scores", help="Resultat.")
def scores_group() -> None:
    pass


@scores_group.command("import")
@click.argument("file", type=FILE)
@click.option("--window", "code", required=True, help="Perioden, till exempel 2026/27-autumn.")
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@click.option("--replace", is_flag=True, help="Ersätt redan registrerade resultat som skiljer sig.")
def import_score_file(file: Path, code: str, kommun: str | None, dry_run: bool, replace: bool) -> None:
    """Läs in resultat ur FILE (CSV eller XLSX). Allt eller inget; tomma celler ändrar inget."""
    window = windows.find(code)
    among, known = pupils_of(kommun) if kommun else None, measures()
    db.session.rollback()  # a large workbook takes minutes to read: nobody's save waits for it
    with click.progressbar(
        length=100, label="Läser in", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        by = None if dry_run else Recorder()
        terms = Terms(among, replace, "--replace", known, by, bar.update)
        try:
            told = import_scores(window, file.name, content_of(file), FROM_THE_COMMAND_LINE, terms)
        except UnreadableFile as unreadable:
            raise refusal(file, unreadable.problems) from unreadable
    if told.problems:
        raise refusal(file, told.problems)
    if only_tried(summary(told), dry_run):
        return
    if told.changes_something:
        counts = {"new": told.new, "replaced": told.replaced, "pupils": told.pupils}
        audit.note("scores:imported", window, file=told.kept and told.kept.id, **counts)
        db.session.commit()
        click.echo("Resultaten är inlästa.")


def pupils_of(municipality: str) -> sa.Select[Pupil]:
    """The pupils of the municipality with that name."""
    names = {row.id: row.name for row in db.session.execute(sa.select(Municipality.id, Municipality.name))}
    found = [
        row_id for row_id, name in names.items() if municipality_key(name) == municipality_key(municipality)
    ]
    if not found:
        meant = nearest(municipality, list(names.values()))
        raise Refused(f"Kommunen {municipality} finns inte." + (f" Menade du {meant}?" if meant else ""))
    return sa.select(Pupil).where(Pupil.municipality_id.in_(found))
