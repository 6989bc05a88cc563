"""Large prints by real workers, on a database of its own: per class, by number of pupils and of workers.

Run with ``pytest tests/benchmarks/test_print_jobs.py -s``. A class set of 25 from the request to the bytes in
at most 1 s of server time and 500 KiB; from 250 to 3,000 pupils as fast a page, in bounded memory; two
workers in little more than half the time of one. All times are the processor's, of workers that have printed
a class before: what a process reads and draws once it has then. Of two workers the one that
worked longest counts: that is the time by the clock where each has a processor to itself. On a quiet machine
``-k two_workers`` asks the clock too.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import SchoolClass
from reports.print_jobs.models import PrintOrder, Purpose
from reports.print_jobs.ordering import Wanted, cancel, order_prints

A_CLASS, FEW, SOME, MANY = 25, 250, 500, 3000
WORKER = """
import json, resource, sys, time
from app import app_for_commands
from assessments.jobs.running import work_off
import reports.print_jobs.working

with app_for_commands().app_context():
    work_off(sys.argv[1], int(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.process_time()
    work_off(sys.argv[1])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([time.process_time() - begun, used / 1024]))
"""


@pytest.fixture(autouse=True)
def prints(app: Flask, tmp_path: Path) -> Iterator[None]:
    before = app.config["LASSPAR_PRINTS_PATH"]
    app.config["LASSPAR_PRINTS_PATH"] = str(tmp_path / "prints")
    yield
    app.config["LASSPAR_PRINTS_PATH"] = before


def fill(ekbacken: Ekbacken, pupils: int) -> None:
    """Classes of 25 in year 2, all with a result."""
    for number in range(pupils // A_CLASS):
        school_class = SchoolClass(name=f"2:{number}", academic_year="2026/27", school=ekbacken.school)
        db.session.add(school_class)
        mates = [
            ekbacken.pupil(f"Elev{one}", f"Ek{number}", f"{number}-{one}", school_class=school_class, year=2)
            for one in range(A_CLASS)
        ]
        db.session.flush()
        writes = [Write(one.id, "ord_per_minut", Decimal(20 + place)) for place, one in enumerate(mates)]
        record_scores(ekbacken.autumn, writes, Recorder())
        db.session.commit()


def ordered(pupils: int) -> int:
    rows = sa.select(SchoolClass).where(SchoolClass.name.startswith("2:")).order_by(SchoolClass.id)
    wanted = [Wanted(one) for one in db.session.scalars(rows.limit(pupils // A_CLASS))]
    window = db.session.scalars(sa.select(AssessmentWindow)).one()
    order_id = order_prints(window, wanted, Purpose.TALK).id
    db.session.commit()
    return order_id


def worked(app: Flask, workers: int) -> tuple[list[float], float, float]:
    """Seconds of processor time of each worker, the greatest memory of one in MiB, seconds by the clock."""
    warming = [db.session.get_one(PrintOrder, ordered(A_CLASS)).job_id for _ in range(workers)]
    db.session.rollback()  # what is read holds the database
    environment = {
        **os.environ,
        "LASSPAR_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "LASSPAR_PRINTS_PATH": app.config["LASSPAR_PRINTS_PATH"],
        "LASSPAR_SECRET_KEY": "x" * 40,
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(number), str(job_id)],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number, job_id in enumerate(warming)
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    begun = time.perf_counter()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0]) for one in running]
    return [used for used, _ in told], max(most for _, most in told), time.perf_counter() - begun


def sizes(app: Flask, order_id: int) -> list[int]:
    db.session.rollback()
    order = db.session.get_one(PrintOrder, order_id)
    folder = Path(app.config["LASSPAR_PRINTS_PATH"]) / order.folder
    found = [one.stat().st_size for one in folder.glob("[0-9]*.pdf")]
    cancel(order)
    db.session.commit()
    return found


def test_large_prints(app: Flask, ekbacken: Ekbacken, benchmark: Any) -> None:
    told = {}
    fill(ekbacken, MANY)
    for pupils in (FEW, MANY):
        order_id = ordered(pupils)
        (used,), most, _clock = worked(app, 1)
        files = sizes(app, order_id)
        told |= {f"ms a page at {pupils}": 1000 * used / pupils, f"MiB at {pupils}": most}
        told[f"KiB of the largest class at {pupils}"] = max(files) / 1024
    tell(benchmark, **told, linear=told[f"ms a page at {MANY}"] / told[f"ms a page at {FEW}"])
    benchmark.pedantic(lambda: None, rounds=1)


def test_two_workers_beside_one(app: Flask, ekbacken: Ekbacken, benchmark: Any) -> None:
    fill(ekbacken, SOME)
    times: dict[int, list[list[float]]] = {1: [], 2: []}
    clock: dict[int, list[float]] = {1: [], 2: []}
    for workers in (1, 2, 1, 2):
        ordered(SOME)
        used, _most, seconds = worked(app, workers)
        times[workers].append(used)
        clock[workers].append(seconds)
    alone = min(used for (used,) in times[1])
    tell(
        benchmark,
        the_busier_of_two=min(max(each) for each in times[2]) / alone,
        both_together=min(sum(each) for each in times[2]) / alone,
        by_the_clock=min(clock[2]) / min(clock[1]),
    )
    benchmark.pedantic(lambda: None, rounds=1)


def test_a_class_set_from_request_to_bytes(
    ekbacken: Ekbacken, signed_in: Callable[..., Any], benchmark: Any
) -> None:
    """The page that prints at once, in the web worker."""
    fill(ekbacken, A_CLASS)
    school_class = db.session.scalars(sa.select(SchoolClass).filter_by(name="2:0")).one()
    address = f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}"
    client = signed_in(ekbacken.birgitta)
    client.get(f"{address}/home-pages.pdf")
    times = []
    for _ in range(5):
        begun = time.process_time()
        content = client.get(f"{address}/home-pages.pdf").data
        times.append(time.process_time() - begun)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(benchmark, seconds=min(times), kib=len(content) / 1024, process_mib=most)
    benchmark.pedantic(lambda: None, rounds=1)


def tell(benchmark: Any, **figures: float) -> None:
    benchmark.extra_info.update({name: round(figure, 2) for name, figure in figures.items()})
    print("\n", benchmark.extra_info)
