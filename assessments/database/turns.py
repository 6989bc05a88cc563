"""Work that one at a time may do in a whole database, whichever machine and process it is on."""

import zlib

import sqlalchemy as sa


def wait_for_turn(connection: sa.Connection, work: str) -> None:
    """Nobody else does work of this name before the transaction ends. SQLite's BEGIN is such a queue already,
    of everybody who writes."""
    if connection.dialect.name == "postgresql":
        number = zlib.crc32(f"lasspar {work}".encode())
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
