"""Writing cells of one sheet from outside the form: whose rows, which dates, and what became of each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessments import writer
from assessments.access import audit
from assessments.access.models import Account
from assessments.access.row_tokens import rows_by_token
from assessments.asked_writes import Asked
from assessments.cells import Typed, read_cell
from assessments.expected import narrowed_in, years_of
from assessments.group_commit import Save
from assessments.instruments.catalogue import Measure, measures
from assessments.models import Absence, AssessmentWindow
from assessments.recording import Outcome, Recorder, Status, Write, answered_before
from assessments.roster.models import SchoolClass
from assessments.roster.narrowing import SAID
from assessments.typed_sheets import day_reason

NOT_HERE = "Eleven finns inte längre på det här bladet."
NO_MEASURE = "Måttet finns inte."


@dataclass(frozen=True)
class Written:
    """What became of the writes, in their order."""

    outcomes: list[Outcome]
    asked: list[Asked]
    known: Mapping[str, Measure]
    years: Mapping[int, int | None]  # by pupil id; None: judged by no limits

    @property
    def duty_ids(self) -> set[int]:
        return {one.duty_id for one in self.outcomes if one.duty_id is not None}


def write_cells(
    place: tuple[SchoolClass, AssessmentWindow],
    asked: Sequence[Asked],
    who: tuple[Account, Recorder],
    closed: str | None,
    trace: audit.Row,
) -> Written:
    """Store what can be stored, and commit. A fixed number of queries, whatever the number of cells.

    Whose sheet it is has been read before others are kept waiting; what stands in its cells is read after.
    ``window`` is of no session (``windows.find_to_read``).

    ``closed`` is why nothing new can be stored today: what was stored before is still answered for. ``trace``
    is what the trail says of it, but for how many values came and went.
    """
    (school_class, window), (account, by) = place, who
    years, known = years_of(window, school_class.id), measures()
    rows = rows_by_token(account, school_class, years)
    told = {}
    if any(one.row not in rows for one in asked):  # queued or kept by a program since before
        told = dict.fromkeys(rows_by_token(account, school_class, narrowed_in(window, school_class.id)), SAID)
    tried = [_tried(one, rows, known, window, told.get(one.row, NOT_HERE)) for one in asked]
    if closed:
        tried = _only_answered(tried, closed)
    to_write = [one for one in tried if isinstance(one, Write)]
    yielding = {one.client_id for one in asked if one.gives_way}
    theirs = {one.measure: known[one.measure] for one in to_write}
    save = Save(window, to_write, yielding, by, theirs, trace)
    recorded = iter(writer.write(save) if to_write else ())
    outcomes = [next(recorded) if isinstance(one, Write) else one for one in tried]
    return Written(outcomes, list(asked), known, years)


def _tried(
    asked: Asked,
    rows: Mapping[str, int],
    known: Mapping[str, Measure],
    window: AssessmentWindow,
    not_here: str,
) -> Write | Outcome:
    """The write to try, or why it cannot be; ``not_here`` where the row is not on the sheet."""
    pupil_id, measure = rows.get(asked.row), known.get(asked.measure)
    if pupil_id is None or measure is None:
        return _refused(asked, pupil_id or 0, not_here if pupil_id is None else NO_MEASURE)
    told, other = _read(asked, measure), asked.is_on_other_text
    told_day, reason = _day(asked, window)
    if other and not measure.same_text:
        reason = "resultaten jämförs inte text för text."
    if told.reason or reason:
        return _refused(asked, pupil_id, told.reason or f"{measure.name}: {reason}")
    return Write(
        pupil_id,
        asked.measure,
        points=told.points,
        absence=told.absence,
        is_discontinued=told.is_discontinued,
        assessed_on=None if told.is_blank else told_day,
        expected_version=asked.version,
        client_id=asked.client_id,
        is_on_agreed_text=None if told.is_blank or other is None else not other,
    )


def _read(asked: Asked, measure: Measure) -> Typed:
    if asked.reason or asked.absence is None:
        return Typed(reason=asked.reason) if asked.reason else read_cell(asked.text, measure)
    if asked.absence not in list(Absence):
        return Typed(reason=f"Koden ska vara {', '.join(Absence)}.")
    return Typed(absence=Absence(asked.absence))


def _day(asked: Asked, window: AssessmentWindow) -> tuple[date | None, str | None]:
    if not asked.assessed_on:
        return None, None
    try:
        told = date.fromisoformat(asked.assessed_on)
    except ValueError:
        return None, "Skriv datumet som 2026-09-07."
    return told, day_reason(told, window.academic_year)


def _refused(asked: Asked, pupil_id: int, reason: str) -> Outcome:
    return Outcome(Write(pupil_id, asked.measure), Status.REFUSED, max(asked.version, 0), reason)


def _only_answered(tried: list[Write | Outcome], closed: str) -> list[Write | Outcome]:
    """A write whose answer was lost on its way is stored, whatever has closed since."""
    ids = [one.client_id for one in tried if isinstance(one, Write) and one.client_id]
    stored = answered_before(ids)
    return [
        Outcome(one, Status.REFUSED, one.expected_version or 0, closed)
        if isinstance(one, Write) and one.client_id not in stored
        else one
        for one in tried
    ]
