"""Pupils reported to the principal: that the investigation has begun, and what she decided, each on a day."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.refusals import Refused
from screening.models import NextStep
from screening.reach import REPORTED
from screening.rules.catalogue import rules_on
from screening.steps.ending import Ending, end_step
from screening.steps.lines import faults, tidy
from screening.steps.models import CaseNote


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
