"""The command line: Swedish throughout, reasons on stderr, 0 done, 1 not possible, 2 wrong usage.

A command is imported when somebody runs it, and Flask and SQLAlchemy with it: ``lasspar --help`` answers
at once, and no command waits for the others.
"""

import importlib
import io
import sys
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessments.command_words import in_swedish
from assessments.refusals import Refused, because, because_of_sqlite
from assessments.starting import INTERRUPTED

if TYPE_CHECKING:
    import sqlalchemy as sa
    from flask import Flask

Places = Mapping[str, tuple[str, str]]  # name: "module:command", and the line that --help shows


class Commands(click.Group):
    """A group whose commands run inside the app and never end in a traceback."""

    def __init__(self, name: str, *, places: Places, create_app: "Callable[[], Flask]", help: str) -> None:
        super().__init__(name, commands=_OnCall(places), help=help)
        self.create_app = create_app
        self.shown = [click.Command(name, help=line) for name, (_, line) in sorted(places.items()) if line]

    def main(self, *args: Any, **kwargs: Any) -> Any:
        in_swedish(self, with_inner=False)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal in Latin-1 has no ł: "?" is no traceback
        try:
            return super().main(*args, **kwargs)
        except OSError as error:  # of --help, where stdout is a full disk: nothing is invoked
            click.echo(f"{because(error)}.", err=True)
            sys.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, without importing what is shown."""
        room = formatter.width - 6 - max(len(str(one.name)) for one in self.shown)
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(str(one.name), one.get_short_help_str(room)) for one in self.shown])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            import sqlalchemy as sa
            from flask.cli import ScriptInfo

            from assessments import settings

            ctx.obj = ctx.find_object(ScriptInfo) or ScriptInfo(create_app=self.create_app)
            app = ctx.obj.load_app()
            for told in settings.unknown():
                click.echo(told, err=True)
            looked_at_first = app.extensions.get("lasspar.looked_at_first", nullcontext)
            with app.app_context(), looked_at_first():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None  # click would add a word and say 1
        except Refused as refused:
            stop(refused.reasons)
        except sa.exc.DBAPIError as error:
            stop([_database_sentence(error, ctx.obj.load_app().config)])
        except BrokenPipeError:
            raise  # whoever read our words has left: click ends quietly
        except OSError as error:
            stop([f"{error.filename}: {because(error)}." if error.filename else f"{because(error)}."])


class _OnCall(UserDict[str, click.Command]):
    """Commands by name, each imported when it is asked for."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.places = places

    def __missing__(self, name: str) -> click.Command:
        module, _, attribute = self.places[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        in_swedish(command)
        self.data[name] = command
        return command

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


def stop(reasons: Iterable[str]) -> None:
    """Say every reason on stderr and leave with exit code 1."""
    for reason in reasons:
        click.echo(reason, err=True)
    raise click.exceptions.Exit(1)


def _database_sentence(error: "sa.exc.DBAPIError", config: Mapping[str, Any]) -> str:
    import sqlalchemy as sa

    text, url = str(error.orig), sa.make_url(config["SQLALCHEMY_DATABASE_URI"])
    is_missing = "unable to open" in text and _is_nowhere(url.database)
    if is_missing or any(part in text for part in ("no such table", "no such column", "does not exist")):
        return "Databasen är inte förberedd för den här versionen. Kör: lasspar init"
    if isinstance(error, sa.exc.IntegrityError):
        return "Någon annan ändrade samma sak samtidigt. Inget har ändrats. Försök igen."
    if url.get_backend_name() == "sqlite" and (said := because_of_sqlite(text, url.database)):
        return said
    if "deadlock" in text:
        return "Databasen är upptagen. Inget har ändrats. Försök igen om en stund."
    return f"Databasen svarar inte: {text.splitlines()[0]}"


def _is_nowhere(file: str | None) -> bool:
    """Not the same as a file that somebody else may open, or in a folder that we may not look into."""
    try:
        Path(file or "").stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
