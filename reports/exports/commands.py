"""``lasspar export`` and ``lasspar import``: everything a municipality owns, out and back."""

from pathlib import Path

import click

from assessments.access import audit
from assessments.database import db
from assessments.words import counted

PATH = click.Path(path_type=Path)
PROTECTED = (
    "Varning: uttaget innehåller elever med skyddade personuppgifter. Det säger var de går: lämna det bara"
    " till den som har rätt till det."
)


@click.command("export")
@click.argument("out", type=PATH, metavar="MAPP|FIL.zip")
@click.option("--municipality", "--kommun", "kommun", required=True, help="Kommunen, vars uppgifter skrivs.")
@click.option("--protected", is_flag=True, help="Också elever med skyddade personuppgifter.")
@click.option("--notes", is_flag=True, help="Bara elevhälsans anteckningar och deras logg, för sig.")
def export(out: Path, kommun: str, protected: bool, notes: bool) -> None:
    """Skriv allt som kommunen äger till MAPP eller FIL.zip: CSV, JSON, dataordlista och riktmärken.

    Elever med skyddade personuppgifter är med först när du ber om det. Elevhälsans anteckningar står aldrig
    i samma uttag som resultat.
    """
    from reports.exports.places import place_for
    from reports.exports.writing import Wanted, write
    from reports.finding import find_municipality

    found = find_municipality(kommun)
    wanted = Wanted(found.id, protected, notes)
    if protected:
        click.echo(PROTECTED, err=True)
    with place_for(out) as opened:
        rows = write(wanted, opened)
        action = "notes:exported" if notes else "municipality:exported"
        audit.note(action, find_municipality(kommun), municipality_id=wanted.municipality_id,
                   with_protected=protected)  # fmt: skip
        db.session.commit()
    click.echo(f"Uttaget är skrivet: {out} ({counted(rows, 'rad', 'rader')}).")


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="MAPP|FIL.zip")
def import_export(source: Path) -> None:
    """Läs tillbaka det som lasspar export skrev, i en tom Lässpår. Allt eller inget.

    Loggen kommer tillbaka rad för rad. Elevhälsans anteckningar (export --notes) läses in efter det andra.
    """
    from reports.exports.places import files_in
    from reports.exports.reading import read
    from reports.finding import find_municipality

    with files_in(source) as opened:
        done = read(opened)
    found, rows = find_municipality(done.name), sum(done.rows.values())
    audit.note("municipality:read_back", found, municipality_id=found.id, rows=rows)
    db.session.commit()
    click.echo(f"{done.name} är inläst: {counted(rows, 'rad', 'rader')} i {len(done.rows)} tabeller.")
    for told in done.told:
        click.echo(told)
    if "account" in done.rows:
        click.echo("Konton har inget lösenord: lasspar staff reset ANVÄNDARNAMN ger en länk.")
