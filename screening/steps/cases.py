"""Pupils reported to the principal: that the investigation has begun, and what she decided, each on a day."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.taken_back import is_too_late
from assessments.written_lines import forget_lines
from screening.models import Flag, NextStep
from screening.reach import REPORTED
from screening.rules.catalogue import rules_on
from screening.steps.ending import Ending, end_step
from screening.steps.lines import faults, refuse, tidy
from screening.steps.models import CaseNote, StepOutcome


@dataclass(frozen=True)
class CaseTold:
    """A kind of the rule set, the day it was decided, and at most a line."""

    kind: str
    noted_on: date | None = None  # today
    line: str | None = None


def note_case(report: NextStep, told: CaseTold, by: Recorder) -> CaseNote:
    """Note it of the report; a decision ticks the report off. The same again changes nothing.

    Raises ``Refused``. The åtgärdsprogram itself is written elsewhere.
    """
    kind = rules_on(today()).cases.get(told.kind)
    wrong = faults(told.line, day=told.noted_on, not_before=report.taken_on)
    if kind is None:
        wrong.append("Välj vad som har hänt.")
    if report.kind != REPORTED:
        wrong.append("Steget är ingen anmälan till rektor.")
    if kind is None or wrong:
        raise Refused(wrong)
    note = _already_said(report, told) or CaseNote(
        next_step_id=report.id, kind=kind.code, noted_on=told.noted_on or today(), line=tidy(told.line),
        account_id=by.account_id, duty_id=by.duty_id,
    )  # fmt: skip
    db.session.add(note)
    if kind.is_last:
        end_step(report, Ending(line=kind.label, ended_on=note.noted_on), by)
    db.session.flush()
    return note


def take_back_note(report: NextStep, note_id: int) -> CaseNote | None:
    """It was noted by mistake; a decision is waited for once more. None where it is not there.

    Raises ``Refused`` after 30 days.
    """
    hold({db.session.get_one(Flag, report.flag_id).pupil_id})
    asked = sa.select(CaseNote).filter_by(id=note_id, next_step_id=report.id)
    note = db.session.scalar(asked)
    if note is None:
        return None
    refuse(["Anteckningen är äldre än 30 dagar."] if is_too_late(note.created_at) else [])
    kind = rules_on(today()).cases.get(note.kind)
    ended = db.session.get(StepOutcome, report.id)
    if kind is not None and kind.is_last and ended is not None:
        forget_lines("outcome", [ended.id])
        db.session.delete(ended)
    forget_lines("case", [note.id])
    db.session.delete(note)
    db.session.flush()
    return note


def _already_said(report: NextStep, told: CaseTold) -> CaseNote | None:
    return db.session.scalar(
        sa.select(CaseNote)
        .where(
            CaseNote.next_step_id == report.id,
            CaseNote.kind == told.kind,
            CaseNote.noted_on == (told.noted_on or today()),
            CaseNote.line.is_not_distinct_from(tidy(told.line)),
        )
        .limit(1)
    )
