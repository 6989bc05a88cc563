"""``lasspar retention``: decided rules, pupils who wait, and disposal with its protocol."""

from datetime import date, datetime
from pathlib import Path

import click

from assessments.access import audit
from assessments.access.trail.disposing import DISPOSED, vouched_for
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.retention import rules
from assessments.retention.disposing import dispose, plan
from assessments.retention.kinds import kinds
from assessments.retention.models import Basis, Disposal
from assessments.retention.queries import WAITING, rule_rows, summary
from assessments.roster.models import Municipality
from assessments.spreadsheets import as_csv
from assessments.words import listed
from reports.finding import find_municipality, find_pupil
from reports.writing_out import write_out

FILE = click.Path(dir_okay=False, path_type=Path)
BASES = {"slutade": Basis.LEFT, "läsår": Basis.SCHOOL_YEAR}
municipality_option = click.option("--kommun", required=True, help="Kommunen, vars uppgifter det gäller.")


@click.group("retention", help="Gallring: regler, undantag och protokoll.")
def retention_group() -> None:
    pass


@retention_group.command("list")
@municipality_option
def list_rules(kommun: str) -> None:
    """Visa reglerna för varje slag av uppgift, förslagen med grund, och vad som har passerat sin frist."""
    municipality = find_municipality(kommun)
    for row in rule_rows(municipality):
        decided = f" ({row.decided})" if row.rule else ""
        click.echo(f"{row.kind.code}: {row.kind.name}. {row.stands}{decided}.")
        if row.rule is None:
            click.echo(f"    Förslag: {row.proposal}. {row.kind.ground}")
    _tell(municipality)


@retention_group.command("decide")
@click.argument("kind", metavar="SLAG", type=click.Choice(list(kinds())))
@municipality_option
@click.option("--years", type=click.IntRange(1, 99), help="Antal år. Utan --years: bevaras.")
@click.option(
    "--after", type=click.Choice(list(BASES)), default="slutade", show_default=True,
    help="Från när åren räknas: elevens sista dag, eller läsårets slut. Gäller bara elevers uppgifter.",
)  # fmt: skip
@click.option("--decision", required=True, help="Vem som har beslutat, och var det står.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Beslutets dag. [förval: i dag]")
def decide(
    kind: str, kommun: str, years: int | None, after: str, decision: str, day: datetime | None
) -> None:
    """Skriv ned kommunens beslut om SLAG. Inget gallras förrän lasspar retention dispose körs."""
    municipality = find_municipality(kommun)
    on = day.date() if day else today()
    rule = rules.decide(municipality, kind, years, BASES[after], decision, on, Recorder())
    audit.note("retention:decided", rule, municipality_id=municipality.id, kind=kind, years=years)
    db.session.commit()
    click.echo("Regeln är sparad.")


@retention_group.command("hold")
@click.argument("pupil", metavar="ELEV-ID")
@click.option("--kommun", help="Kommunen, där samma elev-id finns i flera.")
@click.option("--reason", help="Varför: till exempel ett överklagat beslut.")
@click.option("--release", is_flag=True, help="Häv undantaget: reglerna gäller eleven igen.")
def hold(pupil: str, kommun: str | None, reason: str | None, release: bool) -> None:
    """Undanta eleven ELEV-ID från all gallring, tills undantaget hävs."""
    found = find_pupil(pupil, kommun)
    if release == (reason is not None):
        raise click.UsageError("Skriv --reason med skälet, eller --release.")
    by = Recorder()
    row = rules.release(found, by) if release else rules.hold(found, reason or "", by)
    done = "released" if release else "held"
    audit.note(f"retention:{done}", row, municipality_id=found.municipality_id)
    db.session.commit()
    click.echo("Undantaget är hävt." if release else "Eleven är undantagen från gallring.")


@retention_group.command("dispose")
@municipality_option
@click.option("--dry-run", is_flag=True, help="Visa vad som skulle gallras, men ändra inget.")
@click.option("--out", type=FILE, help="Skriv gallringsprotokollet som PDF.")
@click.option("--csv", "table", type=FILE, help="Skriv samma protokoll som CSV.")
def dispose_records(kommun: str, dry_run: bool, out: Path | None, table: Path | None) -> None:
    """Gallra det som har passerat en beslutad frist, allt eller inget, och skriv protokollet.

    Gör en säkerhetskopia först: det som är gallrat finns bara i äldre kopior.
    """
    municipality = find_municipality(kommun)
    _tell(municipality)
    if dry_run:
        click.echo("Provkörning: inget är ändrat.")
        return
    done = dispose(municipality, Recorder())
    audit.note(DISPOSED, done, municipality_id=municipality.id, **vouched_for(municipality))
    papers = _papers(done, out, table)
    write_out(*papers.values())
    click.echo(f"Gallringen är gjord. Protokoll {done.id}.")
    _tell_of(papers)


@retention_group.command("report")
@click.argument("number", metavar="NUMMER", type=int)
@click.option("--out", type=FILE, help="Gallringsprotokollet som PDF.")
@click.option("--csv", "table", type=FILE, help="Samma protokoll som CSV.")
def report(number: int, out: Path | None, table: Path | None) -> None:
    """Skriv ut gallringsprotokollet NUMMER igen."""
    found = db.session.get(Disposal, number)
    if found is None:
        raise Refused(f"Det finns inget gallringsprotokoll {number}.")
    if out is None and table is None:
        raise click.UsageError("Skriv --out, --csv eller båda.")
    papers = _papers(found, out, table)
    write_out(*papers.values())
    _tell_of(papers)


def _tell(municipality: Municipality) -> None:
    told = plan(municipality)
    click.echo(summary(told.lines, told.pupils, told.held))
    for line in told.lines:
        rows = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in line.rows.items())
        about = f"{line.about}, " if line.about else ""
        click.echo(f"  {line.name}: {about}till och med {date.fromisoformat(line.until)}. {rows}")
    if told.waiting:
        click.echo(f"{WAITING} Väntar: {listed([name.lower() for name in told.waiting])}.")


def _papers(done: Disposal, out: Path | None, table: Path | None) -> dict[str, tuple[Path, bytes]]:
    """What each file that was asked for is, where it shall lie and what stands in it."""
    from reports.gathering.disposal import disposal_paper, disposal_rows

    papers = {}
    if out:
        from reports.documents import disposal as document  # ReportLab, for those who want paper

        papers["Gallringsprotokoll"] = (out, document.pdf(disposal_paper(done)))
    if table:
        papers["Samma protokoll som tabell"] = (table, as_csv(disposal_rows(done)))
    return papers


def _tell_of(papers: dict[str, tuple[Path, bytes]]) -> None:
    for what, (file, _) in papers.items():
        click.echo(f"{what}: {file}")
