"""A request for help: consent first, the chosen facts and nothing else, an answer back, mistakes undone."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pdfplumber
import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from flask.testing import FlaskClient
from lxml import html
from posting import post
from reading_pages import legible
from scoring import counted_queries, record
from werkzeug.test import TestResponse

from assessments.access import duties
from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.recording import Recorder
from assessments.roster import editing
from assessments.roster.models import Duty, Enrolment, Pupil, Role, School, SchoolClass, TeamFunction
from assessments.roster.protecting import protect
from screening.coordination.follow_up_counts import waiting
from screening.facts.ways import Part
from screening.handovers.making import Making, accept, make_handover
from screening.handovers.models import HandoverKind
from screening.models import Flag, NextStep
from screening.requests.models import HelpRequest, HomeContact, RequestEvent
from screening.reviewing import Decision, record_next_step
from screening.steps.ending import Ending, end_step
from screening.steps.models import StepOutcome

SignIn = Callable[[Any], FlaskClient]
ASKED = {
    "receiver": "social_team",
    "question": "Läsningen har stannat av.",
    "parts": ["results"],
    "guardians": "2",
    "due_on": "2026-11-02",
}
SECRET = "Raden om anpassningen"


def paper_text(answer: TestResponse) -> str:
    """The words of a PDF."""
    with pdfplumber.open(io.BytesIO(answer.data)) as paper:
        return "\n".join(page.extract_text() for page in paper.pages)


@pytest.fixture
def kim(ekbacken: Ekbacken) -> int:
    """Kim scores low, has a signal and a step with a line; 1A is handed in."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    flags = db.session.scalars(sa.select(Flag).filter_by(pupil_id=ekbacken.kim.id)).all()
    duty = ekbacken.birgitta.staff_member.duties[0]
    step = Decision("adaptations", line=SECRET, competence="speciallärare", due_on=date(2026, 12, 1))
    record_next_step(flags[:1], step, Recorder(ekbacken.birgitta.id, duty.id))
    db.session.commit()
    return ekbacken.kim.id


def written(client: FlaskClient, pupil_id: int, **other: Any) -> str:
    """The address of a draft that has just been written."""
    answer = post(client, f"/pupils/{pupil_id}/help/new", {**ASKED, **other})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def says(
    client: FlaskClient, address: str, guardian: int, said: str, parts: tuple[str, ...] = ("results",)
) -> Any:
    told = {"guardian": guardian, "said": said, "said_on": "2026-10-14", "parts": list(parts)}
    return post(client, f"{address}/consent", told)


def sent(client: FlaskClient, pupil_id: int, **other: Any) -> str:
    """The same with every guardian's yes, and sent."""
    address = written(client, pupil_id, **other)
    for guardian in (1, 2):
        says(client, address, guardian, "yes", tuple(other.get("parts", ["results"])))
    assert post(client, f"{address}/send").status_code == 303
    return address


class TestConsent:
    def test_nothing_is_sent_before_every_guardian_has_said_yes(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = written(birgitta, kim)
        says(birgitta, address, 1, "yes")
        refused = post(birgitta, f"{address}/send")
        assert refused.status_code == 422
        assert "Vårdnadshavare 2 är inte tillfrågad." in refused.text
        assert teo.get(address).status_code == 404

    def test_nobody_has_said_yes_before_somebody_has_chosen_it(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        page = html.fromstring(birgitta.get(written(birgitta, kim)).text)
        assert page.xpath("//select[@name='said']/option[@selected]/@value") == ["not_asked", "not_asked"]

    def test_the_principal_may_enter_a_ground_and_nobody_else(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, rut = signed_in(ekbacken.birgitta), signed_in(ekbacken.rut)
        address = written(birgitta, kim)
        assert post(birgitta, f"{address}/ground", {"line": "OSL 10 kap. 2 §"}).status_code == 403
        assert post(rut, f"{address}/ground", {"line": "OSL 10 kap. 2 §"}).status_code == 303
        assert post(birgitta, f"{address}/send").status_code == 303
        assert "Rektor har angett grund" in signed_in(ekbacken.teo).get(address).text

    def test_a_fact_that_one_guardian_keeps_back_does_not_travel(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        address = written(birgitta, kim, parts=["results", "steps"])
        says(birgitta, address, 1, "yes", ("results", "steps"))
        says(birgitta, address, 2, "yes", ("results",))
        post(birgitta, f"{address}/send")
        page = signed_in(ekbacken.teo).get(address).text
        assert "Bokstavsljud" in page
        assert SECRET not in page

    @pytest.mark.both_databases
    def test_a_consent_taken_back_stops_the_request_and_a_new_yes_lets_it_be_sent_again(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = sent(birgitta, kim)
        assert teo.get(address).status_code == 200
        says(birgitta, address, 2, "no")
        assert teo.get(address).status_code == 404
        overview = teo.get("/requests").text
        assert "Kim" not in legible(overview)
        assert "1 begäran har stoppats" in overview
        says(birgitta, address, 2, "yes")
        assert teo.get(address).status_code == 404
        assert post(birgitta, f"{address}/send").status_code == 303
        assert teo.get(address).status_code == 200


class TestWhatTravels:
    def test_the_team_sees_the_chosen_facts_and_no_page_of_the_pupil(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        address = sent(signed_in(ekbacken.birgitta), kim)
        teo = signed_in(ekbacken.teo)
        page = teo.get(address).text
        assert "Läsningen har stannat av." in page
        assert "Bokstavsljud" in page
        assert SECRET not in page
        for closed in (f"/pupils/{kim}", f"/pupils/{kim}/help", f"{address}/change"):
            assert teo.get(closed).status_code in (403, 404)

    def test_what_is_scored_after_the_sending_does_not_follow(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        address = sent(signed_in(ekbacken.birgitta), kim)
        record(ekbacken.autumn, db.session.merge(ekbacken.kim), ord_per_minut=3)
        db.session.commit()
        assert "Ord per minut" not in signed_in(ekbacken.teo).get(address).text

    def test_another_function_of_the_same_municipality_sees_nothing(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        lina = ekbacken.staff(
            "Lina Lind",
            "lina",
            Role.TEAM,
            municipality=ekbacken.municipality,
            team=TeamFunction.LANGUAGE_SUPPORT,
        )
        db.session.commit()
        address = sent(signed_in(ekbacken.birgitta), kim)
        assert signed_in(lina).get(address).status_code == 404
        to_lina = sent(signed_in(ekbacken.astrid), kim, receiver="language_support")
        assert signed_in(lina).get(to_lina).status_code == 200
        assert signed_in(ekbacken.teo).get(to_lina).status_code == 404

    def test_a_protected_pupil_is_never_asked_about_here(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        assert birgitta.get(f"/pupils/{ekbacken.siv.id}/help/new").status_code == 403
        assert post(birgitta, f"/pupils/{ekbacken.siv.id}/help/new", ASKED).status_code == 403


class TestTheAnswer:
    def test_travels_back_and_the_school_closes_it(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = sent(birgitta, kim)
        for told in (
            {"kind": "received"},
            {"kind": "next_step", "line": "Hembesök", "owner": "kurator", "due_on": "2026-10-20"},
            {"kind": "answer", "line": "Vi ses den 20 oktober."},
        ):
            assert post(teo, f"{address}/answer", told).status_code == 303
            if told["kind"] == "next_step":  # the school wants its answer on another day
                assert "mottagen, nästa steg senast 2026-10-20." in birgitta.get(address).text
        page = birgitta.get(address).text
        assert "Vi ses den 20 oktober." in page
        assert "kurator" in page
        assert "skolsocialt team Ekby" in page
        assert post(birgitta, f"{address}/close").status_code == 303
        assert "Avslutad" in birgitta.get("/requests").text
        assert "1 begäran har stoppats, dragits tillbaka eller avslutats" in teo.get("/requests").text

    def test_without_one_it_is_overdue_on_both_sides(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent(signed_in(ekbacken.birgitta), kim, due_on="2026-10-15")
        assert "Försenad" not in signed_in(ekbacken.birgitta).get("/requests").text
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-16")
        for who in (ekbacken.birgitta, ekbacken.teo):
            assert "Försenad" in signed_in(who).get("/requests").text

    def test_a_wrong_click_is_taken_back_and_stays_to_be_seen(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = sent(birgitta, kim)
        post(teo, f"{address}/answer", {"kind": "answer", "line": "Fel elev"})
        event = db.session.scalars(sa.select(RequestEvent).filter_by(line="Fel elev")).one()
        assert post(birgitta, f"{address}/take-back", {"event": event.id}).status_code == 422
        assert post(teo, f"{address}/answer/take-back", {"event": event.id}).status_code == 303
        page = birgitta.get(address).text
        assert "(ångrat)" in page
        assert "skickad, svar senast" in page

    @pytest.mark.parametrize(
        "told",
        [
            {"kind": "next_step", "line": "Hembesök på tisdag", "owner": "kurator", "due_on": "2026-10-01"},
            {"kind": "answer", "line": "Ett långt svar" * 100},
        ],
    )
    def test_that_is_refused_is_there_to_be_put_right(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, told: dict[str, str]
    ) -> None:
        address = sent(signed_in(ekbacken.birgitta), kim)
        refused = post(signed_in(ekbacken.teo), f"{address}/answer", told)
        assert refused.status_code == 422
        assert "Det du skrev står kvar." in refused.text
        form = next(
            one for one in html.fromstring(refused.text).forms if one.fields.get("kind") == told["kind"]
        )
        assert {name: form.fields[name] for name in told} == told

    def test_stays_an_answer_when_somebody_says_late_that_it_has_come(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = sent(birgitta, kim)
        assert "Markera som mottagen" in teo.get(address).text
        post(teo, f"{address}/answer", {"kind": "answer", "line": "Vi ses den 20 oktober."})
        assert "Markera som mottagen" not in teo.get(address).text
        assert post(teo, f"{address}/answer", {"kind": "received"}).status_code == 303
        assert "Svaret är läst: avsluta" in birgitta.get(address).text

    def test_of_a_receiver_without_account_is_noted_by_the_school(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        address = sent(birgitta, kim, receiver="elsewhere", elsewhere="Närhälsan")
        assert "Närhälsan" in birgitta.get("/requests").text
        answer = {"kind": "answer", "line": "Tid den 3 november"}
        assert post(birgitta, f"{address}/noted-answer", answer).status_code == 303
        assert "besvarad" in birgitta.get(address).text
        to_team = sent(birgitta, kim)
        assert post(birgitta, f"{to_team}/noted-answer", answer).status_code == 422


def test_a_withdrawn_request_is_gone_for_the_team_and_comes_back_when_that_was_a_mistake(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int
) -> None:
    birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
    address = sent(birgitta, kim)
    post(birgitta, f"{address}/withdraw")
    assert teo.get(address).status_code == 404
    event = db.session.scalars(sa.select(RequestEvent).filter_by(kind="withdrawn")).one()
    post(birgitta, f"{address}/take-back", {"event": event.id})
    assert teo.get(address).status_code == 200


def test_every_act_is_traced_with_the_duty_that_allowed_it(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int
) -> None:
    address = sent(signed_in(ekbacken.astrid), kim)
    post(signed_in(ekbacken.teo), f"{address}/answer", {"kind": "received"})
    traced = db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.duty_id).where(
            AuditEntry.action.like("request:%") | AuditEntry.action.like("consent:%")
        )
    ).all()
    astrid, teo = (one.staff_member.duties[0].id for one in (ekbacken.astrid, ekbacken.teo))
    assert [(row.action, row.duty_id) for row in traced if row.action != "request:seen"] == [
        ("request:written", astrid),
        ("consent:noted", astrid),
        ("consent:noted", astrid),
        ("request:sent", astrid),
        ("request:received", teo),
    ]


def test_a_contact_with_the_home_is_a_day_and_a_line_and_can_be_struck(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int
) -> None:
    astrid = signed_in(ekbacken.astrid)
    told = {
        "way": "phone",
        "about": "both",
        "contacted_on": "2026-10-14",
        "line": "Läser tio minuter varje kväll.",
    }
    assert post(astrid, f"/pupils/{kim}/contacts", told).status_code == 303
    assert "varje kväll." in astrid.get(f"/pupils/{kim}/help").text
    row = db.session.scalars(sa.select(HomeContact)).one()
    post(astrid, f"/pupils/{kim}/contacts/take-back", {"contact": row.id})
    assert "(struken)" in astrid.get(f"/pupils/{kim}/help").text
    assert post(signed_in(ekbacken.carl), f"/pupils/{kim}/contacts", told).status_code == 404


def test_the_school_where_the_pupil_goes_today_asks_though_another_is_to_come(
    ekbacken: Ekbacken, kim: int, signed_in: SignIn
) -> None:
    """Birgitta works at both."""
    second = School(name="Nästa skola", municipality=ekbacken.school.municipality)
    next_class = SchoolClass(name="1N", academic_year="2026/27", school=second)
    db.session.add_all([second, next_class])
    where = {"staff_member": ekbacken.birgitta.staff_member, "school": second}
    db.session.add(Duty(role=Role.SPECIAL_TEACHER, starts_on=TERM_START, **where))
    now = ekbacken.kim.enrolments[0]
    now.ends_on = date(2026, 11, 30)
    db.session.add(
        Enrolment(pupil=ekbacken.kim, school_class=next_class, year=1, starts_on=date(2026, 12, 1))
    )
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    written(client, kim)
    assert db.session.scalars(sa.select(HelpRequest.school_id)).one() == ekbacken.school.id
    assert ">1A, åk 1" in client.get(f"/pupils/{kim}").text


@pytest.mark.parametrize("page", ["/pupils/{kim}/help", "/pupils/{kim}/help/new", "{request}"])
def test_the_duty_to_report_stands_on_every_form(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int, page: str
) -> None:
    astrid = signed_in(ekbacken.astrid)
    address = page.format(kim=kim, request=written(astrid, kim))
    assert "socialtjänstlagen 19 kap. 1 §" in astrid.get(address).text


def test_a_request_can_come_from_a_signal_of_the_same_pupil_only(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int
) -> None:
    astrid = signed_in(ekbacken.astrid)
    record(ekbacken.autumn, db.session.merge(ekbacken.noor), bokstavsljud=7)
    db.session.commit()
    own, other = (
        db.session.scalars(sa.select(Flag.id).filter_by(pupil_id=one).limit(1)).one()
        for one in (kim, ekbacken.noor.id)
    )
    written(astrid, kim, flag=own)
    written(astrid, kim, flag=other)
    assert db.session.scalars(sa.select(HelpRequest.flag_id).order_by(HelpRequest.id)).all() == [own, None]


def test_the_paper_says_what_was_sent_and_is_gone_with_the_consent(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int
) -> None:
    birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
    address = sent(birgitta, kim)
    printed = paper_text(teo.get(f"{address}/request.pdf"))
    assert "Läsningen har stannat av." in printed
    assert "socialtjänstlagen" in printed
    assert "7" in printed
    assert SECRET not in printed
    says(birgitta, address, 1, "no")
    assert teo.get(f"{address}/request.pdf").status_code == 404
    assert birgitta.get(f"{address}/request.pdf").status_code == 404


def test_protecting_a_pupil_lets_go_of_what_was_sent(ekbacken: Ekbacken, signed_in: SignIn, kim: int) -> None:
    address = sent(signed_in(ekbacken.birgitta), kim)
    protect(db.session.get_one(Pupil, kim), "Elev 9")
    db.session.commit()
    assert signed_in(ekbacken.teo).get(address).status_code == 404
    assert db.session.scalars(sa.select(HelpRequest)).one().facts == {}


@pytest.mark.parametrize(
    "page",
    ["/pupils/{kim}", "/pupils/{kim}/help", "/pupils/{kim}/help/new", "/pupils/{kim}/notes",
     "/leavers/{kim}/handover", "/follow-up", "{request}"],
)  # fmt: skip
def test_every_free_text_field_has_guidance_beside_it(
    ekbacken: Ekbacken, signed_in: SignIn, kim: int, page: str
) -> None:
    birgitta = signed_in(ekbacken.birgitta)
    address = page.format(kim=kim, request=sent(birgitta, kim, receiver="elsewhere", elsewhere="Närhälsan"))
    told = html.fromstring(birgitta.get(address).text)
    fields = told.xpath("//main//textarea | //main//input[@type='text' or not(@type)]")
    beside = "ancestor::label//*[contains(@class, 'hint') or contains(@class, 'quiet')]"
    bare = [one for one in fields if not one.get("aria-describedby") and not one.xpath(beside)]
    assert [one.get("name") for one in bare] == []


@pytest.mark.slow
def test_the_list_asks_no_more_for_many_than_for_one(ekbacken: Ekbacken, signed_in: SignIn, kim: int) -> None:
    birgitta = signed_in(ekbacken.birgitta)
    sent(birgitta, kim)
    with counted_queries() as one:
        birgitta.get("/requests")
    for _ in range(3):
        sent(birgitta, ekbacken.noor.id)
    with counted_queries() as several:
        birgitta.get("/requests")
    assert len(several) == len(one)


@pytest.fixture
def siri(ekbacken: Ekbacken) -> Account:
    """The special teacher of a school where Kim does not go yet."""
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    db.session.add(SchoolClass(name="1C", academic_year="2026/27", school=granbacken))
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    db.session.commit()
    return siri


def moved(kim: int) -> Enrolment:
    """Kim goes at Granbacken from today; the enrolment that ended."""
    pupil = db.session.get_one(Pupil, kim)
    before = pupil.enrolments[0]
    there = db.session.scalars(sa.select(SchoolClass).filter_by(name="1C")).one()
    editing.move_pupil(pupil, there, 1, date(2026, 10, 15))
    db.session.commit()
    return before


MOVED_AWAY = "eleven har bytt skola eller slutat"


class TestAPupilWhoHasLeftTheSchool:
    """The consent was given to the school that asked: the request is over, for both sides."""

    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_is_seen_no_longer_by_the_team(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, siri: Account
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = sent(birgitta, kim)
        before = moved(kim)
        told = {"kind": "answer", "line": "Vi ses i november."}
        for answer in (
            teo.get(address),
            teo.get(f"{address}/request.pdf"),
            post(teo, f"{address}/answer", told),
            birgitta.get(address),
            signed_in(siri).get(address),
        ):
            assert answer.status_code == 404
        page = teo.get("/requests").text
        assert f"Ekbackens skola, begärd 2026-10-15: {MOVED_AWAY}" in page
        assert "den nya skolan begära hjälp på nytt, med eget samtycke" in page
        assert "Kim" not in legible(page)
        editing.correct_class(db.session.get_one(Pupil, kim), before.school_class, 1)
        db.session.commit()
        assert teo.get(address).status_code == birgitta.get(address).status_code == 200
        assert MOVED_AWAY not in teo.get("/requests").text

    def test_goes_there_to_the_last_day(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address, teo = sent(signed_in(ekbacken.birgitta), kim), signed_in(ekbacken.teo)
        editing.end_enrolment(db.session.get_one(Pupil, kim), date(2026, 10, 15))
        db.session.commit()
        assert teo.get(address).status_code == 200
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-16")
        assert signed_in(ekbacken.teo).get(address).status_code == 404

    def test_is_told_to_those_who_asked_and_to_no_other_school(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, siri: Account
    ) -> None:
        sent(signed_in(ekbacken.astrid), kim)
        written(signed_in(ekbacken.astrid), kim, question="Ett utkast som aldrig gick i väg.")
        moved(kim)
        for who in (ekbacken.astrid, ekbacken.birgitta, ekbacken.rut):
            page = signed_in(who).get("/requests").text
            assert f"1 begäran har upphört: {MOVED_AWAY}" in page
            assert "Till Skolsocialt team, begärd 2026-10-15" in page
            assert "Kim" not in legible(page)
            assert "Ingen begäran ännu" not in page
        for who in (siri, ekbacken.carl):
            assert MOVED_AWAY not in signed_in(who).get("/requests").text

    def test_is_not_open_either_to_whoever_works_at_both_schools(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, siri: Account
    ) -> None:
        member = db.session.merge(siri).staff_member
        duties.give(member, Role.SPECIAL_TEACHER, ekbacken.school, date(2026, 8, 1))
        db.session.commit()
        address = sent(signed_in(siri), kim)
        moved(kim)
        assert signed_in(siri).get(address).status_code == 404
        assert address not in signed_in(siri).get(f"/pupils/{kim}/help").text

    def test_who_is_protected_is_not_told_of(self, ekbacken: Ekbacken, signed_in: SignIn, kim: int) -> None:
        sent(signed_in(ekbacken.birgitta), kim)
        protect(db.session.get_one(Pupil, kim), "Elev 9")
        editing.end_enrolment(db.session.get_one(Pupil, kim), date(2026, 10, 14))
        db.session.commit()
        for who in (ekbacken.birgitta, ekbacken.teo):
            assert MOVED_AWAY not in signed_in(who).get("/requests").text


class TestTheStep:
    """Begär hjälp: ticked off by the request that carries it out, and planned again when that is undone."""

    @pytest.fixture
    def step(self, ekbacken: Ekbacken, kim: int) -> NextStep:
        flag = db.session.scalars(sa.select(Flag).filter_by(pupil_id=kim)).first()
        assert flag
        end_step(db.session.scalars(sa.select(NextStep)).one(), Ending(is_done=False), Recorder())
        (step,) = record_next_step([flag], Decision("ask_for_help"), Recorder())
        db.session.commit()
        return step

    def ended(self, step: NextStep) -> StepOutcome | None:
        db.session.expire_all()
        return db.session.get(StepOutcome, step.id)

    @pytest.mark.slow
    @pytest.mark.both_databases
    def test_follows_the_request_until_the_answer_is_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, step: NextStep
    ) -> None:
        birgitta, teo = signed_in(ekbacken.birgitta), signed_in(ekbacken.teo)
        address = written(birgitta, kim, flag=step.flag_id)
        assert self.ended(step) is None
        for guardian in (1, 2):
            says(birgitta, address, guardian, "yes")
        post(birgitta, f"{address}/send")
        ended = self.ended(step)
        assert ended
        assert (ended.is_done, ended.line) == (True, "Begäran skickad: Skolsocialt team.")
        assert "väntar på svar" in birgitta.get(f"/pupils/{kim}").text
        assert "0 signaler väntar" in birgitta.get("/follow-up").text
        assert waiting() == ({}, {})  # and so the initiative counts
        says(birgitta, address, 2, "no")
        assert self.ended(step) is None
        says(birgitta, address, 2, "yes")
        post(birgitta, f"{address}/send")
        post(teo, f"{address}/answer", {"kind": "answer", "line": "Vi ses i november."})
        assert self.ended(step)
        assert "1 signal väntar" in birgitta.get("/follow-up").text
        assert waiting()[0] == {ekbacken.school.id: 1}

    def test_is_planned_again_for_the_next_request_when_the_first_is_withdrawn(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, step: NextStep
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        post(birgitta, f"{sent(birgitta, kim)}/withdraw")
        assert self.ended(step) is None
        sent(birgitta, kim, receiver="elsewhere", elsewhere="Närhälsan")
        ended = self.ended(step)
        assert ended
        assert ended.line == "Begäran skickad: Närhälsan."

    def test_waits_for_no_answer_at_the_next_school(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, step: NextStep, siri: Account
    ) -> None:
        sent(signed_in(ekbacken.birgitta), kim, flag=step.flag_id)
        before = moved(kim)
        parts = [Part.RESULTS, Part.STEPS]
        there = db.session.merge(siri).staff_member.duties[0].school_id
        making = Making(
            HandoverKind.NEXT_SCHOOL, parts, to_school_id=there, guardian_informed_on=date(2026, 10, 15)
        )
        pupil = db.session.get_one(Pupil, kim)
        accept(make_handover(pupil, before, making, {}, Recorder()), pupil, Recorder())
        hand_in(pupil.enrolments[-1].school_class, ekbacken.autumn, None)
        db.session.commit()
        page = signed_in(siri).get(f"/pupils/{kim}").text
        assert "Begäran skickad: Skolsocialt team." in page
        assert "väntar på svar" not in page
        assert "1 signal väntar" in signed_in(siri).get("/follow-up").text

    def test_that_somebody_has_ticked_off_stays_as_it_was(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int, step: NextStep
    ) -> None:
        birgitta = signed_in(ekbacken.birgitta)
        address = written(birgitta, kim)
        end_step(step, Ending(line="Ringde i stället"), Recorder())
        db.session.commit()
        for guardian in (1, 2):
            says(birgitta, address, guardian, "yes")
        post(birgitta, f"{address}/send")
        post(birgitta, f"{address}/withdraw")
        ended = self.ended(step)
        assert ended
        assert ended.line == "Ringde i stället"

    def test_is_recorded_by_the_request_where_there_is_none(
        self, ekbacken: Ekbacken, signed_in: SignIn, kim: int
    ) -> None:
        flags = db.session.scalars(sa.select(Flag.id).filter_by(pupil_id=kim)).all()
        sent(signed_in(ekbacken.birgitta), kim, flag=flags[0])
        sent(signed_in(ekbacken.astrid), kim, flag=flags[0])  # a teacher takes no steps
        asked = sa.select(StepOutcome.line).join(NextStep, NextStep.id == StepOutcome.next_step_id)
        lines = db.session.scalars(asked.where(NextStep.kind == "ask_for_help")).all()
        assert lines == ["Begäran skickad: Skolsocialt team."]
