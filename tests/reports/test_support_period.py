"""The report on a support period: names as data, long periods over pages, what the database says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from invented_figures import page_count, pages
from scoring import a_window

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.models import Season
from assessments.recording import Recorder
from reports.documents import support_period as document
from reports.figures.imprint import Imprint
from reports.figures.sources import Source
from reports.figures.support_period import Ending, GoalByWay, Measured, PlanVersion, SupportSheet
from reports.gathering.support_period import support_sheet
from screening.models import StartFrom, SupportPeriod
from screening.support.ending import Told, end_period
from screening.support.functions import Function
from screening.support.planning import Plan, Version, Way, change_plan, start_periods
from screening.support.queries.drawn import FormerGoal, Shown
from screening.support.queries.picture import support_picture
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind, WhatWorked

STARTED = date(2026, 8, 24)
WORDS = Measure(
    code="ord", name="Läsa ord", unit="ord/min", minimum=Decimal(0), maximum=Decimal(250), step=Decimal(1),
    higher_is_better=True, area="fluency", years=(1,), how="", sem=Decimal(8),
)  # fmt: skip
BEND = STARTED + timedelta(weeks=5)
PICTURE = support_picture(
    Shown(
        measure=WORDS, starts_on=STARTED, start=Decimal(20), goal_on=STARTED + timedelta(weeks=10),
        goal=Decimal(40), drawn_goal=Decimal(40), results=[(STARTED, Decimal(20)), (BEND, Decimal(26))],
        trend=None, changes=[(BEND, "Högre mål")], ended_on=None, verdict="För tidigt att säga",
        bends=[(BEND, Decimal(25))], former=[FormerGoal(BEND, Decimal(30), STARTED + timedelta(weeks=10))],
    )
)  # fmt: skip


def sheet(**more: Any) -> SupportSheet:
    said: dict[str, Any] = {
        "imprint": Imprint("Ekbackens skola", "Läsåret 2026/27", "Lässpår bas 2026, version 1", STARTED),
        "name": "Kim Berg", "class_name": "1A", "year": "åk 1", "kind": "Intensivperiod",
        "measure": "Läsa ord", "verdict": "För tidigt att säga", "is_behind": False,
        "evidence": "2 resultat på 5 veckor.", "facts": (("Mått", "Läsa ord"),), "goal": "Från 20 till 40.",
        "pace": "Planerat är 3,0 i veckan.", "goals": (GoalByWay("Riktmärket", "35", True),),
        "picture": PICTURE, "changes": (PlanVersion(BEND, ("Mål: 30 blev 40.",), "speciallärare"),),
        "results": (Measured(STARTED, "20", "20,0", False), Measured(BEND, "24", "25,0", True)),
        "ending": None, "sources": (Source("Sävsjö", ("Läsa ord, åk 1 vår: mål 35 (publicerad norm)",)),),
    }  # fmt: skip
    return SupportSheet(**{**said, **more})


def words_of(drawn: bytes) -> str:
    return " ".join(" ".join(pages(drawn)).split())


def test_it_says_everything_a_follow_up_needs_in_its_order() -> None:
    ending = Ending(BEND, "20", "26", "+6,0", "Insatsen fungerade", "Läsa högt.", "speciallärare Ekbacken")
    told = words_of(document.pdf(sheet(ending=ending)))
    places = [
        told.index(said)
        for said in (
            "För tidigt att säga.", "Uppföljning 2026-09-28", "26 (+6,0)", "Läsa högt.", "Så har det gått",
            "planerat, mål 40", "Planen", "Målet på fyra sätt", "gäller", "Ändringar av planen",
            "Mål: 30 blev 40.", "Resultat Datum", "under planerat", "Källa: Sävsjö",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Sida 1 av 2" in told
    assert "Lässpår bas 2026, version 1" in told


def test_the_same_figures_give_the_same_bytes_and_other_figures_others() -> None:
    drawn = document.pdf(sheet())
    assert drawn == document.pdf(sheet())
    straight = replace(PICTURE, aimline=PICTURE.aimline[:1])
    assert drawn != document.pdf(sheet(picture=straight))


def test_what_people_typed_is_laid_sign_by_sign() -> None:
    name, line = 'Ebba <b>$x$ & <img src="/etc/passwd"> Lindqvist', "Läsa <i>högt</i>"
    ending = Ending(BEND, "20", "", "", "Det går inte att säga", line, "")
    told = words_of(document.pdf(sheet(name=name, ending=ending)))
    assert name in told
    assert f"Det går inte att säga. {line}" in told
    assert "Efter inte mätt" in told


@pytest.mark.long
def test_a_heading_is_never_parted_from_its_table_and_long_periods_go_on() -> None:
    for many in range(0, 60, 14):
        rows = tuple(Measured(STARTED + timedelta(days=day), "20", "20,0", False) for day in range(many))
        said = (PlanVersion(BEND, ("Mål: 30 blev 40.",), "speciallärare"),) * (many // 14 * 3 + 1)
        for page in pages(document.pdf(sheet(results=rows, changes=said))):
            lines = [line for line in page.splitlines() if line.strip()]
            above_foot = lines[: next(at for at, line in enumerate(lines) if "Sida" in line)]
            assert above_foot[-1] not in ("Ändringar av planen", "Resultat", "Målet på fyra sätt")
    assert page_count(document.pdf(sheet(results=rows))) == 3


@pytest.fixture
def period(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> SupportPeriod:
    """Kim's: 1 a week to 30, from 28 September to 40; ten weeks, ended."""
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-30")
    a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 21))
    duty = ekbacken.birgitta.staff_member.duties[0]
    by = Recorder(ekbacken.birgitta.id, duty.id)
    led_by = Function(duty.role, duty.school_id)
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, date(2026, 11, 2), led_by, 20, 4)
    way = Way(Decimal(20), StartFrom.GIVEN, Decimal(30))
    (period,) = start_periods("ord_per_minut", STARTED, plan, {ekbacken.kim.id: way}, by)
    days = [STARTED + timedelta(weeks=week) for week in range(8)]
    record_results(
        [Write(period.id, day, None, Decimal(20 + week), False, "0:") for week, day in enumerate(days)], by
    )
    change_plan(period, plan, Decimal(40), Version(1, BEND, "Högre mål"), by)
    end_period(period, Told(date(2026, 10, 30), WhatWorked.PARTLY, "Läsa högt", 0), by)
    db.session.commit()
    return period


def test_what_is_gathered_is_what_the_page_says(ekbacken: Ekbacken, period: SupportPeriod) -> None:
    found = support_sheet(period, ekbacken.kim)
    assert found.verdict == "Utvecklas långsammare än planerat"
    assert [(row.points, row.planned) for row in found.results][-2:] == [("26", "28,0"), ("27", "31,0")]
    assert [(one.way, one.goal, one.is_chosen) for one in found.goals][-1] == (
        "Det som ni har kommit överens om", "40", True,
    )  # fmt: skip
    assert [one.is_chosen for one in found.goals] == [False, False, False, True]
    (change,) = found.changes
    assert (change.from_day, change.said) == (BEND, ("Högre mål.", "Mål: 30 blev 40."))
    assert (found.ending.before, found.ending.after, found.ending.line) == ("20", "26", "Läsa högt")
    assert found.imprint.benchmark_set == "Lässpår bas 2026, version 1"
    assert found.sources


@pytest.mark.slow
def test_who_may_see_the_period_may_print_it_and_the_print_is_noted(
    ekbacken: Ekbacken, period: SupportPeriod, signed_in: Callable[..., Any]
) -> None:
    address = f"/support/{period.id}/support-report.pdf"
    for who, status in (("birgitta", 200), ("astrid", 200), ("rut", 200), ("carl", 404)):
        assert signed_in(getattr(ekbacken, who)).get(address).status_code == status
    assert f'href="{address}"' in signed_in(ekbacken.rut).get(f"/support/{period.id}").text
    printed = sa.select(AuditEntry).filter_by(action="report:printed")
    assert len(db.session.scalars(printed).all()) == 3


def test_the_command_prints_the_latest_of_the_year(
    period: SupportPeriod, lasspar: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "stod.pdf"
    given = ("report", "support", "1001", "--window", "2026/27-autumn", "--out", out)
    done = lasspar(*given)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Uppföljning 2026-10-30" in words_of(out.read_bytes())
    refused = lasspar(*given, "--measure", "bokstavsljud")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "ingen stödperiod på måttet bokstavsljud" in refused.stderr
    assert lasspar("report", "support", "1002", *given[3:]).exit_code == 1
