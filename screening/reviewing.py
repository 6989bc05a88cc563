"""What people do about signals: record a next step, close, tell what they saw, vouch for an odd number.

Nothing a person did here is undone by the machine; people take their mistakes back. Verbs flush; the caller
commits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import start_of, today
from assessments.database import db
from assessments.instruments.models import MeasureRow
from assessments.models import Absence, AssessmentWindow, Score
from assessments.recording import Recorder, confirm_scores
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.roster.models import Pupil
from assessments.school_calendars import calendars
from assessments.taken_back import is_too_late
from assessments.written_lines import forget_lines
from screening.models import Flag, NextStep, Observation, ObservedBy
from screening.rules.catalogue import RuleSet, Step, rules_on
from screening.signals import Family, FlagState
from screening.steps.consulting import is_same_function
from screening.steps.ending import end_with
from screening.steps.lines import LONGEST_LINE, refuse, tidy
from screening.steps.models import StepOutcome

FAR_BELOW = 3  # the level of a signal that is answered for the pupil alone


@dataclass(frozen=True)
class Decision:
    """A step as somebody chose it. ``reason`` is a code of the rule set's ready reasons."""

    kind: str
    line: str | None = None
    competence: str | None = None
    weeks: int | None = None
    due_on: date | None = None
    follow_up_weeks: int | None = None  # school weeks to the follow-up, where no day was said
    reason: str | None = None
    ready: str | None = None  # one of the step's ready lines


def record_next_step(flags: Sequence[Flag], decision: Decision, by: Recorder) -> list[NextStep]:
    """The same step for each of the signals; a closing step closes their threads.

    Steps whose day has come are ticked off by it. Saying the same thing again the same day changes nothing.
    Raises ``Refused`` before anything is written.
    """
    rules = rules_on(today())
    step = rules.steps.get(decision.kind)
    if step is None:
        raise Refused("Välj ett nästa steg.")
    _held(flags)
    _refuse_what_is_wrong(flags, step, decision, rules)
    line = _line(decision, rules)
    competence = tidy(decision.competence)
    due_on = _due_days(flags, step, decision)
    end_with(flags, competence, step.is_closing, by)
    taken = []
    for flag in flags:
        said = NextStep(
            flag_id=flag.id, kind=step.code, line=line,
            competence=competence if "competence" in step.asks else None,
            due_on=due_on[flag.pupil_id],
            is_closing=step.is_closing, account_id=by.account_id, duty_id=by.duty_id, taken_on=today(),
        )  # fmt: skip
        taken.append(_already_said(flag, said) or _say(flag, said))
    db.session.flush()
    if step.is_closing:
        _judge({flag.pupil_id for flag in flags})  # a closed thread goes on differently in later windows
    return taken


def open_signal_again(closing: NextStep, by: Recorder) -> bool:
    """The signal was closed by mistake: it stands as before, and the closing as a step that came to nothing.
    False where that has been done already.

    Raises ``Refused`` after 30 days, or where the signal is open again for another reason.
    """
    about = db.session.get_one(Flag, closing.flag_id)
    _held([about])
    db.session.refresh(closing)
    if not closing.is_closing:
        return False
    refuse(["Signalen avslutades för mer än 30 dagar sedan."] if is_too_late(closing.created_at) else [])
    refuse(["Signalen är redan öppen igen."] if about.state != FlagState.CLOSED else [])
    closing.is_closing = False
    db.session.add(
        StepOutcome(
            next_step_id=closing.id, is_done=False, ended_on=today(), account_id=by.account_id,
            duty_id=by.duty_id,
        )
    )  # fmt: skip
    db.session.flush()
    _judge({about.pupil_id})
    return True


@dataclass(frozen=True)
class Seen:
    """What somebody saw, who it was, and when."""

    observed_by: ObservedBy
    line: str
    observed_on: date | None = None  # today


def raise_observation(pupil: Pupil, window: AssessmentWindow, seen: Seen, by: Recorder) -> Observation | None:
    """Somebody saw something the numbers do not say (skollagen 3 kap. 5 §): it becomes a signal at once.

    None where the same person has just said the same, and nobody has closed the signal since.
    """
    said = tidy(seen.line)
    day = seen.observed_on or today()
    wrong = [] if said else ["Skriv vad ni har sett, på en rad."]
    if said and len(said) > LONGEST_LINE:
        wrong.append(f"Raden får ha högst {LONGEST_LINE} tecken.")
    if day > today():
        wrong.append("Dagen ligger i framtiden.")
    if wrong:
        raise Refused(wrong)
    hold({pupil.id})
    observation = Observation(
        pupil_id=pupil.id, window_id=window.id, observed_by=seen.observed_by, line=said, observed_on=day,
        account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    if _is_seen_already(observation):
        return None
    db.session.add(observation)
    db.session.flush()
    _judge({pupil.id})
    return observation


def take_back_observation(observation: Observation, by: Recorder) -> bool:
    """It was written of the wrong pupil, or of nothing. False where it has gone already.

    A signal that somebody has acted on stays, as when results are put right. Raises ``Refused`` after 30
    days, and for another function than the one that wrote it.
    """
    pupil_id = observation.pupil_id
    hold({pupil_id})
    if db.session.get(Observation, observation.id, populate_existing=True) is None:
        return False
    refuse(["Iakttagelsen är äldre än 30 dagar."] if is_too_late(observation.created_at) else [])
    is_theirs = is_same_function(by.duty_id, observation.duty_id)
    refuse([] if is_theirs else ["Bara den funktion som skrev iakttagelsen kan ta tillbaka den."])
    forget_lines("observation", [observation.id])
    db.session.delete(observation)
    db.session.flush()
    _judge({pupil_id})
    return True


def confirm_odd_number(pupil: Pupil, window: AssessmentWindow, measures: set[str]) -> list[str]:
    """The number is right, odd as it looks: it may speak again. Returns the measures it was news for."""
    return confirm_scores(window, pupil.id, measures)  # judging again follows from scores_recorded


def _held(flags: Sequence[Flag]) -> None:
    """What the signals say now stands until the commit: whoever puts down a result judges them too."""
    hold({flag.pupil_id for flag in flags})
    again = sa.select(Flag).where(Flag.id.in_([flag.id for flag in flags]))
    db.session.scalars(again.execution_options(populate_existing=True)).all()


def _refuse_what_is_wrong(flags: Sequence[Flag], step: Step, decision: Decision, rules: RuleSet) -> None:
    wrong = [] if flags else ["Markera minst en signal."]
    if any(flag.state == FlagState.CLOSED for flag in flags) and not step.is_closing:
        wrong.append("Signalen är redan avslutad.")
    if "weeks" in step.asks and decision.weeks not in step.weeks:
        wrong.append("Välj om hur många veckor den nya avstämningen ska göras.")
    if decision.follow_up_weeks not in (None, *rules.follow_up_weeks):
        wrong.append("Välj om hur många veckor steget ska följas upp.")
    if "reason" in step.asks and decision.reason not in rules.reasons and not tidy(decision.line):
        wrong.append("Ange varför signalen avslutas.")
    if decision.ready and decision.ready not in step.ready_lines:
        wrong.append("Välj en av de färdiga raderna.")
    if decision.due_on is not None and decision.due_on < today():
        wrong.append("Dagen för uppföljning har redan varit.")
    if any(len(text or "") > LONGEST_LINE for text in (decision.line, decision.competence)):
        wrong.append(f"En rad får ha högst {LONGEST_LINE} tecken.")
    wrong += _what_does_not_fit(flags, step)
    if wrong:
        raise Refused(wrong)


def _what_does_not_fit(flags: Sequence[Flag], step: Step) -> list[str]:
    """Steps that are only for some pupils, or only after national material."""
    wrong, places = [], [(flag.pupil_id, flag.window_id) for flag in flags]
    if step.after == "official" and not set(places) <= official_results({flag.pupil_id for flag in flags}):
        material = "bedömningsstöd eller nationellt prov"
        wrong.append(f"{step.name} görs efter {material}. Sådant resultat saknas i perioden.")
    if step.for_newly_arrived:
        arrived = sa.select(Pupil.id).where(Pupil.new_in_swedish_school_on.is_not(None))
        if not {pupil for pupil, _ in places} <= set(db.session.scalars(arrived)):
            wrong.append(f"{step.name} är för elever som är nya i svensk skola.")
    if step.for_class and any((flag.level or 0) >= FAR_BELOW for flag in flags):
        wrong.append("Elever som är långt under målet får var sitt steg.")
    return wrong


def official_results(pupils: sa.SelectBase | Collection[int]) -> set[tuple[int, int]]:
    """(pupil id, window id) where one of the pupils has a result on national material."""
    rows = db.session.execute(
        sa.select(Score.pupil_id, Score.window_id)
        .join(MeasureRow, MeasureRow.code == Score.measure)
        .where(
            Score.pupil_id.in_(pupils),
            MeasureRow.official,
            sa.or_(Score.points.is_not(None), Score.absence == Absence.NOT_YET_ABLE),
        )
        .distinct()
    )
    return {(row.pupil_id, row.window_id) for row in rows}


def _line(decision: Decision, rules: RuleSet) -> str | None:
    """The ready reason or line, and what somebody wrote."""
    parts = [rules.reasons.get(decision.reason or ""), decision.ready, tidy(decision.line)]
    return " ".join(part for part in parts if part) or None


def _due_days(flags: Sequence[Flag], step: Step, decision: Decision) -> dict[int, date | None]:
    """By pupil. School weeks where the pupil goes: a check that would fall in the summer moves to autumn."""
    pupils = {flag.pupil_id for flag in flags}
    weeks = decision.weeks if "weeks" in step.asks else decision.follow_up_weeks
    if "due" in step.asks and (decision.due_on or weeks is None):
        return dict.fromkeys(pupils, decision.due_on)
    if weeks is None or not {"due", "weeks"} & {*step.asks}:
        return dict.fromkeys(pupils)
    rows = db.session.execute(sa.select(Pupil.id, Pupil.municipality_id).where(Pupil.id.in_(pupils)))
    homes = {row.id: row.municipality_id for row in rows}
    there = calendars(set(homes.values()))
    return {one: there[homes[one]].in_weeks(today(), weeks) for one in pupils}


def _already_said(flag: Flag, said: NextStep) -> NextStep | None:
    """A double click, or the same form sent again. A thread that was opened anew is closed anew."""
    if said.is_closing and flag.state != FlagState.CLOSED:
        return None
    same = ("flag_id", "kind", "line", "competence", "due_on", "is_closing", "account_id", "taken_on")
    conditions = [getattr(NextStep, name).is_not_distinct_from(getattr(said, name)) for name in same]
    return db.session.scalar(sa.select(NextStep).where(*conditions).limit(1))


def _is_seen_already(said: Observation) -> bool:
    """As ``_already_said``."""
    same = ("pupil_id", "window_id", "observed_by", "line", "observed_on", "account_id", "duty_id")
    alike = [getattr(Observation, name).is_not_distinct_from(getattr(said, name)) for name in same]
    today_or_later = Observation.created_at >= start_of(today())
    place = {"pupil_id": said.pupil_id, "window_id": said.window_id, "family": Family.OBSERVATION}
    is_open = sa.select(Flag.id).filter_by(**place).where(Flag.state != FlagState.CLOSED)
    asked = sa.select(Observation.id).where(*alike, today_or_later, is_open.exists())
    return db.session.scalar(asked.limit(1)) is not None


def _say(flag: Flag, said: NextStep) -> NextStep:
    if said.is_closing:
        flag.state = FlagState.CLOSED
    db.session.add(said)
    return said


def _judge(pupil_ids: set[int]) -> None:
    from screening import flagging  # NumPy is loaded when somebody is judged, not when the server starts

    flagging.judge_pupils(pupil_ids)
