"""``lasspar init``, ``serve``, ``backup`` and ``restore``: a database that is ready, served and safe."""

import contextlib
import errno
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from blinker import signal
from flask import current_app

from assessments.database import connections, db
from assessments.refusals import Refused
from assessments.settings import require_secret

if TYPE_CHECKING:
    from assessments.database.backup import Told

database_ready = signal("database-ready")
"""Sent when the tables are up to date: each room loads what comes built in. Safe to repeat."""
database_restored = signal("database-restored")
"""Sent with ``rows`` when a copy has taken the database's place, in a session that is committed after."""


def prepare() -> None:
    """Create or upgrade the tables and load what comes built in. Commits."""
    from assessments.database import schema  # Alembic takes a fifth of the start, and few commands need it

    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        connections.place_for(Path(url.database))
    schema.upgrade()
    database_ready.send(current_app)
    db.session.commit()


@click.command("init")
def init() -> None:
    """Skapa eller uppgradera databasen. Kan köras flera gånger."""
    prepare()
    click.echo("Databasen är klar.")


@click.group("migrations", hidden=True)
def migrations() -> None:
    """För den som utvecklar: skriv eller kontrollera databasens versioner."""


@migrations.command("revise")
@click.argument("message", metavar="ÄNDRING")
def revise(message: str) -> None:
    """Skriv nästa version utifrån modellerna."""
    from assessments.database import schema

    schema.revise(message)


@migrations.command("check")
def check() -> None:
    """Misslyckas om modeller och versioner säger olika."""
    from assessments.database import schema

    if differences := schema.differences():
        raise Refused([f"Skiljer: {difference}" for difference in differences])
    click.echo("Modeller och versioner säger samma sak.")


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=5000,
    show_default=True,
    help="Porten som servern lyssnar på.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Adressen som servern lyssnar på.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Antal processer.")
def serve(port: int, host: str, workers: int) -> None:
    """Starta servern."""
    from assessments.database import schema

    require_secret()
    if not schema.is_up_to_date():
        raise Refused("Databasen är inte uppgraderad till den här versionen. Kör: lasspar init")
    refuse_a_busy_port(host, port, "lasspar serve")
    db.engine.dispose()
    run_server(port, host, workers)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False, metavar="[FIL]")
@click.option(
    "--rotate", "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="MAPP",
    help="Lägg kopian i en mapp och behåll 7 dagars, 4 veckors och 6 månaders kopior där.",
)  # fmt: skip
def backup(file: Path | None, folder: Path | None) -> None:
    """Gör en kontrollerad säkerhetskopia i FIL, också medan servern går. Inloggningar följer inte med."""
    from assessments.database import backup, rotation

    if (file is None) == (folder is None):
        raise click.UsageError("Skriv en fil eller --rotate med en mapp.")
    live = _live_file("pg_dump --format=custom --file=FIL DATABAS")
    gone: list[Path] = []
    with _bar("Kopierar") as told:
        if file is not None:
            contents = backup.make(live, file, told)
        elif folder is not None:
            file, contents, gone = rotation.rotate(live, folder, told)
    click.echo(f"Säkerhetskopian är gjord och kontrollerad: {file} ({contents.rows} rader).")
    for copy in gone:
        click.echo(f"Borttagen, har gjort sitt: {copy}")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Kontrollera kopian, men ändra inget.")
def restore(file: Path, dry_run: bool) -> None:
    """Återställ databasen från säkerhetskopian FILE. Den kontrolleras först, och alla loggas ut."""
    from assessments.database import restore

    if dry_run:
        contents = restore.check(file)
        click.echo(f"Kopian är hel och går att återställa: {contents.rows} rader. Inget är ändrat.")
        return
    live = _live_file("pg_restore --clean --dbname=DATABAS FIL")
    db.engine.dispose()
    with _bar("Återställer") as told:
        done = restore.restore(file, live, told)
    database_restored.send(current_app, rows=done.contents.rows)
    db.session.commit()
    click.echo(f"Databasen är återställd och kontrollerad: {done.contents.rows} rader. Alla är utloggade.")
    if done.former:
        click.echo(f"Det som stod där förut är sparat: {done.former}. Ta bort filen när allt stämmer.")


def _live_file(instead: str) -> Path:
    """The SQLite file we work with. PostgreSQL copies itself, better than we could."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Refused(f"Databasen ligger i PostgreSQL. Använd dess eget kommando: {instead}")
    return Path(url.database)


@contextlib.contextmanager
def _bar(label: str) -> "Iterator[Told]":
    with click.progressbar(length=100, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda _result, left, pages: bar.update(100 * (pages - left) // max(pages, 1) - bar.pos)


def refuse_a_busy_port(host: str, port: int, command: str) -> None:
    """Say at once what the server would say after a while, and in Swedish."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except PermissionError:
            raise Refused(
                f"Port {port} får bara systemet använda. Välj en annan: {command} --port 5001"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refused(f"Adressen {host} finns inte på den här datorn.") from None
            free = port + 1 if port < 65535 else 5001
            raise Refused(f"Port {port} är upptagen. Välj en annan: {command} --port {free}") from None


def run_server(port: int, host: str = "127.0.0.1", workers: int = 2) -> None:
    """Hand this process over to gunicorn: threads for waiting, processes for work, one for ordered work."""
    sys.stdout.flush()
    arguments = [
        "--config",
        "python:assessments.jobs.beside_server",
        "--bind",
        f"{host}:{port}",
        "--workers",
        str(workers),
        "--threads",
        "4",
        "--no-control-socket",
    ]
    os.execv(  # noqa: S606 - no shell: this process becomes the server
        sys.executable, [sys.executable, "-m", "gunicorn", *arguments, "app:create_app()"]
    )
