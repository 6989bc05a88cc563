"""What a service says, as a class list: a row for each pupil, with the columns of a file, so that it goes the
way of every class list. Pure: no database, no network."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from assessments.calendar import academic_year_on, first_day, last_day
from assessments.roster.tables import tidy
from assessments.ss12000.shapes import Class, Duty, Enrolment, Person, Span, Unit

COLUMNS = (
    "kommun", "skolenhetskod", "skola", "klass", "årskurs", "elev-id", "personnummer", "förnamn", "efternamn",
    "skolform", "sekretessmarkering", "börjar", "slutar",
)  # fmt: skip
DUTY_COLUMNS = (
    "användarnamn", "namn", "roll", "kommun", "skolenhetskod", "skola", "klass", "från", "till",
)  # fmt: skip
ADAPTED = "anpassad grundskola"
# GRS and TR are words of the standard, GRAN that of the national register since the form got its new name.
SCHOOL_FORMS = {
    **dict.fromkeys(("GR", "FKLASS", "SAM"), "grundskola"),
    **dict.fromkeys(("GRS", "GRAN", "TR"), ADAPTED),
}
NURSERY = "FKLASS"
MENTORS = ("mentor", "klassföreståndare", "klasslärare", "ansvarig")
SUMMER = 6  # who leaves in June or July goes to the end of the year


@dataclass(frozen=True)
class Place:
    """A pupil's class, and from when to when in this academic year."""

    group: Class
    span: Span


@dataclass
class Lists:
    """The rows, and what is told about how they came to be."""

    rows: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    marked: int = 0


def places(groups: Iterable[Class], on: date) -> dict[str, Place]:
    """Where each person goes: the class on the day, else the next one in the academic year, else the last one
    that was left in it."""
    year = academic_year_on(on)
    whole = Span(first_day(year), last_day(year))
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for group in groups:
        for membership in group.memberships:
            span = membership.span.within(group.span).within(whole)
            if span.starts_on and span.ends_on and span.starts_on <= span.ends_on:
                found[membership.person_id].append(Place(group, span))
    return {person_id: _chosen(some, on) for person_id, some in found.items()}


def _chosen(some: list[Place], on: date) -> Place:
    in_order = sorted(some, key=lambda one: (one.span.starts_on or date.min, one.group.id))
    holding = [one for one in in_order if one.span.holds_on(on)]
    coming = [one for one in in_order if (one.span.starts_on or date.min) > on]
    left = sorted(in_order, key=lambda one: one.span.ends_on or date.max)
    return [*left[-1:], *coming[:1], *holding[-1:]][-1]


def class_list(
    municipality: str,
    units: Mapping[str, Unit],
    where: Mapping[str, Place],
    persons: Iterable[Person],
    on: date,
) -> Lists:
    """A row for everybody in a class of the schools, by school, class and id, so that the same answers make
    the same file. Of a marked person only the school and the id stand in it."""
    lists, homeless, others = Lists(), 0, Counter[str]()
    order = sorted(persons, key=lambda one: _order(one, units, where))
    for person in order:
        place = where.get(person.id)
        unit = units.get(place.group.unit_id) if place else None
        if place is None or unit is None:
            homeless += 1
            continue
        enrolment = _enrolment(person, unit.id, on)
        school_type = (enrolment.school_type if enrolment else "") or place.group.school_type
        if school_type not in SCHOOL_FORMS:
            others[school_type or "okänd"] += 1  # gymnasium, fritidshem: not ours
            continue
        lists.marked += person.is_marked
        shared = {
            "kommun": municipality, "skolenhetskod": unit.code, "skola": unit.name, "elev-id": person.code,
        }  # fmt: skip
        marking = {"sekretessmarkering": "ja"}
        told = marking if person.is_marked else _open(person, place, enrolment, school_type)
        lists.rows.append(shared | told)
    if others:
        told_of = ", ".join(f"{form} {count}" for form, count in sorted(others.items()))
        lists.notes.append(f"Elever i andra skolformer, som inte läses in: {told_of}.")
    if homeless:
        lists.notes.append(f"Elever i klasser utan skolenhet, som inte läses in: {homeless}.")
    return lists


def _order(person: Person, units: Mapping[str, Unit], where: Mapping[str, Place]) -> tuple[str, str, str]:
    place = where.get(person.id)
    unit = units.get(place.group.unit_id) if place else None
    return (unit.code or unit.name if unit else "", place.group.name if place else "", person.id)


def _open(person: Person, place: Place, enrolment: Enrolment | None, school_type: str) -> dict[str, str]:
    year = enrolment.year if enrolment else None
    return {
        "klass": place.group.name,
        "årskurs": "F" if school_type == NURSERY or year == 0 else "" if year is None else str(year),
        "personnummer": person.number,
        "förnamn": person.given_name,
        "efternamn": person.family_name,
        "skolform": SCHOOL_FORMS[school_type],
        "börjar": place.span.starts_on.isoformat() if place.span.starts_on else "",
        "slutar": _last_day(place.span),
    }


def _last_day(span: Span) -> str:
    """Only a day before summer: that the year ends is no news, and leaves nobody to move up."""
    ends_on = span.ends_on
    if ends_on is None or ends_on >= last_day(academic_year_on(ends_on)).replace(month=SUMMER, day=1):
        return ""
    return ends_on.isoformat()


def _enrolment(person: Person, unit_id: str, on: date) -> Enrolment | None:
    """The one at the school that holds on the day, else any there, else any that holds."""
    here = [one for one in person.enrolments if one.unit_id == unit_id]
    now = [one for one in here if one.span.holds_on(on)]
    elsewhere = [one for one in person.enrolments if one.span.holds_on(on)]
    return next(iter([*now, *here, *elsewhere]), None)


def as_file(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The rows as a file that is read as any other. Its own quotes: a name is data, whatever stands in it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: tidy(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def duty_rows(
    municipality: str,
    units: Mapping[str, Unit],
    groups: Mapping[str, Class],
    duties: Iterable[Duty],
    persons: Mapping[str, Person],
) -> Iterator[dict[str, str]]:
    """Rows for a file of duties: principals, special teachers, and teachers with the classes they answer for.

    To be looked over by a person: an employment is not yet a right to see pupils.
    """
    for duty in duties:
        person, unit = persons.get(duty.person_id), units.get(duty.unit_id)
        if person is None or unit is None or person.is_marked or not person.principal_name:
            continue
        shared = {
            "användarnamn": person.principal_name,
            "namn": f"{person.given_name} {person.family_name}".strip(),
            "kommun": municipality,
            "skolenhetskod": unit.code,
            "skola": unit.name,
        }
        if role := _role(duty.role):
            yield shared | {"roll": role} | _days(duty.span)
        for one in duty.assignments:
            group = groups.get(one.group_id)
            if group and group.unit_id == unit.id and one.kind.casefold().startswith(MENTORS):
                span = one.span.within(duty.span).within(group.span)
                yield shared | {"roll": "klasslärare", "klass": group.name} | _days(span)


def _role(told: str) -> str | None:
    if told == "Rektor":
        return "rektor"
    return "speciallärare" if told.startswith("Special") else None


def _days(span: Span) -> dict[str, str]:
    return {
        "från": span.starts_on.isoformat() if span.starts_on else "",
        "till": span.ends_on.isoformat() if span.ends_on else "",
    }
