"""Steps ticked off, samråd, the principal's notes and the checklist: what is kept, and what is refused."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import class_2b, flag, record, steps

from assessments.access.models import Account, AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Role
from screening.models import Flag, NextStep
from screening.reviewing import Decision, record_next_step
from screening.rules.catalogue import rule_sets
from screening.signals import FlagState
from screening.steps.cases import CaseTold, note_case
from screening.steps.consulting import Asking, Holding, ask, hold, withdraw
from screening.steps.ending import Ending, end_step, open_again
from screening.steps.lines import Competence
from screening.steps.models import CaseNote, Consultation, StepOutcome, Tick
from screening.steps.ticking import Ticked, tick, untick

BY = Recorder()
OWN = Competence("own")
ADAPTATIONS = Asking("adaptations", Role.SPECIAL_TEACHER)


def by(account: Account) -> Recorder:
    return Recorder(account.id, account.staff_member.duties[0].id)


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", day)


@pytest.fixture
def kims(ekbacken: Ekbacken) -> Flag:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    return flag(ekbacken.kim)


@pytest.fixture
def adapted(kims: Flag) -> NextStep:
    """Extra anpassningar for Kim, to be followed up on 20 November."""
    (step,) = record_next_step([kims], Decision("adaptations", due_on=date(2026, 11, 20)), BY)
    return step


def outcome(step: NextStep) -> StepOutcome | None:
    return db.session.get(StepOutcome, step.id)


class TestAStepThatNeedsSamrad:
    def test_is_not_ticked_off_by_one_person_without_the_competence(self, adapted: NextStep) -> None:
        with pytest.raises(Refused, match="Ange vem som deltog i samrådet"):
            end_step(adapted, Ending(), BY)
        assert outcome(adapted) is None

    def test_is_ticked_off_with_who_took_part(self, adapted: NextStep) -> None:
        end_step(adapted, Ending(competence="specialpedagog: Eva Ek", line="Läser längre texter."), BY)
        ended = outcome(adapted)
        assert ended
        assert (ended.competence, ended.line, ended.ended_on) == (
            "specialpedagog: Eva Ek",
            "Läser längre texter.",
            date(2026, 10, 15),
        )

    def test_is_ticked_off_by_a_samrad_that_has_been_held_since(
        self, ekbacken: Ekbacken, adapted: NextStep
    ) -> None:
        consultation, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        hold(consultation, Holding(OWN), by(ekbacken.birgitta))
        end_step(adapted, Ending(), by(ekbacken.birgitta))
        ended = outcome(adapted)
        assert ended
        assert ended.competence == "egen specialpedagogisk kompetens"

    def test_that_came_to_nothing_needs_nobody(self, adapted: NextStep) -> None:
        end_step(adapted, Ending(is_done=False), BY)
        ended = outcome(adapted)
        assert ended
        assert ended.is_done is False

    def test_ticked_off_twice_stays_as_it_was(self, adapted: NextStep) -> None:
        first = end_step(adapted, Ending(competence="a"), BY)
        assert end_step(adapted, Ending(competence="b"), BY) is first
        assert first.competence == "a"

    @pytest.mark.parametrize("day", [date(2026, 10, 14), date(2026, 10, 16)])
    def test_is_not_ticked_off_before_it_was_taken_or_in_the_future(
        self, adapted: NextStep, day: date
    ) -> None:
        with pytest.raises(Refused, match="Dagen"):
            end_step(adapted, Ending(competence="a", ended_on=day), BY)

    def test_stops_a_signal_from_being_closed_by_one_person_without_it(
        self, kims: Flag, adapted: NextStep
    ) -> None:
        closing = Decision("close", reason="goal_reached")
        with pytest.raises(Refused, match="Ange vem som deltog"):
            record_next_step([kims], closing, BY)
        assert kims.state != FlagState.CLOSED
        told = Decision("close", reason="goal_reached", competence="egen specialpedagogisk kompetens")
        record_next_step([kims], told, BY)
        assert kims.state == FlagState.CLOSED
        assert outcome(adapted)


class TestAStepTickedOffByMistake:
    def test_is_planned_once_more(self, kims: Flag, adapted: NextStep) -> None:
        end_step(adapted, Ending(is_done=False), BY)
        assert open_again(adapted) is True
        assert outcome(adapted) is None
        assert open_again(adapted) is False

    def test_stays_so_once_its_signal_is_closed(self, kims: Flag, adapted: NextStep) -> None:
        record_next_step([kims], Decision("close", reason="goal_reached", competence="a"), BY)
        with pytest.raises(Refused, match="Signalen är avslutad"):
            open_again(adapted)
        assert outcome(adapted)

    @pytest.mark.parametrize(("day", "is_late"), [("2026-11-14", False), ("2026-11-15", True)])
    def test_is_history_after_a_month(
        self, adapted: NextStep, monkeypatch: pytest.MonkeyPatch, day: str, is_late: bool
    ) -> None:
        end_step(adapted, Ending(is_done=False), BY)
        at(monkeypatch, day)
        with pytest.raises(Refused, match="äldre än 30 dagar") if is_late else nullcontext():
            open_again(adapted)
        assert (outcome(adapted) is None) is not is_late

    def test_can_be_put_right_on_the_page_of_the_pupil(
        self, kims: Flag, adapted: NextStep, ekbacken: Ekbacken, signed_in: Callable[[Account], FlaskClient]
    ) -> None:
        address, page = f"/follow-up/steps/{adapted.id}/opened-again", f"/pupils/{kims.pupil_id}"
        db.session.commit()
        birgitta = signed_in(ekbacken.birgitta)
        assert address not in birgitta.get(page).text
        end_step(adapted, Ending(is_done=False), BY)
        db.session.commit()
        assert f'action="{address}?pupil={kims.pupil_id}"' in birgitta.get(page).text
        answer = post(birgitta, f"{address}?pupil={kims.pupil_id}")
        assert (answer.status_code, answer.location) == (303, f"{page}#signals")
        assert "Extra anpassningar: inte längre avbockat." in birgitta.get(page).text
        assert outcome(adapted) is None
        kept = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert "next_step:opened_again" in kept
        assert post(signed_in(ekbacken.astrid), address).status_code == 403


class TestTheNextStep:
    def test_ticks_off_what_is_due_and_leaves_what_is_not(
        self, kims: Flag, adapted: NextStep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (recheck,) = record_next_step([kims], Decision("recheck", weeks=2), BY)
        assert recheck.due_on == date(2026, 11, 5)
        at(monkeypatch, "2026-11-05")
        record_next_step([kims], Decision("intensive_period"), BY)
        assert outcome(recheck)
        assert outcome(adapted) is None

    def test_wants_the_competence_where_what_is_due_needs_samrad(
        self, kims: Flag, adapted: NextStep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, "2026-11-23")
        with pytest.raises(Refused, match="Ange vem som deltog"):
            record_next_step([kims], Decision("recheck", weeks=2), BY)
        record_next_step([kims], Decision("recheck", weeks=2, competence="speciallärare"), BY)
        ended = outcome(adapted)
        assert ended
        assert ended.competence == "speciallärare"
        assert [step.competence for step in steps(kims.pupil)] == [None, None]  # a recheck asks for none

    def test_said_twice_on_its_own_day_is_one_step(self, kims: Flag) -> None:
        decision = Decision("intensive_period", due_on=date(2026, 10, 15))
        for _ in range(2):
            record_next_step([kims], decision, BY)
        assert len(steps(kims.pupil)) == 1
        assert outcome(steps(kims.pupil)[0]) is None

    def test_may_be_a_ready_line_and_no_other(self, ekbacken: Ekbacken, kims: Flag) -> None:
        ekbacken.kim.new_in_swedish_school_on = date(2026, 8, 18)
        db.session.flush()
        ready = "Läser på sitt modersmål: delvis."
        record_next_step([kims], Decision("try_mother_tongue", ready=ready), BY)
        assert steps(ekbacken.kim)[0].line == ready
        with pytest.raises(Refused, match="färdiga raderna"):
            record_next_step([kims], Decision("try_mother_tongue", ready="Talar klingonska."), BY)

    def test_for_a_class_leaves_those_far_below_alone(self, ekbacken: Ekbacken) -> None:
        _, pupils = class_2b(ekbacken, [5, 30, 30])
        answer = Decision("class_teaching", weeks=6)
        with pytest.raises(Refused, match="långt under målet"):
            record_next_step([flag(pupil) for pupil in pupils], answer, BY)
        taken = record_next_step([flag(pupil) for pupil in pupils[1:]], answer, BY)
        assert {step.due_on for step in taken} == {date(2026, 12, 3)}


class TestSamrad:
    def test_waits_for_a_function_until_somebody_with_the_competence_has_taken_part(
        self, ekbacken: Ekbacken
    ) -> None:
        consultation, is_new = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        assert is_new
        hold(consultation, Holding(OWN, answer="Korta texter."), by(ekbacken.birgitta))
        assert (consultation.held_on, consultation.answer) == (date(2026, 10, 15), "Korta texter.")
        assert consultation.closed_account_id == ekbacken.birgitta.id

    def test_asked_again_while_it_waits_is_one(self, ekbacken: Ekbacken) -> None:
        first, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        again, is_new = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        assert (again, is_new) == (first, False)

    @pytest.mark.parametrize(
        "competence", [Competence(), Competence("special_pedagogue"), Competence(who="   ")]
    )
    def test_is_not_closed_by_one_person_without_it(self, ekbacken: Ekbacken, competence: Competence) -> None:
        consultation, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        with pytest.raises(Refused, match="Ange vem som deltog"):
            hold(consultation, Holding(competence), by(ekbacken.astrid))
        assert consultation.closed_on is None

    def test_is_closed_by_whoever_asked_when_she_says_with_whom_or_has_the_competence(
        self, ekbacken: Ekbacken
    ) -> None:
        for competence in (Competence("special_pedagogue", "Eva Ek"), OWN):
            consultation, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
            hold(consultation, Holding(competence), by(ekbacken.astrid))
        told = set(db.session.scalars(sa.select(Consultation.competence)))
        assert told == {"specialpedagog: Eva Ek", "egen specialpedagogisk kompetens"}

    def test_is_withdrawn_by_the_function_that_asked(self, ekbacken: Ekbacken) -> None:
        consultation, _ = ask(ekbacken.kim, ADAPTATIONS, by(ekbacken.astrid))
        with pytest.raises(Refused, match="Bara den funktion"):
            withdraw(consultation, by(ekbacken.birgitta))
        withdraw(consultation, by(ekbacken.astrid))
        assert (consultation.held_on, consultation.closed_on) == (None, date(2026, 10, 15))
        with pytest.raises(Refused, match="redan avslutat"):
            hold(consultation, Holding(OWN), by(ekbacken.birgitta))

    @pytest.mark.parametrize(
        ("about", "role", "words"),
        [("lunch", Role.SPECIAL_TEACHER, "vad samrådet"), ("adaptations", Role.TEAM, "vilken funktion")],
    )
    def test_about_nothing_known_or_with_nobody_is_refused(
        self, ekbacken: Ekbacken, about: str, role: Role, words: str
    ) -> None:
        with pytest.raises(Refused, match=words):
            ask(ekbacken.kim, Asking(about, role), BY)


class TestAReportToThePrincipal:
    @pytest.fixture
    def report(self, kims: Flag) -> NextStep:
        (step,) = record_next_step([kims], Decision("report_to_principal"), BY)
        return step

    def test_is_open_until_she_has_decided(self, ekbacken: Ekbacken, report: NextStep) -> None:
        note_case(report, CaseTold("investigation"), by(ekbacken.rut))
        assert outcome(report) is None
        note_case(report, CaseTold("no_action_programme", line="Dnr 7."), by(ekbacken.rut))
        ended = outcome(report)
        assert ended
        assert ended.line == "Beslut: åtgärdsprogram utarbetas inte"

    def test_keeps_the_day_of_the_decision_and_says_it_once(
        self, ekbacken: Ekbacken, report: NextStep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, "2026-10-20")
        for _ in range(2):
            note_case(report, CaseTold("action_programme", date(2026, 10, 16)), by(ekbacken.rut))
        assert db.session.scalars(sa.select(CaseNote.noted_on)).all() == [date(2026, 10, 16)]

    @pytest.mark.parametrize(
        ("kind", "day"),
        [("lunch", None), ("investigation", date(2026, 10, 14)), ("investigation", date(2027, 1, 1))],
    )
    def test_is_refused_when_it_cannot_be_so(self, report: NextStep, kind: str, day: date | None) -> None:
        with pytest.raises(Refused):
            note_case(report, CaseTold(kind, day), BY)

    def test_other_steps_are_none(self, adapted: NextStep) -> None:
        with pytest.raises(Refused, match="ingen anmälan"):
            note_case(adapted, CaseTold("investigation"), BY)


class TestTheChecklist:
    def test_is_ticked_for_the_year_and_corrected(self, ekbacken: Ekbacken) -> None:
        tick(ekbacken.kim, Ticked("indication"), by(ekbacken.astrid))
        tick(ekbacken.kim, Ticked("indication", date(2026, 10, 1), "Bedömningsstödet."), by(ekbacken.astrid))
        row = db.session.scalars(sa.select(Tick)).one()
        assert (row.academic_year, row.ticked_on, row.line) == (
            "2026/27",
            date(2026, 10, 1),
            "Bedömningsstödet.",
        )
        assert untick(ekbacken.kim, "indication") is row
        assert untick(ekbacken.kim, "indication") is None

    def test_wants_the_competence_where_the_law_does(self, ekbacken: Ekbacken) -> None:
        with pytest.raises(Refused, match="Ange vem som deltog"):
            tick(ekbacken.kim, Ticked("follow_up"), BY)
        assert tick(ekbacken.kim, Ticked("follow_up", competence="speciallärare"), BY)

    @pytest.mark.parametrize("item", ["mapping", "support", "lunch"])
    def test_is_not_ticked_by_hand_where_other_rows_tell_it(self, ekbacken: Ekbacken, item: str) -> None:
        with pytest.raises(Refused, match="inte av för hand"):
            tick(ekbacken.kim, Ticked(item), BY)


def test_the_prepared_rule_set_has_steps_for_all_of_it_too() -> None:
    for rules in rule_sets().values():
        assert rules.for_class()
        assert {"own"} <= set(rules.competences)
        assert any(kind.is_decision and kind.is_last for kind in rules.cases.values())
        known = {*rules.steps, "official", "case"}
        assert all(set(item.steps) <= known for item in rules.checklist.values())


@pytest.mark.parametrize(
    ("told", "due_on"),
    [
        ({"follow_up_weeks": 8}, date(2026, 12, 17)),
        ({"follow_up_weeks": 8, "due_on": date(2026, 11, 2)}, date(2026, 11, 2)),
        ({}, None),
    ],
)
def test_a_step_is_followed_up_in_school_weeks_on_a_day_or_not_at_all(
    kims: Flag, told: dict[str, object], due_on: date | None
) -> None:
    record_next_step([kims], Decision("adaptations", **told), BY)
    assert steps(kims.pupil)[0].due_on == due_on


def test_a_follow_up_in_weeks_that_nobody_offers_is_refused(kims: Flag) -> None:
    with pytest.raises(Refused, match="veckor steget"):
        record_next_step([kims], Decision("adaptations", follow_up_weeks=52), BY)
