"""``lasspar drawer``: draws the papers and pictures of the server that starts it."""

import os

import click

from assessments.beside import end_with_the_server
from reports import drawer

NICENESS = 5  # who saves goes before; who waits for a paper, before those who wait for a whole municipality's


@click.command("drawer", hidden=True)
@click.argument("address")
def draw_beside_server(address: str) -> None:
    """Rita det som serverns processer lämnar vid ADRESS, så länge servern finns."""
    end_with_the_server()
    os.nice(NICENESS)
    drawer.serve(address)
