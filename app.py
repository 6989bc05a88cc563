"""The whole application, put together. What is loaded only by some is imported where they need it."""

import atexit
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assessments.terminal import Commands

if TYPE_CHECKING:
    from flask import Flask

# Where each command is, and the line of it that --help shows; "" hides it.
COMMANDS = {
    "absence": ("assessments.absence.commands:absence_group", "Frånvaro per period."),
    "audit": ("assessments.access.trail.commands:audit_group", "Loggen över vem som sett och gjort vad."),
    "backup": (
        "assessments.database.copy_commands:backup",
        "Gör en kontrollerad säkerhetskopia i FIL, också medan servern går.",
    ),
    "benchmarks": (
        "screening.benchmarks.commands:benchmarks",
        "Riktmärken: ta in, anta och se uppsättningar.",
    ),
    "calendar": ("assessments.commands:calendar_group", "Läsårstider: terminer och lov."),
    "demo": (
        "reports.demo:demo",
        "Bygg påhittade skolor med elever och resultat, och visa dem på den här datorn.",
    ),
    "drawer": ("reports.drawer_command:draw_beside_server", ""),
    "duty": ("assessments.access.commands:duty", "Uppdrag: vem som får göra vad, var och när."),
    "export": (
        "reports.exports.commands:export",
        "Skriv allt som kommunen äger till MAPP eller FIL.zip: CSV, JSON, dataordlista och riktmärken.",
    ),
    "import": (
        "reports.exports.commands:import_export",
        "Läs tillbaka det som lasspar export skrev, i en tom Lässpår.",
    ),
    "governing": (
        "screening.governing.commands:governing",
        "Styrning: vad lässatsningen har valt, och vilka kommuner som är med.",
    ),
    "imports": (
        "assessments.imports.commands:imports_group",
        "Inlästa filer: vad som lästs in, och vägen tillbaka.",
    ),
    "init": ("assessments.database.commands:init", "Skapa eller uppgradera databasen."),
    "initiative": (
        "screening.commands:initiative_group",
        "Lässatsningen tillsammans: jämför skolor och kommuner.",
    ),
    "measures": ("assessments.commands:measures_group", "Mått: det som bedöms."),
    "migrations": ("assessments.database.commands:migrations", ""),
    "pupil": ("reports.extract_commands:pupil_group", "En elev: registerutdrag, begränsad behandling."),
    "report": ("reports.commands:report_group", "Rapporter som PDF."),
    "restore": (
        "assessments.database.copy_commands:restore",
        "Återställ databasen från säkerhetskopian FIL.",
    ),
    "retention": ("reports.retention_commands:retention_group", "Gallring: regler, undantag och protokoll."),
    "roster": ("assessments.ss12000.commands:roster_group", "Klasslistor, ur fil eller ur elevsystemet."),
    "scores": ("assessments.commands:scores_group", "Resultat."),
    "screening": ("screening.commands:screening", "Bedöm resultaten: nivåer och signaler."),
    "serve": ("assessments.database.commands:serve", "Starta servern."),
    "staff": ("assessments.access.commands:staff", "Personal och konton."),
    "support": ("screening.commands:support", "Stödperioder: plan och upprepade resultat."),
    "token": (
        "assessments.access.programs.commands:token",
        "Nycklar för program som hämtar eller skriver i någons namn.",
    ),
    "windows": ("assessments.commands:windows_group", "Kartläggningsperioder."),
    "writer": ("assessments.jobs.commands:write_beside_server", ""),
    "worker": (
        "assessments.jobs.commands:worker",
        "Utför det som har beställts: omräkningar och stora utskrifter.",
    ),
}  # fmt: skip
TABLES = [
    "assessments.absence.file_models",
    "assessments.absence.models",
    "assessments.access.alarm_models",
    "assessments.access.governed",
    "assessments.access.models",
    "assessments.access.sign_in_models",
    "assessments.calendar_models",
    "assessments.database.verified",
    "assessments.import_models",
    "assessments.instruments.models",
    "assessments.jobs.models",
    "assessments.models",
    "assessments.new_year.models",
    "assessments.roster.trace_models",
    "assessments.ss12000.models",
    "assessments.retention.models",
    "assessments.upload_models",
    "reports.models",
    "reports.print_jobs.models",
    "screening.benchmarks.models",
    "screening.compared",
    "screening.coordination.models",
    "screening.handovers.models",
    "screening.models",
    "screening.notes.models",
    "screening.open_support.models",
    "screening.released",
    "screening.requests.models",
    "screening.rollup.models",
    "screening.steps.models",
    "screening.support.models",
]


def create_app(config: Mapping[str, Any] | None = None) -> "Flask":
    """The app for servers and tests; ``config`` goes before the environment."""
    from flask_bootstrap import Bootstrap5

    import assessments.access.views
    import assessments.views
    import reports.views
    import screening.views
    from assessments import logs, metrics, pages
    from assessments.access import guard, sessions, transport
    from assessments.access.programs.bearer import Csrf
    from assessments.access.providers import known
    from assessments.database import db

    app = _begun(config)
    for extension in (metrics, db, transport, known, logs, sessions, Csrf(), guard, Bootstrap5(), pages):
        extension.init_app(app)
    for room in (assessments.access, assessments, screening, reports):
        for blueprint in room.views.BLUEPRINTS:
            app.register_blueprint(blueprint)
    _open_doors(app)
    return app


def app_for_commands(config: Mapping[str, Any] | None = None) -> "Flask":
    """The app without pages: all that a command needs, in half the time."""
    from assessments import logs
    from assessments.database import db, let_go, version

    app = _begun(config)
    for extension in (db, logs):
        extension.init_app(app)
    app.extensions["lasspar.looked_at_first"] = version.looked_at_first
    _open_doors(app)
    atexit.register(let_go, app)
    return app


def _begun(config: Mapping[str, Any] | None) -> "Flask":
    """With settings and every table there is, whoever uses them: versions of the tables compare them all."""
    from flask import Flask

    from assessments import settings

    for module in TABLES:
        importlib.import_module(module)
    app = Flask("app", instance_path=str(settings.instance_path()))
    app.config.from_mapping(settings.from_environment())
    app.config.update(config or {})
    return app


def _open_doors(app: "Flask") -> None:
    """What lower rooms ask of higher ones without importing them."""
    import reports.exports.ordering
    import reports.print_jobs.ordering
    import reports.print_jobs.working
    import reports.protecting
    import screening.doors
    import screening.handovers.protecting
    import screening.made
    import screening.rejudging
    import screening.requests.protecting
    import screening.rollup.disposing
    import screening.written_lines
    from assessments import uploads, written_lines
    from assessments.access import throttle
    from assessments.recording import scores_recorded
    from assessments.retention.disposing import about_to_dispose
    from assessments.roster import traces
    from assessments.roster.editing import pupils_changed
    from assessments.roster.narrowing import pupil_narrowed
    from assessments.roster.protecting import pupil_protected
    from assessments.windows import window_changed

    app.extensions["lasspar.screening"] = screening.doors.ScreeningDoor()
    app.extensions["lasspar.jobs"] = {
        kind.name: kind
        for kind in (screening.rejudging.KIND, reports.print_jobs.working.KIND, reports.exports.ordering.KIND)
    }
    app.extensions["lasspar.written_lines"] = [
        *written_lines.LINES,
        *screening.written_lines.LINES,
        *reports.protecting.LINES,
    ]
    app.extensions |= {
        "lasspar.kept_for_a_time": {
            "class lists that can be undone": traces.let_go_of_old,
            "where people have signed in": throttle.let_go_of_old,
        },
        "lasspar.made_by_the_machine": [*screening.made.TABLES, "absence_sum"],
    }
    app.extensions["lasspar.extracts"] = [
        "assessments.extracts.queries.kept",
        "screening.kept",
        "reports.kept",
    ]
    about_to_dispose.connect(screening.rollup.disposing.keep_absence)
    scores_recorded.connect(screening.doors.judge_again)
    pupils_changed.connect(screening.doors.judge_changed)
    window_changed.connect(screening.doors.count_anew)
    for let_go in (
        traces.forget_names,
        written_lines.remember_lines,
        uploads.forget_all,
        reports.protecting.let_pages_go,
        reports.print_jobs.ordering.let_prints_go,
        reports.exports.ordering.let_exports_go,
        screening.requests.protecting.stop_requests,
        screening.handovers.protecting.take_handovers_back,
    ):
        pupil_protected.connect(let_go)
    for let_go in (screening.doors.count_no_more, reports.print_jobs.ordering.let_prints_go):
        pupil_narrowed.connect(let_go)
    _hear_of_the_database()


def _hear_of_the_database() -> None:
    """What rooms do when the tables are ready, a copy is put back, or a server is about to begin."""
    import assessments.absence.limits
    import assessments.instruments.files
    import screening.benchmarks.catalogue
    import screening.handovers.holding
    import screening.rollup.comparing
    from assessments.access import audit, codes
    from assessments.database.commands import about_to_serve, database_ready
    from assessments.database.copy_commands import database_restored

    about_to_serve.connect(_look_before_serving, weak=False)  # blinker ends before this module does
    database_restored.connect(audit.note_restored)
    database_restored.connect(codes.tell_of_another_key)
    database_ready.connect(assessments.instruments.files.load_built_in)
    database_ready.connect(assessments.absence.limits.load_built_in)
    database_ready.connect(screening.benchmarks.catalogue.load_built_in)
    database_ready.connect(screening.rollup.comparing.begin)
    database_ready.connect(screening.handovers.holding.hold_earlier_moves)


def _look_before_serving(app: "Flask") -> None:
    """What a server's processes would find wrong, or whoever signs in first, is told before it begins."""
    from assessments import settings
    from assessments.access import codes
    from assessments.access.providers import known
    from assessments.jobs import doorbell

    known.init_app(app)
    doorbell.tell_if_silent(app)
    codes.tell_of_another_key(app)
    settings.tell_what_is_for_examples()


cli = Commands(
    "lasspar",
    places=COMMANDS,
    create_app=app_for_commands,
    help="Lässpår: följ läsutvecklingen, se den som behöver hjälp och hjälp genast.",
)


def main() -> None:
    """The command ``lasspar``."""
    cli()
