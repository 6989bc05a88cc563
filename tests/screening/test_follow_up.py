"""Elever att följa upp: the list of a function, and the step recorded from it."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import class_2b, counted_queries, flag, record, steps

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence, HandIn
from assessments.recording import Recorder
from assessments.roster.models import Duty, Pupil, Role
from screening.models import NextStep, ObservedBy, StartFrom, SupportPeriod
from screening.reviewing import Decision, Seen, raise_observation, record_next_step
from screening.signals import FlagState
from screening.steps.consulting import Asking, ask

SignIn = Callable[[Any], FlaskClient]
BY = Recorder()
SIGNALS = "//li[contains(concat(' ', @class, ' '), ' signal ')]"


def inbox(client: FlaskClient, **filters: Any) -> str:
    asked = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = client.get(f"/follow-up?{asked}")
    assert answer.status_code == 200
    return str(answer.text)


def names(page: str) -> list[str]:
    return texts(page, f"{SIGNALS}//h3")


def signal_of(page: str, name: str) -> str:
    return text(page, f"{SIGNALS}[.//h3[normalize-space()='{name}']]")


@pytest.fixture
def handed_in(ekbacken: Ekbacken) -> Ekbacken:
    """Kim knows seven letters, Noor twenty-five; 1A is handed in."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
    hand_in(ekbacken.class_1a, ekbacken.autumn, None)
    db.session.commit()
    return ekbacken


class TestWhoMeetsTheList:
    @pytest.mark.parametrize(
        ("who", "sees"),
        [("astrid", ["Kim Berg"]), ("birgitta", ["Kim Berg"]), ("rut", ["Kim Berg"]), ("carl", [])],
    )
    def test_sees_the_own_pupils(
        self, handed_in: Ekbacken, signed_in: SignIn, who: str, sees: list[str]
    ) -> None:
        assert names(inbox(signed_in(getattr(handed_in, who)))) == sees

    @pytest.mark.parametrize("who", ["ada", "cecilia", "teo"])
    def test_is_not_for_those_who_see_no_signals(
        self, handed_in: Ekbacken, signed_in: SignIn, who: str
    ) -> None:
        assert signed_in(getattr(handed_in, who)).get("/follow-up").status_code == 403

    def test_leaves_one_row_for_each_class_on_the_page(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        class_2b(handed_in, [20, 60])
        inbox(signed_in(handed_in.birgitta))
        rows = db.session.scalars(sa.select(AuditEntry).filter_by(action="follow_up:shown")).all()
        assert len({row.subject for row in rows}) == len(rows) == 2

    def test_and_none_when_nobody_stands_there(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = inbox(signed_in(ekbacken.birgitta))
        assert "Inget här just nu" in page
        assert sentence(page) == "Inga signaler att följa upp."
        assert not db.session.scalars(sa.select(AuditEntry).filter_by(action="follow_up:shown")).all()

    def test_a_teacher_reads_and_does_not_act(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        page = inbox(signed_in(handed_in.astrid))
        assert "Spara nästa steg" not in page
        assert f'href="/pupils/{handed_in.kim.id}#observation"' in page
        assert f'href="/pupils/{handed_in.kim.id}#consultations"' in page

    def test_who_takes_part_in_no_samrad_is_not_led_to_one(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        assert "#consultations" not in inbox(signed_in(handed_in.rut))

    def test_a_protected_pupil_stands_only_in_the_classs_own_list(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        record(handed_in.autumn, handed_in.siv, bokstavsljud=3)
        db.session.commit()
        client = signed_in(handed_in.birgitta)
        page = inbox(client)
        assert names(page) == ["Kim Berg"]
        assert "1 signal gäller elever med skyddade personuppgifter" in page
        own = inbox(client, **{"class": handed_in.class_1a.id})
        assert "Elev S" in names(own)
        assert "Skog" not in own


class TestAStepThatGoesOn:
    """It leads to a page of its own where that is the reader's, else it says whose it is."""

    @pytest.fixture(params=["Kim Berg", "Elev S"])
    def planned(self, handed_in: Ekbacken, request: pytest.FixtureRequest) -> tuple[Ekbacken, Pupil]:
        pupil = handed_in.kim if request.param == "Kim Berg" else handed_in.siv
        record(handed_in.autumn, handed_in.siv, bokstavsljud=3)
        due_on = date(2026, 12, 1)
        for kind in ("intensive_period", "ask_for_help"):
            decision = Decision(kind, competence="speciallärare", due_on=due_on)
            record_next_step([flag(pupil)], decision, Recorder())
        db.session.commit()
        return handed_in, pupil

    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut"])
    def test_nobody_is_led_to_what_is_not_hers(
        self, planned: tuple[Ekbacken, Pupil], signed_in: SignIn, who: str
    ) -> None:
        ekbacken, pupil = planned
        client = signed_in(getattr(ekbacken, who))
        page = client.get(f"/pupils/{pupil.id}").text
        listed = inbox(client, show="handled", **{"class": ekbacken.class_1a.id})
        plans = f"/pupils/{pupil.id}/support/new"
        assert (plans in page) is (who == "birgitta")
        assert ("Specialläraren planerar stödperioden." in page) is (who != "birgitta")
        for lead in {*re.findall(r'href="(/pupils/[^"#]+)', page + listed)}:
            if not lead.endswith(".pdf"):
                assert client.get(unescape(lead)).status_code == 200, lead

    def test_nobody_asks_for_help_about_a_protected_pupil_here(
        self, planned: tuple[Ekbacken, Pupil], signed_in: SignIn
    ) -> None:
        ekbacken, pupil = planned
        page = signed_in(ekbacken.astrid).get(f"/pupils/{pupil.id}").text
        assert (f"/pupils/{pupil.id}/help/new" in page) is not pupil.is_protected
        assert ("Begär hjälp utanför Lässpår, genom rektor." in page) is pupil.is_protected


class TestASignal:
    def test_waits_for_the_hand_in(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        assert names(inbox(signed_in(ekbacken.birgitta))) == []

    def test_says_why_by_what_and_how_sure(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        told = signal_of(inbox(signed_in(handed_in.birgitta)), "Kim Berg")
        for part in (
            "1A, åk 1",
            "Ny avstämning",
            "ny",
            "Bokstavsljud: 7",
            "Målet är minst 11",
            "Mätsäkerheten är inte känd",
            "Lässpår bas 2026, version 1",
            "Källa: Sigmundsson",
        ):
            assert part in told

    def test_the_page_says_who_decides(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        assert "Verktyget ger underlag. En person beslutar." in inbox(signed_in(handed_in.birgitta))

    def test_of_greater_need_stands_first(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        _, pupils = class_2b(handed_in, [20, 60, 5, 31])
        page = inbox(signed_in(handed_in.birgitta))
        assert names(page) == [pupils[2].name, pupils[0].name, pupils[3].name, "Kim Berg"]

    def test_an_observation_is_told_in_the_words_of_whoever_saw_it(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        seen = Seen(ObservedBy.PUPIL, "Orden hoppar.", date(2026, 10, 12))
        raise_observation(ekbacken.noor, ekbacken.autumn, seen, Recorder())
        db.session.commit()
        told = signal_of(inbox(signed_in(ekbacken.birgitta)), "Noor Alm")
        assert "2026-10-12, eleven själv: Orden hoppar." in told

    def test_a_missing_result_has_no_colour_of_risk(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-02")
        record(ekbacken.autumn, ekbacken.kim, avstamning_a=Absence.ABSENT)
        db.session.add(HandIn(school_class_id=ekbacken.class_1a.id, window_id=ekbacken.autumn.id))
        db.session.commit()
        page = inbox(signed_in(ekbacken.birgitta))
        assert "Resultat saknas" in signal_of(page, "Kim Berg")
        assert 'class="signal signal-missing"' in page
        assert "signal-below_goal" not in page

    def test_words_of_people_never_codes(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        class_2b(handed_in, [5, 30])
        said = text(inbox(signed_in(handed_in.birgitta)), "//main").lower()
        for word in ("near_goal", "watch", "below_goal", "riskelev", "svag ", "flagga", "indikation"):
            assert word not in said

    def test_hostile_names_are_only_names(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        handed_in.kim.given_name = "<img src=x onerror=alert(1)>"
        db.session.commit()
        page = inbox(signed_in(handed_in.birgitta))
        assert "<img src=x" not in page
        assert names(page) == ["<img src=x onerror=alert(1)> Berg"]


class TestFilters:
    @pytest.fixture
    def client(self, handed_in: Ekbacken, signed_in: SignIn) -> FlaskClient:
        class_2b(handed_in, [5, 60])
        return signed_in(handed_in.birgitta)

    def test_by_class(self, handed_in: Ekbacken, client: FlaskClient) -> None:
        assert names(inbox(client, **{"class": handed_in.class_1a.id})) == ["Kim Berg"]

    def test_by_year(self, client: FlaskClient) -> None:
        assert names(inbox(client, year=2)) == ["Abdi Ek00"]

    def test_by_kind(self, client: FlaskClient) -> None:
        assert names(inbox(client, kind="watch")) == ["Kim Berg"]

    def test_a_strangers_class_gives_nothing(self, handed_in: Ekbacken, client: FlaskClient) -> None:
        assert names(inbox(client, **{"class": handed_in.other_class.id})) == []

    def test_what_cannot_be_read_filters_nothing(self, client: FlaskClient) -> None:
        assert len(names(inbox(client, year="två", page="-3", school="x"))) == 2

    def test_numbers_no_column_holds_are_no_fault_of_ours(self, client: FlaskClient) -> None:
        assert client.get("/follow-up?class=99999999999999999999&page=99999999999999999999").status_code < 500

    def test_schools_are_a_choice_for_those_who_have_several(
        self, handed_in: Ekbacken, client: FlaskClient, signed_in: SignIn
    ) -> None:
        record(handed_in.autumn, handed_in.olle, bokstavsljud=4)
        hand_in(handed_in.other_class, handed_in.autumn, None)
        db.session.add(
            Duty(
                staff_member=handed_in.birgitta.staff_member, role=Role.SPECIAL_TEACHER,
                school=handed_in.other_school, starts_on=TERM_START,
            )
        )  # fmt: skip
        db.session.commit()
        both = signed_in(handed_in.birgitta)
        assert 'name="school"' in inbox(both)
        assert names(inbox(both, school=handed_in.other_school.id)) == ["Olle Ek"]


class TestTheWholeClass:
    @pytest.mark.both_databases
    def test_is_told_first_with_level_two_grouped_and_level_three_one_by_one(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        _, pupils = class_2b(ekbacken, [5, 30, 30, 30, 30, 60, 60, 60, 60, 60])
        page = inbox(signed_in(ekbacken.birgitta))
        assert "Det här gäller många i klassen. Börja med undervisningen." in page
        assert "5 av 10 med bedömd nivå når ännu inte målet" in page
        grouped = texts(page, "//section[@class='class-first']//h3")
        assert sorted(grouped) == sorted(pupil.name for pupil in pupils[1:5])
        assert texts(page, f"//main/ol{SIGNALS[1:]}//h3") == [pupils[0].name]

    def test_a_small_class_is_not(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        class_2b(ekbacken, [5] * 9)
        assert "många i klassen" not in inbox(signed_in(ekbacken.birgitta))


class TestANextStep:
    def test_takes_two_clicks(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        """Open, and save: the proposal is chosen already."""
        client = signed_in(handed_in.birgitta)
        form = f"{SIGNALS}//details[contains(@class, 'act')]/form"
        page = inbox(client)
        assert texts(page, f"{form}//label[input[@checked]]") == ["Ny avstämning förslag"]
        answer = post(
            client, "/follow-up/steps", {"flag": flag(handed_in.kim).id, "kind": "recheck", "weeks": "5"}
        )
        assert (answer.status_code, answer.location) == (303, "/follow-up#list")
        (step,) = steps(handed_in.kim)
        assert (step.kind, step.due_on) == ("recheck", date(2026, 11, 26))
        assert step.duty_id == handed_in.birgitta.staff_member.duties[0].id
        assert db.session.scalars(sa.select(AuditEntry).filter_by(action="next_step:recorded")).one()

    def test_moves_the_signal_to_those_that_have_one(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(handed_in.birgitta)
        fields = {
            "flag": flag(handed_in.kim).id,
            "kind": "adaptations",
            "line": "Smågrupp.",
            "due_on": "2026-11-20",
        }
        post(client, "/follow-up/steps", fields)
        assert names(inbox(client)) == []
        told = signal_of(inbox(client, show="handled"), "Kim Berg")
        assert "Extra anpassningar 2026-10-15, speciallärare Ekbackens skola följs upp 2026-11-20" in told
        assert "Smågrupp." in told

    @pytest.mark.both_databases
    def test_several_at_once_where_it_is_the_same(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        _, pupils = class_2b(handed_in, [5, 20])
        ids = [flag(pupil).id for pupil in (*pupils, handed_in.kim)]
        client = signed_in(handed_in.birgitta)
        assert "Samma steg för flera" in inbox(client)
        answer = post(client, "/follow-up/steps?year=2", {"flag": ids, "kind": "adaptations"})
        assert (answer.status_code, answer.location) == (303, "/follow-up?year=2#list")
        assert [len(steps(pupil)) for pupil in (*pupils, handed_in.kim)] == [1, 1, 1]
        assert "Extra anpassningar: sparat för 3 signaler." in inbox(client)

    def test_is_told_once_with_whose_it_is_and_where_it_goes_on(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        client, kim = signed_in(handed_in.birgitta), handed_in.kim.id
        fields = {"flag": flag(handed_in.kim).id, "kind": "intensive_period", "competence_kind": "own"}
        for pupil, page in (("", "/follow-up"), (f"?pupil={kim}", f"/pupils/{kim}")):
            answer = post(client, f"/follow-up/steps{pupil}", fields)
            assert "Berg" not in answer.headers["Set-Cookie"]
            told = text(client.get(page).text, "//*[@role='status']")
            assert told.startswith("Intensivperiod: sparat för Kim Berg . Planera stödperioden Blev det fel?")
            assert "sparat för" not in client.get(page).text

    def test_the_signals_stand_as_they_were_chosen(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        _, (pupil,) = class_2b(handed_in, [5])
        client, ids = signed_in(handed_in.birgitta), [flag(pupil).id, flag(handed_in.kim).id]
        for chosen in (ids, ids[::-1]):
            answer = post(client, "/follow-up/steps", {"flag": chosen, "kind": "no such step"})
            assert answer.status_code == 422
            sent = re.findall(r'name="flag" value="(\d+)"', answer.text)
            assert [int(one) for one in sent] == chosen

    def test_that_closes_asks_nobody_to_tick_it_off(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(handed_in.birgitta)
        fields = {"flag": flag(handed_in.kim).id, "kind": "close", "reason": "goal_reached"}
        post(client, "/follow-up/steps", fields)
        told = text(inbox(client), "//*[@role='status']")
        assert "Bocka av" not in told
        assert told.endswith("Öppna signalen igen på elevens sida, under avslutade signaler.")
        seen = {"observed_by": "teacher", "line": "Avslutad av misstag", "observed_on": "2026-10-15"}
        assert post(client, f"/pupils/{handed_in.kim.id}/observations", seen).status_code == 303
        assert "Avslutad av misstag" in inbox(client)

    def test_that_is_refused_comes_back_with_everything_typed(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        fields = {
            "flag": flag(handed_in.kim).id,
            "kind": "adaptations",
            "line": "En rad.",
            "due_on": "2026-10-01",
        }
        answer = post(signed_in(handed_in.birgitta), "/follow-up/steps", fields)
        assert answer.status_code == 422
        assert "Dagen för uppföljning har redan varit." in answer.text
        assert 'value="En rad."' in answer.text
        assert "Kim Berg" in answer.text
        assert steps(handed_in.kim) == []

    def test_without_a_step_or_a_signal_is_refused(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(handed_in.birgitta)
        assert (
            "Välj ett nästa steg." in post(client, "/follow-up/steps", {"flag": flag(handed_in.kim).id}).text
        )
        answer = post(client, "/follow-up/steps", {"kind": "adaptations"})
        assert answer.status_code == 422
        assert "Markera minst en signal." in answer.text

    def test_recorded_from_the_pupils_page_leads_back_there(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        fields = {"flag": flag(handed_in.kim).id, "kind": "adaptations"}
        kim = handed_in.kim.id
        answer = post(signed_in(handed_in.birgitta), f"/follow-up/steps?pupil={kim}", fields)
        assert answer.location == f"/pupils/{kim}#signals"

    @pytest.mark.parametrize(
        ("who", "status"), [("astrid", 403), ("rut", 403), ("ada", 403), ("teo", 403), ("carl", 403)]
    )
    def test_is_only_for_those_who_may(
        self, handed_in: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        client = signed_in(getattr(handed_in, who))
        fields = {"flag": flag(handed_in.kim).id, "kind": "adaptations"}
        assert post(client, "/follow-up/steps", fields).status_code == status
        assert steps(handed_in.kim) == []

    @pytest.mark.both_databases
    def test_a_strangers_signal_is_as_little_there_as_none(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        record(handed_in.autumn, handed_in.olle, bokstavsljud=4)
        db.session.commit()
        client = signed_in(handed_in.birgitta)
        for flag_id in (flag(handed_in.olle).id, 999, 2**62):
            fields = {"flag": [flag(handed_in.kim).id, flag_id], "kind": "adaptations"}
            assert post(client, "/follow-up/steps", fields).status_code == 404
        assert db.session.scalars(sa.select(NextStep)).all() == []

    @pytest.mark.parametrize("told", ["x", "-1", "9" * 30, "", "1e3"])
    def test_an_id_that_is_none_is_never_our_fault(
        self, handed_in: Ekbacken, signed_in: SignIn, told: str
    ) -> None:
        answer = post(
            signed_in(handed_in.birgitta), "/follow-up/steps", {"flag": told, "kind": "adaptations"}
        )
        assert 400 <= answer.status_code < 500

    @pytest.mark.both_databases
    def test_the_principal_acts_on_those_reported_to_her(
        self, handed_in: Ekbacken, signed_in: SignIn
    ) -> None:
        record_next_step([flag(handed_in.kim)], Decision("report_to_principal"), Recorder())
        db.session.commit()
        client = signed_in(handed_in.rut)
        assert "Spara nästa steg" in inbox(client, show="handled")
        fields = {"flag": flag(handed_in.kim).id, "kind": "intensive_period"}
        assert post(client, "/follow-up/steps", fields).status_code == 303
        assert [step.kind for step in steps(handed_in.kim)] == ["report_to_principal", "intensive_period"]

    def test_closing_takes_the_signal_off_the_list(self, handed_in: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(handed_in.birgitta)
        fields = {"flag": flag(handed_in.kim).id, "kind": "close", "reason": "not_needed"}
        assert post(client, "/follow-up/steps", fields).status_code == 303
        assert flag(handed_in.kim).state == FlagState.CLOSED
        assert names(inbox(client)) == names(inbox(client, show="handled")) == []


class TestWaiting:
    def test_longer_than_ten_school_days_is_marked(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for day, is_late in (("2026-11-05", False), ("2026-11-06", True)):  # the autumn break does not count
            monkeypatch.setenv("LASSPAR_TODAY", day)
            page = inbox(signed_in(handed_in.rut))
            assert ("har väntat sedan 2026-10-15" in page) is is_late
            assert (
                "1 signal väntar på nästa steg, den är äldre än 10 skoldagar" in sentence(page)
            ) is is_late

    def test_begins_again_when_the_day_of_the_follow_up_has_passed(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_next_step([flag(handed_in.kim)], Decision("recheck", weeks=2), Recorder())
        db.session.commit()
        assert names(inbox(signed_in(handed_in.birgitta))) == []
        monkeypatch.setenv("LASSPAR_TODAY", "2026-11-20")
        page = inbox(signed_in(handed_in.birgitta))
        assert "försenad, skulle följas upp 2026-11-05" in signal_of(page, "Kim Berg")
        assert "1 uppföljning att göra nu, den är försenad." in sentence(page)

    def test_is_counted_by_the_sentence_as_by_the_tabs(
        self, handed_in: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two checks whose day has passed, one that comes today, a support period that is over, a signal, and
        samråd of which one waits for somebody else."""
        _, pupils = class_2b(handed_in, [5, 5, 5, 5, 90, 90, 90, 90, 90, 90])
        for pupil, day in zip(pupils[:3], (20, 20, 21), strict=True):
            record_next_step([flag(pupil)], Decision("report_to_principal", due_on=date(2026, 10, day)), BY)
        db.session.add(
            SupportPeriod(
                pupil_id=handed_in.noor.id, measure="bokstavsljud", start_from=StartFrom.GIVEN,
                starts_on=date(2026, 9, 1), start=Decimal(9), goal_on=date(2026, 10, 19), goal=Decimal(20),
            )
        )  # fmt: skip
        for role in (Role.SPECIAL_TEACHER, Role.TEACHER):
            ask(handed_in.kim, Asking("adaptations", role), BY)
        db.session.commit()
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-21")
        page = inbox(signed_in(handed_in.birgitta))
        assert sentence(page) == (
            "2 signaler väntar på nästa steg; 4 uppföljningar att göra nu, 3 av dem är försenade; "
            "2 samråd är öppna, 1 av dem väntar på er."
        )
        assert texts(page, "//nav[@aria-label='Lista']/a") == [
            "Allt som väntar (7)", "Signaler (2)", "Uppföljningar (4)", "Samråd (2)",
            "Har ett nästa steg (0)",
        ]  # fmt: skip

    def test_signals_come_a_page_at_a_time(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        class_2b(ekbacken, [5] * 9 + [60] * 14)
        extra = [ekbacken.pupil("Ny", f"Elev{place:02}", f"9{place:03}") for place in range(15)]
        db.session.flush()
        for pupil in extra:
            record(ekbacken.autumn, pupil, bokstavsljud=4)
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        db.session.commit()
        client = signed_in(ekbacken.birgitta)
        first, second = inbox(client), inbox(client, page=2)
        assert sentence(first) == "24 signaler väntar på nästa steg."
        listed = texts(first, f"//main/ol{SIGNALS[1:]}//h3"), texts(second, f"//main/ol{SIGNALS[1:]}//h3")
        assert not set(listed[0]) & set(listed[1])


def test_the_number_of_questions_does_not_grow_with_the_signals(
    handed_in: Ekbacken, signed_in: SignIn
) -> None:
    client = signed_in(handed_in.birgitta)
    with counted_queries() as few:
        inbox(client)
    pupils = [handed_in.pupil("Ny", f"Elev{place}", f"7{place:03}") for place in range(12)]
    db.session.flush()
    for pupil in pupils:
        record(handed_in.autumn, pupil, bokstavsljud=4)
    record_next_step([flag(pupil) for pupil in pupils[:6]], Decision("adaptations"), Recorder())
    db.session.commit()
    with counted_queries() as many:
        inbox(client)
    assert len(many) <= len(few) + 1  # functions have names only when somebody has recorded a step
    assert len(many) < 40


def test_what_is_due_on_one_day_stands_by_name_in_swedish(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    for number, name in enumerate(("Örjan", "Ärla", "Åke", "Zoe")):
        pupil = ekbacken.pupil(name, "Ek", f"77{number}")
        db.session.flush()
        followed = SupportPeriod(
            pupil_id=pupil.id, measure="bokstavsljud", start_from=StartFrom.GIVEN,
            starts_on=TERM_START, start=Decimal(9), goal_on=date(2026, 10, 1), goal=Decimal(20),
        )  # fmt: skip
        db.session.add(followed)
    db.session.commit()
    page = inbox(signed_in(ekbacken.birgitta))
    named = dict.fromkeys(re.findall(r"(Zoe|Åke|Ärla|Örjan) Ek", page))
    assert list(named) == ["Zoe", "Åke", "Ärla", "Örjan"]
