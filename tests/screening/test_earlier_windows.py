"""A signal lives on into the next window: the numbers of the former are told as such, wherever it is read."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from cast import Ekbacken
from flask.testing import FlaskClient
from reading_pages import text, texts
from scoring import a_window, class_2b, flag, judge_everyone, record

from assessments.absence.models import AbsenceShare
from assessments.database import db
from assessments.extracts.queries import record_of
from assessments.handing_in import hand_in
from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Pupil
from reports.gathering.enrolled import place_of
from reports.gathering.staff import staff_sheet
from screening.facts.queries import Within, facts_of
from screening.reasons import NEW_CHECK
from screening.signals import FlagState

SignIn = Callable[[Any], FlaskClient]
AUTUMN = {"Abdi": 36, "Bo": 36, "Cilla": 10, "Disa": 10, "Elif": None}  # the goal is 35
WINTER = {"Abdi": 50, "Bo": 90, "Disa": 12, "Elif": 90}  # the goal is 43
FLUENCY = "Rätt lästa ord per minut, text"
ON_THE_LINE = (
    f"Från hösten 2026/27: {FLUENCY}: 36 ord/min. Målet är minst 35, nära målet minst 26. "
    "Resultatet når målet men ligger på gränsen."
)
SAYS = {
    "Abdi": (FlagState.AT_GOAL_ONCE, f"Vintern 2026/27: når målet. {ON_THE_LINE} {NEW_CHECK}"),
    "Bo": (FlagState.CLOSE_PROPOSED, f"Vintern 2026/27: når målet, signalen kan avslutas. {ON_THE_LINE}"),
    "Cilla": (
        FlagState.PERSISTENT_UNCONFIRMED,
        f"Vintern 2026/27: underlag saknas. Från hösten 2026/27: {FLUENCY}: 10 ord/min. Målet är minst 35, "
        "nära målet minst 26. Resultatet är tydligt.",
    ),
    "Disa": (
        FlagState.PERSISTENT,
        f"{FLUENCY}: 12 ord/min. Målet är minst 43, nära målet minst 33. Resultatet är tydligt.",
    ),
    "Elif": (
        FlagState.CLOSE_PROPOSED,
        "Vintern 2026/27: inget resultat saknas, signalen kan avslutas. Från hösten 2026/27: Resultat "
        "saknas: läsflyt.",
    ),
}


@pytest.fixture
def winter(ekbacken: Ekbacken) -> AssessmentWindow:
    return a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))


@pytest.fixture
def pupils(ekbacken: Ekbacken, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch) -> dict[str, Pupil]:
    """Of 2B, read in autumn and in winter; both are handed in."""
    school_class, there = class_2b(ekbacken, list(AUTUMN.values()))
    named = dict(zip(AUTUMN, there, strict=True))
    monkeypatch.setenv("LASSPAR_TODAY", "2027-02-01")
    judge_everyone()
    for name, words in WINTER.items():
        record(winter, named[name], ord_per_minut=words)
    record(winter, named["Elif"], lasforstaelse_stanine=7)  # all that is expected
    hand_in(school_class, winter, None)
    db.session.commit()
    return named


def family(name: str) -> str:
    return "coverage" if name == "Elif" else "need"


@pytest.mark.slow
@pytest.mark.both_databases
def test_every_page_says_which_period_the_numbers_are_of(
    pupils: dict[str, Pupil], ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.birgitta)
    inbox = client.get("/follow-up").text
    for name, (state, said) in SAYS.items():
        pupil = pupils[name]
        found = flag(pupil, family(name))
        assert (found.window.code, found.state) == ("2026/27-winter", state)
        assert said == text(inbox, f"//li[@id='signal-{found.id}']/p[@class='why'][1]")
        page = client.get(f"/pupils/{pupil.id}").text
        panel = client.get(f"/pupils/{pupil.id}/windows/2026-27-winter/panel.html").text
        assert said in texts(page, "//p[@class='why']")
        assert said in texts(panel, "//ul[@class='panel-signals']/li/p")


def test_no_paper_tells_old_numbers_as_new(
    pupils: dict[str, Pupil], winter: AssessmentWindow, ekbacken: Ekbacken
) -> None:
    for name, (state, said) in SAYS.items():
        pupil = pupils[name]
        place = place_of(pupil, winter)
        assert place is not None
        of_state = {one.why: one.ground for one in staff_sheet(pupil, *place, winter).signals}
        is_old = state is not FlagState.PERSISTENT
        by = "; hösten 2026/27 efter " if is_old else ", "
        assert of_state[said] == f"Bedömt 2027-02-01, Vintern 2026/27{by}Lässpår bas 2026, version 1"
        told = facts_of(pupil, {"signals"}, Within())["signals"]
        assert said in [one["why"] for one in told]
        assert {tuple(one) for one in told} == {("label", "state", "why", "window")}


@pytest.mark.slow
def test_an_undetermined_window_after_the_goal_says_nothing_of_the_goal(
    pupils: dict[str, Pupil], ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_window("2026/27", Season.SPRING, date(2027, 4, 12), date(2027, 5, 7))
    monkeypatch.setenv("LASSPAR_TODAY", "2027-05-27")
    judge_everyone()
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    for name, now in (("Abdi", "."), ("Bo", ", men signalen kan redan avslutas.")):
        page = client.get(f"/pupils/{pupils[name].id}").text
        assert f"Våren 2026/27: underlag saknas{now} {ON_THE_LINE}" in " ".join(
            texts(page, "//p[@class='why']")
        )


@pytest.mark.slow
def test_absence_before_the_latest_window_is_not_told_as_before_the_former(
    pupils: dict[str, Pupil], winter: AssessmentWindow, ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    for name in ("Bo", "Disa"):
        share = AbsenceShare(pupil_id=pupils[name].id, window_id=winter.id, percent=Decimal(22))
        db.session.add(share)
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    for name, period in (("Bo", "vintern 2026/27"), ("Disa", "perioden")):
        page = client.get(f"/pupils/{pupils[name].id}").text
        assert f"{SAYS[name][1]} Hög frånvaro före {period}: 22 % (gränsen är 15 %)." in texts(
            page, "//p[@class='why']"
        )


def test_an_extract_says_it_of_every_row(pupils: dict[str, Pupil]) -> None:
    told = [row["varför"] for row in record_of(pupils["Bo"])["signaler"]]
    assert told == [f"{ON_THE_LINE} {NEW_CHECK}"] * 2
