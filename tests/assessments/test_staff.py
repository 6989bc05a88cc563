"""Accounts and duties: by command, and on the administrator's pages."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from cast import PASSWORD, TODAY
from posting import post
from reading_pages import legible

from assessments.access import accounts
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.roster.models import Duty, Municipality, Pupil, Role, School, SchoolClass
from assessments.words import function_of

LINK = re.compile(r"/password/[A-Za-z0-9_-]{43}")


def duties_of(username):
    member = accounts.known(username).staff_member
    return db.session.scalars(sa.select(Duty).filter_by(staff_member_id=member.id).order_by(Duty.id)).all()


def actions():
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_first_administrator_of_an_empty_database(lasspar, app):
    done = lasspar(
        "staff", "add", "Ada Alm", "--username", "Ada", "--role", "administrator", "--kommun", "Ekby"
    )
    assert done.exit_code == 0, done.stderr
    assert "Kommunen Ekby är ny" in done.stdout
    client = app.test_client()
    address = LINK.search(done.stdout)[0]
    assert post(client, address, {"password": "ny nyckel till ladan"}).status_code == 302
    assert (
        post(client, "/sign-in", {"username": "ada", "password": "ny nyckel till ladan"}).status_code == 302
    )
    assert client.get("/staff").status_code == 200
    assert actions()[:3] == ["account:opened", "duty:given", "account:link_made"]
    assert db.session.scalars(sa.select(AuditEntry.account_id)).first() is None


def test_a_teacher_waits_for_a_class_and_is_told_how_to_get_it(ekbacken, lasspar):
    done = lasspar("staff", "add", "Nils Nord", "--username", "nils", "--role", "teacher", "--kommun", "Ekby")
    assert done.exit_code == 0
    assert "lasspar duty add nils teacher SKOLENHETSKOD/KLASS --from 2026-10-15" in done.stdout
    assert duties_of("nils") == []
    given = lasspar(
        "duty", "add", "nils", "teacher", "10000001/1A", "--from", "2026-10-15", "--to", "2026-10-30"
    )
    assert (
        given.stdout == "Nils Nord är nu klasslärare 1A, Ekbackens skola, från 2026-10-15 till 2026-10-30.\n"
    )
    [duty] = duties_of("nils")
    assert (duty.school_class_id, duty.ends_on.isoformat()) == (ekbacken.class_1a.id, "2026-10-30")


def test_a_teacher_whose_class_is_known_gets_it_at_once(ekbacken, lasspar):
    done = lasspar(
        "staff",
        "add",
        "Nils",
        "--username",
        "nils",
        "--role",
        "teacher",
        "--kommun",
        "ekby kommun",
        "--school",
        "Ekbackens skola",
        "--class",
        "1a",
    )
    assert done.exit_code == 0, done.stderr
    assert [duty.school_class_id for duty in duties_of("nils")] == [ekbacken.class_1a.id]


def test_the_same_duty_again_changes_nothing(ekbacken, lasspar):
    for _ in range(2):
        done = lasspar("duty", "add", "carl", "special_teacher", "10000001", "--from", "2026-10-15")
        assert done.exit_code == 0
    assert "var redan speciallärare Ekbackens skola" in done.stdout
    assert len(duties_of("carl")) == 2


@pytest.mark.parametrize(
    ("role", "scope", "words"),
    [
        ("teacher", "10000001/1a", "klasslärare 1A, Ekbackens skola"),
        ("teacher", "ekbackens skola/1A", "klasslärare 1A, Ekbackens skola"),
        ("special_teacher", "Ekbackens skola", "speciallärare Ekbackens skola"),
        ("principal", "10000001", "rektor Ekbackens skola"),
        ("team", "Ekby", "skolsocialt team Ekby"),
        ("team", "10000001", "skolsocialt team Ekbackens skola"),
        ("coordinator", "Ekby kommun", "samordnare Ekby"),
        ("coordinator", "initiativet", "samordnare för satsningen"),
        ("administrator", "ekby", "administratör Ekby"),
    ],
)
def test_where_a_duty_holds_is_said_in_words(ekbacken, lasspar, role, scope, words):
    done = lasspar("duty", "add", "carl", role, scope, "--from", "2026-10-15")
    assert done.exit_code == 0, done.stderr
    assert words in done.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ["carl", "teacher", "10000001/3C", "--from", "2026-10-15"],
            "Ekbackens skola har ingen klass 3C läsåret 2026/27. Välj bland: 1A.",
        ),
        (["carl", "teacher", "10000001/1A", "--from", "2027-10-15"], "läsåret 2027/28"),
        (["carl", "teacher", "10000001", "--from", "2026-10-15"], "Skriv klassen som skolenhetskod/klass"),
        (
            ["carl", "principal", "99999999", "--from", "2026-10-15"],
            "Det finns ingen skola ”99999999”. Välj bland: 10000001, 20000002.",
        ),
        (
            ["carl", "administrator", "Ekbyn", "--from", "2026-10-15"],
            "Det finns ingen kommun ”Ekbyn”. Välj bland: Ekby, Tallby.",
        ),
        (["nobody", "principal", "10000001", "--from", "2026-10-15"], "Användarnamnet nobody finns inte."),
        (
            ["carl", "principal", "10000001", "--from", "2026-10-15", "--to", "2026-10-14"],
            "slutar 2026-10-14, innan det börjar",
        ),
        (["rut", "principal", "10000001", "--from", "2026-10-15"], "har redan det uppdraget från 2026-08-18"),
    ],
)
def test_what_cannot_be_a_duty_is_told_and_changes_nothing(ekbacken, lasspar, words, reason):
    before = db.session.scalar(sa.select(sa.func.count(Duty.id)))
    done = lasspar("duty", "add", *words)
    assert done.exit_code == 1
    assert reason in done.stderr
    assert db.session.scalar(sa.select(sa.func.count(Duty.id))) == before


def test_of_two_schools_with_one_name_the_municipality_decides(ekbacken, lasspar):
    db.session.add(School(name="Ekbackens skola", municipality=ekbacken.other_municipality))
    db.session.commit()
    unsure = lasspar("duty", "add", "carl", "principal", "Ekbackens skola", "--from", "2026-10-15")
    assert unsure.exit_code == 1
    assert "Ekby (10000001), Tallby (utan kod)" in unsure.stderr
    sure = lasspar(
        "duty", "add", "carl", "principal", "Ekbackens skola", "--from", "2026-10-15", "--kommun", "Tallby"
    )
    assert sure.exit_code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ["B", "--username", "astrid", "--role", "teacher", "--kommun", "Ekby"],
            "Användarnamnet astrid är upptaget.",
        ),
        (["B", "--username", "a b", "--role", "teacher", "--kommun", "Ekby"], "Användarnamnet ska ha"),
        (["B\x07", "--username", "bo", "--role", "teacher", "--kommun", "Ekby"], "BELL (U+0007)"),
        (["B" * 101, "--username", "bo", "--role", "teacher", "--kommun", "Ekby"], "längre än 100 tecken"),
        (["B", "--username", "bo", "--role", "teacher", "--kommun", "Eka"], "Det finns ingen kommun ”Eka”."),
        (["B", "--username", "bo", "--role", "principal", "--kommun", "Ekby"], "Ange skolan med --school."),
        (
            ["B", "--username", "bo", "--role", "teacher", "--kommun", "Ekby", "--class", "1A"],
            "Ange skolan med --school",
        ),
        (
            ["B", "--username", "bo", "--role", "principal", "--kommun", "Tallby", "--school", "10000001"],
            "ingen skola",
        ),
        (
            ["B", "--username", "bo", "--role", "administrator", "--kommun", "Ekby", "--school", "10000001"],
            "gäller en kommun",
        ),
        (
            ["B", "--username", "bo", "--role", "coordinator", "--kommun", "Ekby", "--team", "social_team"],
            "--team hör till rollen team.",
        ),
    ],
)
def test_who_cannot_be_added_is_told_why(ekbacken, lasspar, words, reason):
    done = lasspar("staff", "add", *words)
    assert done.exit_code == 1
    assert reason in done.stderr
    assert accounts.find("bo") is None


def test_a_team_is_added_with_its_function(ekbacken, lasspar):
    done = lasspar(
        "staff", "add", "Cilla Cedergren", "--username", "cilla", "--role", "team", "--kommun", "Ekby",
        "--team", "student_health",
    )  # fmt: skip
    assert "Cilla Cedergren (cilla) är tillagd som central elevhälsa." in done.stdout
    assert [function_of(duty) for duty in duties_of("cilla")] == ["central elevhälsa Ekby"]


def test_another_role_than_the_team_takes_no_team(ekbacken, lasspar):
    before = len(duties_of("carl"))
    told = "duty", "add", "carl", "principal", "10000001", "--from", "2026-10-15", "--team", "student_health"
    done = lasspar(*told)
    assert (done.exit_code, "--team hör till rollen team." in done.stderr) == (1, True)
    assert len(duties_of("carl")) == before


def test_a_role_there_is_not_is_wrong_usage(ekbacken, lasspar):
    assert lasspar("duty", "add", "carl", "boss", "10000001", "--from", "2026-10-15").exit_code == 2


def test_the_list_shows_everybody_with_their_duties(ekbacken, lasspar):
    accounts.disable(ekbacken.carl)
    db.session.commit()
    told = lasspar("staff", "list").stdout
    assert "Carl Ceder (carl) [avstängt]\n  klasslärare 1A, Tallbackens skola, från 2026-08-18\n" in told
    assert told.index("Ada Alm") < told.index("Astrid Ask") < told.index("Teo Tall")


def test_a_reset_gives_a_link_and_keeps_the_password_until_it_is_used(ekbacken, lasspar, app):
    done = lasspar("staff", "reset", "astrid")
    assert done.exit_code == 0
    client = app.test_client()
    assert post(client, "/sign-in", {"username": "astrid", "password": PASSWORD}).status_code == 302
    assert client.get(LINK.search(done.stdout)[0]).status_code == 200


def test_a_link_says_the_address_people_use(ekbacken, lasspar, app):
    app.config["TRUSTED_HOSTS"] = ["lasspar.ekby.example"]
    try:
        assert "https://lasspar.ekby.example/password/" in lasspar("staff", "reset", "astrid").stdout
    finally:
        app.config["TRUSTED_HOSTS"] = None


@pytest.fixture
def ada(ekbacken, signed_in):
    return signed_in(ekbacken.ada)


def new_person(ekbacken, **more):
    fields = {"name": "Nils Nord", "username": "nils", "role": "teacher", "starts_on": "2026-10-15"}
    return {**fields, "place": f"class:{ekbacken.class_1a.id}", **more}


def test_an_administrator_adds_a_person_and_hands_over_the_link(ekbacken, ada, app):
    answer = post(ada, f"/municipalities/{ekbacken.municipality.id}/staff/new", new_person(ekbacken))
    assert answer.status_code == 200
    address = LINK.search(answer.text)[0]
    assert f"http://localhost{address}" in answer.text
    post(app.test_client(), address, {"password": "ny nyckel till ladan"})
    nils = app.test_client()
    assert post(nils, "/sign-in", {"username": "nils", "password": "ny nyckel till ladan"}).status_code == 302
    assert nils.get(f"/classes/{ekbacken.class_1a.id}/pupils").status_code == 200
    noted = db.session.scalars(sa.select(AuditEntry).filter_by(action="account:opened")).one()
    assert (noted.account_id, noted.municipality_id) == (ekbacken.ada.id, ekbacken.municipality.id)


def test_the_list_of_a_municipality_shows_its_people_and_no_others(ekbacken, ada):
    page = ada.get("/staff").text
    assert "Astrid Ask" in page
    assert "Klasslärare 1A, Ekbackens skola" in page
    assert "Carl Ceder" not in page


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": ""}, "Skriv personens namn."),
        ({"username": "astrid"}, "Användarnamnet astrid är upptaget."),
        ({"role": "principal"}, "Rollen rektor gäller en skola."),
        ({"role": "coordinator"}, "Inte ett giltigt val"),
        ({"starts_on": "igår"}, "Inte ett giltigt datum"),
        ({"ends_on": "2026-10-14"}, "innan det börjar"),
        ({"place": "municipality:999"}, "Inte ett giltigt val"),
    ],
)
def test_a_person_that_cannot_be_added_keeps_the_form_as_typed(ekbacken, ada, more, reason):
    fields = new_person(ekbacken, **more)
    answer = post(ada, f"/municipalities/{ekbacken.municipality.id}/staff/new", fields)
    assert answer.status_code == 422
    assert reason in answer.text
    assert accounts.find("nils") is None
    assert fields["username"] in answer.text


def test_a_class_elsewhere_is_no_choice(ekbacken, ada):
    fields = new_person(ekbacken, place=f"class:{ekbacken.other_class.id}")
    assert post(ada, f"/municipalities/{ekbacken.municipality.id}/staff/new", fields).status_code == 422
    assert accounts.find("nils") is None


def test_a_substitute_gets_a_class_for_two_weeks(ekbacken, ada):
    fields = {
        "role": "teacher",
        "place": f"class:{ekbacken.class_1a.id}",
        "starts_on": "2026-10-15",
        "ends_on": "2026-10-29",
    }
    assert post(ada, f"/staff/{ekbacken.birgitta.id}/duties", fields).status_code == 302
    assert [duty.role for duty in duties_of("birgitta")] == [Role.SPECIAL_TEACHER, Role.TEACHER]


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(ekbacken, ada, signed_in):
    astrid = signed_in(ekbacken.astrid)
    post(ada, f"/staff/{ekbacken.astrid.id}/disable")
    assert astrid.get("/my/sign-ins").status_code == 302
    page = ada.get(f"/staff/{ekbacken.astrid.id}").text
    assert "Öppna kontot igen" in page
    post(ada, f"/staff/{ekbacken.astrid.id}/enable")
    assert signed_in(ekbacken.astrid).get("/my/sign-ins").status_code == 200


def test_nobody_closes_the_own_account(ekbacken, ada):
    answer = post(ada, f"/staff/{ekbacken.ada.id}/disable")
    assert answer.status_code == 409
    assert "ditt eget konto" in answer.text
    assert ada.get("/staff").status_code == 200


def test_ending_a_duty_ends_what_it_opened(ekbacken, ada, signed_in):
    astrid = signed_in(ekbacken.astrid)
    [duty] = duties_of("astrid")
    assert (
        post(ada, f"/duties/{duty.id}/end", {"ends_on": (TODAY - timedelta(days=1)).isoformat()}).status_code
        == 302
    )
    assert astrid.get("/my/sign-ins").status_code == 302
    assert post(ada, f"/duties/{duty.id}/end", {"ends_on": "2026-08-01"}).status_code == 422


def test_a_duty_given_by_mistake_is_taken_back_but_not_once_used(ekbacken, ada, signed_in):
    [unused], [used] = duties_of("birgitta"), duties_of("astrid")
    signed_in(ekbacken.astrid)
    assert post(ada, f"/duties/{unused.id}/take-back").status_code == 302
    assert duties_of("birgitta") == []
    answer = post(ada, f"/duties/{used.id}/take-back")
    assert answer.status_code == 409
    assert "redan använts" in answer.text
    assert len(duties_of("astrid")) == 1


def test_no_link_is_made_for_rights_outside_the_own_municipality(ekbacken, ada):
    elsewhere = Duty(staff_member=ekbacken.astrid.staff_member, role=Role.TEACHER, starts_on=TODAY)
    elsewhere.school_class = ekbacken.other_class
    db.session.add(elsewhere)
    db.session.commit()
    answer = post(ada, f"/staff/{ekbacken.astrid.id}/link")
    assert answer.status_code == 409
    assert "lasspar staff reset astrid" in answer.text
    assert not LINK.search(answer.text)
    elsewhere.starts_on, elsewhere.ends_on = TODAY - timedelta(2), TODAY - timedelta(1)
    db.session.commit()
    assert LINK.search(post(ada, f"/staff/{ekbacken.astrid.id}/link").text)


def test_one_municipality_never_reaches_the_staff_of_another(ekbacken, ada):
    [theirs] = duties_of("carl")
    addresses = [
        f"/staff/{ekbacken.carl.id}",
        f"/duties/{theirs.id}",
        f"/municipalities/{ekbacken.other_municipality.id}/staff/new",
    ]
    assert [ada.get(address).status_code for address in addresses] == [404, 404, 404]
    for address in (
        f"/staff/{ekbacken.carl.id}/link",
        f"/staff/{ekbacken.carl.id}/disable",
        f"/duties/{theirs.id}/end",
    ):
        assert post(ada, address).status_code == 404


def test_the_coordinator_of_the_initiative_is_nobody_s_to_manage(ekbacken, ada):
    assert ada.get(f"/staff/{ekbacken.cecilia.id}").status_code == 404


def test_names_are_shown_as_they_are_and_never_as_markup(ekbacken, ada):
    post(
        ada,
        f"/municipalities/{ekbacken.municipality.id}/staff/new",
        new_person(ekbacken, name='<b>Bo</b> & "Co"'),
    )
    page = ada.get("/staff").text
    assert "<b>Bo" not in page
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp;" in page


def test_the_choices_are_of_this_academic_year_on(ekbacken, ada):
    db.session.add(SchoolClass(name="1Z", academic_year="2025/26", school=ekbacken.school))
    db.session.commit()
    page = ada.get(f"/municipalities/{ekbacken.municipality.id}/staff/new").text
    assert "1A, Ekbackens skola (2026/27)" in page
    assert "1Z, Ekbackens" not in page
    assert db.session.scalar(sa.select(sa.func.count(Municipality.id))) == 2


class TestADutyForSomeYears:
    """Speciallärare åk 1-3: the classes where somebody goes in one of them."""

    @pytest.fixture
    def class_4b(self, ekbacken):
        """Greta goes in 4B, in year 4."""
        class_4b = SchoolClass(name="4B", academic_year="2026/27", school=ekbacken.school)
        db.session.add(class_4b)
        ekbacken.pupil("Greta", "Gran", "1010", school_class=class_4b, year=4)
        ekbacken.staff("Eva Ek", "eva", Role.PRINCIPAL, school=ekbacken.other_school)
        db.session.commit()
        return class_4b

    def given(self, lasspar, years, first="2026-10-01"):
        return lasspar("duty", "add", "eva", "special_teacher", "10000001", "--from", first, "--years", years)

    def test_reaches_their_classes_and_no_others(self, ekbacken, class_4b, lasspar, signed_in):
        done = self.given(lasspar, "1-3")
        assert done.stdout == "Eva Ek är nu speciallärare Ekbackens skola åk 1–3, från 2026-10-01.\n"
        eva = signed_in(accounts.known("eva"))
        assert eva.get(f"/classes/{ekbacken.class_1a.id}/pupils").status_code == 200
        assert eva.get(f"/pupils/{ekbacken.kim.id}").status_code == 200
        assert eva.get(f"/classes/{class_4b.id}/pupils").status_code == 404
        greta = db.session.scalars(sa.select(Pupil).filter_by(code="1010")).one()
        assert eva.get(f"/pupils/{greta.id}").status_code == 404
        assert "4B" not in legible(eva.get("/").text)

    def test_reaches_a_mixed_class_as_one_class(self, ekbacken, class_4b, lasspar, signed_in):
        tore = ekbacken.pupil("Tore", "Tall", "1011", school_class=class_4b, year=3)
        db.session.commit()
        self.given(lasspar, "3")
        eva = signed_in(accounts.known("eva"))
        assert "Greta" in eva.get(f"/classes/{class_4b.id}/pupils").text
        assert eva.get(f"/pupils/{tore.id}").status_code == 200

    def test_is_a_function_of_its_own_with_its_holders(self, ekbacken, class_4b, lasspar, signed_in):
        self.given(lasspar, "1-3")
        page = signed_in(accounts.known("eva")).get("/follow-up").text
        assert "peciallärare Ekbackens skola åk 1–3" in page
        assert "Birgitta Björk" not in page
        assert "åk 1–3" not in signed_in(ekbacken.birgitta).get("/follow-up").text

    @pytest.mark.parametrize("years", ["3-1", "0", "1-2-3", "alla", "F-"])
    def test_years_nobody_knows_are_refused(self, ekbacken, class_4b, lasspar, years):
        done = self.given(lasspar, years)
        assert done.exit_code == 1
        assert "årskurs" in done.stderr

    def test_is_no_teacher_s(self, ekbacken, class_4b, lasspar):
        done = lasspar("duty", "add", "eva", "teacher", "10000001/1A", "--from", "2026-10-01", "--years", "1")
        assert (done.exit_code, done.stderr) == (1, "Bara speciallärare kan ha vissa årskurser.\n")

    def test_is_given_on_the_page_of_the_person(self, ekbacken, class_4b, signed_in):
        account = accounts.known("birgitta")
        told = {
            "role": "special_teacher", "team": "social_team", "place": f"school:{ekbacken.school.id}",
            "first_year": "0", "last_year": "2", "starts_on": "2026-11-02", "ends_on": "",
        }  # fmt: skip
        assert post(signed_in(ekbacken.ada), f"/staff/{account.id}/duties", told).status_code == 302
        assert [(one.first_year, one.last_year) for one in duties_of("birgitta")] == [(None, None), (0, 2)]
        assert "F–2" in signed_in(ekbacken.ada).get(f"/staff/{account.id}").text

    def test_years_left_in_the_fields_of_another_role_are_not_meant(self, ekbacken, signed_in):
        """They are put away when the role is chosen: nobody sees them."""
        account = accounts.known("birgitta")
        told = {
            "role": "teacher", "team": "social_team", "place": f"class:{ekbacken.class_1a.id}",
            "first_year": "0", "last_year": "2", "starts_on": "2026-11-02", "ends_on": "",
        }  # fmt: skip
        assert post(signed_in(ekbacken.ada), f"/staff/{account.id}/duties", told).status_code == 302
        [given] = [one for one in duties_of("birgitta") if one.role is Role.TEACHER]
        assert (given.first_year, given.last_year) == (None, None)


def test_a_substitute_sees_only_the_days_of_the_substitution(ekbacken, signed_in, monkeypatch):
    ada, address = signed_in(ekbacken.ada), f"/staff/{ekbacken.astrid.id}"
    form = {"substitute": ekbacken.birgitta.staff_member_id, "first_day": "2026-10-19"}
    form["covered"] = ekbacken.astrid.staff_member.duties[0].id
    assert "Klasslärare 1A, Ekbackens skola" in ada.get(address).text
    nobody = post(ada, f"{address}/substitute", form | {"substitute": "", "last_day": "2026-10-21"})
    assert (nobody.status_code, "Välj vikarie." in nobody.text) == (422, True)
    early = post(ada, f"{address}/substitute", form | {"last_day": "2026-10-14"})
    assert "ligger före den första" in early.text
    assert post(ada, f"{address}/substitute", form | {"last_day": "2026-10-21"}).status_code == 303
    [duty] = [one for one in duties_of("birgitta") if one.role is Role.TEACHER]
    assert (duty.school_class_id, str(duty.ends_on)) == (ekbacken.class_1a.id, "2026-10-21")
    writes = f"/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/sheet"
    for duty in duties_of("birgitta"):  # only the substitution is hers, for this test
        if duty.role is not Role.TEACHER:
            duty.ends_on = TODAY
    db.session.commit()
    opened = []
    for day in ("2026-10-18", "2026-10-19", "2026-10-21", "2026-10-22"):
        monkeypatch.setenv("LASSPAR_TODAY", day)
        opened.append(signed_in(ekbacken.birgitta).get(writes).status_code == 200)
    assert opened == [False, True, True, False]


def test_a_substitution_is_told_by_the_days_it_came_to(ekbacken, ada):
    [teaches] = duties_of("astrid")
    teaches.ends_on = date(2026, 10, 20)
    db.session.commit()
    form = {"substitute": ekbacken.birgitta.staff_member_id, "covered": teaches.id}
    days = {"first_day": "2026-10-19", "last_day": "2026-10-30"}
    address = f"/staff/{ekbacken.astrid.id}"
    page = ada.get(post(ada, f"{address}/substitute", form | days).location).text
    assert "1A, Ekbackens skola bara 2026-10-19 till 2026-10-20, de dagar uppdraget gäller." in page


def test_a_persons_page_says_who_substitutes_and_until_when(ekbacken, ada, lasspar, monkeypatch):
    [teaches], address = duties_of("astrid"), f"/staff/{ekbacken.astrid.id}"
    form = {"substitute": ekbacken.birgitta.staff_member_id, "covered": teaches.id}
    days = {"first_day": "2026-10-19", "last_day": "2026-10-30"}
    others = {"role": "teacher", "place": f"class:{ekbacken.class_1a.id}", "starts_on": "2026-10-15"}
    post(ada, f"/staff/{ekbacken.rut.id}/duties", others | {"ends_on": "2026-12-18"})  # not in her place
    post(ada, f"{address}/substitute", form | days)
    lasspar("duty", "substitute", "astrid", "teo", "--from", "2026-11-02", "--to", "2026-11-06")
    told = re.findall(r"<li>(\w+ \w+): <a[^>]*>([^<]*)</a>, ([^<]*)</li>", ada.get(address).text)
    assert told == [
        ("Birgitta Björk", "klasslärare 1A, Ekbackens skola", "2026-10-19 till 2026-10-30"),
        ("Teo Tall", "klasslärare 1A, Ekbackens skola", "2026-11-02 till 2026-11-06"),
    ]
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-31")
    assert "till 2026-10-30" not in ada.get(address).text


def test_two_of_one_name_are_told_apart_and_told_of(ekbacken, ada):
    fields = new_person(ekbacken, name=ekbacken.birgitta.staff_member.name)
    made = post(ada, f"/municipalities/{ekbacken.municipality.id}/staff/new", fields)
    assert "heter också någon med användarnamnet birgitta. Är det samma person?" in made.text
    choices = re.findall(r"<option[^>]*>([^<]*)", ada.get(f"/staff/{ekbacken.astrid.id}").text)
    name = ekbacken.birgitta.staff_member.name
    assert {f"{name} (birgitta)", f"{name} (nils)"} <= set(choices)


@pytest.mark.parametrize(
    ("name", "status", "is_kept"),
    [("Astrid  Asp-Alm", 303, True), ("Astrid Ask", 303, False), (" ", 422, False), ("A\u202e", 422, False)],
)
def test_a_person_may_get_another_name(ekbacken, ada, name, status, is_kept):
    before = ekbacken.astrid.staff_member.name
    assert post(ada, f"/staff/{ekbacken.astrid.id}/name", {"name": name}).status_code == status
    db.session.refresh(ekbacken.astrid.staff_member)
    assert (ekbacken.astrid.staff_member.name == "Astrid Asp-Alm") is is_kept
    assert ("account:renamed" in actions()) is is_kept
    assert is_kept or ekbacken.astrid.staff_member.name == before


def test_a_municipality_left_without_an_administrator_is_told_of(ekbacken, ada):
    [mine] = duties_of("ada")
    told = "Efter 2026-12-18 har kommunen ingen administratör."
    last = {"ends_on": "2026-12-18"}
    assert told in ada.get(post(ada, f"/duties/{mine.id}/end", last).location).text
    fields = new_person(ekbacken, role="administrator", place=f"municipality:{ekbacken.municipality.id}")
    post(ada, f"/municipalities/{ekbacken.municipality.id}/staff/new", fields)
    assert told not in ada.get(post(ada, f"/duties/{mine.id}/end", last).location).text


def test_until_further_notice_may_be_said_by_the_last_day_there_is(ekbacken, ada):
    [mine] = duties_of("ada")
    assert post(ada, f"/duties/{mine.id}/end", {"ends_on": "9999-12-31"}).status_code == 302
    db.session.refresh(mine)
    assert mine.ends_on == date.max


def test_what_is_to_be_chosen_looks_like_a_choice(ekbacken, ada):
    """Not like a line to write on."""
    lists = re.findall(r"<select[^>]*>", ada.get(f"/staff/{ekbacken.astrid.id}").text)
    assert any('name="substitute"' in one for one in lists)
    assert [one for one in lists if "form-select" not in one] == []
