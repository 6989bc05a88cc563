"""The command ``lasspar``: loads the app, which takes a while, and ends quietly on Ctrl+C from the first."""

import gc
import importlib
import os
import sys

# What is loaded stays: looking it through for garbage every 700 objects takes a sixth of the start.
OBJECTS_BEFORE_A_SEARCH = 50_000
CLOSED = (
    "Standard ut är stängd, så det som kommandot skriver skulle gå förlorat. Inget är gjort. Skicka det till"
    " en fil, eller till /dev/null."
)
INTERRUPTED = 130  # what shells say of whoever was stopped by Ctrl+C


def lasspar() -> None:
    """Run the command line. app.py stands above every room, so it is loaded and not imported."""
    gc.set_threshold(OBJECTS_BEFORE_A_SEARCH)
    if sys.stdout is None:  # closed by the shell (>&-)
        sys.exit(CLOSED)
    try:
        importlib.import_module("app").main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        gc.freeze()  # it ends: to look through all that was loaded once more took a quarter of the time
        _say_what_is_left()


def _say_what_is_left() -> None:
    """What stands in a buffer still: of a disk found full later, Python itself complains and ends with 120.
    The command has told of it already and ends with 1."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
