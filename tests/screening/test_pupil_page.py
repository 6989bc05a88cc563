"""A pupil's page: everything about one pupil's reading, and one trace each time somebody looks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import a_window, class_2b, counted_queries, flag, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence, AssessmentWindow, Score, Season
from assessments.recording import Recorder
from assessments.roster.models import Pupil, SchoolForm
from screening.models import Observation
from screening.reviewing import Decision, record_next_step
from screening.signals import FlagState

SignIn = Callable[[Any], FlaskClient]
RESULTS = "//div[@aria-label='Alla perioder och mått']//table"


def page_of(client: FlaskClient, pupil: Pupil) -> str:
    answer = client.get(f"/pupils/{pupil.id}")
    assert answer.status_code == 200
    return str(answer.text)


@pytest.fixture
def winter(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> AssessmentWindow:
    """The clock stands in the winter's window."""
    found = a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
    return found


class TestWhoSeesIt:
    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut"])
    def test_those_who_teach_and_lead_there(self, ekbacken: Ekbacken, signed_in: SignIn, who: str) -> None:
        assert "Kim Berg" in page_of(signed_in(getattr(ekbacken, who)), ekbacken.kim)

    @pytest.mark.parametrize(("who", "status"), [("ada", 403), ("teo", 403), ("carl", 404), ("cecilia", 404)])
    def test_nobody_else(self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int) -> None:
        answer = signed_in(getattr(ekbacken, who)).get(f"/pupils/{ekbacken.kim.id}")
        assert answer.status_code == status
        assert "Berg" not in answer.text

    def test_every_look_leaves_one_row(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(ekbacken.astrid)
        for _ in range(2):
            page_of(client, ekbacken.kim)
        rows = db.session.scalars(sa.select(AuditEntry).filter_by(subject=f"pupil:{ekbacken.kim.id}")).all()
        assert [(row.action, row.school_id) for row in rows] == [("pupil:seen", ekbacken.school.id)] * 2

    def test_the_alias_stands_for_a_protected_pupil(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = page_of(signed_in(ekbacken.astrid), ekbacken.siv)
        assert "Elev S" in page
        assert "Skog" not in page

    @pytest.mark.parametrize("who", ["astrid", "birgitta", "rut"])
    def test_no_paper_is_offered_of_a_protected_pupil_and_why_is_said(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str
    ) -> None:
        for pupil in (ekbacken.kim, ekbacken.siv):
            record(ekbacken.autumn, pupil, bokstavsljud=7)
        db.session.commit()
        client, why = signed_in(getattr(ekbacken, who)), "Inget om en elev med skyddade personuppgifter"
        page, protected = page_of(client, ekbacken.kim), page_of(client, ekbacken.siv)
        assert why in protected
        assert why not in page
        for offered in (".pdf", "/preview/", "/home-page", "/meeting", "Skriv ut "):
            assert offered in page
            assert offered not in protected


class TestResults:
    def test_the_sentence_says_where_the_pupil_stands(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert sentence(page) == "Nära målet hösten 2026/27. 1 öppen signal."

    def test_a_pupil_without_results_says_so(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = page_of(signed_in(ekbacken.astrid), ekbacken.noor)
        assert sentence(page) == "Inga resultat ännu. Inga öppna signaler."

    @pytest.mark.both_databases
    def test_all_windows_stand_side_by_side_the_latest_first(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, bokstavsljud=28, ord_per_minut=Absence.NOT_YET_ABLE)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        heads = texts(page, f"{RESULTS}//thead//th")
        assert heads == ["Mått", "Vintern 2026/27 åk 1", "Hösten 2026/27 åk 1"]
        letters = text(page, f"{RESULTS}//tbody/tr[th[starts-with(normalize-space(), 'Bokstavsljud')]]")
        assert "28 M Når målet 2027-01-20 7 N Nära målet" in letters
        assert "kan inte genomföras ännu" in page

    def test_certainty_is_said_in_words(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        _, (low, edge) = class_2b(ekbacken, [5, 27])
        client = signed_in(ekbacken.birgitta)
        assert "Resultatet är tydligt." in page_of(client, low)
        assert "Resultatet ligger på gränsen." in page_of(client, edge)

    def test_what_a_window_lacks_is_named(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=Absence.ABSENT)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert "Underlag saknas" in page
        assert "frånvarande" in page

    def test_growth_is_drawn_and_told(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(winter, ekbacken.kim, bokstavsljud=28)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        told = (
            "Bokstavsljud (antal): 7 höst 2026/27, 28 vinter 2026/27. "
            "Målet är 11 höst 2026/27, 26 vinter 2026/27."
        )
        assert f">{told}</desc>" in page

    def test_every_change_of_every_cell_is_kept(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=8)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert "Historik, 2 ändringar" in page
        rows = texts(page, "//details[summary[starts-with(., 'Historik')]]//tbody/tr")
        assert ["7 8" in rows[0], "tomt 7" in rows[1]] == [True, True]

    def test_a_pupil_in_anpassad_grundskola_has_results_without_levels(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        ekbacken.kim.school_form = SchoolForm.ANPASSAD
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert "Följs mot egna mål" in page
        assert "Nära målet" not in text(page, f"{RESULTS}//tbody")

    def test_words_of_people_never_codes(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        said = text(page_of(signed_in(ekbacken.birgitta), ekbacken.kim), "//main").lower()
        for word in ("near_goal", "watch", "at_goal", "riskelev", "svag", "flagga", "indikation"):
            assert word not in said


class TestSignals:
    def test_say_why_with_value_goal_source_and_certainty(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        told = text(page_of(signed_in(ekbacken.astrid), ekbacken.kim), "//li[contains(@class, 'signal ')]")
        for part in (
            "Bokstavsljud: 7",
            "Målet är minst 11",
            "Mätsäkerheten är inte känd",
            "Sigmundsson",
        ):
            assert part in told
        assert "Gränser: publicerad norm (Lässpår bas 2026, version 1)" in told

    def test_a_person_decides(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        assert "Verktyget ger underlag. En person beslutar." in page_of(signed_in(ekbacken.rut), ekbacken.kim)

    @pytest.mark.both_databases
    def test_show_their_whole_life_and_every_step(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        duty = ekbacken.birgitta.staff_member.duties[0]
        by = Recorder(ekbacken.birgitta.id, duty.id)
        record_next_step([flag(ekbacken.kim)], Decision("adaptations", line="Smågrupp."), by)
        record(winter, ekbacken.kim, bokstavsljud=12)
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert "Vintern 2026/27: " in page
        assert "Hösten 2026/27: Ny avstämning, ny" in page
        assert "speciallärare Ekbackens skola" in page
        assert "Smågrupp." in page

    def test_closed_ones_are_kept_apart(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record_next_step([flag(ekbacken.kim)], Decision("close", reason="not_needed"), Recorder())
        db.session.commit()
        page = page_of(signed_in(ekbacken.astrid), ekbacken.kim)
        assert "Inga öppna signaler." in page
        assert "1 avslutad signal" in page

    @pytest.mark.parametrize(
        ("who", "may_act", "may_observe"),
        [("astrid", False, True), ("birgitta", True, True), ("rut", False, False)],
    )
    def test_each_function_meets_its_own_buttons(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str, may_act: bool, may_observe: bool
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        page = page_of(signed_in(getattr(ekbacken, who)), ekbacken.kim)
        assert ("Spara nästa steg" in page) is may_act
        assert ("Spara iakttagelse" in page) is may_observe

    def test_the_principal_acts_on_those_reported_to_her(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record_next_step([flag(ekbacken.kim)], Decision("report_to_principal"), Recorder())
        db.session.commit()
        assert "Spara nästa steg" in page_of(signed_in(ekbacken.rut), ekbacken.kim)


class TestAnObservation:
    def test_is_saved_from_the_page_and_becomes_a_signal(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        client = signed_in(ekbacken.astrid)
        fields = {"observed_by": "guardian", "line": "Vill inte läsa hemma.", "observed_on": "2026-10-14"}
        answer = post(client, f"/pupils/{ekbacken.kim.id}/observations", fields)
        assert answer.status_code == 303
        said = db.session.scalars(sa.select(Observation)).one()
        assert said.line == "Vill inte läsa hemma."
        assert said.duty_id == ekbacken.astrid.staff_member.duties[0].id
        assert flag(ekbacken.kim, "observation").state == FlagState.NEW
        page = page_of(client, ekbacken.kim)
        assert "2026-10-14, vårdnadshavare: Vill inte läsa hemma." in page
        assert "Iakttagelsen är sparad" in page

    def test_without_words_keeps_the_form_and_saves_nothing(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        client = signed_in(ekbacken.astrid)
        fields = {"observed_by": "pupil", "line": " ", "observed_on": "2026-10-14"}
        answer = post(client, f"/pupils/{ekbacken.kim.id}/observations", fields)
        assert answer.status_code == 422
        assert "Skriv vad ni har sett, på en rad." in answer.text
        assert db.session.scalars(sa.select(Observation)).all() == []

    def test_from_tomorrow_is_refused_with_everything_still_typed(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        fields = {"observed_by": "pupil", "line": "Orden hoppar.", "observed_on": "2026-10-16"}
        answer = post(signed_in(ekbacken.astrid), f"/pupils/{ekbacken.kim.id}/observations", fields)
        assert answer.status_code == 422
        assert "Dagen ligger i framtiden." in answer.text
        assert "Orden hoppar." in answer.text

    @pytest.mark.parametrize(("who", "status"), [("rut", 403), ("ada", 403), ("carl", 404), ("cecilia", 404)])
    def test_is_not_for_everyone(self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int) -> None:
        client = signed_in(getattr(ekbacken, who))
        fields = {"observed_by": "pupil", "line": "Orden hoppar."}
        assert post(client, f"/pupils/{ekbacken.kim.id}/observations", fields).status_code == status
        assert db.session.scalars(sa.select(Observation)).all() == []


class TestAnOddNumber:
    @pytest.fixture
    def odd(self, ekbacken: Ekbacken) -> Pupil:
        """Sixty errors in forty-five words."""
        _, (pupil,) = class_2b(ekbacken, [40])
        score = db.session.scalars(sa.select(Score).filter_by(pupil_id=pupil.id)).one()
        score.attempted, score.errors = 45, 60
        db.session.flush()
        record(ekbacken.autumn, pupil, avstamning_b=2)
        db.session.commit()
        return pupil

    def test_is_confirmed_with_one_button(self, ekbacken: Ekbacken, signed_in: SignIn, odd: Pupil) -> None:
        client = signed_in(ekbacken.birgitta)
        assert "Siffran stämmer" in page_of(client, odd)
        fields = {"window": ekbacken.autumn.slug, "measure": ["ord_per_minut"]}
        assert post(client, f"/pupils/{odd.id}/confirmed-scores", fields).status_code == 303
        assert "Siffran stämmer" not in page_of(client, odd)
        row = db.session.scalars(sa.select(AuditEntry).filter_by(action="score:confirmed")).one()
        assert row.details == {"window": ekbacken.autumn.id, "measures": ["ord_per_minut"]}

    @pytest.mark.parametrize(("who", "status"), [("rut", 403), ("astrid", 404), ("carl", 404)])
    def test_is_confirmed_by_those_who_record_scores_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, odd: Pupil, who: str, status: int
    ) -> None:
        fields = {"window": ekbacken.autumn.slug, "measure": ["ord_per_minut"]}
        client = signed_in(getattr(ekbacken, who))
        assert post(client, f"/pupils/{odd.id}/confirmed-scores", fields).status_code == status
        assert flag(odd, "data") is not None

    def test_in_an_unknown_window_is_not_found(
        self, ekbacken: Ekbacken, signed_in: SignIn, odd: Pupil
    ) -> None:
        fields = {"window": "2030-31-autumn", "measure": ["ord_per_minut"]}
        client = signed_in(ekbacken.birgitta)
        assert post(client, f"/pupils/{odd.id}/confirmed-scores", fields).status_code == 404
        assert post(client, f"/pupils/{odd.id}/confirmed-scores", {}).status_code == 400


def test_the_number_of_questions_does_not_grow_with_the_results(
    ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    client, asked = signed_in(ekbacken.birgitta), []
    for _ in range(2):
        with counted_queries() as statements:
            page_of(client, ekbacken.kim)
        asked.append(len(statements))
        record(ekbacken.autumn, ekbacken.kim, avstamning_a=1, fonologisk_medvetenhet=40, bokstavsljud=9)
        record(winter, ekbacken.kim, bokstavsljud=20, ord_per_minut=12, avstamning_a=1)
        record_next_step([flag(ekbacken.kim)], Decision("recheck", weeks=5), Recorder())
        hand_in(ekbacken.class_1a, winter, None)
        db.session.commit()
    assert asked[1] <= asked[0] + 2  # names of functions and of measures are asked for when there are any
    assert asked[1] < 48
