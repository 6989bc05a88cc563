"""The first teacher of the day waits for nothing that the server could have done before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from machines import ROOT, Machine, school_on

SHEET = "/classes/{}/windows/2026-27-autumn/sheet"
# A process of gunicorn's, without the sockets: what it has read once it can answer, and what later.
FIRST_TEACHER = """
import json, sys
from cast import PASSWORD
from app import create_app
from assessments.jobs import beside_server
teacher, sheet = create_app().test_client(), sys.argv[1]
beside_server.post_worker_init(None)
known = set(sys.modules)

def token():
    return teacher.get("/api/v1/session").json["csrf_token"]

teacher.post("/sign-in", data={"username": "astrid", "password": PASSWORD, "csrf_token": token()})
row = teacher.get("/api/v1" + sheet).json["rows"][0]["row"]
write = {"client_id": "a", "pupil": row, "measure": "bokstavsljud", "value": 5, "expected_version": 0}
saved = teacher.patch("/api/v1" + sheet, json={"writes": [write]}, headers={"X-CSRFToken": token()})
status = [saved.json["results"][0]["status"]]
pages = [teacher.get(page).status for page in ("/classes", sheet)]
print(json.dumps([status + pages, sorted(set(sys.modules) - known)]))
"""


@pytest.mark.slow
def test_the_first_save_reads_none_of_what_judges(tmp_path: Path) -> None:
    cast = school_on(f"sqlite:///{tmp_path}/lasspar.sqlite")
    machine, sheet = Machine(tmp_path, {"PYTHONPATH": str(ROOT / "tests")}), SHEET.format(cast.class_1a.id)
    done = subprocess.run(
        [sys.executable, "-c", FIRST_TEACHER, sheet],
        env=machine.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told, late = json.loads(done.stdout.splitlines()[-1])
    assert told == ["stored", "200 OK", "200 OK"]
    numerics = {"screening", "numpy", "scipy"}
    assert [module for module in late if module.partition(".")[0] in numerics] == []
