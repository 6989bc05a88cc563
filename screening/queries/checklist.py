"""The steps of the law for one pupil this academic year: a state, a date, a function, at most a line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from assessments.calendar import academic_year_on, first_day
from assessments.clock import today
from assessments.database import db
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, Score
from assessments.queries import function_names
from assessments.roster.models import Pupil
from screening.handovers.seeing import is_open, is_open_on, is_own
from screening.models import Flag, NextStep
from screening.queries.thread_work import BY_COMMAND, StepTaken
from screening.rules.catalogue import CASE, OFFICIAL, LawStep, RuleSet, rules_on
from screening.steps.models import CaseNote, Tick

DONE, PLANNED, OVERDUE, OPEN = "klart", "pågår", "försenat", "inte gjort"


@dataclass(frozen=True)
class LawLine:
    """``state`` is one of the words above. ``is_by_hand``: people tick it themselves."""

    code: str
    label: str
    hint: str
    state: str = OPEN
    what: str = ""
    on: date | None = None
    due_on: date | None = None
    by: str = ""
    line: str | None = None
    competence: str | None = None
    is_by_hand: bool = False
    needs_consultation: bool = False
    is_of_other_school: bool = False  # ticked there, and not here

    @property
    def is_overdue(self) -> bool:
        return self.state == OVERDUE


@dataclass(frozen=True)
class Checklist:
    academic_year: str
    lines: tuple[LawLine, ...]

    @property
    def done(self) -> int:
        return sum(line.state == DONE for line in self.lines)

    @property
    def has_begun(self) -> bool:
        return any(line.state != OPEN for line in self.lines if line.code != "mapping")


def checklist(pupil: Pupil, year: int | None, steps: Collection[StepTaken]) -> Checklist | None:
    """None for years that the rule set has no checklist for. At most four queries."""
    rules, academic_year = rules_on(today()), academic_year_on(today())
    if year not in rules.years:
        return None
    begins = first_day(academic_year)
    this_year = [step for step in steps if step.taken_on >= begins or step.is_planned]
    told = _Told(
        this_year, _official(pupil, academic_year), _cases(pupil, begins, rules), _ticks(pupil, academic_year)
    )
    return Checklist(academic_year, tuple(told.line(item) for item in rules.checklist.values()))


@dataclass(frozen=True)
class _Told:
    """What is known of the pupil this academic year."""

    steps: Sequence[StepTaken]
    official: tuple[str, date] | None
    case: tuple[str, date, str, str | None, bool] | None
    ticks: Mapping[str, tuple[Tick, str, bool]]

    def line(self, item: LawStep) -> LawLine:
        bare = LawLine(
            item.code, item.label, item.hint, is_by_hand=not item.steps,
            needs_consultation=item.needs_consultation,
        )  # fmt: skip
        if OFFICIAL in item.steps:
            return self._by_results(bare)
        if CASE in item.steps:
            return self._by_case(bare)
        return self._by_steps(bare, item) if item.steps else self._by_hand(bare)

    def _by_results(self, bare: LawLine) -> LawLine:
        if self.official is None:
            return bare
        return _with(bare, state=DONE, what=self.official[0], on=self.official[1])

    def _by_case(self, bare: LawLine) -> LawLine:
        if self.case is None:
            return bare
        what, on, by, line, is_last = self.case
        return _with(bare, state=DONE if is_last else PLANNED, what=what, on=on, by=by, line=line)

    def _by_steps(self, bare: LawLine, item: LawStep) -> LawLine:
        """The latest of the steps that tell it, one that is late before others."""
        its = [step for step in self.steps if step.kind in item.steps]
        if not its:
            return bare
        step = next((one for one in its if one.is_overdue), its[0])
        ended = step.ended if step.ended and step.ended.is_done else None
        state = OVERDUE if step.is_overdue else DONE if ended else PLANNED if step.is_planned else OPEN
        return _with(
            bare, state=state, what=step.label, on=ended.ended_on if ended else step.taken_on,
            due_on=step.due_on if step.is_planned else None, by=ended.by if ended else step.by,
            line=(ended.line if ended else None) or step.line,
            competence=(ended.competence if ended else None) or step.competence,
        )  # fmt: skip

    def _by_hand(self, bare: LawLine) -> LawLine:
        if bare.code not in self.ticks:
            return bare
        ticked, by, is_own_tick = self.ticks[bare.code]
        return _with(
            bare, state=DONE, on=ticked.ticked_on, by=by, line=ticked.line, competence=ticked.competence,
            is_of_other_school=not is_own_tick,
        )  # fmt: skip


def _with(bare: LawLine, **told: object) -> LawLine:
    return LawLine(**{**vars(bare), **told})


def _official(pupil: Pupil, academic_year: str) -> tuple[str, date] | None:
    """The latest result on national material: the measure, and the day."""
    row = db.session.execute(
        sa.select(MeasureRow.name, Score.assessed_on)
        .join(MeasureRow, MeasureRow.code == Score.measure)
        .join(AssessmentWindow, AssessmentWindow.id == Score.window_id)
        .where(
            Score.pupil_id == pupil.id, MeasureRow.official, Score.points.is_not(None),
            AssessmentWindow.academic_year == academic_year, is_open(Score.pupil_id, Score.window_id),
        )
        .order_by(Score.assessed_on.desc())
        .limit(1)
    ).first()  # fmt: skip
    return (row.name, row.assessed_on) if row else None


def _cases(pupil: Pupil, begins: date, rules: RuleSet) -> tuple[str, date, str, str | None, bool] | None:
    note = db.session.scalars(
        sa.select(CaseNote)
        .join(NextStep, NextStep.id == CaseNote.next_step_id)
        .join(Flag, Flag.id == NextStep.flag_id)
        .where(
            Flag.pupil_id == pupil.id,
            CaseNote.noted_on >= begins,
            is_open_on(Flag.pupil_id, NextStep.taken_on),
        )
        .order_by(CaseNote.noted_on.desc(), CaseNote.id.desc())
        .limit(1)
    ).first()
    if note is None:
        return None
    kind = rules.cases.get(note.kind)
    what, is_last = (kind.label, kind.is_last) if kind else (note.kind, False)
    return what, note.noted_on, _function(note.duty_id), note.line, is_last


def _ticks(pupil: Pupil, academic_year: str) -> dict[str, tuple[Tick, str, bool]]:
    """By item; of several schools' the one of whoever asks, else the latest."""
    own = is_own(Tick.school_id).label("own")
    ticked = (
        sa.select(Tick, own)
        .where(
            Tick.pupil_id == pupil.id,
            Tick.academic_year == academic_year,
            is_open_on(Tick.pupil_id, Tick.ticked_on),
        )
        .order_by(own, Tick.ticked_on, Tick.id)
    )
    rows = db.session.execute(ticked).all()
    functions = function_names({row.duty_id for row, _own in rows if row.duty_id}) if rows else {}
    return {row.item: (row, functions.get(row.duty_id or 0, BY_COMMAND), here) for row, here in rows}


def _function(duty_id: int | None) -> str:
    return function_names([duty_id])[duty_id] if duty_id is not None else BY_COMMAND
