"""The initiative adopts a set: from a date, with who and why, and everybody it concerns is judged again."""

from dataclasses import dataclass
from datetime import date

from assessments import windows
from assessments.instruments.catalogue import measures
from assessments.jobs.models import Job
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.writes import Recorder
from screening import rejudging
from screening.benchmarks.adopting import Trial, adopt, asks_reason
from screening.benchmarks.catalogue import benchmarks, in_force
from screening.models import BenchmarkSet

ASKS_WHY = "Mer än 30 % av eleverna skulle få en signal. Skriv varför ni antar den ändå."
ASKS_OF_FEW = (
    "Eleverna är så få att andelen som skulle få en signal inte visas. Skriv varför ni antar den ändå."
)


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


def count_trials(benchmark_set: BenchmarkSet, recorder: Recorder) -> list[Trial]:
    """What a published set would say of the latest windows, kept as it was told. Flushes."""
    from screening.benchmarks import trying  # NumPy and SciPy only where somebody counts

    return trying.count(benchmarks({benchmark_set.id}, measures())[benchmark_set.id], recorder)


def last_told(benchmark_set: BenchmarkSet) -> list[Trial] | None:
    """What was last told of it; None where somebody has yet to count. Writes nothing."""
    from screening.benchmarks import trying  # NumPy and SciPy only where somebody compares

    return trying.last_told(benchmarks({benchmark_set.id}, measures())[benchmark_set.id])


def why_asked(told: list[Trial]) -> str:
    """Why a reason is wanted, in a sentence; empty where none is."""
    if not asks_reason(told):
        return ""
    return ASKS_WHY if any(one.asks_reason and not one.is_hidden for one in told) else ASKS_OF_FEW


def decide(benchmark_set: BenchmarkSet, decision: Decision, told: list[Trial]) -> Adopted:
    """Adopt the set and order what follows. Flushes; ring the bell after the commit.

    Raises ``Refused`` where it would signal so many that a reason is needed, and there is none.
    """
    if not decision.reason and (asked := why_asked(told)):
        raise Refused(asked)
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
