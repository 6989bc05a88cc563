"""The tables' version: bring them up to date, ask whether they are, write the next step."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from assessments.database import db, triggers
from assessments.database.turns import wait_for_turn
from assessments.database.version import NEWER
from assessments.refusals import Refused

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade() -> None:
    """Bring the tables up to date in one transaction: after a power cut they are old or new."""
    with db.engine.begin() as connection:
        try:
            make_tables(connection)
        except CommandError as error:
            raise Refused(NEWER) from error


def make_tables(connection: sa.Connection) -> None:
    """All tables, or what they lack, where the connection works, in its transaction."""
    wait_for_turn(connection, "tables")
    command.upgrade(_config(connection), "head")
    triggers.install(connection)


def head() -> str | None:
    """The version of the tables that this code works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def versions() -> set[str]:
    """Every version of the tables that this code knows the way from."""
    return {step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def revise(message: str) -> None:
    """Write the next migration from what the models say."""
    with db.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def differences() -> list[object]:
    """What the models say and the tables do not, or the other way round."""
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), db.metadata))


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config
