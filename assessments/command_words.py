"""The command line in Swedish: click's own sentences, and the words in capitals that it asks nobody for.

What a command says itself is Swedish where it is written. Its parameters are named in English, as all code
is; help shows them by the names below.
"""

import gettext
import os
import re
from pathlib import Path

import click

SENTENCES = Path(__file__).parent / "database" / "words"
KINDS = {"integer": "TAL", "integer range": "TAL", "float": "TAL", "datetime": "DATUM", "text": "TEXT"}
NAMES = {
    "class": "KLASS",
    "classes": "KLASS",
    "code": "KOD",
    "date": "DATUM",
    "file": "FIL",
    "message": "ÄNDRING",
    "name": "NAMN",
    "pupil": "ELEV-ID",
    "role": "ROLL",
    "scope": "OMRÅDE",
    "username": "ANVÄNDARNAMN",
    "window": "PERIOD",
}


def in_swedish(command: click.Command, *, with_inner: bool = True) -> None:
    """Let the command and those under it speak Swedish. Safe to repeat."""
    os.environ["LANGUAGE"] = "sv"  # click asks gettext, and gettext asks the environment
    gettext.bindtextdomain("messages", str(SENTENCES))
    command.options_metavar = "[TILLVAL]"
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            _name_argument(command, parameter)
        elif parameter.metavar is None:
            is_path = isinstance(parameter.type, click.Path | click.File)
            word = "FIL" if is_path else NAMES.get(parameter.name or "")
            parameter.metavar = word or KINDS.get(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "KOMMANDO [UPPGIFTER]..."
        for inner in command.commands.values() if with_inner else ():
            in_swedish(inner)


def _name_argument(command: click.Command, argument: click.Argument) -> None:
    """An argument by its Swedish name, in the usage line and where the help mentions it."""
    word = NAMES.get(argument.name or "")
    if word is None or argument.metavar is not None:
        return
    command.help = re.sub(rf"\b{argument.human_readable_name}\b", word, command.help or "")
    argument.metavar = word if argument.nargs == 1 else f"{word}..."
