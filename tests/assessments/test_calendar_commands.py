"""``lasspar calendar import``: every fault by row and column, all or nothing, the same file again nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from workbooks import workbook

from assessments.access.models import AuditEntry
from assessments.calendar_models import CalendarRange
from assessments.database import db
from assessments.school_days import SpanKind

Command = Callable[..., Result]
HEAD = "kommun;typ;namn;från;till"
GOOD = [
    HEAD,
    "Ekby;hösttermin;;2026-08-17;2026-12-18",
    "Ekby;Vårtermin;;2027-01-11;2027-06-10",
    "ekby kommun;sportlov;;2027-03-01;2027-03-05",
    "Ekby;studiedag;Planering;2026-09-21;",
    "Tallby;sportlov;;2027-02-15;2027-02-19",
]


@pytest.fixture
def take_in(lasspar: Command, ekbacken: Ekbacken, tmp_path: Path) -> Callable[..., Result]:
    def run(lines: list[str] | bytes, *options: str, name: str = "lasarstider.csv") -> Result:
        file = tmp_path / name
        file.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
        return lasspar("calendar", "import", file, *options)

    return run


def ranges() -> list[tuple[str, str, SpanKind, str | None, date, date]]:
    rows = db.session.scalars(sa.select(CalendarRange).order_by(CalendarRange.starts_on, CalendarRange.id))
    return [
        (one.municipality.name, one.academic_year, one.kind, one.name, one.starts_on, one.ends_on)
        for one in rows
    ]


def test_a_file_is_previewed_and_then_taken_in(take_in: Command) -> None:
    tried = take_in(GOOD, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "ny, rad 4: Sportlov 2027-03-01 till 2027-03-05" in tried.output
    assert "Provkörning: inget är ändrat." in tried.output
    assert ranges() == []
    done = take_in(GOOD)
    assert done.exit_code == 0, done.output
    assert len(ranges()) == 5
    assert ranges()[1] == (
        "Ekby", "2026/27", SpanKind.STUDY_DAY, "Planering", date(2026, 9, 21), date(2026, 9, 21),
    )  # fmt: skip
    noted = list(db.session.scalars(sa.select(AuditEntry.action)))
    assert noted.count("calendar:imported") == 2  # one for each municipality and year


def test_the_same_file_again_changes_nothing(take_in: Command) -> None:
    take_in(GOOD)
    again = take_in(GOOD)
    assert again.exit_code == 0
    assert "Inget att ändra: allt som filen säger är redan infört." in again.output
    assert "oförändrade: 4" in again.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 2


def test_a_corrected_file_corrects(take_in: Command) -> None:
    take_in(GOOD)
    moved = [HEAD, "Ekby;sportlov;;2027-03-08;2027-03-12"]
    done = take_in(moved)
    assert "ändras, rad 2: Sportlov 2027-03-01 till 2027-03-05 → Sportlov 2027-03-08" in done.output
    assert "saknas i filen (behålls; tas bort bara med --remove-missing): Planering 2026-09-21" in done.output
    assert len(ranges()) == 5
    take_in(moved, "--remove-missing")
    assert [row[:3] for row in ranges()] == [
        ("Tallby", "2026/27", SpanKind.SPORTS_BREAK), ("Ekby", "2026/27", SpanKind.SPORTS_BREAK),
    ]  # fmt: skip


def test_all_that_is_wrong_with_a_row_is_told_at_once(take_in: Command) -> None:
    done = take_in(
        [
            HEAD,
            "Ekby;sportlof;;2027-03-05;2027-03-01",
            "Ekbyn;sportlov;;2027-03-01;2027-04-05",
            "Ekbyn;sportlof;;2027-03-01;2027-08-20",
            "Ekby;jullov;;2026-12-21;2027-01-04",
            "Ekby;jullov;;2026-12-21;2026-12-20",
        ]
    )
    told = [line.partition("csv:")[2].split(". ")[0] for line in done.stderr.splitlines() if "csv:" in line]
    assert [line.partition(": ")[0] for line in told] == [
        "2:typ", "2:till", "3:kommun", "3:till", "4:kommun", "4:typ", "4:till", "6:typ", "6:till",
    ]  # fmt: skip
    assert told[1] == "2:till: Sista dagen 2027-03-01 ligger före första dagen 2027-03-05"
    assert told[3] == "3:till: Sportlov 2027-03-01 till 2027-04-05 är 36 dagar, högst 16"
    assert told[6] == "4:till: Sista dagen 2027-08-20 ligger utanför läsåret 2026/27"
    assert ranges() == []


def test_every_fault_is_told_by_row_and_column(take_in: Command) -> None:
    done = take_in(
        [
            HEAD,
            "Ekby;sportlov;;2027-03-05;2027-03-01",
            "Ekbyn;sportlov;;2027-03-01;2027-03-05",
            "Tallby;sportlof;;2027-03-01;2027-03-05",
            "Tallby;påsklov;;30/3 2027;2027-04-02",
            ";höstlov;;2026-10-26;2026-10-30",
            "Tallby;studiedag;;;",
            "Tallby;höstlov;;2026-10-26;2026-10-30",
            "Tallby;höstlov;;2026-10-26;2026-10-30",
            "Tallby;sportlov;;2027-06-14;2027-06-18",
        ]
    )
    assert done.exit_code == 1
    assert [line.partition(":")[2] for line in done.stderr.splitlines() if "lasarstider" in line] == [
        "2:till: Sista dagen 2027-03-01 ligger före första dagen 2027-03-05. Rätta dagarna.",
        "3:kommun: kommunen ”Ekbyn” finns inte. Menade du Ekby?",
        "4:typ: ”sportlof” känns inte igen. Skriv hösttermin, höstlov, jullov, vårtermin, sportlov, påsklov, "
        "studiedag, annan ledighet.",
        "5:från: ”30/3 2027” är inte ett datum. Skriv datum som 2026-09-07.",
        "6:kommun: kommunen framgår inte. Fyll i cellen.",
        "7:från: dagen saknas. Skriv datum som 2026-09-07.",
        "9:typ: Höstlov står redan på rad 8. Ta bort den ena raden.",
        "10:från: Sportlov 2027-06-14 till 2027-06-18 ligger inte i någon termin (hösttermin 2026-08-18 till "
        "2026-12-19, vårtermin 2027-01-08 till 2027-06-11). Rätta dagarna.",
    ]
    assert ranges() == []


def test_what_is_there_already_is_weighed_in(take_in: Command) -> None:
    take_in(GOOD)
    done = take_in([HEAD, "Ekby;studiedag;;2027-03-05;2027-03-05"])
    assert done.exit_code == 1
    assert "2:från: Studiedag 2027-03-05 överlappar sportlov 2027-03-01 till 2027-03-05." in done.stderr
    assert len(ranges()) == 5


def test_a_file_may_be_of_one_municipality_that_the_command_names(take_in: Command) -> None:
    lines = ["typ;datum;slut", "sportlov;2027-03-01;2027-03-05"]
    assert "kolumnen kommun saknas" in take_in(lines).stderr
    assert take_in(lines, "--kommun", "Ekby").exit_code == 0
    assert [row[0] for row in ranges()] == ["Ekby"]
    done = take_in([HEAD, "Tallby;sportlov;;2027-02-15;2027-02-19"], "--municipality", "Ekby")
    assert "2:kommun: raden gäller Tallby. Ta bort raden: nu läses bara Ekby." in done.stderr


def test_a_workbook_holds_days_as_days(take_in: Command) -> None:
    content = workbook(
        [["kommun", "typ", "från", "till"], ["Ekby", "sportlov", date(2027, 3, 1), date(2027, 3, 5)]]
    )
    assert take_in(content, name="lasarstider.xlsx").exit_code == 0
    assert ranges() == [("Ekby", "2026/27", SpanKind.SPORTS_BREAK, None, date(2027, 3, 1), date(2027, 3, 5))]


def test_what_is_no_table_is_refused(take_in: Command) -> None:
    done = take_in([""])
    assert (done.exit_code, "filen är tom" in done.stderr) == (1, True)
