"""Groups as a teacher leaves them: saved with the day, changed, removed. Verbs flush; the caller commits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.roster.models import SchoolClass
from assessments.said_already import said_already
from screening.grouping import NEUTRAL_NAMES
from screening.models import ReadingGroup, ReadingGroupMember, ReadingGroupSet

CHANGED = "Någon har ändrat grupperna sedan du öppnade sidan. Öppna dem igen, eller spara dina som nya."


@dataclass(frozen=True)
class Chosen:
    """One group as somebody left it."""

    name: str
    areas: tuple[str, ...]
    pupils: tuple[int, ...]


def save_groups(
    school_class: SchoolClass, window: AssessmentWindow, chosen: Sequence[Chosen], by: Recorder
) -> ReadingGroupSet:
    """A new set of groups, one however often it is sent. Empty groups are left out. Raises ``Refused`` before
    anything is written."""
    kept = _kept(chosen)
    place = {"school_class_id": school_class.id, "window_id": window.id}
    for before in said_already(ReadingGroupSet, by.account_id, duty_id=by.duty_id, **place):
        if _says(before) == [(group.name, sorted(group.pupils)) for group in kept]:
            return before
    saved = ReadingGroupSet(**place)
    db.session.add(saved)
    _fill(saved, kept, by)
    return saved


def change_groups(saved: ReadingGroupSet, chosen: Sequence[Chosen], by: Recorder, seen: str) -> None:
    """The set as it is now left. ``seen`` is the ``state`` of it that the person had before them."""
    kept = _kept(chosen)
    if seen != state(saved):
        raise Refused(CHANGED)
    _empty(saved.id)
    db.session.expire(saved)
    _fill(saved, kept, by)


def remove_groups(saved: ReadingGroupSet) -> None:
    _empty(saved.id)
    db.session.delete(saved)
    db.session.flush()


def state(saved: ReadingGroupSet) -> str:
    """What a set says, in a few signs: another state, another text."""
    return hashlib.sha256(repr(_says(saved)).encode()).hexdigest()[:16]


def _says(saved: ReadingGroupSet) -> list[tuple[str, list[int]]]:
    return [(group.name, sorted(member.pupil_id for member in group.members)) for group in saved.groups]


def _kept(chosen: Sequence[Chosen]) -> list[Chosen]:
    kept = [group for group in chosen if group.pupils]
    names = [group.name for group in kept]
    placed = [pupil for group in kept for pupil in group.pupils]
    wrong = [] if kept else ["Sätt minst en elev i en grupp."]
    if twice := {name for name in names if names.count(name) > 1}:
        wrong.append(f"Två grupper heter {', '.join(sorted(twice))}. Välj ett annat namn på den ena.")
    if not set(names) <= set(NEUTRAL_NAMES):
        wrong.append("Välj gruppens namn i listan.")
    if len(placed) != len(set(placed)):
        wrong.append("En elev kan bara stå i en grupp.")
    if wrong:
        raise Refused(wrong)
    return kept


def _fill(saved: ReadingGroupSet, groups: Sequence[Chosen], by: Recorder) -> None:
    saved.saved_on, saved.account_id, saved.duty_id = today(), by.account_id, by.duty_id
    db.session.flush()
    for position, chosen in enumerate(groups):
        group = ReadingGroup(
            reading_group_set_id=saved.id, name=chosen.name, position=position, areas=list(chosen.areas)
        )
        db.session.add(group)
        db.session.flush()
        db.session.add_all(
            ReadingGroupMember(reading_group_set_id=saved.id, reading_group_id=group.id, pupil_id=pupil)
            for pupil in chosen.pupils
        )
    db.session.flush()


def _empty(set_id: int) -> None:
    for table in (ReadingGroupMember, ReadingGroup):
        db.session.execute(sa.delete(table).where(table.reading_group_set_id == set_id))
