"""Large prints as people follow them: how far they have come, what waits, what can be fetched."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from assessments.clock import now
from assessments.database import db
from assessments.jobs.models import JobPart, JobState, PartState
from assessments.jobs.progress import Progress, progress_of, waits_in_vain
from assessments.roster.models import Pupil, SchoolClass
from assessments.words import counted, listed
from reports.print_jobs import folder
from reports.print_jobs.models import Outcome, PrintClass, PrintOrder, PrintPage

SHOWN = 20  # the latest orders
PART_WORDS = {
    PartState.WAITING: "väntar",
    PartState.RUNNING: "görs",
    PartState.DONE: "klar",
    PartState.FAILED: "gick inte att skriva ut",
}
TOLD = {
    Outcome.HELD_BACK: ("väntar på samtal", "väntar på samtal"),
    Outcome.LEFT_OUT: ("är inte med längre", "är inte med längre"),
    Outcome.NOTE: ("gick inte att göra: en lapp ligger där", "gick inte att göra: lappar ligger där"),
}
WITHOUT_RESULTS = "är inte med: inget resultat ännu, eller inte längre i klassen"  # where such are skipped
Counts = Counter[Outcome]


@dataclass(frozen=True)
class ClassLine:
    """A class of an order. ``told`` is what became of pages that are not there."""

    number: int
    class_id: int
    name: str
    school: str
    pupils: int
    state: str
    fault: str
    told: str
    has_file: bool


@dataclass(frozen=True)
class OrderLine:
    """An order as it says of itself. ``is_removed``: there is nothing to fetch any longer."""

    id: int
    scope: str
    window: str
    slug: str
    purpose: str
    ordered_at: datetime
    expires_at: datetime
    state: JobState
    sentence: str
    is_open: bool
    is_alone: bool  # nobody works on it
    is_removed: bool
    done: int  # pupils
    pupils: int
    failed: int  # classes
    is_whole: bool  # there is a file with all classes
    counts: Counts = field(default_factory=Counter)


@dataclass(frozen=True)
class OrderPage:
    order: OrderLine
    classes: tuple[ClassLine, ...]

    @property
    def files(self) -> list[int]:
        return [one.number for one in self.classes if one.has_file]


def latest_orders(mine: sa.Select[PrintOrder]) -> list[OrderLine]:
    """The latest of them, newest first. A fixed number of queries."""
    return _lines(mine.order_by(PrintOrder.id.desc()).limit(SHOWN))


def order_page(order: PrintOrder) -> OrderPage:
    """One order with its classes, those that could not be printed first."""
    (line,) = _lines(sa.select(PrintOrder).where(PrintOrder.id == order.id))
    rows = db.session.scalars(sa.select(JobPart).filter_by(job_id=order.job_id))
    parts = {part.subject_id: part for part in rows}
    counts = _outcomes([one.id for one in order.classes])
    classes = [_class_line(one, parts[one.position], counts[one.id], line) for one in order.classes]
    return OrderPage(line, tuple(sorted(classes, key=lambda one: not one.fault)))


def is_over(order: PrintOrder) -> bool:
    """Whether its files may no longer be fetched, swept away or not."""
    return order.removed_at is not None or order.expires_at <= now()


def whole_file(order: PrintOrder) -> int | None:
    """Which of its files holds all classes; None while there is none."""
    made = [one.position for one in order.classes if one.sheets]
    if is_over(order) or not (order.is_bound or order.job.state is JobState.DONE):
        return None
    return folder.BOUND if order.is_bound else made[0] if len(made) == 1 else None


def printed_pupils(class_ids: Collection[int]) -> list[tuple[Pupil, PrintClass]]:
    """Whose names stand in the files of these classes of an order."""
    rows = db.session.execute(
        sa.select(Pupil, PrintClass)
        .join(PrintPage, PrintPage.pupil_id == Pupil.id)
        .join(PrintClass, PrintClass.id == PrintPage.print_class_id)
        .where(PrintClass.id.in_(class_ids), PrintPage.outcome.in_((Outcome.PRINTED, Outcome.NOTE)))
        .order_by(PrintClass.position, PrintPage.position)
    )
    return [(pupil, place) for pupil, place in rows]


def _class_line(place: PrintClass, part: JobPart, counts: Counts, line: OrderLine) -> ClassLine:
    is_given_up = line.state is JobState.CANCELLED and part.state in (PartState.WAITING, PartState.RUNNING)
    return ClassLine(
        number=place.position,
        class_id=place.school_class_id,
        name=place.school_class.name,
        school=place.school_class.school.name,
        pupils=counts.total(),
        state="avbruten" if is_given_up else PART_WORDS[part.state],
        fault=part.fault or "",
        told=told(counts, place.order),
        has_file=bool(place.sheets) and not line.is_removed,
    )


def told(counts: Counts, order: PrintOrder) -> str:
    """``2 väntar på samtal och 1 är inte med längre``; nothing where every page is there."""
    words = {**TOLD, Outcome.LEFT_OUT: (WITHOUT_RESULTS,) * 2} if order.is_measured_only else TOLD
    return listed([counted(counts[one], *said) for one, said in words.items() if counts[one]])


def _lines(wanted: sa.Select[PrintOrder]) -> list[OrderLine]:
    orders = db.session.scalars(
        wanted.options(
            joinedload(PrintOrder.job),
            joinedload(PrintOrder.window),
            selectinload(PrintOrder.classes)
            .joinedload(PrintClass.school_class)
            .joinedload(SchoolClass.school),
        )
    ).all()
    progress = progress_of([one.job_id for one in orders])
    counts = _outcomes([place.id for one in orders for place in one.classes])
    return [_line(one, progress[one.job_id], _of_all(one, counts)) for one in orders]


def _of_all(order: PrintOrder, counts: Mapping[int, Counts]) -> Counts:
    return sum((counts[place.id] for place in order.classes), Counter())


def _outcomes(class_ids: Sequence[int]) -> dict[int, Counts]:
    """By class of an order, how many pages came to what."""
    found: dict[int, Counts] = {one: Counter() for one in class_ids}
    rows = db.session.execute(
        sa.select(PrintPage.print_class_id, PrintPage.outcome, sa.func.count())
        .where(PrintPage.print_class_id.in_(class_ids))
        .group_by(PrintPage.print_class_id, PrintPage.outcome)
    )
    for class_id, outcome, count in rows:
        found[class_id][outcome] = count
    return found


def _line(order: PrintOrder, found: Progress, counts: Counts) -> OrderLine:
    over = is_over(order)
    return OrderLine(
        id=order.id,
        scope=_scope(order),
        window=order.window.label,
        slug=order.window.slug,
        purpose=_purpose(order),
        ordered_at=order.created_at,
        expires_at=order.expires_at,
        state=found.state,
        sentence=_sentence(order, found, counts, over),
        is_open=found.is_open and not over,
        is_alone=waits_in_vain(order.job, found) and not over,
        is_removed=over,
        done=counts.total() - counts[Outcome.WAITING],
        pupils=counts.total(),
        failed=found.failed,
        is_whole=whole_file(order) is not None,
        counts=counts,
    )


def _scope(order: PrintOrder) -> str:
    classes = [one.school_class for one in order.classes]
    schools = list(dict.fromkeys(one.school.name for one in classes))
    named = f"klass {classes[0].name}" if len(classes) == 1 else f"{len(classes)} klasser"
    return f"{named}, {schools[0]}" if len(schools) == 1 else f"{named} på {len(schools)} skolor"


def _purpose(order: PrintOrder) -> str:
    return (
        order.purpose.label
        + (", bara blad med resultat" if order.is_measured_only else "")
        + (", med försättsblad för fönsterkuvert" if order.has_covers else "")
    )


def _sentence(order: PrintOrder, found: Progress, counts: Counts, is_over: bool) -> str:
    if found.state is JobState.CANCELLED:
        return "Utskriften är avbruten. Filerna är borttagna."
    if is_over:
        return "Filerna är borttagna. Beställ på nytt om du behöver dem."
    pupils = counts.total()
    done = f"{pupils - counts[Outcome.WAITING]} av {counted(pupils, 'elev', 'elever')}"
    if found.is_open:
        if not counts[Outcome.WAITING]:
            return "Alla blad är gjorda och läggs ihop."
        return f"Utskriften {'görs' if found.state is JobState.RUNNING else 'väntar'}: {done} klara."
    rest = f" {left}." if (left := told(counts, order)) else ""
    failed = f" {counted(found.failed, 'klass', 'klasser')} gick inte att skriva ut." if found.failed else ""
    printed = counted(counts[Outcome.PRINTED], "elevs blad", "elevers blad")
    return f"Utskriften är klar: {printed}.{rest}{failed}"
