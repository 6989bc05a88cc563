"""Classes that a file calls something else: the pupils of one stand together in a class that is not there.

It looks like a new name, and is proposed as one. Where a person says that it is, only the name changes: the
class keeps its results, hand-ins, duties and history. Where nobody does, the pupils go to a new class.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.database import db
from assessments.refusals import Refused
from assessments.roster.cells import folded
from assessments.roster.models import SchoolClass
from assessments.roster.places import KnownClass


@dataclass(frozen=True)
class Renaming:
    """``pupils`` of the ``among`` whom ``former`` holds stand in ``school_class`` in the file."""

    former: KnownClass
    school_class: KnownClass
    pupils: int
    among: int

    @property
    def is_chosen(self) -> bool:
        """A person has said that it is the same class."""
        return self.school_class.id == self.former.id

    @property
    def told(self) -> str:
        """``1A → 1B, Ekbackens skola``."""
        return f"{self.former.name} → {self.school_class}"

    @property
    def words(self) -> str:
        """As a command is told it; a school's name or code may stand before."""
        return f"{self.former.name}={self.school_class.name}"


def renamings(
    met: Iterable[tuple[KnownClass, int | None]],
    goes_in: Mapping[int, int],
    known: Iterable[KnownClass],
    chosen: Collection[int],
) -> list[Renaming]:
    """Every class that the file does not name and that looks renamed, by name; those ``chosen`` are so.

    ``met``: the class and the known pupil of each row. ``goes_in``: the class that each pupil goes in now.
    """
    rows = list(met)
    size, among = Counter(new for new, _ in rows), Counter(goes_in.values())
    named = {one.id for one in size}
    gone = {one.id: one for one in known if one.id is not None and one.id not in named}
    came = Counter((new, goes_in.get(pupil_id or 0)) for new, pupil_id in rows if new.id is None)
    found = [
        Renaming(gone[class_id], new, count, among[class_id])
        for (new, class_id), count in came.items()
        if class_id in gone
        and gone[class_id].school is new.school
        and _are_nearly_all(count, among[class_id])
        and _are_nearly_all(count, size[new])
    ]
    for one in found:
        if one.former.id in chosen:
            one.school_class.id = one.former.id
    return sorted(found, key=lambda one: one.told)


def _are_nearly_all(count: int, among: int) -> bool:
    """Four of five: somebody has always just moved in or out."""
    return 5 * count >= 4 * among


def ids_of(said: Iterable[str], proposed: Sequence[Renaming], new_classes: Iterable[KnownClass]) -> set[int]:
    """The classes that ``1A=1B`` means, or ``10000001/1A=1B`` with the school's code or name before. Raises
    Refused where the file does not say so, or says so of several schools; done already means none."""
    ids: set[int] = set()
    for text in said:
        meant = [one for one in proposed if folded(text) in _ways_to_say(one)]
        if len(meant) > 1:
            raise Refused(f"Flera skolor byter namn på klasser så: skriv skolenhetskod/{meant[0].words}.")
        called = folded(text.rpartition("=")[2])
        if not meant and any(folded(one.name) == called for one in new_classes):
            raise Refused(f"Filen visar inget namnbyte {text}: eleverna kommer inte ur en sådan klass.")
        ids |= {one.former.id for one in meant if one.former.id is not None}
    return ids


def _ways_to_say(one: Renaming) -> set[str]:
    school = one.school_class.school
    return {folded(f"{before}{one.words}") for before in ("", f"{school.code}/", f"{school.name}/")}


def carry_out(proposed: Iterable[Renaming]) -> None:
    """Another name for each that is chosen. Flushes."""
    for one in proposed:
        if one.is_chosen:
            db.session.get_one(SchoolClass, one.former.id).name = one.school_class.name
    db.session.flush()
