"""``lasspar report initiative`` and ``report goal``: for the steering group, on paper or as a table.

What draws is imported inside the commands, as in ``reports.commands``.
"""

from pathlib import Path

import click
import sqlalchemy as sa

from assessments import spreadsheets, windows
from assessments.access.scopes import find_municipality
from assessments.database import db
from assessments.refusals import Refused
from reports.writing_out import write_out
from screening.coordination.models import HalvingGoal
from screening.rejudging import refuse_half_counted

out_option = click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Filen som skrivs: en PDF, eller en tabell om namnet slutar på .csv eller .xlsx.",
)


@click.command("initiative")
@click.option("--window", "code", required=True, help="Perioden, till exempel 2026/27-autumn.")
@out_option
@click.option("--kommun", help="Bara den här kommunen och alla tillsammans (förvalt: alla kommuner).")
def report_initiative(code: str, out: Path, kommun: str | None) -> None:
    """Skriv ut rapporten om lässatsningen, som perioden senast räknades; räkna den om ingen har det.

    Slutar --out på .csv eller .xlsx blir det tabellen på sidan Överblick, med detsamma dolt som på papper.
    """
    from reports.documents import initiative_report as document
    from reports.gathering.initiative import counted_if_needed, initiative_report
    from reports.initiative_tables import initiative_rows
    from screening.initiative_counts import places

    window = windows.find(code)
    within = find_municipality(kommun).id if kommun else None
    refuse_half_counted()
    counted_if_needed(window)
    report = initiative_report(window, [one for one in places() if within in (None, one.municipality_id)])
    table = _as_table(out, list(initiative_rows(report)), "Överblick")
    write_out((out, table or document.pdf(report)))
    click.echo(f"Rapport om lässatsningen, {window.label.lower()}: {out}")


@click.command("goal")
@click.argument("name", metavar="MÅL")
@out_option
@click.option("--kommun", help="Kommunen, där flera har mål med samma namn.")
def report_goal(name: str, out: Path, kommun: str | None) -> None:
    """Skriv ut målet MÅL (dess namn) så som det senast räknades, som ett blad eller en tabell."""
    from reports.documents import halving_goal as document
    from reports.gathering.halving_goal import goal_paper
    from reports.initiative_tables import goal_rows
    from screening.coordination.goal_pages import goal_told

    goal = _find_goal(name, kommun)
    refuse_half_counted()
    printed = goal_paper(goal)
    if printed is None:
        raise Refused(f"Målet {goal.name} är inte räknat än. Räkna det på sidan Mål att halvera.")
    table = _as_table(out, list(goal_rows(goal_told(goal))), "Mål att halvera")
    write_out((out, table or document.pdf(printed)))
    click.echo(f"Mål att halvera, {goal.name}: {out}")


def _find_goal(name: str, kommun: str | None) -> HalvingGoal:
    """The goal of that name; one that has ended only where no other is called so."""
    within = [HalvingGoal.municipality_id == find_municipality(kommun).id] if kommun else []
    named = sa.select(HalvingGoal).where(HalvingGoal.name == name, *within).order_by(HalvingGoal.id)
    found = db.session.scalars(named).all()
    followed = [one for one in found if one.ended_on is None] or found
    if not followed:
        there = db.session.scalars(sa.select(HalvingGoal.name).order_by(HalvingGoal.name).distinct()).all()
        raise Refused(f"Det finns inget mål som heter {name}. Mål som finns: {', '.join(there) or 'inga'}.")
    if len(followed) > 1:
        raise Refused(f"Flera mål heter {name}. Välj kommun med --kommun, eller sluta följa ett av dem.")
    return followed[0]


def _as_table(out: Path, rows: spreadsheets.Rows, title: str) -> bytes | None:
    """The rows as the file's name says; None: it is to be a paper."""
    match out.suffix.lower():
        case ".csv":
            return spreadsheets.as_csv(rows)
        case ".xlsx":
            return spreadsheets.as_xlsx(rows, title)
        case _:
            return None
