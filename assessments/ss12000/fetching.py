"""Everything that a pull asks a service for, and the file it makes of it. Loads httpx."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from assessments.ss12000 import lists, shapes
from assessments.ss12000.client import Client, NotThere
from assessments.ss12000.shapes import Class, Person, Unit

Gone = Callable[[Collection[str]], list[dict[str, str]]]


@dataclass(frozen=True)
class Fetched:
    """A class list as a file. ``deleted``: ids that the service says it has removed since last time, None
    where it does not tell."""

    content: bytes
    pupils: int
    marked: int
    deleted: frozenset[str] | None
    notes: list[str] = field(default_factory=list)


def fetch_lists(client: Client, municipality: str, on: date, since: datetime | None, gone: Gone) -> Fetched:
    """Schools, classes, and those persons who go in a class: nobody else is asked for.

    ``gone`` makes rows for pupils of ours whom the service has removed.
    """
    units, groups = _units_and_classes(client)
    where = lists.places(groups, on)
    persons = _persons(client, sorted(where))
    told = lists.class_list(municipality, units, where, persons, on)
    deleted = _deleted(client, since)
    notes = list(told.notes)
    if missing := len(where) - len(persons):
        notes.append(f"Elever som tjänsten inte lämnar ut uppgifter om: {missing}.")
    if deleted is None:
        notes.append("Tjänsten berättar inte vilka som har tagits bort.")
    away = deleted - {one.id for one in persons} if deleted else frozenset()
    if away and client.connection.elev_id != "id":
        notes.append(
            f"Elevsystemet har tagit bort personer sedan förra hämtningen: {len(away)}. Elevsystemet säger "
            "inte vilka, för elev-id är ett annat än dess eget id. De finns bland dem som saknas i filen: "
            "avsluta dem på elevens sida."
        )
    removed = gone(away)
    if removed:
        notes.append(f"Borttagna i elevsystemet sedan förra hämtningen, avslutas: {len(removed)}.")
    content = lists.as_file(lists.COLUMNS, [*told.rows, *removed])
    return Fetched(content, len(told.rows), told.marked, deleted, notes)


def fetch_duties(client: Client, municipality: str) -> bytes:
    """A file for ``lasspar duty import``."""
    units, groups = _units_and_classes(client)
    duties = list(shapes.duties(client.every("/duties")))
    persons = {one.id: one for one in _persons(client, sorted({duty.person_id for duty in duties}))}
    rows = lists.duty_rows(municipality, units, {one.id: one for one in groups}, duties, persons)
    return lists.as_file(lists.DUTY_COLUMNS, rows)


def _units_and_classes(client: Client) -> tuple[dict[str, Unit], list[Class]]:
    units = shapes.units(client.every("/organisations"))
    return units, list(shapes.classes(client.every("/groups", [("groupType", "Klass")])))


def _persons(client: Client, ids: Sequence[str]) -> list[Person]:
    """By id. A service without look-up is read from end to end, and everybody else is let go of at once."""
    told, wanted = client.connection, set(ids)
    try:
        rows = client.look_up("/persons", ids)
    except NotThere:
        rows = client.every("/persons", [("relationship.entity.type", "enrolment")])
    found = (shapes.person(row, told.elev_id, with_number=told.takes_personnummer) for row in rows)
    return list({one.id: one for one in found if one and one.id in wanted}.values())


def _deleted(client: Client, since: datetime | None) -> frozenset[str] | None:
    if since is None:
        return frozenset()
    asked = [("after", since.isoformat()), ("entities", "Person")]
    try:
        return frozenset(shapes.deleted_persons(client.pages("/deletedEntities", asked)))
    except NotThere:
        return None
