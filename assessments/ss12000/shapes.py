"""What SS 12000:2020 says, as far as class lists need it: organisations, groups, persons and duties.

Names of fields are those of the published OpenAPI description (2.0 and 2.1). What does not have the shape of
the standard is left out and counted, and no more of a person is kept than a class list has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Raw = Mapping[str, Any]
NO_MARKING = frozenset((None, False, "", "ingen"))


@dataclass(frozen=True)
class Span:
    """From one day to another, both included; None is open."""

    starts_on: date | None
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        return (self.starts_on or date.min) <= day <= (self.ends_on or date.max)

    def within(self, other: "Span") -> "Span":
        starts = [day for day in (self.starts_on, other.starts_on) if day]
        ends = [day for day in (self.ends_on, other.ends_on) if day]
        return Span(max(starts, default=None), min(ends, default=None))


@dataclass(frozen=True)
class Unit:
    """A Skolenhet."""

    id: str
    name: str
    code: str


@dataclass(frozen=True)
class Membership:
    person_id: str
    span: Span


@dataclass(frozen=True)
class Class:
    """A group of type Klass."""

    id: str
    name: str
    unit_id: str
    school_type: str
    span: Span
    memberships: tuple[Membership, ...]


@dataclass(frozen=True)
class Enrolment:
    unit_id: str
    school_type: str
    year: int | None
    span: Span


@dataclass(frozen=True)
class Person:
    """``code``: what the connection takes for an elev-id (or a username). ``number``: personnummer, where it
    is asked for."""

    id: str
    code: str
    given_name: str
    family_name: str
    number: str
    principal_name: str
    is_marked: bool
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True)
class Assignment:
    group_id: str
    kind: str
    span: Span


@dataclass(frozen=True)
class Duty:
    person_id: str
    unit_id: str
    role: str
    span: Span
    assignments: tuple[Assignment, ...]


def units(rows: Iterable[Raw]) -> dict[str, Unit]:
    """The schools by id."""
    found = {}
    for row in rows:
        unit_id, name = _text(row, "id"), _text(row, "displayName")
        code = _text(row, "schoolUnitCode")
        if unit_id and row.get("organisationType") == "Skolenhet" and (name or code):
            found[unit_id] = Unit(unit_id, name, code)
    return found


def classes(rows: Iterable[Raw]) -> Iterator[Class]:
    """Groups of type Klass; others are asked for by some services whatever we say."""
    for row in rows:
        told = _text(row, "id"), _text(row, "displayName"), _reference(row, "organisation")
        if row.get("groupType") != "Klass" or not all(told):
            continue
        members = row.get("groupMemberships") or row.get("studentMemberships") or []
        memberships = tuple(
            Membership(person_id, _span(one))
            for one in _objects(members)
            if (person_id := _reference(one, "person"))
        )
        yield Class(*told, _text(row, "schoolType"), _span(row), memberships)


def person(row: Raw, elev_id: str, *, with_number: bool) -> Person | None:
    """A pupil or a member of staff; None where there is no id. Of a marked person the name is not read."""
    person_id = _text(row, "id")
    if not person_id:
        return None
    names, is_marked = _principal_names(row), marked(row.get("securityMarking"))
    number = row.get("civicNo") or row.get("norEduPersonNIN")
    return Person(
        id=person_id,
        code=_code(row, elev_id, person_id, names),
        given_name="" if is_marked else _text(row, "givenName"),
        family_name="" if is_marked else _text(row, "familyName"),
        number=_text(number, "value") if with_number and isinstance(number, dict) else "",
        principal_name=names[0] if names else "",
        is_marked=is_marked,
        enrolments=tuple(_enrolments(row)),
    )


def duties(rows: Iterable[Raw]) -> Iterator[Duty]:
    for row in rows:
        person_id, unit_id = _reference(row, "person"), _reference(row, "dutyAt")
        if person_id and unit_id:
            assignments = tuple(
                Assignment(group_id, _text(one, "assignmentRoleType"), _span(one))
                for one in _objects(row.get("assignmentRole"))
                if (group_id := _reference(one, "group"))
            )
            yield Duty(person_id, unit_id, _text(row, "dutyRole"), _span(row), assignments)


def deleted_persons(pages: Iterable[Any]) -> set[str]:
    """The ids of persons that the service says it has removed."""
    found: set[str] = set()
    for page in pages:
        ids = page.get("persons") if isinstance(page, dict) else None
        found |= {one for one in ids or [] if isinstance(one, str)}
    return found


def marked(told: Any) -> bool:
    """Whether somebody is protected. Anything but a plain no is a yes: better one too many."""
    kept = told.strip().casefold() if isinstance(told, str) else told
    return not isinstance(kept, bool | str | None) or kept not in NO_MARKING


def _enrolments(row: Raw) -> Iterator[Enrolment]:
    for one in _objects(row.get("enrolments")):
        unit_id, year = _reference(one, "enroledAt"), one.get("schoolYear")
        if unit_id and one.get("cancelled") is not True:
            is_year = isinstance(year, int) and not isinstance(year, bool)
            yield Enrolment(unit_id, _text(one, "schoolType"), year if is_year else None, _span(one))


def _code(row: Raw, elev_id: str, person_id: str, names: list[str]) -> str:
    if elev_id == "id":
        return person_id
    if elev_id == "eppn":
        return names[0] if names else ""
    context = elev_id.removeprefix("external:")
    found = (one for one in _objects(row.get("externalIdentifiers")) if one.get("context") == context)
    return _text(next(found, {}), "value")


def _principal_names(row: Raw) -> list[str]:
    """Plain strings since 2.0, objects in drafts before it."""
    told = row.get("eduPersonPrincipalNames")
    names = [one.get("value") if isinstance(one, dict) else one for one in told or [] if one]
    return [name for name in names if isinstance(name, str)]


def _objects(told: Any) -> Iterator[Raw]:
    return (one for one in told or [] if isinstance(one, dict)) if isinstance(told, list) else iter(())


def _text(row: Raw, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _reference(row: Raw, key: str) -> str:
    told = row.get(key)
    return _text(told, "id") if isinstance(told, dict) else ""


def _span(row: Raw) -> Span:
    return Span(_day(row.get("startDate")), _day(row.get("endDate")))


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(told[:10]) if isinstance(told, str) else None
    except ValueError:
        return None
