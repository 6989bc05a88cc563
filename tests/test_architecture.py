"""The house stays as it was drawn: rooms, floors, and what every route and file must say."""

import ast
import functools
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from assessments.access.permissions import FETCHES, Permission

ROOT = Path(__file__).parent.parent
ROOMS = ["assessments", "screening", "reports"]
TOP = {
    "app.py",
    "pyproject.toml",
    "screening",
    "assessments",
    "reports",
    "static",
    "templates",
    "tests",
    "README.md",
}
CUSTOMARY = {"LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
MADE_HERE = {"instance", "build", "dist", "test-results", "mutants"}  # by running things; git ignores them
HEAVY = ("numpy", "scipy", "matplotlib", "reportlab", "openpyxl", "pikepdf", "httpx")

# assessments from the ground up; what is not named rests on all of them
GROUND = {
    "refusals", "clock", "calendar", "school_days", "collation", "settings", "command_words", "starting",
    "terminal", "logs", "taken_back",
}  # fmt: skip
FLOORS = ["database", "roster", "words", "one_line", "access", "instruments", "models", "calendar_models"]
FLOORS += ["school_calendars", "window_dates", "import_models", "writes", "import_traces", "standing"]
FLOORS += ["recording"]
SUBROOMS = {"database", "roster", "access", "instruments"}
# Inside a room: models (and the words they are made of), then rules and verbs (all that is not named), then
# queries, forms, views and commands.
RULES = 1
STAGES = {
    "levels": 0,
    "ways": 0,
    "signals": 0,
    "models": 0,
    "queries": 2,
    "cell_history": 2,
    "forms": 3,
    "views": 4,
    "commands": 4,
}
WITH_VIEWS = {"assessments.header", "assessments.pages", "assessments.access.guard", "screening.doors"}
WITH_VIEWS |= {"assessments.access.letting_in"}  # the end of two ways of signing in
WITH_VIEWS |= {"screening.kept"}  # words of every page of the room
EXAMPLE = (
    "assessments.demo",
    "reports.demo",
)  # builds, judges and prints a whole initiative: above everything
PURE = (
    *(
        f"screening.{name}"
        for name in (
            *("levels", "certainty", "composites", "evidence", "threads", "movement", "grouping"),
            *("aimlines", "legs", "growth", "statistics", "disclosure"),
        )
    ),
    *("assessments.school_days", "assessments.calendar_rules"),
    *("reports.charts", "reports.layout", "reports.renderer", "reports.documents"),
)


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the rooms by its dotted name."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), path


MODULES = dict(modules())


@functools.cache
def imports(name: str) -> frozenset[str]:
    """The modules that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{one.name}" for one in node.names} & set(MODULES)
            found |= inner or {node.module}
    return frozenset(found)


def steps(wanted: Callable[[str], object] = bool) -> Iterator[tuple[str, str]]:
    """Every import as (who, what) where the importing module is wanted."""
    return ((name, module) for name in MODULES if wanted(name) for module in imports(name))


def stage(module: str) -> int:
    """Where a module stands in its room."""
    if module in WITH_VIEWS:
        return STAGES["views"]
    return max((STAGES[part] for part in module.split(".") if part in STAGES), default=RULES)


def floor(module: str) -> int | None:
    """Which floor of assessments a module stands on; None where it rests on all of them."""
    first = module.removeprefix("assessments.").partition(".")[0]
    if first in GROUND:
        return -1
    is_on_top = stage(module) == STAGES["views"] and first != "database"
    return None if is_on_top or first not in FLOORS else FLOORS.index(first)


def room(module: str) -> str:
    """``assessments.access`` for its modules, ``screening`` for those of screening."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[1:] and parts[1] in SUBROOMS else parts[0]


def test_rooms_import_only_downwards():
    for name, module in steps():
        above = {"app", *ROOMS[ROOMS.index(name.partition(".")[0]) + 1 :]}
        assert module.partition(".")[0] not in above, f"{name} uses {module}"


def test_floors_of_assessments_rest_on_each_other():
    for name, module in steps(lambda name: name.startswith("assessments.") and floor(name) is not None):
        if module.startswith("assessments."):
            there = floor(module)
            is_below = there is not None and there <= floor(name)
            assert is_below, f"{name} uses {module}, which stands above it"


def test_inside_a_room_each_uses_what_comes_before():
    for name, module in steps(lambda name: not name.startswith(EXAMPLE)):
        if module in MODULES and room(module) == room(name):
            assert stage(module) <= stage(name), f"{name} uses {module}, which comes after it"


def test_pure_modules_know_neither_database_nor_web():
    for name, module in steps(lambda name: name.startswith(PURE)):
        assert not module.startswith(("flask", "sqlalchemy", "assessments.database")), f"{name} uses {module}"


def test_every_route_says_who_may_open_it(app):
    silent = [
        rule for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "needs")
    ]
    assert {rule.endpoint for rule in silent} == {"static", "bootstrap.static"}


def test_every_object_in_an_address_is_fetched_through_what_the_person_may_see(app):
    kinds = {kind.address: of for of, kind in FETCHES.items()}
    for rule in app.url_map.iter_rules():
        named = [kinds[argument] for argument in rule.arguments if argument in kinds]
        who, of = getattr(app.view_functions[rule.endpoint], "needs", (None, None))
        assert not named or of in named, f"{rule} does not fetch its {named}"
        assert of is None or all(isinstance(one, Permission) for one in who)


def test_numbers_in_addresses_stop_where_the_database_stops(app):
    for rule in app.url_map.iter_rules():
        for argument in rule.arguments:
            if argument.endswith("_id"):
                assert f"<int(max={2**63 - 1}):{argument}>" in rule.rule


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "heavy"),
    [
        ("from app import create_app; create_app()", HEAVY),
        (
            "import sys; sys.argv[1:] = ['--help']; import app\ntry: app.main()\nexcept SystemExit: pass",
            (*HEAVY, "flask", "sqlalchemy"),
        ),
    ],
    ids=["a web worker", "lasspar --help"],
)
def test_heavy_libraries_are_not_imported_at_start(start, heavy, tmp_path):
    code = f"{start}\nimport sys; print('heavy:', [name for name in {heavy!r} if name in sys.modules])"
    environment = {**os.environ, "LASSPAR_INSTANCE_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_reportlab_s_paragraph_is_made_in_one_place():
    """Names are hostile: whatever becomes a Paragraph is escaped there, and only there."""
    places = [name for name, path in MODULES.items() if re.search(r"\bParagraph\(", path.read_text("utf-8"))]
    assert len(places) <= 1, places


TOML = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.toml"))]


@pytest.mark.parametrize("path", TOML, ids=lambda path: path.name)
def test_every_toml_file_loads(path):
    assert tomllib.loads(path.read_text("utf-8"))


def test_the_top_level_is_as_the_user_drew_it():
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    made = {name for name in found if name.endswith(".egg-info")} | MADE_HERE
    assert (
        found - made - CUSTOMARY - {name for name in found if re.fullmatch(r"requirements.*\.txt", name)}
        == TOP
    )


def test_no_file_has_a_name_that_says_nothing():
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "services", "service", "core", "scripts"}
    assert not [name for name in MODULES if empty & set(name.split("."))]


def test_no_module_is_so_long_that_it_is_two():
    long = {
        name: lines
        for name, path in MODULES.items()
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")
}


def test_templates_keep_to_the_content_security_policy():
    """No inline script, style or handler, and nothing that is fetched from elsewhere."""
    data = r'\btype="application/json"'  # no script, though it stands in one
    inline = re.compile(rf"<script(?![^>]*(?:\bsrc=|{data}))|<style|\sstyle=|\son[a-z]+=|javascript:")
    elsewhere = re.compile(r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"'](?:https?:)?//")
    assert [name for name, text in TEMPLATES.items() if inline.search(text) or elsewhere.search(text)] == []


def test_every_macro_is_used_and_every_import_of_one_is_too(app):
    defined, wanted, idle = set(), set(), []
    for name, text in TEMPLATES.items():
        tree = app.jinja_env.parse(text)
        called = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
        here = name.removeprefix("templates/")
        defined |= {(here, one.name) for one in tree.find_all(nodes.Macro)}
        wanted |= {(here, one) for one in called}
        for taken in tree.find_all(nodes.FromImport):
            names = [one if isinstance(one, tuple) else (one, one) for one in taken.names]
            wanted |= {(taken.template.value, there) for there, _ in names}
            idle += [(here, there) for there, called_here in names if called_here not in called]
    assert idle == []
    assert sorted(defined - wanted) == []


def test_no_script_has_a_text_inside_a_text():
    """What makes scripts small takes the spaces out of a template in a template."""
    nested = re.compile(r"`[^`]*\$\{[^}`]*`")
    scripts = (ROOT / "static").rglob("*.js")
    assert [path.name for path in scripts if nested.search(path.read_text("utf-8"))] == []


def test_every_form_that_writes_carries_the_token():
    for name, text in TEMPLATES.items():
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if re.search(r"method=[\"']post", form):
                assert "csrf" in form, f"{name}: {form[:120]}"
