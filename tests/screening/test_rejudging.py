"""Judging everybody again: a job that survives its worker, keeps what was, equals judging from scratch."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from coordinating import a_counted_goal
from flask import Flask
from flask.testing import FlaskClient
from posting import post
from reading_pages import sentence, text, texts
from scoring import a_window, class_2b, flag, judge_everyone, steps

from assessments.clock import now, today
from assessments.database import db
from assessments.jobs.models import Job, JobPart, JobState, PartState
from assessments.jobs.running import work_off
from assessments.models import Season
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import Duty, Municipality, School
from screening import adoption, flagging, rejudging
from screening.adoption import Decision
from screening.benchmarks import drafting
from screening.benchmarks.drafting import Author
from screening.benchmarks.models import AdoptionTrial, FormerJudgement
from screening.models import BenchmarkSet, Flag, Judgement
from screening.reviewing import Decision as Step
from screening.reviewing import record_next_step
from screening.runs import screening_run

pytestmark = pytest.mark.slow

SignIn = Callable[[Any], FlaskClient]
WORDS = ("ord_per_minut", 2, "autumn")


def stricter_set(goal: int = 100, near: int = 26) -> BenchmarkSet:
    """The next version, published: the goal of year 2 in autumn moved from 35."""
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).first()
    draft = drafting.draft_from_set(default, None)
    limits = {"near_from": near, "goal_from": goal, "status": "N", "near_status": "N", "source": "En studie"}
    drafting.change_limit(draft, WORDS, limits, Author(None, 1))
    made = drafting.publish_draft(draft, Author(None, 2))
    db.session.commit()
    return made


def adopt(one: BenchmarkSet, **more: Any) -> adoption.Adopted:
    """From the autumn's first day."""
    decision = Decision(date(2026, 8, 20), reason="Ny studie", **more)
    done = adoption.decide(one, decision, adoption.count_trials(one, Recorder()))
    db.session.commit()
    return done


def judged() -> list[tuple[Any, ...]]:
    """Every judgement and signal, without the moment it was made."""
    db.session.rollback()
    judgements = sa.select(
        Judgement.pupil_id,
        Judgement.window_id,
        Judgement.benchmark_set_id,
        Judgement.level,
        Judgement.certainty,
    ).order_by(Judgement.pupil_id, Judgement.window_id)
    flags = sa.select(
        Flag.pupil_id, Flag.window_id, Flag.family, Flag.kind, Flag.level, Flag.state, Flag.evidence
    )
    signals = db.session.execute(flags.order_by(Flag.pupil_id, Flag.window_id, Flag.family))
    return [tuple(row) for row in [*db.session.execute(judgements), *signals]]


@pytest.mark.both_databases
class TestANewVersion:
    def test_is_what_judging_from_scratch_says(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20, 30, 60, 80, 120, None])
        before = screening_run(ekbacken.autumn)
        adopt(stricter_set())
        work_off("a")
        by_job, run_by_job = judged(), screening_run(ekbacken.autumn)
        assert run_by_job["benchmark_set"]["version"] == "2"
        assert run_by_job["pupils"] != before["pupils"]
        db.session.execute(sa.delete(Flag))
        db.session.execute(sa.delete(Judgement))
        flagging.judge_window(ekbacken.autumn)
        db.session.commit()
        assert judged() == by_job
        assert screening_run(ekbacken.autumn) == run_by_job

    def test_judged_twice_changes_nothing_more(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20, 60])
        adopt(stricter_set())
        work_off("a")
        once = judged()
        moments = db.session.scalars(sa.select(Judgement.judged_at).order_by(Judgement.id)).all()
        rejudging.order_rejudging()
        db.session.commit()
        work_off("a")
        assert judged() == once
        assert db.session.scalars(sa.select(Judgement.judged_at).order_by(Judgement.id)).all() == moments

    def test_keeps_what_the_former_one_said_and_when(self, ekbacken: Ekbacken) -> None:
        _, pupils = class_2b(ekbacken, [20, 60])
        default = db.session.scalars(sa.select(Judgement)).first().benchmark_set_id
        standing = {
            one.pupil_id: (one.level, one.judged_at) for one in db.session.scalars(sa.select(Judgement))
        }
        one = stricter_set()
        adopt(one)
        work_off("a")
        former = db.session.scalars(sa.select(FormerJudgement).order_by(FormerJudgement.pupil_id)).all()
        told = {row.pupil_id: (row.level, row.judged_at) for row in former}
        assert told == standing
        assert {row.benchmark_set_id for row in former} == {default}
        low = next(row for row in former if row.pupil_id == pupils[0].id)
        assert low.signals == [{"family": "need", "kind": "below_goal", "level": 3, "state": "new"}]
        assert low.replaced_at >= low.judged_at
        stands = db.session.scalars(sa.select(Judgement).filter_by(pupil_id=pupils[0].id)).one()
        assert stands.benchmark_set_id == one.id

    def test_never_undoes_what_a_person_did(self, ekbacken: Ekbacken) -> None:
        _, pupils = class_2b(ekbacken, [20])
        signal = flag(pupils[0])
        record_next_step([signal], Step("adaptations", line="Läser i par"), Recorder())
        db.session.commit()
        adopt(stricter_set(goal=2, near=1))  # far below what the pupil reads
        work_off("a")
        db.session.expire_all()
        (still,) = steps(pupils[0])
        assert still.line == "Läser i par"
        assert flag(pupils[0]).id == signal.id
        assert flag(pupils[0]).ground_gone_on == today()


class TestAdopting:
    def test_orders_nothing_when_no_window_is_concerned(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20])
        one = stricter_set()
        done = adoption.decide(one, Decision(date(2027, 8, 1)), [])
        assert (done.is_new, done.windows, done.job) == (True, (), None)

    def test_keeps_what_it_was_told_it_would_signal(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20, 60, 120] * 5)
        adopt(stricter_set())
        trial = db.session.scalars(sa.select(AdoptionTrial)).one()
        assert (trial.window_id, trial.pupils, trial.signalled) == (ekbacken.autumn.id, 19, 10)

    def test_tells_two_sets_alike_that_one_pupil_lies_between(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20] * 10 + [60] + [130] * 9)
        lower, higher, highest = (stricter_set(goal=goal) for goal in (30, 100, 170))
        told = [adoption.count_trials(one, Recorder())[0] for one in (lower, higher, highest)]
        assert [(one.pupils, one.signalled) for one in told] == [(24, 10), (24, 10), (24, 20)]
        assert [one.is_hidden for one in told] == [False, False, True]  # four are left
        assert adoption.last_told(higher) == told[1:2]
        assert adoption.last_told(stricter_set(goal=90)) is None

    def test_asks_why_of_few_whatever_they_read(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [130, 130, 130])
        [told] = adoption.count_trials(one := stricter_set(), Recorder())
        assert told.is_hidden
        with pytest.raises(Refused, match="så få att andelen"):
            adoption.decide(one, Decision(date(2026, 8, 20)), [told])

    def test_keeps_nothing_that_is_not_told(self, ekbacken: Ekbacken) -> None:
        class_2b(ekbacken, [20, 60, 120])
        adopt(stricter_set())
        assert not db.session.scalars(sa.select(AdoptionTrial)).all()

    def test_judges_windows_before_the_first_adoption_afterwards(self, ekbacken: Ekbacken) -> None:
        _, pupils = class_2b(ekbacken, [20])
        default = db.session.scalars(sa.select(BenchmarkSet)).one()
        db.session.execute(sa.text("UPDATE adoption SET valid_from = '2026-10-01'"))
        db.session.commit()
        rejudging.order_rejudging(set_id=default.id)
        db.session.commit()
        work_off("a")
        row = db.session.scalars(sa.select(Judgement).filter_by(pupil_id=pupils[0].id)).one()
        assert (row.is_judged_afterwards, row.level) == (True, "below_goal")
        assert flag(pupils[0]) is None


class TestAFaultInOneSchool:
    @pytest.fixture
    def broken(self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> int:
        """Whoever is judged at Tallbacken makes the judging fail."""
        class_2b(ekbacken, [20, 60])
        whole, olle, name = flagging.judge_pupils, ekbacken.olle.id, ekbacken.olle.given_name

        def judge(ids: Any, *more: Any) -> None:
            if olle in ids:
                raise ZeroDivisionError(name)
            whole(ids, *more)

        monkeypatch.setattr(flagging, "judge_pupils", judge)
        done = adopt(stricter_set(), account_id=ekbacken.cecilia.id)
        assert work_off("a") == 2
        assert done.job is not None
        return done.job.id

    def test_stops_no_other_and_is_told(self, broken: int, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = signed_in(ekbacken.cecilia).get(f"/benchmarks/rejudging/{broken}").text
        assert sentence(page) == "Omräkningen är klar: 1 av 2 skolor. 1 skola kunde inte bedömas om."
        rows = texts(page, "//tbody/tr")
        assert rows[0].startswith("Tallbackens skola Tallby kunde inte bedömas om. Ett fel i programmet")
        assert rows[1].startswith("Ekbackens skola Ekby klar")
        assert "Olle" not in page
        assert "Cecilia Cypress" in page

    def test_can_be_tried_again(
        self, broken: int, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = signed_in(ekbacken.cecilia)
        monkeypatch.undo()
        assert post(client, f"/benchmarks/rejudging/{broken}/again").status_code == 303
        assert "Omräkningen väntar: 1 av 2 skolor." in client.get("/benchmarks").text
        assert work_off("b") == 1
        page = client.get(f"/benchmarks/rejudging/{broken}").text
        assert sentence(page) == "Omräkningen är klar: 2 av 2 skolor."

    def test_is_told_on_the_command_line(self, broken: int, lasspar: Callable[..., Result]) -> None:
        done = lasspar("screening", "rejudge", "--again")
        assert done.exit_code == 1
        assert "1 skola kunde inte bedömas om; de andra är klara." in done.stderr


class TestThePage:
    def test_says_how_far_it_has_come(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        class_2b(ekbacken, [20])
        client = signed_in(ekbacken.cecilia)
        assert "Ingen omräkning är beställd." in client.get("/benchmarks/rejudging").text
        ordered = post(client, "/benchmarks/rejudging", {"municipality": ""})
        page = client.get(ordered.location).text
        assert sentence(page) == "Omräkningen väntar: 0 av 2 skolor."
        assert "Ingen arbetar med den just nu" not in page
        job = db.session.scalars(sa.select(Job)).one()
        job.created_at = now() - timedelta(minutes=5)
        db.session.commit()
        assert "Ingen arbetar med den just nu" in client.get(ordered.location).text
        assert "Omräkningen väntar" in client.get("/benchmarks").text
        work_off("a")
        assert sentence(client.get(ordered.location).text) == "Omräkningen är klar: 2 av 2 skolor."
        assert "beställd för hand" in text(client.get("/benchmarks/rejudging").text, "//tbody/tr")
        assert "Omräkningen" not in client.get("/benchmarks").text.replace("Omräkningar", "")

    def test_municipalities_stand_in_swedish_order(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        db.session.add_all(Municipality(name=name) for name in ("Öby", "Älvby", "Åby"))
        db.session.commit()
        page = signed_in(ekbacken.cecilia).get("/benchmarks/rejudging").text
        named = texts(page, "//select[@name='municipality']/option[@value != '']")
        assert [name for name in named if name.endswith("by")] == ["Ekby", "Tallby", "Åby", "Älvby", "Öby"]

    def test_is_read_by_everybody_and_followed_by_the_coordinator(
        self, ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        class_2b(ekbacken, [20])
        job_id = rejudging.order_rejudging().id
        db.session.commit()
        client = signed_in(ekbacken.astrid)
        page = client.get("/benchmarks").text
        assert "Omräkningen väntar: 0 av 2 skolor." in page
        assert "Följ omräkningen" not in page
        assert client.get(f"/benchmarks/rejudging/{job_id}").status_code == 403

    def test_of_another_municipality_is_not_there(
        self, ekbacken: Ekbacken, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who coordinates Ekby follows what is Ekby's, and of what is everybody's the schools of Ekby."""
        class_2b(ekbacken, [20])
        monkeypatch.setattr(flagging, "judge_pupils", lambda *_some: 1 / 0)
        theirs, all_of_us = (
            rejudging.order_rejudging(ekbacken.other_municipality),
            rejudging.order_rejudging(),
        )
        db.session.commit()
        work_off("a")
        duty = sa.select(Duty).filter_by(staff_member_id=ekbacken.cecilia.staff_member_id)
        db.session.scalars(duty).one().municipality_id = ekbacken.municipality.id
        db.session.commit()
        client = signed_in(ekbacken.cecilia)
        assert client.get(f"/benchmarks/rejudging/{theirs.id}").status_code == 404
        assert post(client, f"/benchmarks/rejudging/{theirs.id}/again").status_code == 404
        assert f"/rejudging/{theirs.id}" not in client.get("/benchmarks/rejudging").text
        page = client.get(f"/benchmarks/rejudging/{all_of_us.id}").text
        assert "Ekbackens skola" in page
        assert "Tallbackens skola" not in page
        assert "Tallby" not in page
        assert post(client, f"/benchmarks/rejudging/{all_of_us.id}/again").status_code == 303
        states = sa.select(School.name, JobPart.state).join(School, School.id == JobPart.subject_id)
        assert dict(db.session.execute(states.where(JobPart.job_id == all_of_us.id)).all()) == {
            "Ekbackens skola": PartState.WAITING,
            "Tallbackens skola": PartState.FAILED,
        }
        noticed = client.get("/benchmarks").text
        assert f"/rejudging/{all_of_us.id}" in noticed

    def test_judges_one_municipality(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        class_2b(ekbacken, [20])
        client = signed_in(ekbacken.cecilia)
        fields = {"municipality": ekbacken.other_municipality.id}
        page = client.get(post(client, "/benchmarks/rejudging", fields).location).text
        assert "Tallbackens skola" in page
        assert "Ekbackens skola" not in page
        assert post(client, "/benchmarks/rejudging", {"municipality": "999"}).status_code == 404


class TestTheCommand:
    def test_judges_everybody_and_says_so(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]) -> None:
        _, pupils = class_2b(ekbacken, [20])
        db.session.execute(sa.delete(Flag))
        db.session.commit()
        done = lasspar("screening", "rejudge")
        assert (done.exit_code, done.stdout) == (0, "Allt som är beställt är bedömt.\n")
        assert flag(pupils[0]).kind == "below_goal"

    def test_goes_on_with_what_was_cut_short(
        self, ekbacken: Ekbacken, lasspar: Callable[..., Result]
    ) -> None:
        class_2b(ekbacken, [20])
        job_id = rejudging.order_rejudging().id
        db.session.commit()
        assert lasspar("screening", "rejudge", "--kommun", "Ekby").exit_code == 0
        assert db.session.scalars(sa.select(Job.id)).all() == [job_id]
        assert db.session.get_one(Job, job_id).state == JobState.DONE

    def test_worker_once_does_what_waits(self, ekbacken: Ekbacken, lasspar: Callable[..., Result]) -> None:
        class_2b(ekbacken, [20])
        rejudging.order_rejudging()
        db.session.commit()
        done = lasspar("worker", "--once")
        assert (done.exit_code, done.stdout) == (0, "2 delar är utförda.\n")
        assert lasspar("worker", "--once").stdout == "0 delar är utförda.\n"


WINDOW = "2026-27-autumn"
TO_COUNT = (  # buttons: the page says why, beside what went out before
    "/initiative", "/initiative/comparison", "/initiative/comparison?measure=bokstavsljud",
    "/initiative/flow?window=2026-27-winter", "/initiative/goals/{goal}",
)  # fmt: skip
TO_TAKE_AWAY = (
    *(f"/initiative/windows/{WINDOW}/report.{form}" for form in ("pdf", "csv", "xlsx")),
    *(f"/initiative/goals/{{goal}}/goal.{form}" for form in ("pdf", "csv", "xlsx")),
    *(f"/initiative/comparison/table.{form}?window={WINDOW}" for form in ("csv", "xlsx")),
    *(f"/initiative/flow/table.{form}?window=2026-27-winter" for form in ("csv", "xlsx")),
    f"/schools/{{school}}/windows/{WINDOW}/school-report.pdf",
)
FOR_PROGRAMS = (
    *(f"/api/v1/reports/initiative/windows/{WINDOW}/report.{form}" for form in ("pdf", "csv", "xlsx")),
    f"/api/v1/reports/schools/{{school}}/windows/{WINDOW}/school-report.pdf",
)
COMMANDS = (
    ("initiative", "compare", "--window", "2026/27-autumn", "--json"),
    ("report", "initiative", "--window", "2026/27-autumn", "--out", "x.pdf"),
    ("report", "goal", "Alla ämnen i femman", "--out", "x.pdf"),
    ("report", "school", "Ekbackens skola", "--window", "2026/27-autumn", "--out", "x.pdf"),
)


class TestNothingIsToldHalfWay:
    """Figures of several pupils wait until every school is judged by the same."""

    @pytest.fixture
    def counted(self, ekbacken: Ekbacken, signed_in: SignIn) -> dict[str, int]:
        """Everything has gone out once."""
        class_2b(ekbacken, [20, 60])
        a_window("2026/27", Season.WINTER, date(2026, 11, 16), date(2026, 12, 4))
        ids = {"goal": a_counted_goal(ekbacken.school), "school": ekbacken.school.id}
        db.session.commit()
        client = signed_in(ekbacken.cecilia)
        assert {post(client, address.format(**ids)).status_code for address in TO_COUNT} == {303}
        return ids

    def asked(self, ekbacken: Ekbacken, signed_in: SignIn, ids: dict[str, int]) -> dict[str, Any]:
        """The answer of each address, to whoever may ask."""
        cecilia, rut = signed_in(ekbacken.cecilia), signed_in(ekbacken.rut)
        answers = {address: post(cecilia, address.format(**ids)) for address in TO_COUNT}
        for address in (*TO_TAKE_AWAY, *FOR_PROGRAMS):
            client = rut if "school}" in address else cecilia
            answers[address] = client.get(address.format(**ids))
        return answers

    def test_at_any_address(self, counted: dict[str, int], ekbacken: Ekbacken, signed_in: SignIn) -> None:
        job_id = rejudging.order_rejudging().id
        db.session.commit()
        answers = self.asked(ekbacken, signed_in, counted)
        assert {one: answer.status_code for one, answer in answers.items()} == {
            one: 409 if one not in TO_COUNT or "goals" in one else 422 for one in answers
        }
        for one in FOR_PROGRAMS:
            assert answers[one].mimetype == "application/problem+json"
            assert answers[one].json["reasons"] == [answers[one].json["detail"]]
            assert answers[one].json["title"] == "Det går inte just nu"
        for answer in answers.values():
            told = answer.json["detail"] if answer.is_json else answer.text
            assert "alla skolor är inte klara än: 0 av 2 skolor. Kom tillbaka när omräkningen är klar" in told
        pages = ("/initiative", "/initiative/comparison", "/initiative/flow", "/initiative/goals")
        for page in (*pages, f"/initiative/goals/{counted['goal']}"):
            answer = signed_in(ekbacken.cecilia).get(page)
            assert (answer.status_code, "0 av 2 skolor. Kom tillbaka" in answer.text) == (200, True)
        assert "Kom tillbaka" in signed_in(ekbacken.rut).get("/my-school").text
        assert work_off("a", job_id) == 2
        done = self.asked(ekbacken, signed_in, counted)
        assert {one: answer.status_code for one, answer in done.items()} == {
            one: 303 if one in TO_COUNT else 200 for one in done
        }

    def test_a_school_waits_for_itself_and_the_initiative_for_all(
        self, counted: dict[str, int], ekbacken: Ekbacken, signed_in: SignIn
    ) -> None:
        rejudging.order_rejudging(ekbacken.other_municipality)
        db.session.commit()
        assert rejudging.why_half_counted([ekbacken.school.id]) is None
        assert rejudging.why_half_counted([ekbacken.other_school.id]) == rejudging.why_half_counted()
        rut = signed_in(ekbacken.rut)
        assert rut.get(TO_TAKE_AWAY[-1].format(**counted)).status_code == 200

    def test_by_command(self, counted: dict[str, int], lasspar: Callable[..., Result]) -> None:
        rejudging.order_rejudging()
        db.session.commit()
        told = [lasspar(*command) for command in COMMANDS]
        assert [(one.exit_code, one.stdout) for one in told] == [(1, "")] * len(COMMANDS)
        assert all("0 av 2 skolor. Kom tillbaka när omräkningen är klar" in one.stderr for one in told)

    def test_what_failed_holds_all_back_until_it_is_tried_again(
        self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class_2b(ekbacken, [20])
        monkeypatch.setattr(rejudging, "judge_school", lambda *_told: 1 / 0)
        rejudging.order_rejudging()
        db.session.commit()
        work_off("a")
        assert "0 av 2 skolor. 2 skolor kunde inte räknas om" in (rejudging.why_half_counted() or "")
        monkeypatch.undo()
        rejudging.order_failed_again()
        db.session.commit()
        work_off("a")
        assert rejudging.why_half_counted() is None


KILLED = """
import os, signal, sys
from app import create_app
from screening import flagging
from assessments.jobs.running import work_off

whole, judged = flagging.judge_pupils, []

def judge(ids, *more):
    whole(ids, *more)
    judged.append(ids)
    if len(judged) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)  # judged, and not committed

flagging.judge_pupils = judge
with create_app().app_context():
    work_off("killed")
"""


@pytest.mark.both_databases
@pytest.mark.parametrize("after", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_worker_that_is_killed_leaves_nothing_half_done(ekbacken: Ekbacken, app: Flask, after: int) -> None:
    """A process of its own judges, and is killed before it could commit; another takes over."""
    class_2b(ekbacken, [20, 30, 60, 80, 120, None])
    done = adopt(stricter_set())
    assert done.job is not None
    job_id = done.job.id
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    environment = {
        **os.environ,
        "LASSPAR_DATABASE_URL": url.replace("+psycopg", ""),
        "LASSPAR_SECRET_KEY": "x" * 40,
    }
    db.session.rollback()
    died = subprocess.run([sys.executable, "-c", KILLED, str(after)], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    states = sa.select(JobPart.state).filter_by(job_id=job_id).order_by(JobPart.position)
    expected = [PartState.DONE] * (after - 1) + [PartState.RUNNING] + [PartState.WAITING] * (2 - after)
    assert db.session.scalars(states).all() == expected
    assert work_off("next", job_id) == 2 - after, "the part is held while its lease lasts"
    held = sa.update(JobPart).where(JobPart.lease_until.is_not(None))
    db.session.execute(held.values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
    db.session.commit()
    assert work_off("next", job_id) == 1
    assert db.session.get_one(Job, job_id, populate_existing=True).state == JobState.DONE
    resumed, former = judged(), count(FormerJudgement)
    db.session.execute(sa.delete(Flag))
    db.session.execute(sa.delete(Judgement))
    judge_everyone()
    db.session.commit()
    assert judged() == resumed
    assert former == 5  # the sixth had nothing to judge before


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
