"""Whatever stands in a class list: refused in words, or taken in so that the same again changes nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assessments.database import db
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.models import Enrolment, Pupil
from assessments.roster.tables import FROM_A_PAGE, UnreadableFile

HEADER = "skolenhetskod;skola;kommun;klass;årskurs;elev-id;personnummer;förnamn;efternamn;sekretessmarkering"
CELLS = (
    [*["10000001"] * 6, "", "20000002", "30000003"],  # mostly one school, so that most lists can be taken in
    [*["Ekbackens skola"] * 6, "", "Ekbacken", "Ny skola"],
    [*["Ekby"] * 6, "", "Ekby kommun", "Tallby", "Nyby"],
    ["1A", "1a", "1B", "2A"],
    ["F", "1", "2"],
    ["", "1001", "1002", "1003", "2001", "n1", "N1", "0042", "42"],
    ["", "", "", "20150304-2382", "150304-2382", "20150405-2389"],
    ["Kim", "Noor", "Siv"],
    ["Berg", "Alm", "Skog"],
    ["", "", "", "ja"],
)
ROWS = st.lists(st.tuples(*map(st.sampled_from, CELLS)), min_size=1, max_size=5)
DAYS = st.dates(date(2026, 8, 1), date(2027, 7, 31))
TWICE = [  # one pupil, written in two ways at one school: no two rows, and no two cells, are alike
    ("10000001", "", "Ekby", "1A", "1", "", "20150304-2382", "Kim", "Berg", ""),
    ("10000001", "", "", "1A", "2", "", "150304-2382", "Noor", "Skog", ""),
]
slow = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


def file_of(rows: list[tuple[str, ...]]) -> bytes:
    return "\n".join([HEADER, *(";".join(row) for row in rows), ""]).encode()


def plan(content: bytes, on: date) -> Any:
    return plan_roster("k.csv", content, FROM_A_PAGE, on)


def overlaps() -> list[int]:
    """Pupils who go in two classes on one day."""
    days: dict[int, list[tuple[date, date]]] = {}
    for one in db.session.execute(sa.select(Enrolment.pupil_id, Enrolment.starts_on, Enrolment.ends_on)):
        days.setdefault(one.pupil_id, []).append((one.starts_on, one.ends_on or date.max))
    return [
        pupil
        for pupil, spans in days.items()
        for (_, ended), (begun, _) in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if begun <= ended
    ]


@pytest.mark.slow
@slow
@example(first=TWICE, then=TWICE[1:], on=date(2026, 8, 18), later=date(2026, 8, 18), end_missing=True)
@given(first=ROWS, then=ROWS, on=DAYS, later=DAYS, end_missing=st.booleans())
def test_a_list_taken_in_changes_nothing_the_second_time(
    ekbacken: Ekbacken,
    first: list[tuple[str, ...]],
    then: list[tuple[str, ...]],
    on: date,
    later: date,
    end_missing: bool,
) -> None:
    for rows, day in ((first, on), (then, later)):
        content = file_of(rows)
        found = plan(content, day)
        if found.problems:
            assert all(problem.reason and problem.remedy for problem in found.problems)
            continue
        apply_roster(found, end_missing=end_missing)
        assert overlaps() == []
        again = plan(content, day)
        assert again.problems == []
        assert not again.changes_something(end_missing=end_missing), (again.changed, again.moved, again.left)
    siv = db.session.get_one(Pupil, ekbacken.siv.id)
    assert (siv.given_name, siv.family_name, len(siv.enrolments)) == ("Siv", "Skog", 1)
    db.session.rollback()


@slow
@given(data=st.data())
def test_a_list_with_anything_changed_is_refused_in_words_or_taken_in(
    ekbacken: Ekbacken, data: st.DataObject
) -> None:
    content = bytearray(file_of([("10000001", "", "", "1A", "1", "1001", "", "Åsa", "Öberg", "")] * 2))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, max(len(content) - 1, 0)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        found = plan(bytes(content), date(2026, 10, 15))
    except UnreadableFile as told:
        assert told.problems[0].remedy  # noqa: PT017 - either answer is right
    else:
        if not found.problems:
            apply_roster(found, end_missing=True)
    db.session.rollback()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1926-10-15"])
def test_a_date_mistyped_by_a_century_is_wrong_usage(
    lasspar: Callable[..., Result], tmp_path: Any, day: str
) -> None:
    file = tmp_path / "k.csv"
    file.write_bytes(file_of([]))
    result = lasspar("roster", "import", file, "--date", day)
    assert result.exit_code == 2
    assert "för långt bort" in result.stderr
