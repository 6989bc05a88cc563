"""Large prints: made class by class by any worker, the same whoever dies, and gone when they should be."""

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from page import validate_pdf_bytes
from scoring import record

from assessments.clock import now
from assessments.database import db
from assessments.jobs.models import JobPart, JobState
from assessments.jobs.running import take, work_off
from assessments.refusals import Refused
from assessments.roster.models import Pupil, SchoolClass
from assessments.roster.protecting import protect
from reports.documents import guardian
from reports.figures.guardian import GuardianSheet
from reports.models import HomePage, PageState
from reports.print_jobs import folder
from reports.print_jobs.models import Outcome, PrintOrder, PrintPage, Purpose
from reports.print_jobs.ordering import Wanted, cancel, order_prints
from reports.print_jobs.queries import order_page

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def prints(app: Flask, ekbacken: Ekbacken, tmp_path: Path) -> Iterator[Path]:
    """Where prints lie. Two classes: 1A (Kim, Noor, and Siv who is protected) and 2B (Ari and Bo)."""
    before = app.config["LASSPAR_PRINTS_PATH"]
    app.config["LASSPAR_PRINTS_PATH"] = str(tmp_path / "prints")
    class_2b = SchoolClass(name="2B", academic_year="2026/27", school=ekbacken.school)
    db.session.add(class_2b)
    for given, family, code in (("Ari", "Öst", "1101"), ("Bo", "Ek", "1102")):
        db.session.add(ekbacken.pupil(given, family, code, school_class=class_2b, year=2))
    db.session.commit()
    yield tmp_path / "prints"
    app.config["LASSPAR_PRINTS_PATH"] = before


def classes(ekbacken: Ekbacken) -> list[SchoolClass]:
    found = sa.select(SchoolClass).filter_by(school_id=ekbacken.school.id).order_by(SchoolClass.name.desc())
    return list(db.session.scalars(found))


def ordered(ekbacken: Ekbacken, purpose: Purpose = Purpose.TALK) -> int:
    wanted = [Wanted(one) for one in classes(ekbacken)]
    order = order_prints(ekbacken.autumn, wanted, purpose)
    db.session.commit()
    return order.id


def called(name: str) -> Pupil:
    return db.session.scalars(sa.select(Pupil).filter_by(given_name=name)).one()


def order_now(order_id: int) -> PrintOrder:
    db.session.rollback()
    return db.session.get_one(PrintOrder, order_id, populate_existing=True)


def names_on(file: Path) -> list[str]:
    """By page, whose sheet it is: the names of those the school has."""
    known = ("Kim Berg", "Noor Alm", "Ari Öst", "Bo Ek", "Elev S", "Siv Skog")
    with pdfplumber.open(io.BytesIO(file.read_bytes())) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    return [next((name for name in known if name in text), "") for text in texts]


def outcomes(order_id: int) -> dict[str, Outcome]:
    db.session.rollback()
    rows = sa.select(PrintPage).join(PrintPage.print_class).filter_by(print_order_id=order_id)
    return {one.pupil.first_name: one.outcome for one in db.session.scalars(rows)}


@pytest.mark.long
def test_each_child_begins_on_an_odd_page_sorted_as_they_are_handed_out(
    prints: Path, ekbacken: Ekbacken
) -> None:
    order_id = ordered(ekbacken)
    assert work_off("a") == 3
    order = order_now(order_id)
    assert (order.job.state, order.is_bound) == (JobState.DONE, True)
    here = prints / order.folder
    assert sorted(one.name for one in here.iterdir()) == ["1.pdf", "2.pdf", "all.pdf"]
    assert names_on(here / "1.pdf") == ["Noor Alm", "", "Kim Berg"]
    assert names_on(here / "2.pdf") == ["Bo Ek", "", "Ari Öst"]
    assert names_on(here / "all.pdf") == ["Noor Alm", "", "Kim Berg", "", "Bo Ek", "", "Ari Öst"]
    assert set(outcomes(order_id).values()) == {Outcome.PRINTED}
    bound = (here / "all.pdf").read_bytes()
    faults = [validate_pdf_bytes(bound, profile=standard).failures for standard in ("ua1", "2a")]
    assert faults == [[], []]  # bound, it is as whole for those who hear it as a class alone


def test_what_waits_for_a_talk_is_held_back_from_what_goes_home_and_printed_for_the_talk(
    prints: Path, ekbacken: Ekbacken
) -> None:
    record(ekbacken.autumn, called("Bo"), ord_per_minut=12)
    db.session.commit()
    home, talk = ordered(ekbacken, Purpose.HOME), ordered(ekbacken)
    work_off("a")
    assert (outcomes(home)["Bo"], outcomes(talk)["Bo"]) == (Outcome.HELD_BACK, Outcome.PRINTED)
    assert names_on(prints / order_now(home).folder / "2.pdf") == ["Ari Öst"]


def test_a_page_that_cannot_be_read_or_drawn_is_a_note_and_stops_nobody(
    prints: Path, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept about Noor is no list of sentences; Bo's page cannot be drawn."""
    spoilt = HomePage(
        pupil_id=ekbacken.noor.id, window_id=ekbacken.autumn.id,
        can=[["x"]], practise=[], home=[], comment="",
        is_as_proposed=False, state=PageState.DRAFT, basis={}, changed_at=now(), version=1,
    )  # fmt: skip
    db.session.add(spoilt)
    db.session.commit()
    draw = guardian.draw

    def but_not_bo(paper: Any, sheet: GuardianSheet) -> None:
        draw(paper, sheet)
        assert sheet.first_name != "Bo"

    monkeypatch.setattr(guardian, "draw", but_not_bo)
    order_id = ordered(ekbacken)
    work_off("a")
    assert outcomes(order_id) == {
        "Noor": Outcome.NOTE, "Kim": Outcome.PRINTED, "Bo": Outcome.NOTE, "Ari": Outcome.PRINTED,
    }  # fmt: skip
    file = prints / order_now(order_id).folder / "all.pdf"
    assert names_on(file) == ["Noor Alm", "", "Kim Berg", "", "Bo Ek", "", "Ari Öst"]
    with pdfplumber.open(io.BytesIO(file.read_bytes())) as pdf:
        assert [("Bladet gick inte att göra" in page.extract_text()) for page in pdf.pages[::2]] == [
            True, False, True, False,
        ]  # fmt: skip


def test_who_is_protected_before_during_or_after_is_on_no_file(
    prints: Path, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bo while his class is being drawn, Kim when all is done; the files are made anew without them."""
    bo = called("Bo").id
    write, done = folder.written, []

    def meanwhile(name: str, content: bytes) -> Path:
        written = write(name, content)
        if len(done) == 1:
            protect(db.session.get_one(Pupil, bo), "Elev B")
            db.session.commit()
        done.append(name)
        return written

    monkeypatch.setattr(folder, "written", meanwhile)
    order_id = ordered(ekbacken)
    work_off("a")
    here = prints / order_now(order_id).folder
    assert names_on(here / "all.pdf") == ["Noor Alm", "", "Kim Berg", "", "Ari Öst"]
    protect(ekbacken.kim, "Elev K")
    db.session.commit()
    assert sorted(one.name for one in here.iterdir()) == ["2.pdf"]
    assert order_now(order_id).job.state is JobState.WAITING
    work_off("a")
    assert names_on(here / "all.pdf") == ["Noor Alm", "", "Ari Öst"]
    assert outcomes(order_id) == {
        "Noor": Outcome.PRINTED, "Ari": Outcome.PRINTED,
        "Elev B": Outcome.LEFT_OUT, "Elev K": Outcome.LEFT_OUT,
    }  # fmt: skip


EVERY = [pytest.param(range(1, 13), marks=pytest.mark.long, id="every")]


@pytest.mark.parametrize("moments", [pytest.param((6, 11), id="some"), *EVERY])
def test_whoever_works_on_it_and_dies_the_files_are_the_same(
    moments: Sequence[int], prints: Path, ekbacken: Ekbacken
) -> None:
    """Cut off before and after whatever it writes and puts in place: two classes, and the binding of them."""
    whole = ordered(ekbacken)
    work_off("a")
    right = contents(prints, whole)
    for moment in moments:
        order_id = ordered(ekbacken)
        die_at(moment)
        let_leases_end()
        work_off("b")
        assert contents(prints, order_id) == right, f"cut off at {moment}"
        assert not list((prints / order_now(order_id).folder).glob("*.part"))


class Killed(BaseException):
    """As kill -9: nothing that cleans up afterwards may know of it."""


def die_at(moment: int) -> None:
    steps = iter(range(1, 100))

    def dies(function: Any) -> Any:
        def instead(*args: Any, **more: Any) -> Any:
            if next(steps) == moment:
                raise Killed
            result = function(*args, **more)
            if next(steps) == moment:
                raise Killed
            return result

        return instead

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(folder, "written", dies(folder.written))
        patched.setattr(folder, "publish", dies(folder.publish))
        with contextlib.suppress(Killed):
            work_off("a")
    db.session.rollback()


def let_leases_end() -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    db.session.execute(sa.update(JobPart).where(JobPart.lease_until.is_not(None)).values(lease_until=past))
    db.session.commit()


def contents(prints: Path, order_id: int) -> dict[str, bytes]:
    here = prints / order_now(order_id).folder
    return {one.name: one.read_bytes() for one in sorted(here.glob("*.pdf"))}


def test_a_cancelled_order_leaves_nothing(prints: Path, ekbacken: Ekbacken) -> None:
    order_id = ordered(ekbacken)
    claim = take("a")
    assert claim is not None
    cancel(order_now(order_id))
    db.session.commit()
    assert work_off("b") == 0
    assert list(prints.iterdir()) == []
    assert outcomes(order_id) == {}
    assert cancel(order_now(order_id)) is False
    assert {one.state for one in order_page(order_now(order_id)).classes} == {"avbruten"}


def test_files_go_when_their_time_is_over_and_so_does_what_nobody_ordered(
    prints: Path, ekbacken: Ekbacken
) -> None:
    order_id = ordered(ekbacken)
    work_off("a")
    stray = prints / "stray"
    stray.mkdir()
    os.utime(stray, (0, 0))
    work_off("a")
    assert sorted(one.name for one in prints.iterdir()) == [order_now(order_id).folder]
    order_now(order_id).expires_at = now()
    db.session.commit()
    work_off("a")  # whoever looks around
    assert list(prints.iterdir()) == []
    assert order_now(order_id).removed_at is not None


def test_a_worker_that_does_not_reach_the_folder_leaves_the_order_to_others(
    app: Flask, prints: Path, ekbacken: Ekbacken, tmp_path: Path
) -> None:
    order_id = ordered(ekbacken)
    app.config["LASSPAR_PRINTS_PATH"] = str(tmp_path / "another machine")
    assert work_off("there") == 0
    app.config["LASSPAR_PRINTS_PATH"] = str(prints)
    assert work_off("here") == 3
    assert order_now(order_id).job.state is JobState.DONE


def test_two_take_a_class_each_and_the_last_one_binds(prints: Path, ekbacken: Ekbacken) -> None:
    order_id = ordered(ekbacken)
    first, second = take("a"), take("b")
    assert {one and one.subject_id for one in (first, second)} == {1, 2}
    assert take("c") is None
    let_leases_end()
    assert work_off("c") == 3
    assert order_now(order_id).is_bound


def test_nobody_orders_a_print_of_nobody(prints: Path, ekbacken: Ekbacken) -> None:
    empty = SchoolClass(name="1C", academic_year="2026/27", school=ekbacken.school)
    db.session.add(empty)
    db.session.flush()
    with pytest.raises(Refused, match="Ingen elev"):
        order_prints(ekbacken.autumn, [Wanted(empty)], Purpose.HOME)
