"""The command ``lasspar``: loads the app, which takes a second, and ends quietly on Ctrl+C from the first."""

import importlib
import sys

INTERRUPTED = 130  # what shells say of whoever was stopped by Ctrl+C


def lasspar() -> None:
    """Run the command line. app.py stands above every room, so it is loaded and not imported."""
    try:
        importlib.import_module("app").main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
