"""Stöd: what came of support in an academic year, told once and to nobody of a few pupils."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, texts
from scoring import a_window, class_2b, record
from supporting import followed_up

from assessments.database import db
from assessments.models import Season
from assessments.roster.models import Enrolment, Pupil, Role, SchoolClass, SchoolForm
from screening import rejudging
from screening.conditional_growth import Effect, mean
from screening.coordination import support_outcomes
from screening.coordination.models import ReleasedFigures
from screening.support.effects import EffectLine
from screening.support.models import SupportFollowUp

SignIn = Callable[[Any], FlaskClient]
PAGE = "/initiative/support"
YEAR = "2026/27"
TABLE = f"//table[caption='Insatser som följdes upp läsåret {YEAR}']//tbody/tr"


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The first window of the next academic year has closed."""

    def later() -> None:
        a_window("2027/28", Season.AUTUMN, date(2027, 9, 1), date(2027, 10, 10))
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", "2027-10-20")

    return later


@pytest.fixture
def supported(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[int]], list[Pupil]]:
    """Pupils with 20 in autumn, ten weeks of support, and these results after it and in winter."""

    def made(results: list[int]) -> list[Pupil]:
        winter = a_window(YEAR, Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
        _class, pupils = class_2b(ekbacken, [20] * len(results))
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        for pupil, result in zip(pupils, results, strict=True):
            followed_up(ekbacken, pupil.id, 20, [result], starts_on=date(2026, 9, 28), weeks=10)
            record(winter, pupil, ord_per_minut=result)
        db.session.commit()
        return pupils

    return made


def count(client: FlaskClient) -> Any:
    return post(client, PAGE, {"academic_year": YEAR})


@pytest.fixture
def counted(ekbacken: Ekbacken, after: Callable[[], None], signed_in: SignIn) -> Callable[[], FlaskClient]:
    """The coordinator, who has had the year counted."""

    def done() -> FlaskClient:
        db.session.commit()
        after()
        cecilia = signed_in(ekbacken.cecilia)
        assert count(cecilia).status_code == 303
        return cecilia

    return done


def shown(client: FlaskClient) -> list[str]:
    return texts(client.get(PAGE).text, TABLE)


def test_a_year_is_told_with_what_is_behind_it(
    ekbacken: Ekbacken, supported: Any, after: Any, signed_in: SignIn
) -> None:
    """Year 2 by words a minute: near the goal from 26 in autumn and from 33 in winter."""
    supported([24] * 6 + [44] * 6)
    after()
    cecilia = signed_in(ekbacken.cecilia)
    assert sentence(cecilia.get(PAGE).text) == "Läsåret 2026/27: inte räknat än."
    assert count(cecilia).status_code == 303
    assert shown(cecilia) == [
        "Intensivperiod Rätt lästa ord per minut, text (ord/min) 12 20,0 34,0 14,0 7,4 till 20,6 "
        "går inte att säga 6 av 12"
    ]
    page = cecilia.get(PAGE).text
    assert sentence(page) == "Läsåret 2026/27: framsteget med intensivperiod var i snitt 14,0 ord/min."
    assert "närmar sig mitten nästa gång också utan hjälp" in page


def test_of_a_few_pupils_nothing_is_told_however_many_periods_they_had(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    pupils = supported([30] * 9)
    for pupil in pupils:
        followed_up(ekbacken, pupil.id, 30, [40], starts_on=date(2026, 12, 14), weeks=3)
    cecilia = counted()
    page = cecilia.get(PAGE).text
    assert (shown(cecilia), "40,0" in page, "30,0" in page) == ([], False, False)
    assert (
        "för få elever, eller nästan alla vid en skola): Intensivperiod, Rätt lästa ord per minut, text."
        in page
    )
    kept = db.session.scalars(sa.select(ReleasedFigures)).one()
    assert kept.facts["told"] == []


def test_who_reached_a_better_level_is_hidden_where_few_did_not(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    supported([24] * 4 + [44] * 8)
    cecilia = counted()
    assert shown(cecilia)[0].endswith("visas inte")
    assert db.session.scalars(sa.select(ReleasedFigures)).one().facts["told"][0]["better"] is None


def test_pupils_are_told_better_once_however_many_periods_they_had(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    pupils = supported([24] * 8 + [44] * 3)
    for pupil in pupils[8:]:
        followed_up(ekbacken, pupil.id, 20, [44], starts_on=date(2026, 9, 29), weeks=9)
    counted()
    (told,) = db.session.scalars(sa.select(ReleasedFigures)).one().facts["told"]
    assert (told["periods"], told["better"]) == (14, None)


def test_equal_gains_would_tell_of_each(ekbacken: Ekbacken, supported: Any, counted: Any) -> None:
    supported([24] * 12)
    cecilia = counted()
    assert shown(cecilia) == []


def test_whoever_knows_her_own_pupils_cannot_take_them_away(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    """Ten at one school and four at another: who leads the first knows all but the four."""
    pupils = supported([*range(24, 34), 40, 41, 42, 43])
    for pupil in pupils[10:]:
        pupil.enrolments[0].school_class = ekbacken.other_class
    cecilia = counted()
    assert shown(cecilia) == []


def test_who_goes_on_to_another_school_is_counted_all_the_same(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    """What the next school may know before it has accepted the handover is another matter."""
    pupils = supported([24] * 6 + [44] * 6)
    there = SchoolClass(name="3X", academic_year="2027/28", school=ekbacken.other_school)
    db.session.add(there)
    for pupil in pupils:
        pupil.enrolments[0].ends_on = date(2027, 7, 31)
        db.session.add(Enrolment(pupil=pupil, school_class=there, year=3, starts_on=date(2027, 8, 1)))
    cecilia = counted()
    assert len(shown(cecilia)) == 1


def test_anpassad_grundskola_is_not_counted(ekbacken: Ekbacken, supported: Any, counted: Any) -> None:
    for pupil in supported([24] * 6 + [44] * 6):
        pupil.school_form = SchoolForm.ANPASSAD
    cecilia = counted()
    assert shown(cecilia) == []


def test_a_year_that_is_told_stays_when_its_support_has_been_disposed_of(
    ekbacken: Ekbacken, supported: Any, counted: Any
) -> None:
    supported([24] * 6 + [44] * 6)
    cecilia = counted()
    db.session.execute(sa.delete(SupportFollowUp))
    db.session.commit()
    assert len(shown(cecilia)) == 1


def test_what_has_gone_out_stays_as_it_went_out(ekbacken: Ekbacken, supported: Any, counted: Any) -> None:
    """One more pupil the next day would be told by the difference."""
    supported([24] * 6 + [44] * 6)
    cecilia = counted()
    before = shown(cecilia)
    followed_up(ekbacken, ekbacken.kim.id, 20, [99], starts_on=date(2026, 9, 28), weeks=10)
    db.session.commit()
    assert count(cecilia).status_code == 303
    assert shown(cecilia) == before
    assert db.session.scalar(sa.select(sa.func.count(ReleasedFigures.id))) == 1


def test_a_year_waits_for_the_first_window_after_it(
    ekbacken: Ekbacken, supported: Any, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    supported([30] * 10)
    cecilia = signed_in(ekbacken.cecilia)
    assert sentence(cecilia.get(PAGE).text) == "Inget stöd har följts upp under ett läsår som är slut."
    monkeypatch.setenv("LASSPAR_TODAY", "2027-09-10")
    a_window("2027/28", Season.AUTUMN, date(2027, 9, 1), date(2027, 10, 10))
    db.session.commit()
    told = "Läsåret 2026/27 räknas när den första perioden efter det har stängt: 2027-10-10."
    cecilia = signed_in(ekbacken.cecilia)
    page = cecilia.get(PAGE).text
    assert (told in page, f"Räkna läsåret {YEAR}" in page) == (True, False)
    answer = count(cecilia)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert post(cecilia, PAGE, {"academic_year": "2019/20"}).status_code == 422


def test_nothing_goes_out_while_anybody_is_judged_again(
    ekbacken: Ekbacken, supported: Any, after: Any, signed_in: SignIn
) -> None:
    supported([30] * 10)
    after()
    rejudging.order_rejudging()
    db.session.commit()
    answer = count(signed_in(ekbacken.cecilia))
    assert (answer.status_code, "Kom tillbaka" in answer.text) == (422, True)


def test_a_municipality_that_had_left_is_not_in_it_and_sees_nothing_of_it(
    ekbacken: Ekbacken, supported: Any, after: Any, signed_in: SignIn
) -> None:
    from assessments.governing.members import leave
    from assessments.writes import Recorder

    elin = ekbacken.staff("Elin Ek", "elin", Role.COORDINATOR, municipality=ekbacken.municipality)
    supported([24] * 6 + [44] * 6)
    leave(ekbacken.municipality, date(2027, 7, 31) - timedelta(days=1), "Slut", Recorder())
    db.session.commit()
    after()
    assert signed_in(elin).get(PAGE).status_code == 200
    assert count(signed_in(elin)).status_code == 403
    cecilia = signed_in(ekbacken.cecilia)
    count(cecilia)
    assert shown(cecilia) == []


def test_gains_that_are_equal_but_for_their_last_bit_would_tell_of_each_too() -> None:
    ten = frozenset(range(10))
    gains = mean(np.array([0.1 + 0.2, 0.3] * 5))
    assert gains.low != gains.high
    effect = Effect(10, 20.0, 20.3, gains, None, 0, 0, 0)
    line = EffectLine("Intensivperiod", "Ord", "ord/min", effect, False, ten, frozenset(), frozenset())
    assert not support_outcomes._may_be_told(line, dict.fromkeys(ten, 1))
