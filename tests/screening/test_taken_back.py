"""What was done for the wrong pupil, or too early, is taken back within a month; the trail keeps it."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import flag, record

from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Role
from screening.models import Flag, NextStep, Observation, ObservedBy
from screening.reviewing import (
    Decision,
    Seen,
    open_signal_again,
    raise_observation,
    record_next_step,
    take_back_observation,
)
from screening.signals import Family, FlagState
from screening.steps.cases import CaseTold, note_case, take_back_note
from screening.steps.consulting import Asking, Holding, ask, hold
from screening.steps.consulting import open_again as open_consultation_again
from screening.steps.ending import Ending, end_step, open_again
from screening.steps.lines import Competence
from screening.steps.models import CaseNote, Consultation, StepOutcome

BY = Recorder()
OWN = Competence("own")
ADAPTATIONS = Asking("adaptations", Role.SPECIAL_TEACHER)


def by(account: Account) -> Recorder:
    return Recorder(account.id, account.staff_member.duties[0].id)


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", day)


def outcome(step: NextStep) -> StepOutcome | None:
    return db.session.get(StepOutcome, step.id)


@pytest.fixture
def kims(ekbacken: Ekbacken) -> Flag:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    return flag(ekbacken.kim)


@pytest.fixture
def adapted(kims: Flag) -> NextStep:
    """Extra anpassningar for Kim, to be followed up on 20 November."""
    (step,) = record_next_step([kims], Decision("adaptations", due_on=date(2026, 11, 20)), BY)
    return step


class TestASignalClosedByMistake:
    CLOSE = Decision("close", reason="goal_reached", competence="a")

    def test_stands_as_before_and_the_closing_stays_to_be_seen(
        self, kims: Flag, adapted: NextStep, ekbacken: Ekbacken
    ) -> None:
        state = kims.state
        (closing,) = record_next_step([kims], self.CLOSE, BY)
        assert open_signal_again(closing, by(ekbacken.birgitta)) is True
        db.session.expire_all()
        assert kims.state == state
        ended = outcome(closing)
        assert ended
        assert (closing.is_closing, ended.is_done, ended.duty_id) == (
            False,
            False,
            by(ekbacken.birgitta).duty_id,
        )
        assert open_signal_again(closing, BY) is False

    def test_is_told_as_closed_when_it_is_closed_anew(self, kims: Flag) -> None:
        (closing,) = record_next_step([kims], self.CLOSE, BY)
        open_signal_again(closing, BY)
        (again,) = record_next_step([kims], self.CLOSE, BY)
        assert again.id != closing.id
        db.session.expire_all()
        assert kims.state == FlagState.CLOSED

    def test_is_open_already_where_somebody_has_seen_something_since(self, ekbacken: Ekbacken) -> None:
        seen = Seen(ObservedBy.TEACHER, "Byter plats på b och d.")
        raise_observation(ekbacken.kim, ekbacken.autumn, seen, BY)
        (told,) = db.session.scalars(sa.select(Flag).filter_by(family=Family.OBSERVATION))
        (closing,) = record_next_step([told], self.CLOSE, BY)
        raise_observation(ekbacken.kim, ekbacken.autumn, seen, BY)
        with pytest.raises(Refused, match="redan öppen"):
            open_signal_again(closing, BY)

    @pytest.mark.parametrize(("day", "is_late"), [("2026-11-14", False), ("2026-11-15", True)])
    def test_is_history_after_a_month(
        self, kims: Flag, monkeypatch: pytest.MonkeyPatch, day: str, is_late: bool
    ) -> None:
        (closing,) = record_next_step([kims], self.CLOSE, BY)
        at(monkeypatch, day)
        with pytest.raises(Refused, match="mer än 30 dagar") if is_late else nullcontext():
            open_signal_again(closing, BY)
        assert closing.is_closing is is_late

    def test_can_be_put_right_on_the_page_of_the_pupil(
        self, kims: Flag, ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]
    ) -> None:
        (closing,) = record_next_step([kims], self.CLOSE, by(ekbacken.birgitta))
        db.session.commit()
        address, page = f"/follow-up/steps/{closing.id}/opened-again", f"/pupils/{kims.pupil_id}"
        birgitta = signed_in(ekbacken.birgitta)
        assert "Öppna signalen igen" in birgitta.get(page).text
        for _ in range(2):
            assert post(birgitta, f"{address}?pupil={kims.pupil_id}").status_code == 303
        shown = birgitta.get(page).text
        assert "Signalen är öppen igen." in shown
        assert "Ångrat 2026-10-15, speciallärare" in shown
        assert address not in shown
        kept = db.session.scalars(sa.select(AuditEntry.action)).all()
        assert kept.count("next_step:opened_again") == 1
        assert address not in signed_in(ekbacken.astrid).get(page).text


class TestSamradDocumentedByMistake:
    @pytest.fixture
    def held(self, ekbacken: Ekbacken) -> Consultation:
        asking = Asking("adaptations", Role.SPECIAL_TEACHER, "Vad hjälper?")
        consultation, _ = ask(ekbacken.kim, asking, by(ekbacken.astrid))
        hold(consultation, Holding(OWN, answer="Om en annan elev."), by(ekbacken.birgitta))
        return consultation

    def test_waits_again_with_its_question_and_without_what_was_written(
        self, ekbacken: Ekbacken, held: Consultation
    ) -> None:
        assert open_consultation_again(held, by(ekbacken.birgitta)) is True
        assert (held.question, held.answer, held.competence) == ("Vad hjälper?", None, None)
        assert (held.held_on, held.closed_on, held.closed_duty_id) == (None, None, None)
        assert open_consultation_again(held, by(ekbacken.birgitta)) is False

    def test_is_for_the_function_that_closed_it(self, ekbacken: Ekbacken, held: Consultation) -> None:
        with pytest.raises(Refused, match="den funktion som avslutade"):
            open_consultation_again(held, by(ekbacken.astrid))
        assert held.held_on

    def test_stays_where_a_step_rests_on_it(
        self, ekbacken: Ekbacken, adapted: NextStep, held: Consultation
    ) -> None:
        end_step(adapted, Ending(), by(ekbacken.birgitta))
        with pytest.raises(Refused, match="Ångra avbockningen först"):
            open_consultation_again(held, by(ekbacken.birgitta))
        open_again(adapted)
        assert open_consultation_again(held, by(ekbacken.birgitta)) is True

    def test_stays_where_the_same_is_asked_for_anew(self, ekbacken: Ekbacken, held: Consultation) -> None:
        ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        with pytest.raises(Refused, match="väntar redan på nytt"):
            open_consultation_again(held, by(ekbacken.birgitta))

    @pytest.mark.parametrize(("day", "is_late"), [("2026-11-14", False), ("2026-11-15", True)])
    def test_is_history_after_a_month(
        self,
        ekbacken: Ekbacken,
        held: Consultation,
        monkeypatch: pytest.MonkeyPatch,
        day: str,
        is_late: bool,
    ) -> None:
        at(monkeypatch, day)
        with pytest.raises(Refused, match="mer än 30 dagar") if is_late else nullcontext():
            open_consultation_again(held, by(ekbacken.birgitta))
        assert (held.held_on is None) is not is_late

    def test_can_be_put_right_on_the_page_of_the_pupil(
        self, ekbacken: Ekbacken, held: Consultation, signed_in: Callable[[Account], FlaskClient]
    ) -> None:
        db.session.commit()
        address, page = f"/consultations/{held.id}/opened-again", f"/pupils/{held.pupil_id}"
        astrid = signed_in(ekbacken.astrid)
        assert address not in astrid.get(page).text
        post(astrid, f"{address}?pupil={held.pupil_id}")
        assert "Bara den funktion som avslutade samrådet kan ångra det." in astrid.get(page).text
        birgitta = signed_in(ekbacken.birgitta)
        assert f'action="{address}?pupil={held.pupil_id}"' in birgitta.get(page).text
        for _ in range(2):
            answer = post(birgitta, f"{address}?pupil={held.pupil_id}")
            assert (answer.status_code, answer.location) == (303, f"{page}#consultations")
        shown = birgitta.get(page).text
        assert "Samrådet väntar igen." in shown
        assert "Om en annan elev." not in shown
        (kept,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="consultation:opened_again"))
        assert kept.details == {
            "pupil": held.pupil_id, "held": True, "closed_duty": by(ekbacken.birgitta).duty_id,
        }  # fmt: skip


class TestAReportDecidedByMistake:
    @pytest.fixture
    def report(self, kims: Flag) -> NextStep:
        (step,) = record_next_step([kims], Decision("report_to_principal"), BY)
        return step

    def test_is_opened_again_by_taking_back_her_decision_and_by_nobody_else(
        self, ekbacken: Ekbacken, report: NextStep
    ) -> None:
        kept = note_case(report, CaseTold("investigation"), by(ekbacken.rut))
        note = note_case(report, CaseTold("action_programme"), by(ekbacken.rut))
        with pytest.raises(Refused, match="Rektor ångrar det"):
            open_again(report)
        assert take_back_note(report, note.id) is note
        assert outcome(report) is None
        assert db.session.scalars(sa.select(CaseNote.id)).all() == [kept.id]
        assert take_back_note(report, note.id) is None

    def test_may_be_taken_back_for_a_month(
        self, ekbacken: Ekbacken, report: NextStep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note = note_case(report, CaseTold("investigation"), by(ekbacken.rut))
        at(monkeypatch, "2026-11-15")
        with pytest.raises(Refused, match="äldre än 30 dagar"):
            take_back_note(report, note.id)

    def test_can_be_put_right_on_the_page_of_the_school(
        self, ekbacken: Ekbacken, report: NextStep, signed_in: Callable[[Account], FlaskClient]
    ) -> None:
        note = note_case(report, CaseTold("action_programme"), by(ekbacken.rut))
        db.session.commit()
        address, told = f"/follow-up/steps/{report.id}/case/taken-back", {"note": note.id}
        rut = signed_in(ekbacken.rut)
        assert f'action="{address}?from=school"' in rut.get("/my-school").text
        for _ in range(2):
            answer = post(rut, f"{address}?from=school", told)
            assert (answer.status_code, answer.location) == (303, "/my-school#reported")
        assert address not in rut.get("/my-school").text
        assert outcome(report) is None
        kept = db.session.scalars(sa.select(AuditEntry).filter_by(action="case:taken_back")).all()
        assert [row.details["kind"] for row in kept] == ["action_programme"]
        assert post(signed_in(ekbacken.birgitta), address, told).status_code == 403


class TestAnObservationOfTheWrongPupil:
    SEEN = Seen(ObservedBy.TEACHER, "Byter plats på b och d.")

    def observe(self, ekbacken: Ekbacken, who: Account) -> Observation:
        told = raise_observation(ekbacken.kim, ekbacken.autumn, self.SEEN, by(who))
        assert told
        return told

    def test_is_taken_back_with_its_signal(self, ekbacken: Ekbacken) -> None:
        observation = self.observe(ekbacken, ekbacken.astrid)
        assert db.session.scalar(sa.select(Flag.id))
        assert take_back_observation(observation, by(ekbacken.astrid)) is True
        assert db.session.scalar(sa.select(Flag.id)) is None
        assert db.session.scalar(sa.select(Observation.id)) is None

    def test_leaves_the_signal_that_somebody_has_acted_on(self, ekbacken: Ekbacken) -> None:
        observation = self.observe(ekbacken, ekbacken.astrid)
        told = flag(ekbacken.kim, Family.OBSERVATION)
        record_next_step([told], Decision("recheck", weeks=2), BY)
        take_back_observation(observation, by(ekbacken.astrid))
        db.session.expire_all()
        assert told.ground_gone_on == date(2026, 10, 15)

    def test_is_for_the_function_that_wrote_it_and_for_a_month(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        observation = self.observe(ekbacken, ekbacken.astrid)
        with pytest.raises(Refused, match="den funktion som skrev"):
            take_back_observation(observation, by(ekbacken.birgitta))
        at(monkeypatch, "2026-11-15")
        with pytest.raises(Refused, match="äldre än 30 dagar"):
            take_back_observation(observation, by(ekbacken.astrid))

    def test_said_twice_at_once_is_one_and_said_after_it_was_closed_is_another(
        self, ekbacken: Ekbacken
    ) -> None:
        self.observe(ekbacken, ekbacken.astrid)
        again = (ekbacken.kim, ekbacken.autumn, self.SEEN, by(ekbacken.astrid))
        assert raise_observation(*again) is None
        record_next_step([flag(ekbacken.kim, Family.OBSERVATION)], Decision("close", line="Sett fel."), BY)
        assert raise_observation(*again)

    def test_can_be_put_right_on_the_page_of_the_pupil(
        self, ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]
    ) -> None:
        observation = self.observe(ekbacken, ekbacken.astrid)
        db.session.commit()
        page, told = f"/pupils/{ekbacken.kim.id}", {"observation": observation.id}
        address = f"{page}/observations/taken-back"
        assert address not in signed_in(ekbacken.birgitta).get(page).text
        astrid = signed_in(ekbacken.astrid)
        assert address in astrid.get(page).text
        post(astrid, f"/pupils/{ekbacken.noor.id}/observations/taken-back", told)
        assert db.session.scalar(sa.select(Observation.id)) == observation.id
        for _ in range(2):
            answer = post(astrid, address, told)
            assert (answer.status_code, answer.location) == (303, f"{page}#signals")
        shown = astrid.get(page).text
        assert "Byter plats" not in shown
        assert address not in shown
        kept = db.session.scalars(sa.select(AuditEntry.action)).all()
        assert kept.count("observation:taken_back") == 1


def test_what_was_saved_is_told_where_the_page_opens(
    kims: Flag, ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]
) -> None:
    consultation, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
    db.session.commit()
    page, said = f"/pupils/{kims.pupil_id}", "Samrådet är dokumenterat."
    birgitta = signed_in(ekbacken.birgitta)
    told = {"competence_kind": "own"}
    post(birgitta, f"/consultations/{consultation.id}?pupil={kims.pupil_id}", told)
    shown = birgitta.get(page).text
    assert shown.count(said) == 1
    assert shown.index('id="consultations"') < shown.index(said) < shown.index("Be om samråd")
    assert said not in birgitta.get(page).text
