"""What people do about signals, and that nothing of it is undone."""

from datetime import date

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from scoring import class_2b, flag, record, steps

from assessments.database import db
from assessments.models import Score, ScoreChange
from assessments.recording import Recorder
from assessments.refusals import Refused
from screening.models import Flag, Observation, ObservedBy
from screening.reviewing import Decision, Seen, confirm_odd_number, raise_observation, record_next_step
from screening.signals import FlagState

BY = Recorder()


@pytest.fixture
def kims(ekbacken: Ekbacken) -> Flag:
    """Kim's signal: seven letters of eleven."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    return flag(ekbacken.kim)


class TestANextStep:
    def test_is_a_date_a_function_and_at_most_a_line(self, ekbacken: Ekbacken, kims: Flag) -> None:
        duty = ekbacken.birgitta.staff_member.duties[0]
        decision = Decision("adaptations", line="  Bokstäver  i  smågrupp ", competence="speciallärare")
        record_next_step([kims], decision, Recorder(ekbacken.birgitta.id, duty.id))
        (step,) = steps(ekbacken.kim)
        assert (step.kind, step.line, step.competence, step.duty_id) == (
            "adaptations",
            "Bokstäver i smågrupp",
            "speciallärare",
            duty.id,
        )
        assert (step.taken_on, step.due_on, step.is_closing) == (date(2026, 10, 15), None, False)

    def test_a_recheck_is_counted_in_school_weeks(self, kims: Flag) -> None:
        record_next_step([kims], Decision("recheck", weeks=5), BY)
        assert steps(kims.pupil)[0].due_on == date(2026, 11, 26)  # the autumn break does not count

    def test_a_recheck_in_the_summer_moves_to_the_autumn(
        self, kims: Flag, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2027-06-01")
        record_next_step([kims], Decision("recheck", weeks=4), BY)
        assert steps(kims.pupil)[0].due_on == date(2027, 9, 2)

    def test_can_be_the_same_for_several(self, ekbacken: Ekbacken, kims: Flag) -> None:
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=8)
        record_next_step([kims, flag(ekbacken.noor)], Decision("recheck", weeks=5), BY)
        kinds = [step.kind for pupil in (ekbacken.kim, ekbacken.noor) for step in steps(pupil)]
        assert kinds == ["recheck", "recheck"]

    def test_sent_twice_is_recorded_once(self, kims: Flag) -> None:
        for _ in range(2):
            record_next_step([kims], Decision("adaptations"), BY)
        record_next_step([kims], Decision("adaptations", line="Och en rad."), BY)
        assert [step.line for step in steps(kims.pupil)] == [None, "Och en rad."]

    @pytest.mark.parametrize(
        ("decision", "reason"),
        [
            (Decision("beslut"), "Välj ett nästa steg."),
            (Decision("recheck"), "Välj om hur många veckor"),
            (Decision("recheck", weeks=7), "Välj om hur många veckor"),
            (Decision("adaptations", due_on=date(2026, 10, 14)), "har redan varit"),
            (Decision("adaptations", line="a" * 301), "högst 300 tecken"),
            (Decision("close"), "Ange varför"),
            (Decision("close", reason="hittepå"), "Ange varför"),
            (Decision("special_assessment"), "efter bedömningsstöd eller nationellt prov"),
            (Decision("study_guidance"), "nya i svensk skola"),
        ],
    )
    def test_that_cannot_be_is_refused_and_nothing_changes(
        self, kims: Flag, decision: Decision, reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            record_next_step([kims], decision, BY)
        assert steps(kims.pupil) == []

    def test_needs_a_signal(self, ekbacken: Ekbacken) -> None:
        with pytest.raises(Refused, match="Markera minst en signal"):
            record_next_step([], Decision("adaptations"), BY)

    def test_a_special_assessment_follows_national_material(self, ekbacken: Ekbacken, kims: Flag) -> None:
        record(ekbacken.autumn, ekbacken.kim, avstamning_a=1)
        record_next_step([flag(ekbacken.kim)], Decision("special_assessment"), BY)
        assert steps(ekbacken.kim)[0].kind == "special_assessment"

    def test_newly_arrived_pupils_have_steps_of_their_own(self, kims: Flag) -> None:
        kims.pupil.new_in_swedish_school_on = date(2026, 8, 20)
        record_next_step([kims], Decision("study_guidance"), BY)
        assert steps(kims.pupil)[0].kind == "study_guidance"

    def test_keeps_the_signal_when_the_score_is_corrected(self, ekbacken: Ekbacken, kims: Flag) -> None:
        record_next_step([kims], Decision("adaptations"), BY)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25)
        kept = flag(ekbacken.kim)
        assert (kept.state, kept.ground_gone_on) == (FlagState.CLOSE_PROPOSED, date(2026, 10, 15))


class TestClosing:
    def test_takes_a_ready_reason_or_an_own_line(self, ekbacken: Ekbacken, kims: Flag) -> None:
        record_next_step([kims], Decision("close", reason="other_explanation", line="Nya glasögon."), BY)
        assert flag(ekbacken.kim).state == FlagState.CLOSED
        (step,) = steps(ekbacken.kim)
        assert (step.is_closing, step.line) == (
            True,
            "Resultatet har en annan förklaring. Nya glasögon.",
        )

    def test_lasts_when_the_same_scores_are_judged_again(self, ekbacken: Ekbacken, kims: Flag) -> None:
        record_next_step([kims], Decision("close", reason="not_needed"), BY)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=8)
        assert flag(ekbacken.kim).state == FlagState.CLOSED

    def test_is_final_for_other_steps(self, kims: Flag) -> None:
        record_next_step([kims], Decision("close", reason="not_needed"), BY)
        with pytest.raises(Refused, match="redan avslutad"):
            record_next_step([kims], Decision("adaptations"), BY)


class TestAnObservation:
    def test_becomes_a_signal_at_once(self, ekbacken: Ekbacken) -> None:
        seen = Seen(ObservedBy.PUPIL, " Orden hoppar. ", date(2026, 10, 12))
        raise_observation(ekbacken.noor, ekbacken.autumn, seen, BY)
        raised = flag(ekbacken.noor, "observation")
        assert (raised.kind, raised.level, raised.state) == ("observation", 2, FlagState.NEW)
        assert raised.evidence["observed_by"] == "pupil"
        assert db.session.scalars(sa.select(Observation.line)).all() == ["Orden hoppar."]

    def test_keeps_its_words_out_of_the_evidence(self, ekbacken: Ekbacken) -> None:
        raise_observation(ekbacken.noor, ekbacken.autumn, Seen(ObservedBy.TEACHER, "Hemligt ord."), BY)
        assert "Hemligt" not in str(flag(ekbacken.noor, "observation").evidence)

    @pytest.mark.both_databases
    def test_after_the_last_one_was_closed_opens_the_thread_anew(self, ekbacken: Ekbacken) -> None:
        for line in ("Ett.", "Två."):
            raise_observation(ekbacken.noor, ekbacken.autumn, Seen(ObservedBy.TEACHER, line), BY)
            assert flag(ekbacken.noor, "observation").state == FlagState.NEW
            record_next_step([flag(ekbacken.noor, "observation")], Decision("close", reason="not_needed"), BY)
            assert flag(ekbacken.noor, "observation").state == FlagState.CLOSED

    @pytest.mark.parametrize(
        ("line", "on", "reason"),
        [
            ("  ", None, "Skriv vad ni har sett"),
            ("a" * 301, None, "högst 300 tecken"),
            ("Orden hoppar.", date(2026, 10, 16), "framtiden"),
        ],
    )
    def test_without_words_or_from_tomorrow_is_refused(
        self, ekbacken: Ekbacken, line: str, on: date | None, reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            raise_observation(ekbacken.noor, ekbacken.autumn, Seen(ObservedBy.TEACHER, line, on), BY)
        assert db.session.scalars(sa.select(Observation)).all() == []


class TestAnOddNumber:
    def test_that_somebody_vouches_for_is_judged_again(self, ekbacken: Ekbacken) -> None:
        _, (pupil,) = class_2b(ekbacken, [40])
        score = db.session.scalars(sa.select(Score).filter_by(pupil_id=pupil.id)).one()
        score.attempted, score.errors = 45, 60
        db.session.flush()
        record(ekbacken.autumn, pupil, avstamning_b=2)  # judges the pupil again
        assert flag(pupil, "data").kind == "check_data"
        assert confirm_odd_number(pupil, ekbacken.autumn, {"ord_per_minut"}) == ["ord_per_minut"]
        assert flag(pupil, "data") is None

    def test_keeps_its_value_version_and_history(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        confirm_odd_number(ekbacken.kim, ekbacken.autumn, {"bokstavsljud"})
        score = db.session.scalars(sa.select(Score)).one()
        assert (score.points, score.version, score.is_confirmed) == (7, 1, True)
        assert len(db.session.scalars(sa.select(ScoreChange)).all()) == 1

    def test_confirmed_twice_is_news_once(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        confirm_odd_number(ekbacken.kim, ekbacken.autumn, {"bokstavsljud"})
        assert confirm_odd_number(ekbacken.kim, ekbacken.autumn, {"bokstavsljud", "finns_inte"}) == []

    def test_changed_afterwards_is_looked_at_anew(self, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        confirm_odd_number(ekbacken.kim, ekbacken.autumn, {"bokstavsljud"})
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=8)
        assert db.session.scalars(sa.select(Score.is_confirmed)).one() is False
