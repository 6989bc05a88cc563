"""Styrning: what the initiative chooses holds from its day, and is kept with who and why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from coordinating import alone, pupils
from flask import Flask
from flask.testing import FlaskClient
from posting import post

from assessments.access.governed import NO, YES, GovernedSetting
from assessments.access.permissions import Permission, municipalities_open_to
from assessments.access.persons import HeldDuty
from assessments.database import db
from assessments.governing import in_force, members
from assessments.governing.catalogue import settings
from assessments.governing.choosing import About
from assessments.governing.measures import NO_EXCEPTION, Switch, Switches, switch
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Role
from assessments.writes import Recorder
from reports.gathering.home_languages import languages_printed
from reports.home_languages import turn_on
from screening.benchmarks import adopting
from screening.doors import ScreeningDoor
from screening.governing import joining
from screening.initiative import compare
from screening.rules.catalogue import rules_on
from screening.signal_ages import LATE, age_words

SignIn = Callable[[Any], FlaskClient]
TODAY, ME = date(2026, 10, 15), Recorder()


@pytest.mark.parametrize("wrong", ["", "0", "61", "9" * 5000, "-3", "1_0", "tio", "٣"])
def test_a_number_is_a_whole_number_within_its_limits(wrong: str) -> None:
    with pytest.raises(Refused, match="heltal från 2 till 60"):
        settings()["signal_late"].kept(wrong)


@pytest.mark.parametrize(
    ("turns", "day", "is_in"),
    [
        ([], date(2020, 1, 1), True),
        ([(TODAY, True)], date(2026, 10, 14), False),  # it joins: before it was outside
        ([(TODAY, True)], TODAY, True),
        ([(TODAY, False)], date(2026, 10, 14), True),  # it leaves: before it was inside
        ([(TODAY, False), (date(2027, 8, 1), True)], date(2027, 7, 31), False),
    ],
)
def test_a_municipality_was_the_other_way_before_it_turned(turns: Any, day: date, is_in: bool) -> None:
    assert members.is_in(turns, day) is is_in


def test_what_is_more_particular_goes_before_what_came_later(app: Flask, database: None) -> None:
    window = AssessmentWindow(id=7, opens_on=TODAY)
    switches = Switches(
        (
            Switch("ord_per_minut", 2, None, 5, YES, TODAY),
            Switch("ord_per_minut", None, 7, None, YES, date(2026, 1, 1)),
            Switch("ord_per_minut", None, 7, None, NO_EXCEPTION, date(2026, 1, 2)),
            Switch("ord_per_minut", None, None, None, NO, TODAY),
            Switch("bokstavsljud", None, None, None, NO, date(2026, 10, 16)),  # windows that open later
        )
    )
    of = {place: switches.of(window, *place) for place in ((5, 2), (5, 1), (6, 2))}
    assert of == {
        (5, 2): {"ord_per_minut": True},
        (5, 1): {"ord_per_minut": False},
        (6, 2): {"ord_per_minut": False},
    }


def test_a_choice_holds_from_its_day_and_stands_in_the_history(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(ekbacken.cecilia)
    assert "Inget av valen nedan är ändrat" in client.get("/governing").text
    form = {"signal_late-value": " 15 ", "signal_late-valid_from": "2026-10-15", "code": "signal_late"}
    page = post(client, "/governing", form)
    assert page.status_code == 422
    assert "Skriv varför" in page.text
    assert post(client, "/governing", {**form, "signal_late-reason": "Små skolor"}).status_code == 303
    page = client.get("/governing").text
    assert "Sen signal: 15 skoldagar" in page
    assert "Cecilia Cypress" in page
    assert "Små skolor" in page
    in_force.forget()
    assert (age_words()[LATE], in_force.number("signal_late", date(2026, 10, 14))) == (
        "mer än 15 skoldagar",
        10,
    )
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(GovernedSetting).values(value="3"))
    db.session.rollback()


def test_a_rule_set_is_chosen_from_its_own_day_at_the_earliest(ekbacken: Ekbacken, lasspar: Any) -> None:
    choose = ("governing", "choose", "rule_set", "stodundervisning-2028", "--why", "Riksdagen har beslutat")
    early: Result = lasspar(*choose)
    assert early.exit_code == 1
    assert "tidigast från 2028-07-01" in early.stderr
    assert lasspar(*choose, "--from", "2028-08-01").exit_code == 0
    in_force.forget()
    days = (date(2028, 7, 31), date(2028, 8, 1))
    assert [rules_on(day).code for day in days] == ["garanti-2019", "stodundervisning-2028"]
    assert "Riksdagen har beslutat" in lasspar("governing", "list", "--history").stdout


@pytest.mark.both_databases
def test_who_has_left_is_not_counted_and_not_reached(ekbacken: Ekbacken) -> None:
    cast = alone(ekbacken)
    pupils(cast, cast.school, 12, 20)
    pupils(cast, cast.other_school, 11, 30)
    home = cast.other_school.municipality
    members.leave(home, date(2026, 10, 31), "Avtalet är slut", ME)  # the window closes on 13 November
    told = compare(cast.autumn, "municipality")
    assert [group["name"] for group in told["groups"]] == ["Ekby"]
    assert told["total"]["enrolled"] == 32
    everywhere = HeldDuty(1, Role.COORDINATOR, None, None, None, TODAY, None, None, None, None)
    asked = municipalities_open_to(Permission.MANAGE_WINDOWS, [everywhere])
    assert home in db.session.scalars(asked).all(), "until its last day"
    members.leave(home, date(2026, 10, 14), "Redan slut", ME)
    assert home not in db.session.scalars(asked).all()
    with pytest.raises(Refused, match="redan utanför"):
        members.leave(home, TODAY, "En gång till", ME)


@pytest.mark.both_databases
def test_who_has_been_counted_cannot_say_a_first_day_afterwards(
    ekbacken: Ekbacken, signed_in: SignIn, lasspar: Any
) -> None:
    """It would leave every window before that day; one that is new says when it begins."""
    cast, client = alone(ekbacken), signed_in(ekbacken.cecilia)
    home = cast.other_school.municipality
    form = {"turn": YES, "on": "2026-11-20", "reason": "Avtal"}
    assert "Välj kommun." in post(client, "/governing/municipalities", form | {"municipality": ""}).text
    pupils(cast, cast.other_school, 12, 20)
    cast.autumn.closes_on = TODAY - timedelta(days=1)
    db.session.commit()
    page = post(client, "/governing/municipalities", form | {"municipality": str(home.id)})
    assert page.status_code == 422
    assert "Tallby är redan med i satsningen" in page.text
    answer: Result = lasspar("governing", "join", "Tallby", "--from", "2026-11-20", "--why", "Avtal")
    assert answer.exit_code == 1
    assert "redan med" in answer.stderr
    cast.autumn.closes_on = TODAY  # it closes today: nothing of Tallby has been counted to the end, or told
    db.session.commit()
    assert post(client, "/governing/municipalities", form | {"municipality": str(home.id)}).status_code == 303


def test_whose_shares_have_gone_out_has_been_counted(ekbacken: Ekbacken) -> None:
    cast = alone(ekbacken)
    pupils(cast, cast.other_school, 12, 20)
    home = cast.other_school.municipality
    compare(cast.autumn, "municipality")  # the window is open yet
    with pytest.raises(Refused, match="redan med"):
        joining.join(home, TODAY, "Avtal", ME)
    assert joining.join(ekbacken.municipality, TODAY, "Avtal", ME).value == YES


def test_its_own_coordinator_sees_what_closed_while_it_was_in(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    elin = ekbacken.staff("Elin Ek", "elin", Role.COORDINATOR, municipality=ekbacken.municipality)
    db.session.commit()
    pages = ("/initiative", "/initiative/comparison", "/initiative/flow")
    paper = "/initiative/windows/2026-27-autumn/report.pdf"
    members.leave(ekbacken.municipality, ekbacken.autumn.closes_on, "Avtalet är slut", ME)
    db.session.commit()
    assert [signed_in(elin).get(page).status_code for page in pages] == [200, 200, 200]
    members.leave(ekbacken.municipality, ekbacken.autumn.closes_on - timedelta(days=1), "En dag tidigare", ME)
    db.session.commit()
    refused = [signed_in(elin).get(page) for page in (*pages, paper)]
    assert [one.status_code for one in refused] == [403, 403, 403, 403]
    assert "var inte med i satsningen" in refused[0].text
    assert signed_in(ekbacken.cecilia).get(pages[0]).status_code == 200


def test_its_coordinator_decides_nothing_for_the_others(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    elin = ekbacken.staff("Elin Ek", "elin", Role.COORDINATOR, municipality=ekbacken.municipality)
    db.session.commit()
    benchmarks = f"/benchmarks/{adopting.find('lasspar-bas-2026@1').id}"
    pages = ("/governing", "/benchmarks/proposal", f"{benchmarks}/comparison", f"{benchmarks}/adoption")
    members.leave(ekbacken.municipality, TODAY, "Avtalet är slut", ME)
    db.session.commit()
    assert {signed_in(elin).get(page).status_code for page in pages} == {200}
    members.leave(ekbacken.municipality, TODAY - timedelta(days=1), "En dag tidigare", ME)
    db.session.commit()
    assert {signed_in(elin).get(page).status_code for page in pages} == {403}
    assert post(signed_in(elin), f"{benchmarks}/draft").status_code == 403
    assert {signed_in(ekbacken.cecilia).get(page).status_code for page in pages} == {200}


@pytest.mark.both_databases
def test_a_measure_that_is_off_is_neither_expected_nor_shown(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    place = (ekbacken.school.id, 1)

    def expected() -> list[str]:
        return ScreeningDoor().expected_at(ekbacken.autumn, {place})[place]

    before = expected()
    code = before[0]
    switch(code, NO, About(year=1, window_id=ekbacken.autumn.id), TODAY, "Materialet saknas", ME)
    assert expected() == before[1:]
    switch(code, YES, About(school_id=ekbacken.school.id), date(2026, 8, 1), "Vi har kvar det", ME)
    assert expected() == before
    db.session.commit()
    client = signed_in(ekbacken.cecilia)
    form = {"measure": code, "value": NO_EXCEPTION, "year": "", "window": "", "school": ""}
    sent = form | {"school": str(ekbacken.school.id), "valid_from": "2026-08-01", "reason": "Lika för alla"}
    assert post(client, "/governing/measures", sent).status_code == 303
    assert expected() == before[1:]


def test_what_is_chosen_on_a_page_of_its_own_stands_in_the_same_history(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.cecilia)
    dates = {"opens_on": "2026-09-07", "closes_on": "2026-11-20", "makeup_days": "21"}
    post(client, "/windows/2026-27-autumn/dates", dates | {"reason": "Lovet kom emellan"})
    page = client.get("/governing").text
    assert "2026-09-07 till 2026-11-20, 21 uppsamlingsdagar" in page
    assert "Lovet kom emellan" in page


def test_a_translation_is_held_back_everywhere_and_let_out_again(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(ekbacken.cecilia)
    code, school = "held_back_languages", ekbacken.school
    turn_on(school, "ar", ME)
    db.session.commit()
    form = {
        "code": code,
        f"{code}-valid_from": "2026-10-15",
        f"{code}-reason": "Modersmålsläraren hittade fel",
    }
    assert post(client, "/governing", form | {f"{code}-value": ["ar", "so"]}).status_code == 303
    assert "arabiska och somaliska" in client.get("/governing").text
    in_force.forget()  # what this test has asked for before
    assert languages_printed(school.id) == {"sv"}
    with pytest.raises(Refused, match="håller tillbaka"):
        turn_on(school, "ar", ME)
    assert post(client, "/governing", form).status_code == 303
    in_force.forget()
    assert languages_printed(school.id) == {"sv", "ar"}
