"""Everything counted anew, window by window, beside what stands: where they differ, and putting it right.

Reads a school's pupils at a time; the sums of one window are what is held in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assessments import windows
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, School, SchoolClass
from assessments.words import counted as counted_word
from screening.rollup.disposing import settled
from screening.rollup.keeping import COUNTED, COUNTS, KEY, SUMS, Key, Tally, counted, keep, locked, recount
from screening.rollup.models import WHOLE_WINDOW
from screening.rollup.placing import Placements, should_be

AT_ONCE = 1000  # pupils
CHUNK = 5000  # pupils in one question: both databases limit how many values one statement may hold
Told = Callable[[int], None]  # how many pupils were counted just now


@dataclass(frozen=True)
class Difference:
    """A window whose tables say something else than its pupils: in words."""

    window: AssessmentWindow
    sums: tuple[str, ...]  # each sum that differs
    pupils: int  # who are counted as something else than they should be

    def lines(self) -> list[str]:
        """What differs, for people."""
        told = [f"{self.window.code}: {words}" for words in self.sums]
        if self.pupils:
            told.append(
                f"{self.window.code}: {counted_word(self.pupils, 'elev räknas', 'elever räknas')} fel"
            )
        return told


def window_pupils(window: AssessmentWindow) -> list[int]:
    """Who has gone in a class of the window's academic year: nobody else is or was counted in it."""
    rows = sa.select(Enrolment.pupil_id).join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
    chosen = rows.where(SchoolClass.academic_year == window.academic_year).distinct()
    return list(db.session.scalars(chosen.order_by(Enrolment.pupil_id)))


def size() -> int:
    """How many pupils ``differences`` counts, each in every window of the year."""
    return sum(len(window_pupils(window)) for window in windows.in_order())


def is_small(window: AssessmentWindow) -> bool:
    """Whether nobody waits long while everybody is counted anew at once: a large school, or a few small."""
    return len(window_pupils(window)) <= AT_ONCE


def recount_window(window: AssessmentWindow) -> None:
    """Count everybody anew in one window: it is new, or its dates were moved."""
    recount(window_pupils(window), [window])


def begin(_app: object) -> None:
    """The first time a database has these tables, they are filled. Safe to repeat."""
    if not sa.inspect(db.session.connection()).has_table(COUNTED.name):
        return  # whoever develops is about to write the revision that makes it
    if db.session.scalar(sa.select(COUNTED.c.pupil_id).limit(1)) is None:
        for window in windows.in_order():
            recount_window(window)


def differences(told: Told) -> Iterator[Difference]:
    """Every window whose sums or pupils differ from counting anew; but for those that cannot be."""
    gone = settled()
    for window in windows.in_order():
        if window.id in gone:
            continue
        wanted, others = Tally(), 0
        for ids, placements in _anew(window):
            stands = counted(ids, [window.id])
            others += sum(stands.get(place) != placements.get(place) for place in stands | placements)
            _add(wanted, window, placements)
            told(len(ids))
        others += _strangers(window)
        if (found := _sums(window, wanted)) or others:
            yield Difference(window, tuple(found), others)


def rebuild(window: AssessmentWindow) -> None:
    """Empty the window's part of both tables and fill it anew. The caller commits."""
    tally = Tally()
    for table in (SUMS, COUNTED):
        db.session.execute(sa.delete(table).where(table.c.window_id == window.id))
    for ids, placements in _anew(window):
        locked(ids)
        keep({}, placements, tally)
    tally.write()


def _anew(window: AssessmentWindow) -> Iterator[tuple[Sequence[int], Placements]]:
    ids = window_pupils(window)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        yield part, should_be(part, [window])


def _add(tally: Tally, window: AssessmentWindow, placements: Placements) -> None:
    for placed in placements.values():
        tally.add(window.id, placed, 1)


def _strangers(window: AssessmentWindow) -> int:
    """Who is counted without ever having gone in a class of the year."""
    gone_here = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.academic_year == window.academic_year)
    )
    strangers = sa.select(sa.func.count()).select_from(COUNTED)
    strangers = strangers.where(COUNTED.c.window_id == window.id, COUNTED.c.pupil_id.not_in(gone_here))
    return db.session.scalar(strangers) or 0


def _sums(window: AssessmentWindow, wanted: Tally) -> list[str]:
    """The sums that differ, in words."""
    rows = db.session.execute(sa.select(SUMS).where(SUMS.c.window_id == window.id)).mappings()
    stands = {tuple(row[name] for name in KEY): [row[name] for name in COUNTS] for row in rows}
    nobody = [0] * len(COUNTS)
    keys = sorted(
        key
        for key in stands.keys() | wanted.changes.keys()
        if stands.get(key, nobody) != wanted.changes.get(key, nobody)
    )
    names = _schools({key[2] for key in keys})
    return [
        _words(key, names[key[2]], stands.get(key, nobody), wanted.changes.get(key, nobody)) for key in keys
    ]


def _schools(ids: set[int]) -> dict[int, str]:
    return dict(db.session.execute(sa.select(School.id, School.name).where(School.id.in_(ids))).all())


def _words(key: Key, school: str, stands: Sequence[int], wanted: Sequence[int]) -> str:
    _, measure, _, year, curriculum, _ = key
    of: Any = "hela perioden" if measure == WHOLE_WINDOW else measure
    return f"{school}, år {year}, {curriculum.value}, {of}: står {_told(stands)}, ska vara {_told(wanted)}"


def _told(counts: Sequence[int]) -> str:
    return "/".join(map(str, counts))
