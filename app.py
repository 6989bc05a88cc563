"""The whole application, put together."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.cli import ScriptInfo
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

import assessments.access.commands
import assessments.access.views
import assessments.commands
import assessments.instruments.files
import assessments.jobs.commands
import assessments.views
import reports.commands
import reports.demo
import reports.protecting
import reports.views
import screening.benchmarks.catalogue
import screening.commands
import screening.doors
import screening.rejudging
import screening.views
import screening.written_lines
from assessments import logs, pages, settings, uploads, written_lines
from assessments.access import guard, sessions, transport
from assessments.database import db
from assessments.database.commands import database_ready, init, migrations, serve
from assessments.recording import scores_recorded
from assessments.roster.editing import pupils_changed
from assessments.roster.protecting import pupil_protected
from assessments.terminal import Commands

csrf = CSRFProtect()
bootstrap = Bootstrap5()

BLUEPRINTS = [
    *assessments.access.views.BLUEPRINTS,
    *assessments.views.BLUEPRINTS,
    *screening.views.BLUEPRINTS,
    *reports.views.BLUEPRINTS,
]
COMMANDS = [
    init,
    serve,
    migrations,
    reports.demo.demo,
    *assessments.access.commands.COMMANDS,
    *assessments.commands.COMMANDS,
    *assessments.jobs.commands.COMMANDS,
    *screening.commands.COMMANDS,
    *reports.commands.COMMANDS,
]


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The app for servers, commands and tests; ``config`` goes before the environment."""
    app = Flask("app", instance_path=str(settings.instance_path()))
    app.config.from_mapping(settings.from_environment())
    app.config.update(config or {})
    for extension in (db, transport, logs, sessions, csrf, guard, bootstrap, pages):
        extension.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _open_doors(app)
    return app


def _open_doors(app: Flask) -> None:
    """What lower rooms ask of higher ones without importing them."""
    app.extensions["lasspar.screening"] = screening.doors.ScreeningDoor()
    app.extensions["lasspar.jobs"] = {kind.name: kind for kind in (screening.rejudging.KIND,)}
    app.extensions["lasspar.written_lines"] = [
        *written_lines.LINES,
        *screening.written_lines.LINES,
        *reports.protecting.LINES,
    ]
    scores_recorded.connect(screening.doors.judge_again)
    pupils_changed.connect(screening.doors.judge_changed)
    pupil_protected.connect(written_lines.remember_lines)
    pupil_protected.connect(uploads.forget_all)
    pupil_protected.connect(reports.protecting.let_pages_go)
    database_ready.connect(assessments.instruments.files.load_built_in)
    database_ready.connect(screening.benchmarks.catalogue.load_built_in)


cli = Commands("lasspar", help="Lässpår: följ läsutvecklingen, se den som behöver hjälp och hjälp genast.")
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The command ``lasspar``."""
    cli(obj=ScriptInfo(create_app=create_app))
