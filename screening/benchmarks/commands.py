"""``lasspar benchmarks``: sets taken in, tried, adopted, and given out again as files."""

import sys
from datetime import date
from pathlib import Path

import click

from assessments import windows
from assessments.access import audit
from assessments.commands import DAY, day_option, near_day
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.jobs.following import follow
from assessments.jobs.ordering import open_jobs
from assessments.refusals import Refused
from assessments.words import counted
from assessments.writes import Recorder
from screening import adoption, rejudging
from screening.benchmarks import adopting
from screening.benchmarks.catalogue import benchmarks as published
from screening.benchmarks.files import import_set
from screening.benchmarks.proposing_command import propose
from screening.benchmarks.writing import as_toml, content_of
from screening.models import BenchmarkSet


@click.group("benchmarks")
def benchmarks() -> None:
    """Riktmärken: ta in, anta och se uppsättningar."""


@benchmarks.command("import")
@click.argument("path", metavar="FIL", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@day_option("--adopt", "valid_from", help="Anta den också, från detta datum.")
@click.option("--reason", metavar="TEXT", help="Varför den antas, om många elever får en signal.")
def import_(path: Path, valid_from: date | None, reason: str | None) -> None:
    """Ge ut en uppsättning riktmärken från en TOML-fil. Samma fil igen ändrar ingenting."""
    imported = import_set(path)
    name = f"{imported.benchmark_set.code}@{imported.benchmark_set.version}"
    click.echo(f"{name} är utgiven." if imported.is_new else f"{name} fanns redan. Inget har ändrats.")
    if imported.is_reworded:
        click.echo("Obs: Filen anger källorna med andra ord. De utgivna orden står kvar.")
    if valid_from is not None:
        _adopt(imported.benchmark_set, valid_from, reason)
    db.session.commit()


@benchmarks.command("adopt")
@click.argument("name", metavar="KOD@VERSION")
@click.argument("valid_from", metavar="DATUM", type=DAY, callback=near_day)
@click.option("--reason", metavar="TEXT", help="Varför, om många elever får en signal.")
def adopt(name: str, valid_from: date, reason: str | None) -> None:
    """Anta en uppsättning för perioder som öppnar från och med ett datum."""
    _adopt(adopting.find(name), valid_from, reason)


def _adopt(benchmark_set: BenchmarkSet, valid_from: date, reason: str | None) -> None:
    name, day = f"{benchmark_set.code}@{benchmark_set.version}", valid_from
    trials = adoption.count_trials(benchmark_set, Recorder())
    for trial in trials:
        pupils, signalled = trial.counted
        click.echo(f"{trial.window.label}: {signalled} av {pupils} elever skulle få en signal.")
    if reason is None and (asked := adoption.why_asked(trials)):
        reason = _reason(asked)
    done = adoption.carry_out(benchmark_set, adoption.Decision(valid_from, reason=reason), trials)
    if done.is_new:
        audit.note("benchmarks:adopted", benchmark_set, valid_from=valid_from.isoformat())
    db.session.commit()
    click.echo(
        f"{name} är antagen från {day}."
        if done.is_new
        else f"{name} är redan antagen från {day}. Inget har ändrats."
    )
    judge_what_is_ordered()


def judge_what_is_ordered() -> None:
    """Work off every open order to judge again, also one that was cut short before."""
    for job in [one.id for one in open_jobs(rejudging.NAME)]:
        found = follow(job, "Bedömer om")
        if found.failed:
            schools = counted(found.failed, "skola", "skolor")
            raise Refused(
                f"{schools} kunde inte bedömas om; de andra är klara. "
                "Försök igen med: lasspar screening rejudge --again"
            )


def _reason(asked: str) -> str | None:
    """A person is asked why; a script that gives no reason is told that one is missing."""
    question = asked.replace("Skriv varför ni antar den ändå.", "Varför antas uppsättningen?")
    if sys.stdin.isatty():
        return str(click.prompt(question, err=True))
    click.echo(f"{question} Ange --reason för att skriva ner det.", err=True)
    return None


@benchmarks.command("compare")
@click.argument("name", metavar="KOD@VERSION")
@click.option(
    "--window", "code", required=True, metavar="PERIOD", help="Perioden, till exempel 2026/27-autumn."
)
def compare(name: str, code: str) -> None:
    """Vad som skulle bli annorlunda i en period: gränser, och hur många som byter nivå.

    Ändrar inga nivåer. Det som visas sparas, och nästa jämförelse visar inget som skiljer sig från den med
    färre elever än som får visas.
    """
    from screening import comparing  # NumPy and SciPy are not for --help
    from screening.disclosure import IN_FILES
    from screening.queries.set_comparison import comparison

    one, window = adopting.find(name), windows.find(code)
    candidate = published({one.id}, measures())[one.id]
    told = comparing.compare(window, candidate, IN_FILES, Recorder())
    db.session.commit()
    for line in comparison(window, candidate, told).lines():
        click.echo(line)


@benchmarks.command("export")
@click.argument("name", metavar="KOD@VERSION")
def export(name: str) -> None:
    """Skriv en utgiven uppsättning som TOML, att ändra och ge ut som en ny version."""
    click.echo(as_toml(content_of(adopting.find(name))), nl=False)


@benchmarks.command("list")
def list_() -> None:
    """Se alla uppsättningar och från när de är antagna."""
    found = adopting.listed()
    if not found:
        raise Refused("Det finns inga uppsättningar. Kör: lasspar init")
    for one in found:
        days = ", ".join(day.isoformat() for day in one.adopted_from)
        adopted = f"antagen från {days}" if days else "inte antagen"
        click.echo(
            f"{one.benchmark_set.code}@{one.benchmark_set.version}  {one.benchmark_set.name}  {adopted}"
        )


benchmarks.add_command(propose)
