"""The command lasspar demo."""

import click


@click.command("demo")
def demo() -> None:
    """Bygg exemplet och visa det."""
