"""What the code of this room never does."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports import layout
from reports.documents import DOCUMENTS

ROOM = Path(layout.__file__).parent
DRAWS = [
    "blocks", "chart_marks", "chart_words", "charts", "class_charts", "direction", "drawings", "fonts",
    "initiative_charts", "layout", "lettering", "level_charts", "marks", "picture", "renderer", "sentences",
    "sides", "svg", "tables", "translating", "written",
]  # fmt: skip
PURE = [
    *(ROOM / f"{name}.py" for name in DRAWS),
    *(file for part in ("documents", "figures", "tagging", "wording") for file in (ROOM / part).glob("*.py")),
]


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("file", list(ROOM.rglob("*.py")), ids=lambda file: file.name)
def test_no_markup_is_ever_read(file):
    """ReportLab's Paragraph reads markup, so that a name could embed a local file. Nothing here uses it."""
    assert not {name for name in imported(file) if "platypus" in name or "pyplot" in name}


@pytest.mark.parametrize("file", PURE, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_draws_knows_no_database_and_no_web(file):
    known = imported(file)
    assert not {name for name in known if name.split(".")[0] in ("flask", "sqlalchemy")}
    assert not {name for name in known if name.startswith(("assessments.database", "reports.gathering"))}


@pytest.mark.slow
def test_pages_and_commands_start_without_what_draws():
    asked = "import sys, reports.views, reports.commands; print(sorted(sys.modules))"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LASSPAR_")}
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=clean
    )
    for heavy in ("matplotlib", "reportlab", "numpy", "scipy", "pikepdf", "arabic_reshaper"):
        assert f"'{heavy}'" not in told.stdout


def test_every_document_draws():
    assert set(DOCUMENTS) == {
        "blank_sheet", "class_report", "class_set", "disposal", "guardian", "halving_goal", "handover",
        "help_request", "initiative_report", "open_support", "quick_guide", "reading_groups",
        "register_extract", "school_report", "staff", "support_period",
    }  # fmt: skip
    for document in DOCUMENTS.values():
        assert callable(document.pdf)
