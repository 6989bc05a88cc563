"""Jämför: schools and municipalities side by side, by name, with small groups hidden in files too."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from cast import Ekbacken
from coordinating import a_school, alone, pupils
from flask.testing import FlaskClient
from openpyxl import load_workbook
from posting import post
from reading_pages import sentence, texts
from scoring import counted_queries

from assessments.database import db
from assessments.models import AgreedText
from assessments.roster.models import Curriculum, Role
from screening.coordination.figures import Percent
from screening.coordination.funnels import Group, funnel

SignIn = Callable[[Any], FlaskClient]
ADDRESS = "/initiative/comparison?window=2026-27-autumn"


def counted_page(client: FlaskClient, address: str = ADDRESS) -> str:
    assert post(client, address).status_code == 303
    return str(client.get(address).text)


@pytest.fixture
def schools(ekbacken: Ekbacken) -> Ekbacken:
    """In Ekby Ekbacken, 60 of 120, and Åsskolan, 15 of 100; in Tallby Bäckskolan and Tallbacken, 9 of 99."""
    cast = alone(ekbacken)
    pupils(cast, cast.school, 60, 60)
    pupils(cast, a_school("Åsskolan", cast.school), 15, 85, 20)
    pupils(cast, a_school("Bäckskolan", cast.other_school), 20, 110)
    pupils(cast, cast.other_school, 9, 90)
    return cast


def test_groups_stand_by_name_and_only_what_chance_cannot_explain_is_told(
    schools: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(schools.cecilia)
    assert sentence(client.get(ADDRESS).text) == "Inte räknat än."
    page = counted_page(client)
    rows = texts(page, "//tbody/tr")
    assert [row.split()[0] for row in rows[:6]] == [
        "Ekby", "Tallby", "Ekbackens", "Åsskolan", "Bäckskolan", "Tallbackens",
    ]  # fmt: skip
    assert rows[2].endswith("50 % 41 till 59 % 50 % 41 till 59 % fler än väntat")
    assert "Ekbackens skola (fler än väntat)" in "".join(texts(page, "//*[local-name() = 'desc']"))
    assert "få resultat: jämför försiktigt" in rows[3]
    assert "visas inte" in rows[5]


def test_files_hide_what_the_page_hides(schools: Ekbacken, signed_in: SignIn) -> None:
    client = signed_in(schools.cecilia)
    file = ADDRESS.replace("comparison?", "comparison/table.{}?")
    assert client.get(file.format("csv")).status_code == 404
    counted_page(client)
    answer = client.get(file.format("csv"))
    assert answer.data.startswith("\ufeff".encode())
    told = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    by_name = {(row["Namn"], row["Grupp"]): row for row in told}
    small = by_name["Tallbackens skola", "alla"]
    assert (small["Visas"], small["Når ännu inte målet"]) == ("nej (små grupper)", "")
    assert by_name["Ekbackens skola", "alla"]["Andel av dem med resultat"] == "0,5000"
    sheet = load_workbook(io.BytesIO(client.get(file.format("xlsx")).data)).active
    assert [["" if cell is None else str(cell) for cell in row[:3]] for row in sheet.values][1:] == [
        [row["Nivå"], row["Kommun"], row["Namn"]] for row in told
    ]


def test_sv_and_sva_stand_apart_for_municipalities_only(schools: Ekbacken, signed_in: SignIn) -> None:
    pupils(schools, schools.school, 20, 30, curriculum=Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
    pupils(schools, schools.other_school, 20, 30, curriculum=Curriculum.SWEDISH_AS_SECOND_LANGUAGE)
    page = counted_page(signed_in(schools.cecilia))
    [*_, ekby, _, everybody] = texts(page, "//tbody/tr")
    assert ekby.startswith("Ekby 220 av 240")
    assert everybody.endswith("100 av 100 100 % 40 % 31 till 50 %")


def test_a_measure_is_compared_for_the_years_that_it_judges(schools: Ekbacken, signed_in: SignIn) -> None:
    client, address = signed_in(schools.cecilia), f"{ADDRESS}&measure=bokstavsljud"
    page = counted_page(client, address)
    assert texts(page, "//tbody/tr")[0].startswith("Ekby 220 av 240 92 % 75")
    assert client.get(f"{ADDRESS}&measure=nothing").status_code == 404
    assert post(client, f"{ADDRESS}&measure=nothing").status_code == 404


def test_other_texts_are_not_compared(schools: Ekbacken, signed_in: SignIn) -> None:
    """Åk 2 reads a text per minute: without an agreed one there is nothing to compare."""
    pupils(schools, schools.school, 0, 0, 12, year=2)
    from assessments.models import AssessmentWindow
    from screening.rollup.models import SchoolCount

    window = db.session.get_one(AssessmentWindow, schools.autumn.id)
    more = dict.fromkeys(("below_goal", "near_goal", "at_goal", "above_goal"), 20) | {"no_level": 0}
    key = {"measure": "ord_per_minut", "school_id": schools.school.id, "year": 2, "judged_by": 1}
    db.session.add(SchoolCount(window_id=window.id, curriculum=Curriculum.SWEDISH, **key, **more))
    db.session.commit()
    client, address = signed_in(schools.cecilia), f"{ADDRESS}&measure=ord_per_minut"
    refused = post(client, address)
    assert (refused.status_code, "Olika texter" in refused.text) == (422, True)
    db.session.add(
        AgreedText(
            window_id=window.id, year=2, measure="ord_per_minut", name="Räven", decided_on=date(2026, 9, 1)
        )
    )
    db.session.commit()
    assert post(client, address).status_code == 303


def test_schools_are_those_of_the_own_municipality(schools: Ekbacken, signed_in: SignIn) -> None:
    cia = schools.staff("Cia Cembra", "cia", Role.COORDINATOR, municipality=schools.municipality)
    db.session.commit()
    rows = texts(counted_page(signed_in(cia)), "//tbody/tr")
    assert [row.split()[0] for row in rows[:4]] == ["Ekby", "Tallby", "Ekbackens", "Åsskolan"]


@pytest.mark.long
def test_the_number_of_queries_does_not_grow(schools: Ekbacken, signed_in: SignIn) -> None:
    client, counts = signed_in(schools.cecilia), []
    for number in range(2):
        asked = []
        for address in (ADDRESS, f"{ADDRESS}&measure=bokstavsljud"):
            with counted_queries() as counting:
                post(client, address)
            with counted_queries() as reading:
                client.get(address)
            asked += [len(counting), len(reading)]
        counts.append(asked)
        pupils(schools, a_school(f"Skola {number}", schools.school), 15, 20)
    assert counts[0] == counts[1]


class TestFunnel:
    def test_a_group_outside_the_exact_limits_is_named(self) -> None:
        """20 around 30 percent: 2 to 10 pupils (decision logic, section 8)."""
        groups = [Group(f"{under}", under, 20) for under in (1, 2, 10, 11)]
        found = funnel(groups, Percent(0.30, 0.25, 0.35))
        assert found is not None
        assert [one.name for one in found.groups if one.is_outside] == ["1", "11"]
        limits = {size: (low * size, high * size) for size, low, high in found.limits}
        assert limits[20] == pytest.approx((2, 10))

    def test_one_group_is_no_comparison(self) -> None:
        joint = Percent(0.30, 0.25, 0.35)
        assert funnel([Group("Ekby", 5, 20), Group("Tallby", 0, 0)], joint) is None
