"""The commands of this room: ``screening``, ``support`` and ``initiative``."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import click
import sqlalchemy as sa

from assessments import windows
from assessments.access import audit
from assessments.access.scopes import find_municipality
from assessments.commands import FILE, content_of, only_tried, pupils_of, refusal
from assessments.database import db
from assessments.jobs.ordering import open_jobs
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.tables import FROM_THE_COMMAND_LINE, UnreadableFile
from assessments.score_pupils import Terms
from assessments.words import counted
from screening import rejudging, released
from screening.benchmarks.commands import judge_what_is_ordered
from screening.levels import Level

By = Literal["school", "municipality"]


@click.group("screening")
def screening() -> None:
    """Bedöm resultaten: nivåer och signaler."""


@screening.command("run")
@click.option(
    "--window", "code", required=True, metavar="PERIOD", help="Perioden, till exempel 2026/27-autumn."
)
@click.option("--json", "as_json", is_flag=True, help="Skriv allt som JSON.")
def run(code: str, as_json: bool) -> None:
    """Bedöm alla elever i en period. Kan köras hur ofta som helst.

    Med --json står alla inskrivna elever med elev-id, skola och klass, också de som har skyddade
    personuppgifter: behandla filen därefter.
    """
    from screening.runs import screening_run  # NumPy is loaded when somebody is judged, not for --help

    window = windows.find(code)
    _judge_window(window)
    answer = screening_run(window)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    pupils = answer["pupils"]
    click.echo(f"{window.label}: {len(pupils)} elever, {answer['benchmark_set']['code']}.")
    for level in reversed(Level):
        click.echo(f"  {level.label}: {sum(pupil['level'] == level for pupil in pupils)}")
    click.echo(f"  Med signal: {sum(bool(pupil['flags']) for pupil in pupils)}")


def _judge_window(window: AssessmentWindow) -> None:
    from screening import flagging

    pupils = flagging.window_pupils(window)
    _with_progress("Bedömer", _count(pupils), lambda told: flagging.judge_window(window, told))


def _count(rows: sa.Select[int]) -> int:
    return db.session.scalar(sa.select(sa.func.count(rows.subquery().c[0].distinct()))) or 0


def _with_progress(label: str, length: int, work: Callable[[Callable[[int], None]], int]) -> None:
    """Do the work, commit after each part, and show on a terminal how far it has come."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def told(count: int) -> None:
            db.session.commit()
            bar.update(count)

        work(told)
    db.session.commit()


@screening.command("rejudge")
@click.option("--kommun", help="Bara elever som gått i en kommuns skolor (förvalt: alla).")
@click.option("--again", is_flag=True, help="Försök igen med de skolor som inte kunde bedömas om.")
def rejudge(kommun: str | None, again: bool) -> None:
    """Bedöm om alla perioder, skola för skola. Det som avbryts fortsätter där det slutade.

    Ingen signal som någon har handlat på tas bort, och tidigare versioners bedömningar finns kvar.
    """
    if again:
        ordered = rejudging.order_failed_again()
        db.session.commit()
        if not ordered:
            click.echo("Det finns inga skolor att försöka igen med.")
    elif not open_jobs(rejudging.NAME):
        rejudging.order_rejudging(find_municipality(kommun) if kommun else None)
        db.session.commit()
    judge_what_is_ordered()
    click.echo("Allt som är beställt är bedömt.")


@screening.command("rollup")
@click.option("--rebuild", is_flag=True, help="Räkna om de perioder som skiljer sig.")
@click.option("--check", is_flag=True, help="Bara jämför (förvalt).")
def rollup(rebuild: bool, check: bool) -> None:
    """Räkna alla elever på nytt och jämför med skolornas summor. Avslutar med 1 om de skiljer sig.

    Talen är i ordning: under målet, nära målet, når målet, över målet, utan nivå.
    """
    if rebuild and check:
        raise click.UsageError("Välj --check eller --rebuild.")
    from screening.rollup import comparing

    with click.progressbar(
        length=comparing.size(), label="Räknar", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        found = list(comparing.differences(bar.update))
    for one in found:
        if rebuild:
            comparing.rebuild(one.window)
            db.session.commit()
            click.echo(f"{one.window.label}: omräknad.")
    if found and not rebuild:
        raise Refused([line for one in found for line in one.lines()])
    if not found:
        click.echo("Skolornas summor stämmer.")


@screening.command("growth")
@click.option("--measure", "code", required=True, metavar="MÅTT", help="Måttets kod.")
@click.option("--json", "as_json", is_flag=True, help="Skriv allt som JSON.")
def growth(code: str, as_json: bool) -> None:
    """Utvecklingen för elever med stöd: alla perioder som pågår, eller har börjat under läsåret."""
    from screening.support.queries.told import label_of, running_periods  # NumPy is not for --help

    answer = running_periods(code)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    found = Counter(label_of(period["verdict"]) for period in answer["periods"])
    click.echo(f"{code}: {counted(len(answer['periods']), 'stödperiod', 'stödperioder')}.")
    for label, count in found.most_common():
        click.echo(f"  {label}: {count}")


@click.group("support")
def support() -> None:
    """Stödperioder: plan och upprepade resultat."""


@support.command("import")
@click.argument("file", type=FILE)
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle ändras, men ändra inget.")
@click.option("--replace", is_flag=True, help="Ersätt det som redan är registrerat och skiljer sig.")
def import_support_file(file: Path, kommun: str | None, dry_run: bool, replace: bool) -> None:
    """Läs in stödperioder ur FILE (CSV eller XLSX). Allt eller inget; samma fil igen ändrar inget."""
    from screening.support.files import import_support, municipalities_of, summary

    among = pupils_of(kommun) if kommun else None
    db.session.rollback()  # a large workbook takes minutes to read: nobody's save waits for it
    terms = Terms(among=among, replaces=replace, writes=not dry_run)
    try:
        told = import_support(file.name, content_of(file), FROM_THE_COMMAND_LINE, terms)
    except UnreadableFile as unreadable:
        raise refusal(file, unreadable.problems) from unreadable
    if told.problems:
        raise refusal(file, told.problems)
    if only_tried(summary(told), dry_run):
        return
    if told.pupil_ids:
        for municipality in municipalities_of(told):
            details = {"new": told.new, "changed": told.changed, "results": told.new_results}
            audit.note("support:imported", municipality, municipality_id=municipality.id, **details)
        db.session.commit()
        click.echo("Stödperioderna är inlästa.")


@click.group("initiative")
def initiative_group() -> None:
    """Lässatsningen tillsammans: jämför skolor och kommuner."""


@initiative_group.command("compare")
@click.option(
    "--window", "code", required=True, metavar="PERIOD", help="Perioden, till exempel 2026/27-autumn."
)
@click.option(
    "--by",
    type=click.Choice(["school", "municipality"]),
    default="municipality",
    metavar="school|municipality",
    help="Skolor eller kommuner (förvalt: kommuner).",
)
@click.option("--json", "as_json", is_flag=True, help="Skriv allt som JSON.")
def compare(code: str, by: By, as_json: bool) -> None:
    """Andelen som ännu inte når målet, så som den får visas: små grupper är dolda."""
    from screening import initiative  # NumPy and SciPy are not for --help

    answer = initiative.compare(windows.find(code), by)
    db.session.commit()
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else "\n".join(initiative.lines(answer)))


@initiative_group.command("releases")
def releases() -> None:
    """Vad som har lämnats ut: vilken tabell, när, till vem, och utskriftens kontrollsumma."""
    for line in released.told(released.ledger()) or ["Inget har lämnats ut."]:
        click.echo(line)
