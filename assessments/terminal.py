"""The command line: Swedish throughout, reasons on stderr, 0 done, 1 not possible, 2 wrong usage."""

import io
import sys
from collections.abc import Iterable
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import ScriptInfo

from assessments.command_words import in_swedish
from assessments.refusals import Refused, because
from assessments.starting import INTERRUPTED


class Commands(click.Group):
    """A group whose commands run inside the app and never end in a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        in_swedish(self)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal in Latin-1 has no ł: "?" is no traceback
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with ctx.ensure_object(ScriptInfo).load_app().app_context():
                return super().invoke(ctx)
        except Refused as refused:
            stop(refused.reasons)
        except sa.exc.DBAPIError as error:
            stop([_database_sentence(error)])
        except BrokenPipeError:
            raise  # whoever read our words has left: click ends quietly
        except OSError as error:
            stop([f"{error.filename}: {because(error)}." if error.filename else f"{because(error)}."])
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None  # click would add a word and say 1


def stop(reasons: Iterable[str]) -> None:
    """Say every reason on stderr and leave with exit code 1."""
    for reason in reasons:
        click.echo(reason, err=True)
    raise click.exceptions.Exit(1)


def _database_sentence(error: sa.exc.DBAPIError) -> str:
    text = str(error.orig)
    if (
        "unable to open" in text
        or "no such table" in text
        or "no such column" in text
        or "does not exist" in text
    ):
        return "Databasen är inte förberedd för den här versionen. Kör: lasspar init"
    if isinstance(error, sa.exc.IntegrityError):
        return "Någon annan ändrade samma sak samtidigt. Inget har ändrats. Försök igen."
    if "readonly" in text:
        return "Databasen går bara att läsa här. Inget har ändrats."
    if "locked" in text or "deadlock" in text:
        return "Databasen är upptagen. Inget har ändrats. Försök igen om en stund."
    return f"Databasen svarar inte: {text.splitlines()[0]}"
