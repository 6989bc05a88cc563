"""``lasspar worker``: works off what was ordered, on as many machines as wanted. ``lasspar writer``:
writes the saves of the server that starts it."""

import os

import click
from flask import current_app

from assessments import writer
from assessments.beside import end_with_the_server
from assessments.jobs import doorbell
from assessments.jobs.beside_server import get_ready
from assessments.jobs.running import me, work_off
from assessments.words import counted

NICENESS = 10  # who waits for a page goes before


@click.command("worker")
@click.option("--once", is_flag=True, help="Gör det som väntar nu och sluta sedan, till exempel varje natt.")
@click.option("--beside-server", is_flag=True, hidden=True, help="Sluta när servern som startade den slutar.")
def worker(once: bool, beside_server: bool) -> None:
    """Utför det som har beställts: omräkningar och stora utskrifter. Kör så många du vill.

    `lasspar serve` startar en själv. Ctrl+C gör klart det som pågår; det som avbryts tas om av nästa.
    """
    os.nice(NICENESS)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's own method
    if once:
        parts = work_off(me())
        click.echo(f"{counted(parts, 'del är utförd', 'delar är utförda')}.")
        return
    if beside_server:
        end_with_the_server()
        doorbell.wait_for_queue(app)
    doorbell.answer(app)


@click.command("writer", hidden=True)
@click.argument("address")
def write_beside_server(address: str) -> None:
    """Skriv det som serverns processer lämnar vid ADRESS, så länge servern finns."""
    end_with_the_server()
    get_ready()
    writer.serve(current_app._get_current_object(), address)  # type: ignore[attr-defined]  # a proxy's own method
