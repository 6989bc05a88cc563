"""``lasspar init`` and ``serve``: a database that is ready and served."""

import errno
import os
import socket
import sys
from pathlib import Path

import click
from blinker import signal
from flask import current_app

from assessments.database import connections, db, version
from assessments.refusals import Refused
from assessments.settings import require_data_key, require_secret

database_ready = signal("database-ready")
"""Sent when the tables are up to date: each room loads what comes built in. Safe to repeat."""
about_to_serve = signal("about-to-serve")
"""Sent before the server begins: a room refuses what it cannot serve with, or tells what it does without."""


def prepare() -> None:
    """Create or upgrade the tables and load what comes built in. Commits."""
    from assessments.database import schema  # Alembic takes a fifth of the start, and few commands need it

    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database:
        connections.refuse_a_strangers(Path(url.database))
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
    require_secret()
    require_data_key()
    with db.engine.connect() as connection:
        version.refuse_another(connection)
    refuse_a_busy_port(host, port, "lasspar serve")
    about_to_serve.send(current_app)
    db.session.remove()
    db.engine.dispose()
    run_server(port, host, workers)


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
