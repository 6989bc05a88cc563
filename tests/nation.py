"""A database of invented schools, of any size, poured in from arrays: what the benchmarks of size share.

Everybody goes in year 3 now and has gone to the same school for three years: nine windows, all of them
judged. Levels and signals are drawn by lot, not judged: pages read what stands there.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from cast import PASSWORD_HASH

from app import create_app
from assessments.access.models import Account
from assessments.database import db
from assessments.database.commands import prepare
from assessments.instruments.models import MeasureRow
from assessments.models import AssessmentWindow, HandIn, Score, ScoreChange, Season
from assessments.roster.models import (
    Duty,
    Enrolment,
    Municipality,
    Pupil,
    Role,
    School,
    SchoolClass,
    StaffMember,
)
from screening.models import Flag, Judgement
from screening.rollup.models import WHOLE_WINDOW, SchoolCount

TODAY = "2027-05-20"
MADE = "2027-05-10T08:00:00.000000+00:00"
CLASS, CLASSES, SCHOOLS = 25, 9, 5  # pupils in a class, classes in a school, schools in a municipality
SCHOOL = CLASS * CLASSES
YEARS = ("2024/25", "2025/26", "2026/27")
SEASONS = (
    (Season.AUTUMN, "09-01", "11-13"),
    (Season.WINTER, "01-11", "02-12"),
    (Season.SPRING, "04-12", "05-07"),
)
WINDOWS = len(YEARS) * len(SEASONS)
MEASURES = (  # that a window may have
    "ord_per_minut", "bokstavsljud", "avstamning_a", "lasforstaelse_stanine", "ordavkodning_stanine",
    "fonologisk_medvetenhet",
)  # fmt: skip
EVIDENCE = {
    "certainty": "clear",
    "despite_missing": False,
    "measures": [
        {"measure": "ord_per_minut", "name": "Ord per minut", "unit": "ord", "value": 60, "near_from": 50,
         "goal_from": 90, "above_from": None, "status": "P", "near_status": "P", "source": "Källa",
         "higher_is_better": True}
    ],
}  # fmt: skip
LEVELS = np.array(["below_goal", "near_goal", "at_goal", "above_goal"])
CHUNK = 20_000  # pupils made at a time: memory stays bounded
Columns = dict[str, Any]  # by column one value for all rows, or a sequence of as many


@dataclass(frozen=True)
class Nation:
    """``staff`` by role at the school in the middle; ids of what their pages are asked about."""

    url: str
    pupils: int
    school_id: int
    class_id: int
    pupil_id: int
    staff: dict[Role, int]  # account ids


def nation(url: str, pupils: int, measures: Sequence[str], *, judged: bool = True) -> Nation:
    """Fill an empty database. ``judged``: levels, signals and sums too, as if somebody had judged."""
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        prepare()
        schools = -(-pupils // SCHOOL)
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
                    connection.connection.driver_connection.execute(f"PRAGMA {pragma}")
            else:  # what refers to what is right by the way it is made: looking it up takes most of the time
                connection.exec_driver_sql("SET session_replication_role = replica")
            _places(connection, schools)
            for start in range(0, pupils, CHUNK):
                _people(connection, np.arange(start, min(start + CHUNK, pupils)), measures, judged)
            if judged:
                _sums(connection, schools)
            _count_on(connection)
            connection.commit()
        staff = _staff(schools // 2 + 1)
        db.session.remove()
        _known_to_the_planner()
        db.engine.dispose()
    first = (schools // 2) * SCHOOL + 1  # of the school in the middle
    return Nation(url, pupils, schools // 2 + 1, _class_id(2, schools // 2, 0, schools), first, staff)


def _class_id(year: Any, school: Any, number: Any, schools: int) -> Any:
    """Classes are numbered year by year, school by school; works on arrays too."""
    return (year * schools + school) * CLASSES + number + 1


def _places(connection: sa.Connection, schools: int) -> None:
    municipalities = np.arange(-(-schools // SCHOOLS))
    _pour(connection, Municipality, id=municipalities + 1, name=_named("Kommun", municipalities),
          external_id=_named("m", municipalities), created_at=MADE)  # fmt: skip
    number = np.arange(schools)
    _pour(connection, School, id=number + 1, municipality_id=number // SCHOOLS + 1,
          name=_named("Skola", number), code=_named("", number + 10_000_000),
          external_id=_named("s", number), created_at=MADE)  # fmt: skip
    year, school, place = (one.ravel() for one in np.indices((len(YEARS), schools, CLASSES)))
    ids = _class_id(year, school, place, schools)
    _pour(connection, SchoolClass, id=ids, school_id=school + 1, academic_year=[YEARS[one] for one in year],
          name=[f"{one + 1}{'ABCDEFGHI'[of]}" for one, of in zip(year, place, strict=True)],
          external_id=_named("c", ids), created_at=MADE)  # fmt: skip
    windows = list(itertools.product(YEARS, SEASONS))
    days = [
        [f"{int(year[:4]) + (season is not Season.AUTUMN)}-{day}" for year, (season, *both) in windows
         for day in both[which : which + 1]]
        for which in (0, 1)
    ]  # fmt: skip
    _pour(connection, AssessmentWindow, id=np.arange(WINDOWS) + 1, academic_year=[one for one, _ in windows],
          season=[one[0].value for _, one in windows], opens_on=days[0], closes_on=days[1], makeup_days=14,
          created_at=MADE)  # fmt: skip
    latest = ids[year == len(YEARS) - 1]
    _pour(
        connection,
        HandIn,
        id=np.arange(len(latest)) + 1,
        school_class_id=latest,
        window_id=WINDOWS,
        created_at=MADE,
    )
    # Everything is judged by the set that is built in: it is adopted from the first day.
    connection.execute(sa.text("UPDATE adoption SET valid_from = '2024-08-01'"))
    connection.commit()


def _people(connection: sa.Connection, number: Any, measures: Sequence[str], judged: bool) -> None:
    """Some pupils with all they have done; ``number`` from 0."""
    schools = int(connection.execute(sa.select(sa.func.count()).select_from(School)).scalar_one())
    chance, count = np.random.default_rng(number[0]), len(number)
    spans = {
        code: (int(low), int(high))
        for code, low, high in connection.execute(
            sa.select(MeasureRow.code, MeasureRow.minimum, MeasureRow.maximum)
        )
    }
    school = number // SCHOOL
    _pour(connection, Pupil, id=number + 1, municipality_id=school // SCHOOLS + 1, code=_named("e", number),
          given_name=_named("Namn", number % 977), family_name=_named("Ek", number % 1009),
          school_form="grundskola", curriculum=np.where(number % 5, "sv", "sva"), letter_language="sv",
          is_protected=0, external_id=_named("p", number), created_at=MADE)  # fmt: skip
    pupil, year = np.repeat(number, len(YEARS)), np.tile(np.arange(len(YEARS)), count)
    _pour(connection, Enrolment, id=pupil * len(YEARS) + year + 1, pupil_id=pupil + 1,
          school_class_id=_class_id(year, pupil // SCHOOL, pupil % SCHOOL // CLASS, schools), year=year + 1,
          starts_on=[f"{YEARS[one][:4]}-08-18" for one in year],
          ends_on=[None if one == 2 else f"{int(YEARS[one][:4]) + 1}-08-17" for one in year],
          created_at=MADE)  # fmt: skip
    pupil, window = np.repeat(number, WINDOWS), np.tile(np.arange(WINDOWS), count)
    able = np.repeat(chance.beta(6, 2, count), WINDOWS)  # who reads well does so on most measures and days
    for measure in measures:
        low, high = spans[measure]
        reached = (able + chance.normal(0, 0.03, len(pupil))).clip(0, 1)
        points = np.round(low + reached * (high - low)).astype(np.int64) * 1000
        _pour(connection, Score, pupil_id=pupil + 1, window_id=window + 1, measure=measure,
              year=window // 3 + 1, points=points, is_discontinued=0, is_on_agreed_text=1, is_confirmed=0,
              assessed_on="2027-04-20", version=1, created_at=MADE)  # fmt: skip
    _pour(connection, ScoreChange, pupil_id=number + 1, window_id=WINDOWS, measure=measures[0], version=1,
          points=chance.integers(0, 20, count) * 1000, is_discontinued=0, assessed_on="2027-04-20",
          changed_at=MADE)  # fmt: skip
    if judged:
        _pour(connection, Judgement, pupil_id=pupil + 1, window_id=window + 1, benchmark_set_id=1,
              year=window // 3 + 1, level=LEVELS[chance.integers(0, 4, len(pupil))], is_despite_missing=0,
              is_judged_afterwards=0, certainty="clear", judged_at=MADE)  # fmt: skip
        some = pupil % 5 == 0
        codes = [f"{year}-{season.value}" for year, (season, *_) in itertools.product(YEARS, SEASONS)]
        told = [json.dumps({**EVIDENCE, "window": code}) for code in codes]
        _pour(connection, Flag, pupil_id=pupil[some] + 1, family="need", window_id=window[some] + 1,
              benchmark_set_id=1, kind="near_goal", level=2, state="persistent",
              evidence=[told[one] for one in window[some]], judged_at=MADE, created_at=MADE)  # fmt: skip


def _sums(connection: sa.Connection, schools: int) -> None:
    window, school, curriculum = (one.ravel() for one in np.indices((WINDOWS, schools, 2)))
    of_each = np.where(curriculum, SCHOOL // 5 // 4, SCHOOL // 5)
    _pour(connection, SchoolCount, window_id=window + 1, measure=WHOLE_WINDOW, school_id=school + 1,
          year=window // 3 + 1, curriculum=np.where(curriculum, "sva", "sv"), judged_by=1, below_goal=of_each,
          near_goal=of_each, at_goal=of_each, above_goal=of_each, no_level=0)  # fmt: skip


def _staff(school_id: int) -> dict[Role, int]:
    """One of each role at the school (and one coordinator of all), who may sign in."""
    scope: dict[Role, dict[str, int]] = {
        Role.PRINCIPAL: {"school_id": school_id},
        Role.SPECIAL_TEACHER: {"school_id": school_id},
        Role.COORDINATOR: {},
    }
    found = {}
    for role, where in scope.items():
        member = StaffMember(name=f"Någon {role.value}")
        duty = Duty(staff_member=member, role=role, starts_on=date(2024, 8, 1), **where)
        account = Account(staff_member=member, username=role.value, password_hash=PASSWORD_HASH)
        db.session.add_all([duty, account])
        db.session.flush()
        found[role] = account.id
    db.session.commit()
    return found


def _known_to_the_planner() -> None:
    """PostgreSQL looks at a new table by itself, but not at once. SQLite is left as it is in use."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _count_on(connection: sa.Connection) -> None:
    """PostgreSQL numbers new rows from where ours end."""
    if connection.dialect.name == "postgresql":
        for table in (one.name for one in db.metadata.sorted_tables if "id" in one.c):
            last = f"SELECT max(id) FROM {table}"  # noqa: S608 - own names
            number = f"pg_get_serial_sequence('{table}', 'id')"
            connection.exec_driver_sql(f"SELECT setval({number}, ({last})) WHERE ({last}) IS NOT NULL")


def _named(word: str, numbers: Any) -> list[str]:
    return [f"{word}{number}" for number in numbers.tolist()]


def _pour(connection: sa.Connection, model: Any, **columns: Any) -> None:
    """Rows from columns, by the driver alone: as fast as the database takes them."""
    lengths = {len(one) for one in columns.values() if not isinstance(one, str | int)}
    (length,) = lengths
    rows = zip(*(_values(one, length) for one in columns.values()), strict=True)
    names, driver = ", ".join(columns), connection.connection.driver_connection
    table = model.__table__.name
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - own names
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _values(column: Any, length: int) -> Iterator[Any] | list[Any]:
    if isinstance(column, str | int):
        return itertools.repeat(column, length)
    return column.tolist() if isinstance(column, np.ndarray) else column
