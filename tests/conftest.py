"""A real database, real requests, one school. What a view does not commit is lost, as in real life.

Tests marked ``both_databases`` run on SQLite and on a PostgreSQL, which starts the first time it is needed:
there among the slow ones, unless the marker says ``always``, as where the two differ.
"""

import gc
import os
import pickle
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from chromium import CHROMIUM
from click.testing import CliRunner, Result
from flask import Flask, before_render_template, got_request_exception, session, template_rendered
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemBytecodeCache
from keeping import Keeper, keeper, need_not_last
from postgres import postgres
from werkzeug.http import parse_cookie

from app import cli, create_app
from assessments.access.letting_in import let_in
from assessments.access.models import Account
from assessments.database import db
from assessments.database.commands import prepare
from reports import drawer

for setting in [name for name in os.environ if name.startswith("LASSPAR_")]:
    del os.environ[setting]  # what somebody's shell says is no part of a test
NO_BROWSER = (
    "The browser's tests were left out: Chromium is not installed (apt-get install chromium-headless-shell)."
)
os.environ["LASSPAR_TODAY"] = TODAY.isoformat()
# Three processes read the same tests, and start the same commands: what one has compiled the others need not.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A busy machine is no fault of the rule under test, and what is green today is green tomorrow: those who look
# for faults by chance say so (--hypothesis-profile=search).
hypothesis.settings.register_profile("lasspar", deadline=None, max_examples=20, derandomize=True)
hypothesis.settings.register_profile(
    "thorough",  # a mutant is met by tests in a process that has run them before
    deadline=None,
    max_examples=50,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.differing_executors],
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # noticed is enough: no smaller case
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("lasspar")


TESTS = Path(__file__).parent
ROOMS = [TESTS / room for room in ("assessments", "screening", "reports")]
collect_ignore = [] if CHROMIUM else ["browser"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Benchmarks measure and prove nothing, and endurance takes its time: ``pytest tests/benchmarks`` and
    ``pytest tests/endurance`` are commands of their own."""
    name = collection_path.name
    is_asked_for = any(name in argument for argument in config.args)
    return True if name in ("benchmarks", "endurance") and not is_asked_for else None


LONGEST_FIRST = (
    "test_whole_matrix.py",
    "test_matrix.py",
    "test_accessibility.py",
    "test_sheet_queue.py",
    "test_sheet_grid.py",
    "test_sheet_queue_kept.py",
    "test_measure_grid.py",
    "test_worker.py",
    "test_demo.py",
    "test_main_job.py",
    "test_migrations.py",
    "test_print_jobs.py",
    "test_plans.py",
    "test_rejudging.py",
    "test_reading.py",
    "test_main_path.py",
    "test_home_pages.py",
    "test_sheet_reach.py",
    "test_imports.py",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Each process takes file after file: long ones first, or one would be left alone with the longest."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: str(item.path))  # in whatever order this process has read them
    yield
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def pytest_configure(config: pytest.Config) -> None:
    """Each process begins to read in another room, so that what one has compiled the next one finds."""
    worker = getattr(config, "workerinput", None)
    if worker and [Path(argument).name for argument in config.args] == ["tests"]:
        first = int(worker["workerid"].removeprefix("gw")) % len(ROOMS)
        others = sorted(path for path in TESTS.glob("test_*.py")) + [TESTS / "browser"] * bool(CHROMIUM)
        config.args = [str(path) for path in (*ROOMS[first:], *ROOMS[:first], *others)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "browser" in collect_ignore:
        terminalreporter.write_line(NO_BROWSER)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is imported and collected stays, and hardly anything goes before: a tenth of the time it takes
    was spent on looking."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """All that has been imported and collected stays: to look through it again and again for what could go
    was a tenth of a run's time. For the rest it is looked through a tenth as often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


class Visitor(FlaskClient):
    """A browser. Each page has a context of its own, as in real life: the test's ``g`` and database session
    are not the page's, and what either did not commit the other never sees."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()  # the test's own session stands in nobody's way, and reads anew afterwards
        with self.application.app_context():
            return super().open(*args, **kwargs)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All tests, or all of a marker: one process more than there are cores, as tests in a browser wait half
    the time. A chosen part runs in this one."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(len(os.sched_getaffinity(0)) + 1, 5) if is_whole else 0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("both_databases")
    if "backend" in metafunc.fixturenames and marker:
        there = pytest.param("postgresql", marks=[] if marker.kwargs.get("always") else pytest.mark.slow)
        metafunc.parametrize("backend", ["sqlite", there], indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def as_urgent_as_the_others() -> Iterator[None]:
    """``lasspar worker`` gives way to whoever waits for a page. Run inside a test it would let all tests of
    this process wait after it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "nice", lambda _by: 0)
        yield


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """The database under the test: SQLite, unless ``both_databases`` says otherwise."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of our own, with an empty database."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this session's database and keys."""
    folder = tmp_path_factory.mktemp("instance")
    os.environ["LASSPAR_INSTANCE_PATH"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def apps() -> Iterator[dict[str, Flask]]:
    """The app of each database, kept for the session: tests go to and fro between them."""
    apps: dict[str, Flask] = {}
    yield apps
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all apps and processes of a run, not by each."""
    here = tmp_path_factory.getbasetemp()
    folder = (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def app(
    backend: str,
    apps: dict[str, Flask],
    instance: Path,
    compiled: FileSystemBytecodeCache,
    request: pytest.FixtureRequest,
) -> Flask:
    """The app on a database made by the migrations, with the measures and set that come built in."""
    if backend not in apps:
        on_postgres = backend == "postgresql"
        file = f"sqlite:///{instance / 'test.sqlite'}"
        url = request.getfixturevalue("postgresql_url") if on_postgres else file
        apps[backend] = _app_on(url, compiled)
    return apps[backend]


def _app_on(url: str, templates: FileSystemBytecodeCache) -> Flask:
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url})
    app.test_client_class = Visitor
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        sa.event.listen(db.engine, "connect", need_not_last)
        db.engine.dispose()
        prepare()
        app.config["KEEPER"] = keeper()
        app.config["KEEPER"].keep("built in")
    return app


@pytest.fixture
def database(app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    """An app context, and the database as ``lasspar init`` left it, or with the school if the test asks for
    it: put back once, before a test, and only where another has written since."""
    keeper: Keeper = app.config["KEEPER"]
    with_school = "ekbacken" in request.fixturenames and keeper.keeps("ekbacken")
    begins = app.config["BEGINS"] = "ekbacken" if with_school else "built in"
    with app.app_context():
        if not keeper.stands_at(begins):
            keeper.put_back(begins)
        yield
        db.session.rollback()


@pytest.fixture
def ekbacken(app: Flask, database: None) -> Ekbacken:
    """The school, built once and put back for each test after; built anew beside what a test has already."""
    keeper: Keeper = app.config["KEEPER"]
    if app.config["BEGINS"] != "ekbacken":
        if not keeper.stands_at("built in"):
            return Ekbacken()
        app.config["EKBACKEN"] = Ekbacken().identities()
        keeper.keep("ekbacken")
        app.config["BEGINS"] = "ekbacken"
    return Ekbacken.found(app.config["EKBACKEN"])


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """A browser where this account is signed in: as the form does it, which test_sign_in.py asks about."""

    def sign_in(account: Any) -> FlaskClient:
        (account_id,) = sa.inspect(account).identity
        db.session.rollback()  # the test's own session stands in nobody's way, and reads anew afterwards
        client = app.test_client()
        with app.test_request_context("/sign-in", method="POST"):
            let_in(db.session.get_one(Account, account_id))
            answer = app.response_class()
            generate_csrf()
            app.session_interface.save_session(app, session, answer)
        client.set_cookie("lasspar", parse_cookie(answer.headers["Set-Cookie"])["lasspar"])
        return client

    return sign_in


@pytest.fixture
def lasspar(app: Flask, database: None) -> Callable[..., Result]:
    """The command line on the test's database: ``lasspar("init")`` gives exit code and words."""

    def run(*words: Any, **more: Any) -> Result:
        db.session.rollback()  # the command has a session of its own, and one queue of writers
        info = ScriptInfo(create_app=lambda: app)
        result = CliRunner().invoke(cli, [str(word) for word in words], obj=info, **more)
        db.session.expire_all()
        return result

    return run


@pytest.fixture(autouse=True, scope="session")
def what_is_drawn_could_be_drawn_by_another_process() -> Iterator[None]:
    """What draws gets what it would get there, where nothing of this process is."""
    of_the_room = drawer._function

    def far_away(place: str) -> Callable[..., Any]:
        draws = of_the_room(place)

        def drawn(*told: Any, **how: Any) -> Any:
            told, how = pickle.loads(pickle.dumps((told, how)))  # noqa: S301 - our own words
            return pickle.loads(pickle.dumps(draws(*told, **how)))  # noqa: S301 - the same

        return drawn

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawer, "_function", far_away)
        yield


@pytest.fixture(autouse=True)
def templates_do_not_query(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a page prints is fetched before: a template that asks the database fails the test."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    rendering: set[int] = set()  # threads
    asked: list[str] = []

    def started(*_args: Any, **_more: Any) -> None:
        rendering.add(threading.get_ident())

    def ended(*_args: Any, **_more: Any) -> None:
        rendering.discard(threading.get_ident())

    def seen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() in rendering:
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    before_render_template.connect(started, app)
    template_rendered.connect(ended, app)
    got_request_exception.connect(ended, app)
    sa.event.listen(engine, "before_cursor_execute", seen)
    yield
    sa.event.remove(engine, "before_cursor_execute", seen)
    assert asked == [], f"a template asked the database: {asked[0]}"


def stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """No socket leaves the machine, whichever library opens it (an audit hook hears of them all)."""
    if event not in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"):
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    is_a_file = event != "socket.getaddrinfo" and not isinstance(address, tuple)  # a Unix socket's path
    if is_a_file or host in (None, "", "localhost", "127.0.0.1", "::1"):
        return
    raise RuntimeError(f"a test tried to reach {host}")


sys.addaudithook(stay_on_this_machine)
