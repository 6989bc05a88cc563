"""The inbox belongs to a function: what comes back, what is asked of it, who acts for it, at what size."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import class_2b, counted_queries, flag, record

from assessments.access.models import Account, AuditEntry
from assessments.clock import now
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass
from screening.models import Flag, NextStep
from screening.reviewing import Decision, record_next_step
from screening.steps.consulting import Asking, ask
from screening.steps.models import Consultation, StepOutcome, Tick

SignIn = Callable[[Any], FlaskClient]


def inbox(client: FlaskClient, **filters: Any) -> str:
    asked = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = client.get(f"/follow-up?{asked}")
    assert answer.status_code == 200
    return str(answer.text)


def names(page: str, under: str = "//main") -> list[str]:
    return texts(page, f"{under}//li[contains(@class, 'signal')]//h3")


def log(client: FlaskClient) -> list[str]:
    return texts(client.get("/follow-up/log").text, "//tbody/tr")


def by(account: Account) -> Recorder:
    return Recorder(account.id, account.staff_member.duties[0].id)


@pytest.fixture
def handed_in(ekbacken: Ekbacken) -> Ekbacken:
    """Kim has a signal; 1A is handed in."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    db.session.commit()
    return ekbacken


@pytest.fixture
def vera(handed_in: Ekbacken) -> Account:
    """A substitute for Birgitta from today, for two weeks."""
    account = handed_in.staff("Vera Vik", "vera", Role.SPECIAL_TEACHER, school=handed_in.school)
    db.session.flush()
    duty = db.session.scalars(sa.select(Duty).filter_by(staff_member_id=account.staff_member_id)).one()
    duty.starts_on, duty.ends_on = date(2026, 10, 15), date(2026, 10, 28)
    db.session.commit()
    return account


class TestAFunction:
    def test_keeps_its_inbox_while_people_come_and_go(
        self, handed_in: Ekbacken, vera: Account, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = inbox(signed_in(vera))
        assert names(page) == ["Kim Berg"]
        assert "Birgitta Björk (tills vidare) , Vera Vik (till och med 2026-10-28)" in text(
            page, "//p[contains(@class, 'function')]"
        )
        fields = {"flag": flag(handed_in.kim).id, "kind": "recheck", "weeks": "2"}
        assert post(signed_in(vera), "/follow-up/steps", fields).status_code == 303
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-05")
        assert signed_in(vera).get("/follow-up").status_code == 302  # without a duty nobody is signed in
        page = inbox(signed_in(handed_in.birgitta))
        assert "följs upp i dag" in page
        assert "Vera Vik (till 2026-10-28)" in text(page, "//p[contains(@class, 'function')]")

    def test_has_a_log_of_who_acted_for_it(
        self, handed_in: Ekbacken, vera: Account, signed_in: SignIn
    ) -> None:
        ask(handed_in.kim, Asking("adaptations", Role.TEACHER), by(handed_in.birgitta))
        record_next_step([flag(handed_in.kim)], Decision("adaptations"), by(vera))
        db.session.commit()
        function = "speciallärare Ekbackens skola"
        assert sorted(log(signed_in(handed_in.birgitta))) == [
            f"2026-10-15 Kim Berg Bad om samråd: Planering av extra anpassningar {function} Birgitta Björk",
            f"2026-10-15 Kim Berg Extra anpassningar {function} Vera Vik",
        ]
        assert log(signed_in(handed_in.astrid)) == []  # another function

    def test_names_nobody_in_its_log_who_may_not_be_named(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        record(handed_in.autumn, handed_in.siv, bokstavsljud=3)
        record_next_step([flag(handed_in.siv)], Decision("recheck", weeks=5), by(handed_in.birgitta))
        db.session.commit()
        (row,) = log(signed_in(handed_in.birgitta))
        assert "en elev" in row

    def test_each_step_is_traced_to_the_duty_that_allowed_it(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        record(handed_in.autumn, handed_in.olle, bokstavsljud=4)
        hand_in(handed_in.other_class, handed_in.autumn, None)
        member = handed_in.birgitta.staff_member
        other = Duty(
            staff_member=member,
            role=Role.SPECIAL_TEACHER,
            school=handed_in.other_school,
            starts_on=TERM_START,
        )
        db.session.add(other)
        db.session.commit()
        here, there = member.duties[0].id, other.id
        pupils = {handed_in.kim.id: here, handed_in.olle.id: there}
        ids = [flag(handed_in.kim).id, flag(handed_in.olle).id]
        post(
            signed_in(handed_in.birgitta), "/follow-up/steps", {"flag": ids, "kind": "recheck", "weeks": "5"}
        )
        taken = {step.flag.pupil_id: step for step in db.session.scalars(sa.select(NextStep))}
        assert {pupil: step.duty_id for pupil, step in taken.items()} == pupils
        rows = db.session.scalars(sa.select(AuditEntry).filter_by(action="next_step:recorded"))
        assert {row.subject: row.duty_id for row in rows} == {
            f"nextstep:{step.id}": pupils[pupil] for pupil, step in taken.items()
        }


class TestAFollowUp:
    def test_comes_back_by_itself_on_its_day_and_not_before(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_next_step([flag(handed_in.kim)], Decision("recheck", weeks=2), by(handed_in.birgitta))
        db.session.commit()
        for day, due in (("2026-11-04", []), ("2026-11-05", ["Kim Berg"])):
            monkeypatch.setenv("LASSPAR_TODAY", day)
            page = inbox(signed_in(handed_in.birgitta))
            assert names(page, "//section[@aria-labelledby='due-heading']") == due
        assert sentence(page) == "0 signaler väntar på nästa steg; 1 uppföljning att göra nu."

    def test_is_ticked_off_by_itself_and_asks_what_now(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due_on = date(2026, 11, 5)
        (step,) = record_next_step([flag(handed_in.kim)], Decision("adaptations", due_on=due_on), Recorder())
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-09")
        client = signed_in(handed_in.birgitta)
        address = f"/follow-up/steps/{step.id}/outcome"
        refused = post(client, address, {"line": "Läser bättre.", "competence_kind": ""})
        assert refused.status_code == 422
        assert "Ange vem som deltog i samrådet" in refused.text
        assert 'value="Läser bättre."' in refused.text
        answer = post(client, address, {"line": "Läser bättre.", "competence_kind": "own"})
        assert answer.status_code == 303
        assert db.session.scalars(sa.select(StepOutcome)).one().duty_id is not None
        page = inbox(client)
        assert "Steget är avbockat. Välj nästa steg, eller avsluta." in page
        assert sentence(page).startswith("1 signal väntar på nästa steg")
        read = inbox(signed_in(handed_in.astrid))
        assert "Steget är avbockat. Specialläraren väljer nästa steg, eller avslutar." in read

    def test_of_a_whole_class_comes_back_as_the_class(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, pupils = class_2b(ekbacken, [5, 30, 30, 30, 30, 60, 60, 60, 60, 60])
        client = signed_in(ekbacken.birgitta)
        assert "Svara för klassen" in inbox(client)
        ids = [flag(pupil).id for pupil in pupils[1:5]]
        fields = {"flag": ids, "kind": "class_teaching", "weeks": "4", "line": "Läsflyt varje dag."}
        assert post(client, "/follow-up/steps", fields).status_code == 303
        assert names(inbox(client)) == [pupils[0].name]
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-20")
        page = inbox(signed_in(ekbacken.birgitta))
        told = text(page, "//section[@class='class-first']/div")
        assert "Undervisningen i klassen 2026-10-15, speciallärare Ekbackens skola" in told
        assert "skulle följas upp 2026-11-19. Läsflyt varje dag." in told


class TestSamrad:
    def test_waits_in_the_inbox_of_the_function_that_is_asked(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        fields = {"about": "adaptations", "role": "special_teacher", "question": "Vad hjälper?"}
        kim = handed_in.kim.id
        answer = post(signed_in(handed_in.astrid), f"/pupils/{kim}/consultations?pupil={kim}", fields)
        assert answer.location == f"/pupils/{kim}#consultations"
        heading = "//section[@aria-labelledby='consultations-heading']"
        page = inbox(signed_in(handed_in.birgitta))
        assert names(page, heading) == ["Kim Berg"]
        assert "klasslärare 1A, Ekbackens skola ber speciallärare om samråd" in page
        assert "Vad hjälper?" in page
        assert names(inbox(signed_in(handed_in.astrid)), heading) == []
        asked = inbox(signed_in(handed_in.astrid), show="consultations")
        assert "väntar på speciallärare" in asked
        (consultation,) = db.session.scalars(sa.select(Consultation.id))
        address, told = (
            f"/consultations/{consultation}",
            {"competence_kind": "own", "answer": "Korta texter."},
        )
        assert post(signed_in(handed_in.birgitta), address, told).status_code == 303
        assert names(inbox(signed_in(handed_in.birgitta)), heading) == []
        page = signed_in(handed_in.astrid).get(f"/pupils/{kim}").text
        assert "Hållet 2026-10-15 med egen specialpedagogisk kompetens. Korta texter." in text(page, "//main")

    def test_alone_and_without_the_competence_is_refused_with_what_was_typed(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        consultation, _ = ask(
            handed_in.kim, Asking("adaptations", Role.SPECIAL_TEACHER), by(handed_in.astrid)
        )
        db.session.commit()
        client = signed_in(handed_in.astrid)
        fields = {"competence_kind": "special_pedagogue", "answer": "Korta texter."}
        answer = post(client, f"/consultations/{consultation.id}", fields)
        assert answer.status_code == 422
        assert "Ange vem som deltog" in answer.text
        assert 'value="Korta texter."' in answer.text

    @pytest.mark.parametrize(("who", "status"), [("rut", 403), ("carl", 404), ("teo", 403)])
    def test_is_for_those_who_teach_the_pupil(
        self, handed_in: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        fields = {"about": "adaptations", "role": "special_teacher"}
        client = signed_in(getattr(handed_in, who))
        assert post(client, f"/pupils/{handed_in.kim.id}/consultations", fields).status_code == status


class TestTheChecklist:
    def test_says_what_is_done_planned_and_late(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_next_step(
            [flag(handed_in.kim)], Decision("adaptations", due_on=date(2026, 11, 5)), by(handed_in.birgitta)
        )
        db.session.commit()
        kim = handed_in.kim.id
        answer = post(
            signed_in(handed_in.astrid),
            f"/pupils/{kim}/guarantee?pupil={kim}",
            {"item": "indication", "line": "Bedömningsstödet."},
        )
        assert answer.location == f"/pupils/{kim}#guarantee"
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-09")
        page = signed_in(handed_in.rut).get(f"/pupils/{kim}").text
        rows = texts(page, "//tr[th[contains(., 'bedömning ') or contains(., 'Stöd pl')]]")
        assert "klart 2026-10-15 klasslärare 1A, Ekbackens skola Bedömningsstödet." in rows[0]
        assert "inte gjort" in rows[1]
        assert "försenat 2026-10-15 följs upp 2026-11-05 speciallärare Ekbackens skola" in rows[2]
        assert db.session.scalars(sa.select(Tick)).one().duty_id

    def test_is_not_shown_to_those_it_is_not_for(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=handed_in.kim.id)).one()
        enrolment.year = 4
        db.session.commit()
        page = signed_in(handed_in.birgitta).get(f"/pupils/{handed_in.kim.id}").text
        assert "Garantins steg" not in page


class TestAge:
    @pytest.mark.parametrize(
        ("day", "age"), [("2026-10-22", "fresh"), ("2026-10-23", "waiting"), ("2026-11-06", "late")]
    )
    def test_is_counted_in_school_days(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, day: str, age: str
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", day)
        client = signed_in(handed_in.birgitta)
        shown = [one for one in ("fresh", "waiting", "late") if names(inbox(client, age=one))]
        assert shown == [age]


def plant(ekbacken: Ekbacken, size: int) -> None:
    """With size 100 three thousand pupils in 120 classes of the school, two thousand signals, six hundred
    steps; with less so many hundredths of each."""
    moment, evidence = now(), flag(ekbacken.kim).evidence
    classes = [
        SchoolClass(name=f"P{place}", academic_year="2026/27", school=ekbacken.school)
        for place in range(max(1, 120 * size // 100))
    ]
    db.session.add_all(classes)
    db.session.flush()
    first = 10_000
    people = [
        {
            "id": first + place, "municipality_id": ekbacken.municipality.id, "code": f"p{place}",
            "given_name": f"Elev{place}", "family_name": "Ek", "external_id": f"p{place}",
            "created_at": moment,
        }
        for place in range(30 * size)
    ]  # fmt: skip
    db.session.execute(sa.insert(Pupil), people)
    seats = [
        {
            "pupil_id": first + place, "school_class_id": classes[place % len(classes)].id, "year": 1,
            "starts_on": TERM_START, "created_at": moment,
        }
        for place in range(30 * size)
    ]  # fmt: skip
    db.session.execute(sa.insert(Enrolment), seats)
    told = {"family": "need", "window_id": ekbacken.autumn.id, "kind": "watch", "level": 1, "state": "new"}
    flags = [
        {**told, "id": first + place, "pupil_id": first + place, "evidence": evidence, "judged_at": moment,
         "created_at": moment}
        for place in range(20 * size)
    ]  # fmt: skip
    db.session.execute(sa.insert(cast(sa.Table, Flag.__table__)), flags)
    duty = ekbacken.birgitta.staff_member.duties[0].id
    taken = [
        {
            "flag_id": first + place, "kind": kind, "taken_on": date(2026, 9, 20),
            "due_on": date(2026, 10, 10),
            "is_closing": False, "duty_id": duty, "created_at": moment,
        }
        for place in range(6 * size)
        for kind in [("recheck", "adaptations", "report_to_principal")[place % 3]]
    ]  # fmt: skip
    db.session.execute(sa.insert(cast(sa.Table, NextStep.__table__)), taken)
    db.session.commit()


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.parametrize("size", [5, pytest.param(100, marks=pytest.mark.long)])
def test_the_pages_ask_the_same_number_of_questions_at_three_thousand_pupils(
    handed_in: Ekbacken, signed_in: SignIn, size: int
) -> None:
    record(handed_in.autumn, handed_in.noor, bokstavsljud=8)
    decision = Decision("report_to_principal", due_on=date(2026, 10, 15))
    record_next_step([flag(handed_in.kim)], decision, by(handed_in.birgitta))
    db.session.commit()
    pages = [
        (signed_in(handed_in.birgitta), "/follow-up"),
        (signed_in(handed_in.birgitta), "/follow-up?show=due"),
        (signed_in(handed_in.birgitta), "/follow-up/log"),
        (signed_in(handed_in.rut), "/my-school"),
    ]
    few = [asked(client, path) for client, path in pages]
    plant(handed_in, size)
    many = [asked(client, path) for client, path in pages]
    assert many == few
    page = inbox(signed_in(handed_in.birgitta), show="signals", page=2)
    waiting = f"{14 * size + 1} signaler väntar på nästa steg; {6 * size + 1} uppföljningar att göra nu"
    assert sentence(page).startswith(waiting)
    assert len(names(page)) == 20


def asked(client: FlaskClient, path: str) -> int:
    with counted_queries() as statements:
        assert client.get(path).status_code == 200
    return len(statements)
