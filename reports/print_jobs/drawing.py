"""From the rows of a class to its pages: what cannot be made becomes a note, and stops nobody else's."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from assessments.clock import day_of
from assessments.database import db
from assessments.logs import log
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from reports.documents.class_set import pdf_in_order
from reports.documents.note_page import Note
from reports.figures.guardian import GuardianSheet
from reports.gathering.guardian import class_set, printable
from reports.print_jobs.models import Outcome, PrintClass, PrintOrder, PrintPage, Purpose

Entry = GuardianSheet | Note


@dataclass(frozen=True)
class Pile:
    """The sheets of a class in the order they are handed out, and what became of each pupil's page."""

    entries: tuple[Entry, ...]
    outcomes: dict[int, Outcome]  # by pupil

    @property
    def sheets(self) -> int:
        """Of paper."""
        return sum(
            len(one.papers) * (1 + one.has_cover) if isinstance(one, GuardianSheet) else 1
            for one in self.entries
        )


def gathered(order: PrintOrder, place: PrintClass) -> Pile:
    """The figures of the class as they are now, dated the day they were ordered: made anew on another day
    they are the same."""
    school_class, window = place.school_class, order.window
    ids = set(db.session.scalars(sa.select(PrintPage.pupil_id).filter_by(print_class_id=place.id)))
    entries = [as_ordered(order, one) for one in _entries(school_class, window, ids)]
    if order.is_measured_only:
        entries = [one for one in entries if isinstance(one, Note) or not one.lacks_results]
    is_ready = {one.key: isinstance(one, Note) or one.is_ready for one in entries}
    is_for_talk = order.purpose is Purpose.TALK
    kept = tuple(one for one in entries if is_for_talk or is_ready[one.key])
    outcomes = dict.fromkeys(ids, Outcome.LEFT_OUT) | dict.fromkeys(is_ready, Outcome.HELD_BACK)
    return Pile(kept, outcomes | {one.key: Outcome.PRINTED for one in kept})


def as_ordered(order: PrintOrder, entry: Entry) -> Entry:
    if isinstance(entry, Note):
        return entry
    imprint = replace(entry.imprint, printed_on=day_of(order.created_at))
    homes = tuple(replace(home, imprint=imprint) for home in entry.homes)
    return replace(entry, imprint=imprint, homes=homes, has_cover=order.has_covers)


def drawn(pile: Pile) -> tuple[bytes, Pile]:
    """The document, and the pile with a note for each page that could not be drawn."""
    try:
        return pdf_in_order(pile.entries), _told(pile)
    except Exception as error:  # one child's page stops no other: which one was it?
        log.error("a class could not be drawn", exc_info=error)
    tried = [_or_note(one, functools.partial(_alone, one)) for one in pile.entries]
    whole = replace(pile, entries=tuple(tried))
    return pdf_in_order(whole.entries), _told(whole)


def _alone(entry: Entry) -> Entry:
    pdf_in_order([entry])
    return entry


def _told(pile: Pile) -> Pile:
    notes = {one.key: Outcome.NOTE for one in pile.entries if isinstance(one, Note)}
    return replace(pile, outcomes=pile.outcomes | notes)


def _or_note(of: Entry, make: Callable[[], Entry]) -> Entry:
    try:
        return make()
    except Exception as error:
        log.error("a page could not be made", pupil=of.key, exc_info=error)
        return Note(of.key, of.name, of.class_name)


def _entries(school_class: SchoolClass, window: AssessmentWindow, ids: set[int]) -> Sequence[Entry]:
    """The whole class at once; one by one where something that is kept about a pupil cannot be read."""
    try:
        return class_set(school_class, window, _those(ids)).sheets
    except Exception as error:
        db.session.rollback()
        log.error("a class could not be gathered", school_class=school_class.id, exc_info=error)
    named = printable(school_class, window, _those(ids))
    notes = [Note(one.id, one.name, school_class.name) for one, _year in named]
    return [_or_note(note, functools.partial(_gathered_alone, school_class, window, note)) for note in notes]


def _gathered_alone(school_class: SchoolClass, window: AssessmentWindow, note: Note) -> Entry:
    try:
        (sheet,) = class_set(school_class, window, _those({note.key})).sheets
    finally:
        db.session.rollback()  # what failed leaves nothing behind for the next
    return sheet


def _those(ids: set[int]) -> sa.Select[Pupil]:
    return sa.select(Pupil).where(Pupil.id.in_(ids))
