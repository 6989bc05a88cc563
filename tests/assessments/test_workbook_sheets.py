"""Workbooks with a sheet for each class: the sheets with one header are one file."""

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result

from assessments.database import db
from assessments.models import Score
from assessments.roster.header import ROSTER_COLUMNS
from assessments.roster.models import Pupil, QuarantinedRow
from assessments.roster.table_files import read_table
from assessments.roster.tables import FROM_A_PAGE, Limits, Table, UnreadableFile, row_in_file
from assessments.sheet_periods import refuse_several_periods

CLASS = next(column for column in ROSTER_COLUMNS if column.key == "school_class")
HEADER = ["skola", "klass", "åk", "elev-id", "förnamn", "efternamn"]
WITHOUT_CLASS = ["skola", "årskurs", "elev-id", "namn"]


def sheets(told: Mapping[str, Iterable[Iterable[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in told.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(told: Mapping[str, Iterable[Iterable[Any]]], limits: Limits = FROM_A_PAGE) -> Table:
    return read_table("klasser.xlsx", sheets(told), limits, ROSTER_COLUMNS, sheet_says=CLASS)


def pupil(code: int, school_class: str) -> list[Any]:
    return ["Ekskolan", school_class, school_class[0], code, "Åsa", f"Ek{code}"]


def test_sheets_with_one_header_are_one_file_and_others_are_named() -> None:
    table = read(
        {
            "Personal": [["Namn", "Telefon"], ["Eva", "070"]],
            "1A": [HEADER, pupil(1, "1A"), pupil(2, "1A")],
            "2B": [["Skola", "KLASS", "Åk.", "Elev ID", "Förnamn", "Efternamn"], pupil(3, "2B")],
        }
    )
    assert table.header == tuple(HEADER)
    assert [(str(row.number), row.cells[3]) for row in table.rows] == [
        ("2 på bladet ”1A”", "1"),
        ("3 på bladet ”1A”", "2"),
        ("2 på bladet ”2B”", "3"),
    ]
    assert table.notes == [
        "2 blad med samma rubriker läses: ”1A”, ”2B”.",
        "Blad med andra rubriker läses inte: ”Personal”.",
    ]
    assert [row_in_file(int(row.number)) for row in table.rows] == [
        "2 på blad 2",
        "3 på blad 2",
        "2 på blad 3",
    ]


def test_faults_name_sheet_row_and_column() -> None:
    table = read(
        {
            "1A": [HEADER, pupil(1, "1A")],
            "1B": [HEADER, pupil(2, "1B"), ["Ekskolan", "#N/A", 1, 3, "Bo", "Ek"]],
        }
    )
    (problem,) = table.problems
    assert str(problem).startswith("3 på bladet ”1B”:klass: cellen visar felet #N/A.")


def test_the_name_of_the_sheet_is_the_class_where_no_column_is() -> None:
    table = read(
        {
            "1A": [WITHOUT_CLASS, ["Ekskolan", 1, 1, "Ek, Bo"]],
            "1B": [WITHOUT_CLASS, ["Ekskolan", 1, 2, "Al, Åsa"]],
        }
    )
    assert table.header == (*WITHOUT_CLASS, "klass")
    assert [row.cells[-1] for row in table.rows] == ["1A", "1B"]
    assert table.notes[1] == "Filen har ingen kolumn för klass: bladets namn är elevens klass."


@pytest.mark.parametrize(
    ("names", "header"),
    [(("Blad1", "Blad2"), WITHOUT_CLASS), (("1A", "1B"), [*WITHOUT_CLASS, "klas"]), (("1A",), WITHOUT_CLASS)],
    ids=["names of nobody", "a misspelt header", "one sheet"],
)
def test_a_sheet_says_no_class_where_that_is_not_clear(names: tuple[str, ...], header: list[str]) -> None:
    table = read({name: [header, ["Ekskolan", 1, place, "Ek, Bo"]] for place, name in enumerate(names)})
    assert "klass" not in table.header


def test_a_sheet_of_all_beside_one_for_each_class_is_read_once() -> None:
    one, two = pupil(1, "1A"), pupil(2, "1B")
    table = read({"Alla": [HEADER, one, two], "1A": [HEADER, one], "1B": [HEADER, two]})
    assert [str(row.number) for row in table.rows] == ["2 på bladet ”Alla”", "3 på bladet ”Alla”"]
    assert table.notes[-1] == "Rader som står likadant på ett blad till läses en gång: 2."


def test_rows_are_counted_alike_on_sheets_with_other_titles() -> None:
    """Adding ``above`` to any number finds the row in its sheet."""
    titles: list[list[str]] = [["Klass 1B"], [], []]
    table = read({"1A": [["Klass 1A"], HEADER, pupil(1, "1A")], "1B": [*titles, HEADER, pupil(2, "1B")]})
    assert (table.above, [str(row.number) for row in table.rows]) == (
        1,
        ["2 på bladet ”1A”", "4 på bladet ”1B”"],
    )


def test_the_limits_hold_for_the_whole_file() -> None:
    told = {name: [HEADER, pupil(1, name), pupil(2, name)] for name in ("1A", "1B")}
    assert len(read(told, Limits(megabytes=1, rows=4)).rows) == 4
    with pytest.raises(UnreadableFile, match="3:-: för många rader på bladet ”1B”"):
        read(told, Limits(megabytes=1, rows=3))


def test_a_sheet_of_something_else_may_be_of_any_size() -> None:
    told = {"1A": [HEADER, pupil(1, "1A")], "Statistik": [["x"] * 120] * 9}
    assert len(read(told, Limits(megabytes=1, rows=3)).rows) == 1


def test_a_pupil_on_two_sheets_is_named_with_both(lasspar: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "klasser.xlsx"
    moved = ["Ekskolan", "1B", 1, 1, "Åsa", "Ek1"]
    file.write_bytes(sheets({"1A": [HEADER, pupil(1, "1A")], "1B": [HEADER, moved]}))
    told = lasspar("roster", "import", str(file), "--dry-run")
    assert told.exit_code == 1
    assert "2 på bladet ”1B”:elev-id: eleven står redan på rad 2 på bladet ”1A”." in told.stderr


@pytest.mark.slow
def test_class_list_and_scores_are_taken_in_from_every_sheet(
    lasspar: Callable[..., Result], tmp_path: Path
) -> None:
    """A row set aside is kept with its sheet, for the page that lists it."""
    file = tmp_path / "klasser.xlsx"
    header = ["kommun", *HEADER, "sekretess"]
    told = {name: [header, ["Ekby", *pupil(place, name), ""]] for place, name in enumerate(("1A", "1B"))}
    told["1B"].append(["Ekby", *pupil(7, "1B"), "ja"])
    file.write_bytes(sheets(told))
    assert lasspar("roster", "import", str(file), "--date", "2026-08-20").exit_code == 0
    assert db.session.scalar(sa.select(sa.func.count(Pupil.id))) == 2
    (row,) = db.session.scalars(sa.select(QuarantinedRow.row))
    assert row_in_file(row) == "3 på blad 2"
    lasspar("windows", "open", "2026/27-autumn", "--opens", "2026-08-24", "--closes", "2026-10-09")
    scores = [["elev-id", "bokstavsljud"]]
    file.write_bytes(sheets({"1A": [*scores, [0, 12]], "1B": [*scores, [1, 99]]}))
    refused = lasspar("scores", "import", str(file), "--window", "2026/27-autumn")
    assert "2 på bladet ”1B”:bokstavsljud: " in refused.stderr
    file.write_bytes(sheets({"1A": [*scores, [0, 12]], "1B": [*scores, [1, 9]]}))
    done = lasspar("scores", "import", str(file), "--window", "2026/27-autumn")
    assert (done.exit_code, db.session.scalar(sa.select(sa.func.count(Score.id)))) == (0, 2)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("HT", "VT"), "”HT”, ”VT”"),
        (("1A höst", "1A vår", "1B vår"), "”1A höst”, ”1A vår”"),
        (("HT 2025", "HT-26"), "”HT 2025”, ”HT-26”"),
        (("Hösten", "Vintern", "Vårterminen"), "”Hösten”, ”Vintern”, ”Vårterminen”"),
    ],
)
def test_sheets_of_several_periods_are_not_taken_for_one(names: tuple[str, ...], told: str) -> None:
    table = read({name: [HEADER, pupil(place, "1A")] for place, name in enumerate(names)})
    with pytest.raises(UnreadableFile) as refused:
        refuse_several_periods(table)
    assert f"flera perioder, på bladen {told}, men" in str(refused.value)


@pytest.mark.parametrize(
    "names", [("1A", "1B"), ("1A HT26", "1B HT 2026"), ("Vårlöken", "Höstlöven"), ("HT",)]
)
def test_sheets_of_one_period_or_none_are_one_file(names: tuple[str, ...]) -> None:
    refuse_several_periods(read({name: [HEADER, pupil(place, "1A")] for place, name in enumerate(names)}))


@pytest.mark.slow
@pytest.mark.parametrize(("command", "column"), [("scores", "bokstavsljud"), ("absence", "frånvaro")])
def test_a_file_of_two_periods_is_told_to_be_two_files(
    command: str, column: str, ekbacken: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path
) -> None:
    """Other pupils on each: their results of the spring would have become the autumn's without a word."""
    file = tmp_path / "året.xlsx"
    header = ["elev-id", column]
    file.write_bytes(sheets({"HT": [header, [1001, 12]], "VT": [header, [1002, 13]]}))
    done = lasspar(command, "import", str(file), "--window", "2026/27-autumn")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Spara varje periods blad som en egen fil" in done.stderr
