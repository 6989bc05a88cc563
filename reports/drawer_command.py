"""``lasspar drawer``: draws the papers and pictures of the server that starts it."""

import click

from assessments.beside import end_with_the_server
from reports import drawer


@click.command("drawer", hidden=True)
@click.argument("address")
def draw_beside_server(address: str) -> None:
    """Rita det som serverns processer lämnar vid ADRESS, så länge servern finns."""
    end_with_the_server()
    drawer.serve(address)
