"""``lasspar backup`` and ``lasspar restore``."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from blinker import signal
from flask import current_app

from assessments.database import db

if TYPE_CHECKING:
    from assessments.database.backup import Told

database_restored = signal("database-restored")
"""Sent with ``rows`` when a copy has taken the database's place, in a session that is committed after."""


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False, metavar="[FIL]")
@click.option(
    "--rotate", "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="MAPP",
    help="Lägg kopian i en mapp och behåll 7 dagars, 4 veckors och 6 månaders kopior där.",
)  # fmt: skip
@click.option(
    "--verify", is_flag=True,
    help="Återställ kopian på prov, vid sidan av databasen, och anteckna att den kom tillbaka hel.",
)  # fmt: skip
def backup(file: Path | None, folder: Path | None, verify: bool) -> None:
    """Gör en kontrollerad säkerhetskopia i FIL, också medan servern går.

    Inloggningar och nycklar för program följer inte med."""
    from assessments.database import rotation
    from assessments.database.copies import copies
    from assessments.database.copies import verify as tried

    if (file is None) == (folder is None):
        raise click.UsageError("Skriv en fil eller --rotate med en mapp.")
    gone: list[Path] = []
    later: list[Path] = []
    with _bar("Kopierar") as told:
        kind = copies(told)
        if file is not None:
            contents = kind.make(file)
        elif folder is not None:
            file, contents, gone, later = rotation.rotate(folder, kind.make, kind.name)
    click.echo(f"Säkerhetskopian är gjord och kontrollerad: {file} ({contents.rows} rader).")
    for copy in gone:
        click.echo(f"Borttagen, har gjort sitt: {copy}")
    for copy in later:
        click.echo(f"Obs: {copy} är från en senare dag än i dag. Går klockan rätt? Den står kvar.", err=True)
    if verify and file is not None:
        proven = tried(file, kind)
        db.session.commit()
        seconds = f"{proven.milliseconds / 1000:.1f}".replace(".", ",")
        click.echo(f"Återställd på prov: {proven.rows} rader, lika kopian, på {seconds} sekunder.")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Kontrollera kopian, men ändra inget.")
def restore(file: Path, dry_run: bool) -> None:
    """Återställ databasen från säkerhetskopian FILE. Den kontrolleras först, och alla loggas ut."""
    from assessments.database.copies import copies

    if dry_run:
        contents = copies().check(file)
        click.echo(f"Kopian är hel och går att återställa: {contents.rows} rader. Inget är ändrat.")
        return
    db.engine.dispose()
    with _bar("Återställer") as told:
        done = copies(told).restore(file)
    database_restored.send(current_app, rows=done.contents.rows)
    db.session.commit()
    click.echo(f"Databasen är återställd och kontrollerad: {done.contents.rows} rader. Alla är utloggade.")
    click.echo("Nycklar för program följer inte med i en kopia. Ge varje program en ny: lasspar token add")
    click.echo(
        "Det som har gallrats sedan kopian gjordes är tillbaka, och elever som har skyddats sedan dess står"
        " med sina namn igen: skydda dem genast, och gallra sedan på nytt. Säg det till administratören."
    )
    if done.former:
        click.echo(f"Det som stod där förut är sparat: {done.former}. Ta bort filen när allt stämmer.")


@contextlib.contextmanager
def _bar(label: str) -> "Iterator[Told]":
    with click.progressbar(length=100, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda _result, left, pages: bar.update(100 * (pages - left) // max(pages, 1) - bar.pos)
