"""A new academic year: everybody moves up at once, those who do otherwise too, and it can be taken back."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from reading_pages import legible, texts

from assessments.access import duties
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.new_year.models import NewYear
from assessments.new_year.naming import next_name, suggested
from assessments.new_year.planning import Part, PartKey, parts, with_teachers
from assessments.recording import Recorder, Write, record_scores
from assessments.roster import editing, founding
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass, StaffMember

SignIn = Callable[[Any], FlaskClient]
THIS, NEXT = "2026/27", "2027/28"
FIRST = date(2027, 8, 1)


@pytest.mark.parametrize(
    ("name", "year", "academic_year", "then"),
    [
        ("1A", 1, THIS, "2A"),
        ("3 Gul", 3, THIS, "4 Gul"),
        ("F", 0, THIS, "1"),
        ("F-klass B", 0, THIS, "1B"),
        ("0A", 0, THIS, "1A"),
        ("Fjärilen", 0, THIS, "Fjärilen"),
        ("10A", 1, THIS, "10A"),
        ("2A", 2, NEXT, "4A"),  # from 2028/29 every label is one more
        ("FA", 0, NEXT, "2A"),
        ("1A", 0, "2028/29", "2A"),
    ],
)
def test_a_class_is_called_by_its_new_year(name: str, year: int, academic_year: str, then: str) -> None:
    assert next_name(name, year, academic_year) == then


def test_mixed_classes_keep_whom_they_may_keep_and_schools_end_where_they_end() -> None:
    mixed = {"F-1": {0, 1}, "2-3": {2, 3}}
    told = {(name, year): suggested(name, year, THIS, mixed) for name in mixed for year in mixed[name]}
    assert told == {("F-1", 0): "F-1", ("F-1", 1): "2-3", ("2-3", 2): "2-3", ("2-3", 3): ""}
    church = {"F": {0}, "1-3": {1, 2, 3}}
    assert [suggested(*one, THIS, church) for one in (("F", 0), ("1-3", 1), ("1-3", 3))] == ["1-3", "1-3", ""]
    letters = {"FA": {0}, "FB": {0}, "1-2A": {1, 2}, "1-2B": {1, 2}}
    assert [suggested(one, 0, THIS, letters) for one in ("FA", "FB")] == ["1-2A", "1-2B"]
    assert suggested("F", 0, THIS, {"F": {0}, "1": {1}, "1-2": {1, 2}}) == "1"  # it has its own class
    assert suggested("2A", 2, THIS, {"2A": {2}}) == "3A"  # no school ends there: it has only begun
    assert suggested("9A", 9, THIS, {"9A": {9}}) == ""
    # The ten-year school calls the same years otherwise: who stays in a mixed class stays in its new name.
    then = {(name, year): suggested(name, year, NEXT, mixed) for name in mixed for year in mixed[name]}
    assert then == {("F-1", 0): "1-2", ("F-1", 1): "3-4", ("2-3", 2): "3-4", ("2-3", 3): ""}


class Desk:
    """Ada moves Ekbackens skola up: 1A (Kim, Noor and protected Siv), F (Ina) and 3A (Bo)."""

    def __init__(self, client: FlaskClient, ekbacken: Ekbacken) -> None:
        self.client, self.ekbacken = client, ekbacken
        self.address = f"/schools/{ekbacken.school.id}/new-year"
        self.class_id = ekbacken.class_1a.id
        self.pupils = {one: getattr(ekbacken, one).id for one in ("kim", "noor", "siv")}

    def send(self, what: str = "", status: int = 200, **form: str) -> str:
        page = self.client.get(self.address).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        said = dict(re.findall(r'name="((?:part|teacher)-[\d-]+)" value="([^"]*)"', page))
        sent = {"csrf_token": token, "year": THIS, **said, **form}
        answer = self.client.post(f"{self.address}{what}", data=sent, follow_redirects=True)
        db.session.rollback()
        assert answer.status_code == status, answer.text
        return answer.text

    def goes(self) -> dict[str, tuple[str, int]]:
        """Who goes where on the first day of the new academic year."""
        asked = (
            sa.select(Pupil.given_name, SchoolClass.name, Enrolment.year)
            .join(Enrolment, Enrolment.pupil_id == Pupil.id)
            .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
            .where(SchoolClass.academic_year == NEXT, Enrolment.starts_on == FIRST)
        )
        return {name: (into, year) for name, into, year in db.session.execute(asked)}


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: SignIn) -> Desk:
    for name, year, given in (("F", 0, "Ina"), ("3A", 3, "Bo")):
        one = founding.add_class(db.session.get_one(School, ekbacken.school.id), name, THIS)
        ekbacken.pupil(given, "Dal", f"77{year}", school_class=one, year=year)
    db.session.commit()
    return Desk(signed_in(ekbacken.ada), ekbacken)


def test_everybody_moves_up_after_a_preview_and_teachers_follow(desk: Desk) -> None:
    ends_on = {"Vera": date(2027, 7, 30), "Vidar": date(2027, 7, 31), "Viktor": date(2027, 12, 31)}
    for name, last_day in ends_on.items():
        db.session.add(
            Duty(
                staff_member=StaffMember(name=name), role=Role.TEACHER, school_class_id=desk.class_id,
                starts_on=date(2026, 8, 1), ends_on=last_day,
            )
        )  # fmt: skip
    db.session.commit()
    seen = desk.send()
    assert "Slutar på skolan: 1 elev i 3A" in seen
    told = "3 elever går vidare och 1 elev slutar på skolan"
    assert f"{told}. Inget har hänt än." in seen
    assert texts(seen, "//td[@data-label='Lärare som följer med']") == ["ingen", "Astrid Ask, Vidar, Viktor"]
    assert texts(seen, "//td[@data-label='Läraren följer med']") == [
        "ingen har klassen läsåret ut", "Astrid Ask, Vidar, Viktor", "ingen har klassen läsåret ut",
    ]  # fmt: skip
    assert "Siv" not in legible(seen)
    assert "Elev S" not in seen
    assert desk.goes() == {}  # looking does nothing
    done = desk.send(do="1")
    assert f"Läsåret 2027/28 är upplagt: {told}." in done
    assert re.search(rf"Klasserna flyttades upp [^:]*: {told}\.", done)  # not of protected Siv, who moved too
    assert desk.goes() == {"Kim": ("2A", 2), "Noor": ("2A", 2), "Siv": ("2A", 2), "Ina": ("1", 1)}
    ends = set(db.session.scalars(sa.select(Enrolment.ends_on).join(SchoolClass).where(
        SchoolClass.academic_year == THIS, SchoolClass.school_id == desk.ekbacken.school.id
    )))  # fmt: skip
    assert ends == {date(2027, 7, 31)}
    duties = db.session.scalars(
        sa.select(Duty).where(Duty.role == Role.TEACHER, Duty.starts_on == FIRST)
    ).all()
    into = {one.school_class.name for one in duties if one.school_class}
    assert into == {"2A"}
    assert {one.staff_member.name: one.ends_on for one in duties} == {
        "Astrid Ask": None, "Vidar": date(2028, 7, 31), "Viktor": date(2027, 12, 31),
    }  # fmt: skip
    noted = db.session.scalars(sa.select(AuditEntry.details).filter_by(action="new_year:moved_up")).one()
    assert (noted["pupils"], noted["leaving"]) == (3, 1)
    assert "Alla är uppflyttade" in desk.client.get(desk.address).text
    held = sa.select(sa.func.count()).select_from(Duty).filter_by(starts_on=FIRST)
    desk.ekbacken.pupil(
        "Lo", "Sen", "778", school_class=db.session.get_one(SchoolClass, desk.class_id), year=1
    )
    db.session.commit()
    assert "upplagt: 1 elev går vidare." in desk.send(
        do="1"
    )  # whoever came late, into a class that has its teachers
    assert db.session.scalar(held) == len(duties)


def test_sent_twice_nobody_goes_up_two_years(
    ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", "2027-09-01")  # the year before is left late, and this one could be
    desk = Desk(signed_in(ekbacken.ada), ekbacken)
    desk.send(do="1")
    before = desk.goes()
    assert f"Alla på skolan har redan flyttats upp från läsåret {THIS}." in desk.send(do="1", status=422)
    assert desk.goes() == before
    asked = sa.select(sa.func.count()).select_from(SchoolClass).filter_by(academic_year="2028/29")
    assert db.session.scalar(asked) == 0


def test_pupils_stand_as_in_the_class_list(desk: Desk) -> None:
    for given, family in (("Bo", "Öst"), ("Ö", "Ahl")):
        desk.ekbacken.pupil(given, family, given, school_class=desk.ekbacken.class_1a, year=1)
    db.session.commit()
    listed = texts(desk.client.get(f"/classes/{desk.class_id}/roster").text, "//tbody//th")
    table = "//table[caption='Elever i 1A']//tbody//th"
    assert texts(desk.client.get(desk.address).text, table) == listed
    assert [listed[0], listed[-1]] == ["Ö Ahl", "Bo Öst"]


def test_a_mixed_class_that_a_class_goes_on_to_has_its_own_teachers() -> None:
    years = ((1, "F", 0), (2, "1-3", 1), (2, "1-3", 2), (2, "1-3", 3))
    parts = [
        Part(PartKey(class_id, year), name, "1-3" if year < 3 else "", ()) for class_id, name, year in years
    ]
    assert with_teachers(parts) == {(2, 1), (2, 2)}


def test_a_class_is_split_and_some_repeat_leave_or_change_class(desk: Desk) -> None:
    kim, noor = desk.pupils["kim"], desk.pupils["noor"]
    told = {f"going-{kim}": "repeats", f"going-{noor}": "along", f"class-{noor}": "2B"}
    refused = desk.send(do="1", status=422, **told)
    assert "Kim Berg i 1A går om: skriv vilken klass det blir." in refused
    assert 'value="2B"' in refused  # what was typed stands
    assert desk.goes() == {}
    desk.send(do="1", **told, **{f"class-{kim}": "1"})
    assert desk.goes() == {"Kim": ("1", 1), "Noor": ("2B", 2), "Siv": ("2A", 2), "Ina": ("1", 1)}


def test_a_class_is_one_however_its_name_is_typed(desk: Desk) -> None:
    """Spaces and case part no class from another; the way it is written there already stands."""
    (fa, first, third) = (
        one.key.code for one in parts(db.session.get_one(School, desk.ekbacken.school.id), THIS)
    )
    kim, noor = desk.pupils["kim"], desk.pupils["noor"]
    founding.add_class(db.session.get_one(School, desk.ekbacken.school.id), "2 Blå", NEXT)
    db.session.commit()
    told = {f"part-{fa}": "1 b", f"part-{first}": "2BLÅ", f"part-{third}": ""}
    told |= {
        f"going-{kim}": "repeats",
        f"class-{kim}": "1B",
        f"class-{noor}": " 2 blå",
        f"teacher-{first}": "1",
    }
    seen = desk.send(**told)
    assert texts(seen, "//th[@scope='row'][following-sibling::td[@data-label='Kommer från']]") == [
        "1 b",
        "2 Blå",
    ]
    desk.send(do="1", **told)
    assert desk.goes() == {"Kim": ("1 b", 1), "Noor": ("2 Blå", 2), "Siv": ("2 Blå", 2), "Ina": ("1 b", 1)}
    held = sa.select(SchoolClass.name).join(Duty, Duty.school_class_id == SchoolClass.id)
    assert db.session.scalars(held.where(Duty.starts_on == FIRST)).all() == ["2 Blå"]


@pytest.mark.parametrize(
    ("day", "told"),
    [("2027-05-31", None), ("2027-06-01", "lägg upp 2027/28"), ("2027-08-20", "lägg upp 2027/28"),
     ("2028-06-01", "lägg upp 2028/29")],
)  # fmt: skip
def test_the_class_lists_tell_of_it_when_the_year_ends(
    desk: Desk, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, day: str, told: str | None
) -> None:
    if day == "2028-06-01":
        desk.send(do="1")
    monkeypatch.setenv("LASSPAR_TODAY", day)
    address = f"/schools/{desk.ekbacken.school.id}/new-year?year="
    page = signed_in(desk.ekbacken.ada).get("/roster").text
    assert (told is not None) == (address in page)
    assert ("Nytt läsår" in page) == (told is not None)
    if told:
        assert f"Nytt läsår: {told}" in page
        assert "1 skola har elever som inte är uppflyttade" in page


def test_the_class_lists_tell_nothing_of_a_protected_pupil(
    desk: Desk, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.execute(sa.update(Pupil).values(is_protected=True, alias="Elev"))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2027-06-10")
    page = signed_in(desk.ekbacken.ada).get("/roster").text
    assert "Klasslistor" in page
    assert "Nytt läsår" not in page


def test_it_is_taken_back_whole_until_somebody_has_built_on_it(desk: Desk) -> None:
    before = _everything()
    desk.send(do="1")
    assert "är ångrat" in desk.send("/take-back")
    assert _everything() == before
    assert "flyttas upp till 2027/28" in desk.client.get(desk.address).text

    desk.send(do="1")
    window = AssessmentWindow(
        academic_year=NEXT, season=Season.AUTUMN,
        opens_on=date(2026, 9, 1), closes_on=date(2027, 11, 1), makeup_days=14,
    )  # fmt: skip
    db.session.add(window)
    db.session.flush()
    record_scores(window, [Write(desk.pupils["kim"], "bokstavsljud", Decimal(20))], Recorder())
    db.session.commit()
    assert "Det finns redan resultat i läsåret 2027/28." in desk.send("/take-back", status=422)
    assert len(desk.goes()) == 4


def test_who_has_been_moved_since_stops_taking_back(desk: Desk) -> None:
    desk.send(do="1")
    into = db.session.scalars(sa.select(SchoolClass).filter_by(name="1", academic_year=NEXT)).one()
    editing.correct_class(db.session.get_one(Pupil, desk.pupils["kim"]), into, 1)
    db.session.commit()
    editing.move_pupil(db.session.get_one(Pupil, desk.pupils["noor"]), into, 1, date(2027, 9, 1))
    db.session.commit()
    assert "Elever har flyttats sedan dess." in desk.send("/take-back", status=422)
    assert db.session.scalars(sa.select(NewYear.taken_back_at)).one() is None


def test_a_last_day_that_was_set_since_is_not_taken_back(desk: Desk) -> None:
    astrid = sa.select(Duty).where(Duty.role == Role.TEACHER, Duty.school_class_id == desk.class_id)
    bo = sa.select(Pupil).where(Pupil.given_name == "Bo")
    desk.send(do="1")
    duties.change(db.session.scalars(astrid).one(), date(2026, 12, 18))
    editing.end_enrolment(db.session.scalars(bo).one(), date(2027, 6, 11))
    db.session.commit()
    assert "är ångrat" in desk.send("/take-back")
    assert db.session.scalars(astrid).one().ends_on == date(2026, 12, 18)
    assert editing.latest(db.session.scalars(bo).one()).ends_on == date(2027, 6, 11)


def _everything() -> list[Any]:
    """Enrolments, classes and duties as they stand."""
    return [
        sorted(map(tuple, db.session.execute(sa.select(*kind.__table__.columns))), key=str)
        for kind in (Enrolment, SchoolClass, Duty)
    ]
