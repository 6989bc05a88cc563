"""The initiative adopts a set: from a date, with who and why, and everybody it concerns is judged again."""

from dataclasses import dataclass
from datetime import date

from assessments import windows
from assessments.instruments.catalogue import measures
from assessments.jobs.models import Job
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from screening import rejudging
from screening.benchmarks.adopting import Trial, adopt, asks_reason, trials
from screening.benchmarks.catalogue import benchmarks, in_force
from screening.models import BenchmarkSet

ASKS_WHY = "Mer än 30 % av eleverna skulle få en signal. Skriv varför ni antar den ändå."


@dataclass(frozen=True)
class Adopted:
    """``windows`` are judged by another set than before; the job judges their pupils again."""

    is_new: bool
    windows: tuple[AssessmentWindow, ...] = ()
    job: Job | None = None


@dataclass(frozen=True)
class Decision:
    """From when, by whom and why."""

    valid_from: date
    account_id: int | None = None
    duty_id: int | None = None
    reason: str | None = None


def set_trials(benchmark_set: BenchmarkSet) -> list[Trial]:
    """What a published set would say of the latest windows."""
    return trials(benchmarks({benchmark_set.id}, measures())[benchmark_set.id])


def decide(benchmark_set: BenchmarkSet, decision: Decision, told: list[Trial]) -> Adopted:
    """Adopt the set and order what follows. Flushes; ring the bell after the commit.

    Raises ``Refused`` where it would signal so many that a reason is needed, and there is none.
    """
    if not decision.reason and asks_reason(told):
        raise Refused(ASKS_WHY)
    return carry_out(benchmark_set, decision, told)


def carry_out(benchmark_set: BenchmarkSet, decision: Decision, told: list[Trial]) -> Adopted:
    """The same without asking why: a script has been told that the reason is missing."""
    declared = windows.in_order()
    before = in_force(declared)
    is_new = adopt(
        benchmark_set,
        decision.valid_from,
        reason=decision.reason,
        account_id=decision.account_id,
        told=told,
    )
    after = in_force(declared)
    concerned = tuple(one for one in declared if before.get(one.id) != after.get(one.id))
    if not concerned:
        return Adopted(is_new)
    job = rejudging.order_rejudging(
        account_id=decision.account_id, duty_id=decision.duty_id, set_id=benchmark_set.id
    )
    return Adopted(is_new, concerned, job)
