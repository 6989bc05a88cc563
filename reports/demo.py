"""The command ``lasspar demo``: builds the example in a place of its own, judges, prints and shows it."""

import os
import secrets
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from flask import Flask
from flask.cli import ScriptInfo

from assessments import settings
from assessments.clock import is_set, today
from assessments.database.commands import refuse_a_busy_port, run_server
from assessments.refusals import Refused

if TYPE_CHECKING:
    from assessments.demo.staff import SignIn

HOST = "127.0.0.1"  # never anything else: the passwords of the demo stand on the screen
DAY = "2026-10-15"
FIRST_DAY = date(2026, 10, 5)  # what the example has already done is done by then


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Bygg och skriv ut, men starta ingen server.")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="Serverns port.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Samma tal ger samma exempel."
)
def demo(no_serve: bool, port: int, seed: int) -> None:
    """Bygg påhittade skolor med elever och resultat, och visa dem på den här datorn."""
    _refuse_a_real_database()
    _refuse_a_day_before_the_example()
    if not no_serve:
        refuse_a_busy_port(HOST, port, "lasspar demo")
    folder = settings.instance_path() / "demo"
    _clear(folder)
    _surroundings(folder)
    with _demo_app().app_context():
        _tell(_build(seed))
        _print(folder)
    if not no_serve:
        click.echo(f"\nÖppna http://{HOST}:{port} i webbläsaren. Avsluta med Ctrl+C.")
        run_server(port, HOST)


def _refuse_a_real_database() -> None:
    if os.environ.get("LASSPAR_DATABASE_URL"):
        raise Refused(
            "LASSPAR_DATABASE_URL är satt. Exemplet byggs i en egen databas och rör aldrig en riktig: "
            "ta bort inställningen och kör igen."
        )


def _refuse_a_day_before_the_example() -> None:
    if is_set() and today() < FIRST_DAY:
        raise Refused(
            f"LASSPAR_TODAY är {today()}, men det som har hänt i exemplet hände till och med {FIRST_DAY}. "
            f"Välj den dagen eller en senare, eller ta bort inställningen: då är det {DAY}."
        )


def _clear(folder: Path) -> None:
    """What an earlier demo left; nothing else in the folder is ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for pattern in ("lasspar.sqlite*", "*.pdf"):
        for left in folder.glob(pattern):
            left.unlink()


def _surroundings(folder: Path) -> None:
    """The settings of the demo, for this process and for the server it becomes."""
    os.environ["LASSPAR_INSTANCE_PATH"] = str(folder)
    os.environ["LASSPAR_SECRET_KEY"] = secrets.token_urlsafe(48)
    os.environ["LASSPAR_IS_DEMO"] = "1"
    os.environ["LASSPAR_TRUSTED_HOSTS"] = f"{HOST},localhost"
    os.environ.setdefault("LASSPAR_TODAY", DAY)


def _demo_app() -> Flask:
    """The app once more, now with the settings of the demo; app.py gave the command the way to make it."""
    create_app = click.get_current_context().ensure_object(ScriptInfo).create_app
    return cast(Callable[[], Flask], create_app)()


def _build(seed: int) -> list["SignIn"]:
    from reports import demo_building  # NumPy is loaded when something is built, not at start

    quiet = not sys.stderr.isatty()
    with click.progressbar(
        length=demo_building.steps(), label="Bygger", file=sys.stderr, hidden=quiet, show_eta=False
    ) as bar:

        def told(next_thing: str) -> None:
            bar.label = f"{next_thing:<22}"
            bar.update(1)

        return demo_building.build(seed, told)


def _tell(sign_ins: list["SignIn"]) -> None:
    click.echo("Exemplet är byggt. Alla personer, skolor och kommuner är påhittade.\n\nLogga in med:")
    wide = max(len(sign_in.username) for sign_in in sign_ins)
    wider = max(len(sign_in.password) for sign_in in sign_ins)
    for sign_in in sign_ins:
        click.echo(
            f"  {sign_in.username:<{wide}}  {sign_in.password:<{wider}}  {sign_in.name}, {sign_in.about}"
        )


def _print(folder: Path) -> None:
    from reports.demo_printing import print_papers  # matplotlib is loaded when something is printed

    click.echo("\nUtskrifter:")
    print_papers(folder)
