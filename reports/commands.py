"""``lasspar report``: class reports, pages for the home and staff reports as PDF files.

Everything that draws is imported inside the commands: ``--help`` and the web server start without it.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import sqlalchemy as sa

from assessments import windows
from assessments.access import audit
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from assessments.roster.narrowing import refuse_narrowed
from assessments.words import counted
from reports.finding import find_class, find_classes, find_pupil, find_school
from reports.initiative_commands import report_goal, report_initiative
from reports.print_jobs.commands import (
    covers_option,
    measured_option,
    only_ready_option,
    refuse_covers_for_talks,
    report_municipality,
)
from reports.wording import CODES, SWEDISH
from reports.writing_out import write_out
from screening.rejudging import refuse_half_counted

Command = TypeVar("Command", bound=Callable[..., Any])
PROTECTED = "Eleven har skyddade personuppgifter. Inget med namn skrivs ut."


@click.group("report", help="Rapporter som PDF.")
def report_group() -> None:
    pass


for command in (report_municipality, report_initiative, report_goal):
    report_group.add_command(command)


def to_print(command: Command) -> Command:
    """What every report asks: which window, where to write, and which municipality where it is not clear."""
    for option in (
        click.option("--kommun", help="Kommunen, där samma namn eller elev-id finns i flera."),
        click.option(
            "--out",
            required=True,
            type=click.Path(dir_okay=False, path_type=Path),
            help="PDF-filen som skrivs.",
        ),
        click.option("--window", "code", required=True, help="Perioden, till exempel 2026/27-autumn."),
    ):
        command = option(command)
    return command


@report_group.command("class")
@click.argument("school_class", metavar="KLASS")
@to_print
def report_class(school_class: str, code: str, out: Path, kommun: str | None) -> None:
    """Skriv ut klassrapporten för KLASS (skolenhetskod/klass)."""
    from reports.documents import class_report as document
    from reports.gathering.guardian import printable
    from reports.gathering.school_class import class_report

    window = windows.find(code)
    found = find_class(school_class, window, kommun)
    report = class_report(found, window)
    if not report.enrolled:
        raise Refused(f"Ingen elev går i {found.name} den här perioden.")
    _note([pupil for pupil, _ in printable(found, window)], window, "class_report")
    write_out((out, document.pdf(report)))
    click.echo(f"Klassrapport {found.name}, {counted(len(report.rows), 'elev', 'elever')}: {out}")


@report_group.command("pupil")
@click.argument("pupil_code", metavar="ELEV-ID")
@click.option(
    "--language", type=click.Choice(CODES),
    help="Språk för bladet hem. Utan: de språk som klasslistan säger att hemmen läser.",
)  # fmt: skip
@click.option(
    "--for", "reader", type=click.Choice(["guardian", "staff"]), default="guardian",
    help="Bladet hem, eller underlag inför samråd.",
)  # fmt: skip
@to_print
def report_pupil(
    pupil_code: str, language: str | None, reader: str, code: str, out: Path, kommun: str | None
) -> None:
    """Skriv ut rapporten om eleven ELEV-ID."""
    from reports.gathering.enrolled import place_of
    from reports.home_languages import refuse_what_is_off
    from reports.printing import guardian_page, staff_report

    window, pupil = windows.find(code), find_pupil(pupil_code, kommun)
    _refuse_hidden(pupil)
    is_home = reader == "guardian"
    if language and (place := place_of(pupil, window)):
        refuse_what_is_off(place[0].school, language)
    printed = guardian_page(pupil, window, language) if is_home else staff_report(pupil, window)
    if printed is None:
        raise Refused(f"Eleven {pupil_code} går inte i någon klass den här perioden.")
    _note([pupil], window, reader)
    write_out((out, printed))
    click.echo(f"{'Bladet hem' if is_home else 'Underlag inför samråd'}: {out}")


@report_group.command("handover")
@click.argument("pupil_code", metavar="ELEV-ID")
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path),
    help="Skriv också samma uppgifter som en JSON-fil, med fasta id.",
)  # fmt: skip
@to_print
def report_handover(pupil_code: str, file: Path | None, code: str, out: Path, kommun: str | None) -> None:
    """Skriv ut underlag för överlämning av eleven ELEV-ID: resultat, stöd som fungerade, öppna steg.

    Bara det som är känt till och med perioden följer med. Överlämningen antecknas inte: det görs på sidorna.
    """
    from reports.printing import handover_sheet

    window, pupil = windows.find(code), find_pupil(pupil_code, kommun)
    _refuse_hidden(pupil)
    printed = handover_sheet(pupil, window)
    if printed is None:
        raise Refused(f"Eleven {pupil_code} går inte i någon klass den här perioden.")
    _note([pupil], window, "handover")
    write_out((out, printed.paper), *([(file, printed.as_json)] if file else []))
    click.echo(f"Underlag för överlämning: {out}")
    if file:
        click.echo(f"Samma uppgifter som fil: {file}")


@report_group.command("support")
@click.argument("pupil_code", metavar="ELEV-ID")
@click.option("--measure", help="Måttets kod, där eleven har stöd på flera.")
@to_print
def report_support(pupil_code: str, measure: str | None, code: str, out: Path, kommun: str | None) -> None:
    """Skriv ut stödperioden för eleven ELEV-ID: läget, bilden, planen, resultaten och uppföljningen.

    Den senaste av periodens läsår som hade börjat när perioden stängde.
    """
    from reports.documents import support_period as document
    from reports.gathering.support_period import chosen_period, support_sheet

    window, pupil = windows.find(code), find_pupil(pupil_code, kommun)
    _refuse_hidden(pupil)
    sheet = support_sheet(chosen_period(pupil, window, measure), pupil)
    _note([pupil], window, "support_period")
    write_out((out, document.pdf(sheet)))
    click.echo(f"Stödperioden {sheet.measure}: {out}")


@report_group.command("classset")
@click.argument("school_class", metavar="KLASS")
@only_ready_option
@covers_option
@measured_option
@to_print
def report_classset(school_class: str, code: str, out: Path, kommun: str | None, **how: bool) -> None:
    """Skriv ut alla blad hem för KLASS (skolenhetskod/klass), ett ark per elev."""
    window = windows.find(code)
    _print_set([find_class(school_class, window, kommun)], window, out, **how)


@report_group.command("schoolset")
@click.argument("school", metavar="SKOLA")
@only_ready_option
@covers_option
@measured_option
@to_print
def report_schoolset(school: str, code: str, out: Path, kommun: str | None, **how: bool) -> None:
    """Skriv ut alla blad hem för SKOLA (skolenhetskod eller namn), klass för klass."""
    from assessments.collation import swedish_key

    window = windows.find(code)
    found = find_school(school, kommun)
    classes = sorted(find_classes(found, window), key=lambda one: swedish_key(one.name))
    if not classes:
        raise Refused(f"{found.name} har inga klasser läsåret {window.academic_year}.")
    _print_set(classes, window, out, **how)


@report_group.command("school")
@click.argument("school", metavar="SKOLA")
@to_print
def report_school(school: str, code: str, out: Path, kommun: str | None) -> None:
    """Skriv ut rapporten om SKOLA (skolenhetskod eller namn): nivåer, flöden, signaler och stöd."""
    from reports.documents import school_report as document
    from reports.gathering.school import school_report

    window, found = windows.find(code), find_school(school, kommun)
    refuse_half_counted([found.id])
    report = school_report(found, window)
    if not report.whole.enrolled:
        raise Refused(f"Ingen elev på {found.name} går i en årskurs som perioden gäller.")
    _note(db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(report.named))), window, "school_report")
    write_out((out, document.pdf(report)))
    click.echo(f"Skolrapport {found.name}, {counted(report.whole.enrolled, 'elev', 'elever')}: {out}")


def _print_set(
    classes: Sequence[SchoolClass],
    window: AssessmentWindow,
    out: Path,
    *,
    only_ready: bool,
    covers: bool,
    measured: bool,
) -> None:
    from reports.documents import class_set as document
    from reports.gathering.guardian import class_set
    from reports.queries.home_languages import languages_of, papers_told

    refuse_covers_for_talks(covers, only_ready)
    gathered = (class_set(one, window) for one in classes)
    chosen = (one.measured() if measured else one for one in gathered)
    sets = [one.with_covers() if covers else one for one in chosen]
    sheets = [sheet for one in sets for sheet in one.printed(only_ready=only_ready)]
    printed = [sheet.key for sheet in sheets]
    waiting = [sheet for one in sets for sheet in one.sheets if not sheet.is_ready]
    if not printed:
        raise Refused(_why_nothing(len(waiting), measured))
    _note(db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(printed))), window, "class_set")
    write_out((out, document.pdf(sets, only_ready=only_ready)))
    click.echo(f"{counted(len(printed), 'blad', 'blad')} hem: {out}")
    papers = languages_of(sheets)
    if sum(papers.values()) > papers.get(SWEDISH, 0) or sum(papers.values()) > len(printed):
        click.echo(f"{papers_told(papers)}. En översättning har den svenska sidan på baksidan.")
    if lacking := sum(sheet.lacks_results for sheet in sheets):
        click.echo(f"{lacking} blad har inget resultat att berätta om. Hoppa över dem: --measured.")
    for line in _about_waiting(waiting, only_ready):
        click.echo(line)


def _why_nothing(waiting: int, measured: bool) -> str:
    if waiting:
        return f"Inget är utskrivet: {waiting} blad väntar på samtal och inget annat finns att skriva ut."
    if measured:
        return "Inget är utskrivet: inget blad har ett resultat den här perioden."
    return "Inget är utskrivet: ingen elev går i klassen den här perioden."


def _about_waiting(waiting: Sequence[Any], only_ready: bool) -> Iterable[str]:
    """Who waits for a talk; held back, or printed all the same."""
    if not waiting:
        return
    held = "Bladen är inte utskrivna" if only_ready else "De är utskrivna ändå (--only-ready håller inne dem)"
    yield f"{len(waiting)} blad väntar på samtal. {held}:"
    for sheet in waiting:
        yield f"  {sheet.name}, {sheet.class_name}"


def _note(pupils: Iterable[Pupil], window: AssessmentWindow, document: str) -> None:
    """One row per pupil on the paper, in the audit trail; kept when the paper has been written."""
    for pupil in pupils:
        audit.note(
            "report:printed",
            pupil,
            municipality_id=pupil.municipality_id,
            window=window.id,
            document=document,
        )
    db.session.flush()


def _refuse_hidden(pupil: Pupil) -> None:
    if pupil.is_protected:
        raise Refused(PROTECTED)
    refuse_narrowed(pupil)
