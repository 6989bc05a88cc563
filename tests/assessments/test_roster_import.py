"""Class lists taken in: what changes, what stays, what is told."""

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask import Flask

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.governing.class_names import former_names
from assessments.roster.applying import apply_roster
from assessments.roster.importing import plan_roster
from assessments.roster.models import (
    Curriculum,
    Enrolment,
    Municipality,
    Pupil,
    QuarantinedRow,
    RosterImport,
    School,
    SchoolClass,
    SchoolForm,
)
from assessments.roster.tables import FROM_THE_COMMAND_LINE

HEADER = "skolenhetskod;skola;kommun;klass;årskurs;elev-id;förnamn;efternamn"
THE_SCHOOL = "12345678;Åsskolan;Östby"
TABLES = (Municipality, School, SchoolClass, Pupil, Enrolment, RosterImport, QuarantinedRow, AuditEntry)


class Importer:
    """Writes a file and runs the command on it; remembers nothing but the folder."""

    def __init__(self, lasspar: Callable[..., Result], folder: Path) -> None:
        self.lasspar, self.folder = lasspar, folder

    def run(self, text: str, *options: str, ends: int = 0, encoding: str = "cp1252") -> Result:
        file = self.folder / "klass.csv"
        file.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        result = self.lasspar("roster", "import", file, *options)
        assert result.exit_code == ends, (result.output, result.exception)
        return result

    def rows(self, *rows: str, header: str = HEADER, **more: Any) -> Result:
        """A file with the usual header, in Åsskolan where a row does not say."""
        lines = [row if row.count(";") == header.count(";") else f"{THE_SCHOOL};{row}" for row in rows]
        return self.run("\n".join([header, *lines, ""]), *more.pop("options", ()), **more)

    def faults(self, *rows: str, **more: Any) -> list[str]:
        """What a file with these rows is refused for, without path; nothing may have changed."""
        before = everything()
        result = self.rows(*rows, ends=1, **more)
        assert everything() == before
        return [line.split("klass.csv:")[1] for line in result.stderr.splitlines()]


@pytest.fixture
def roster(lasspar: Callable[..., Result], tmp_path: Path) -> Importer:
    return Importer(lasspar, tmp_path)


def everything() -> list[Any]:
    db.session.rollback()
    return [db.session.execute(sa.select(kind.__table__)).all() for kind in TABLES]


def pupil(code: str) -> Pupil:
    return db.session.scalars(sa.select(Pupil).filter_by(code=code)).one()


def went(code: str) -> list[tuple[str, int, str, str | None]]:
    """Where a pupil has gone: class, year, from and to, in order."""
    enrolments = sorted(pupil(code).enrolments, key=lambda one: one.starts_on)
    return [
        (one.school_class.name, one.year, str(one.starts_on), str(one.ends_on) if one.ends_on else None)
        for one in enrolments
    ]


def test_a_new_municipality_school_and_class_are_made_and_listed(roster: Importer) -> None:
    told = roster.rows("1A;1;p1;Åsa;Öberg", "1A;F;p2;Bo;Ek").stdout
    for line in (
        "Ny kommun: Östby",
        "Ny skola: Åsskolan (12345678), Östby",
        "Ny klass: 1A, Åsskolan",
        "Nya elever: 2",
    ):
        assert line in told
    assert pupil("p1").name == "Åsa Öberg"
    assert went("p1") == [("1A", 1, "2026-08-01", None)]
    assert went("p2") == [("1A", 0, "2026-08-01", None)]
    assert pupil("p1").enrolments[0].school_class.academic_year == "2026/27"


def test_the_same_file_again_changes_nothing_and_says_so(roster: Importer) -> None:
    rows = ("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek")
    roster.rows(*rows)
    before = everything()
    told = roster.rows(*rows).stdout
    assert "Inget att ändra" in told
    assert "Oförändrade elever: 2" in told
    assert everything() == before


def test_a_dry_run_shows_everything_and_changes_nothing(roster: Importer) -> None:
    before = everything()
    told = roster.rows("1A;1;p1;Åsa;Öberg", options=["--dry-run"]).stdout
    assert "Nya elever: 1" in told
    assert "inget är ändrat" in told
    assert everything() == before


def test_a_pupil_who_is_renamed_keeps_everything_by_elev_id(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    known = pupil("p1").id
    told = roster.rows("1A;1;p1;Åsa;Ek").stdout
    assert "efternamn Öberg → Ek" in told
    assert (pupil("p1").id, pupil("p1").family_name) == (known, "Ek")
    assert len(went("p1")) == 1


def test_a_pupil_who_changes_class_ends_the_day_before_and_begins_on_the_day(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2026-08-18"])
    told = roster.rows("1B;1;p1;Åsa;Öberg", options=["--date", "2026-10-01"]).stdout
    assert "1A, Åsskolan → 1B, Åsskolan" in told
    assert went("p1") == [("1A", 1, "2026-08-18", "2026-09-30"), ("1B", 1, "2026-10-01", None)]


FOUR = [f"1A;1;p{number};Åsa;Öberg" for number in range(4)]
AS_1B = [row.replace("1A", "1B") for row in FOUR]


def test_a_class_whose_pupils_all_stand_in_a_new_one_keeps_everything_under_its_new_name(
    roster: Importer,
) -> None:
    roster.rows(*FOUR)
    before = db.session.scalars(sa.select(SchoolClass.id)).one()
    options = ["--rename", "åsskolan/1a=1b"]
    told = roster.rows(*AS_1B, "1B;1;p9;Ny;Elev", options=["--dry-run"]).stdout
    assert "Har klassen bytt namn? 1A → 1B, Åsskolan: 4 av 4 elever står där." in told
    assert "lägg till --rename 1A=1B\n" in told
    told = roster.rows(*AS_1B, "1B;1;p9;Ny;Elev", options=options).stdout
    assert "Klass byter namn: 1A → 1B, Åsskolan." in told
    assert "Byter klass" not in told
    known = db.session.scalars(sa.select(SchoolClass)).one()
    assert (known.id, known.name, [name for name, _ in former_names(known)]) == (before, "1B", ["1A"])
    assert went("p1") == [("1B", 1, "2026-08-01", None)]
    told = roster.rows(*AS_1B, "1B;1;p9;Ny;Elev", options=options).stdout
    assert "Inget att ändra" in told


@pytest.mark.parametrize(
    "rows",
    [
        AS_1B[:3],  # one of four stays behind
        [*AS_1B, "1A;1;p9;Ny;Elev"],  # the file knows both classes
        [*AS_1B, "1B;1;p8;Ny;Elev", "1B;1;p9;Ny;Elev"],  # two classes put together, or a new one
    ],
)
def test_what_does_not_look_like_a_new_name_is_not_taken_for_one(roster: Importer, rows: list[str]) -> None:
    roster.rows(*FOUR)
    assert "bytt namn" not in roster.rows(*rows, options=["--dry-run"]).stdout
    refused = roster.rows(*rows, options=["--rename", "1A=1B"], ends=1)
    assert "Filen visar inget namnbyte 1A=1B" in refused.stderr


def test_a_class_put_wrong_the_same_day_is_put_right_without_a_trace_of_the_wrong_one(
    roster: Importer,
) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    roster.rows("1B;1;p1;Åsa;Öberg")
    assert went("p1") == [("1B", 1, "2026-08-01", None)]


def test_a_class_new_in_the_academic_year_begins_with_it_but_who_comes_later_does_not(
    roster: Importer,
) -> None:
    told = roster.rows("1A;1;p1;Åsa;Öberg").stdout
    assert "I nya klasser går eleverna från läsårets början, 2026-08-01." in told
    told = roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek").stdout
    assert "läsårets början" not in told
    assert went("p1") == [("1A", 1, "2026-08-01", None)]
    assert went("p2") == [("1A", 1, "2026-10-15", None)]


def test_who_already_goes_in_a_class_this_year_moves_to_a_new_one_from_today(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2026-08-18"])
    roster.rows("1B;1;p1;Åsa;Öberg")
    assert went("p1") == [("1A", 1, "2026-08-18", "2026-10-14"), ("1B", 1, "2026-10-15", None)]


def test_last_years_pupils_leave_the_day_before_a_new_class_begins(roster: Importer) -> None:
    roster.rows("F;F;p1;Åsa;Öberg", options=["--date", "2025-08-18"])
    roster.rows("1A;1;p1;Åsa;Öberg")
    assert went("p1") == [("F", 0, "2025-08-18", "2026-07-31"), ("1A", 1, "2026-08-01", None)]


def test_a_year_put_right_stays_in_the_same_enrolment(roster: Importer) -> None:
    roster.rows("1-2;1;p1;Åsa;Öberg", options=["--date", "2026-08-18"])
    told = roster.rows("1-2;2;p1;Åsa;Öberg").stdout
    assert "årskurs åk 1 → åk 2" in told
    assert went("p1") == [("1-2", 2, "2026-08-18", None)]


def test_an_earlier_date_lets_pupils_begin_earlier(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2026-09-01"])
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2026-08-18"])
    assert went("p1") == [("1A", 1, "2026-08-18", None)]


def test_next_academic_year_the_same_pupils_go_on_in_new_classes(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    roster.rows("2A;2;p1;Åsa;Öberg", options=["--date", "2027-08-17"])
    assert went("p1") == [("1A", 1, "2026-08-01", "2027-08-16"), ("2A", 2, "2027-08-17", None)]


def test_last_years_list_taken_in_afterwards_leaves_this_years_classes(roster: Importer) -> None:
    roster.rows("2A;2;p1;Åsa;Öberg", options=["--date", "2026-08-18"])
    told = roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2025-08-18"]).stdout
    assert "ingen klass → 1A" in told
    assert "heter nu" not in told
    both = [("1A", 1, "2025-08-18", "2026-08-17"), ("2A", 2, "2026-08-18", None)]
    assert went("p1") == both
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--date", "2025-08-18"])
    roster.rows("2A;2;p1;Åsa;Öberg")
    assert went("p1") == both


def test_pupils_missing_from_a_class_in_the_file_end_only_when_asked(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek", "1B;1;p3;Cia;Alm", options=["--date", "2026-08-18"])
    told = roster.rows("1A;1;p1;Åsa;Öberg").stdout
    assert "Saknas i filen (går kvar; avslutas bara med --end-missing): 1" in told
    assert went("p2")[-1][-1] is None
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--end-missing"])
    assert went("p2") == [("1A", 1, "2026-08-18", "2026-10-14")]
    assert went("p3")[-1][-1] is None, "the file says nothing of 1B"
    before = everything()
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--end-missing"])
    assert everything() == before


def test_a_pupil_who_comes_back_is_the_same_pupil(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek", options=["--date", "2026-08-18"])
    roster.rows("1A;1;p1;Åsa;Öberg", options=["--end-missing", "--date", "2026-09-01"])
    roster.rows("1A;1;p2;Bo;Ek")
    assert went("p2") == [("1A", 1, "2026-08-18", "2026-08-31"), ("1A", 1, "2026-10-15", None)]


def test_an_elev_id_belongs_to_its_municipality(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "87654321;Lyckan;Västby;1A;1;p1;Bo;Ek")
    names = db.session.scalars(
        sa.select(Pupil.given_name).filter_by(code="p1").order_by(Pupil.given_name)
    ).all()
    assert names == ["Bo", "Åsa"]


FULL = f"{HEADER};personnummer;tilltalsnamn;skolform;kursplan;brevspråk1;brevspråk2;sekretessmarkering"


def full(row: str, *more: str) -> str:
    return ";".join([f"{THE_SCHOOL};{row}", *more, *[""] * (7 - len(more))])


def test_everything_a_file_may_say_is_kept(roster: Importer) -> None:
    roster.rows(
        full("1A;1;p1;Åsa Li;Öberg", "", "Åsa", "Anpassad grundskola", "SvA", "sv", "arabiska"), header=FULL
    )
    found = pupil("p1")
    assert found.name == "Åsa Öberg"
    assert (found.given_name, found.preferred_name) == ("Åsa Li", "Åsa")
    assert (found.school_form, found.curriculum) == (
        SchoolForm.ANPASSAD,
        Curriculum.SWEDISH_AS_SECOND_LANGUAGE,
    )
    assert (found.letter_language, found.second_letter_language) == ("sv", "ar")


def test_what_a_file_leaves_empty_stays_as_it_is(roster: Importer) -> None:
    row = full("1A;1;p1;Åsa Li;Öberg", "20150304-2382", "Åsa", "", "sva", "sv", "ar")
    roster.rows(row, header=FULL)
    before = everything()
    roster.rows(full("1A;1;p1;Åsa Li;Öberg"), header=FULL)
    roster.rows("1A;1;p1;Åsa Li;Öberg")
    assert everything() == before


def test_a_personnummer_is_kept_encrypted_and_finds_the_pupil_when_the_elev_id_is_new(
    roster: Importer,
) -> None:
    roster.rows(full("1A;1;p1;Åsa;Öberg", "20150304-2382"), header=FULL)
    known = pupil("p1")
    assert known.personnummer_encrypted
    assert "03042382" not in known.personnummer_encrypted + known.personnummer_hash
    told = roster.rows(full("1A;1;ny7;Åsa;Öberg", "150304-2382"), header=FULL)
    assert "elev-id p1 → ny7" in told.stdout
    assert "2382" not in told.output
    assert pupil("ny7").id == known.id


def test_a_file_without_elev_id_follows_pupils_by_personnummer_alone(roster: Importer) -> None:
    header = HEADER.replace("elev-id", "personnummer")
    roster.rows("1A;1;20150304-2382;Åsa;Öberg", header=header)
    before = everything()
    roster.rows("1A;1;1503042382;Åsa;Öberg", header=header)
    assert everything() == before
    found = db.session.scalars(sa.select(Pupil)).one()
    assert found.code.startswith("e-")
    assert "2382" not in found.code


def test_a_failed_check_digit_is_told_and_taken_in(roster: Importer) -> None:
    told = roster.rows(full("1A;1;p1;Åsa;Öberg", "20150304-2381"), header=FULL).stdout
    assert "Kontrollsiffran i personnumret stämmer inte på rad 2." in told
    assert pupil("p1").personnummer_hash


def test_two_identifiers_of_two_pupils_are_refused(roster: Importer) -> None:
    roster.rows(
        full("1A;1;p1;Åsa;Öberg", "20150304-2382"), full("1A;1;p2;Bo;Ek", "20150405-2389"), header=FULL
    )
    told = roster.faults(full("1A;1;p1;Åsa;Öberg", "20150405-2389"), header=FULL)
    assert told == [
        "2:elev-id: elev-id och personnummer hör till två olika elever. "
        "Rätta det som är fel, eller lämna ett tomt."
    ]  # fmt: skip


def test_a_marked_row_leaves_only_its_number_and_school(roster: Importer) -> None:
    marked = full("1A;1;hemlig1;Hemlig;Hemligsson", "", "", "", "", "", "", "ja")
    told = roster.rows(full("1A;1;p1;Åsa;Öberg"), marked, header=FULL)
    assert "I karantän på grund av sekretessmarkering: 1" in told.stdout
    (row,) = db.session.scalars(sa.select(QuarantinedRow)).all()
    assert (row.row, db.session.get_one(School, row.school_id).name) == (3, "Åsskolan")
    assert "emlig" not in str(everything()) + told.output
    before = everything()
    roster.rows(full("1A;1;p1;Åsa;Öberg"), marked, header=FULL)
    assert everything() == before


def test_a_known_pupil_whose_row_is_now_marked_is_left_as_she_is(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek")
    marked = full("1B;1;p2;Annan;Annansson", "", "", "", "", "", "", "Skyddad folkbokföring")
    told = roster.rows(full("1A;1;p1;Åsa;Öberg"), marked, header=FULL, options=["--end-missing"])
    assert went("p2") == [("1A", 1, "2026-08-01", None)]
    assert pupil("p2").name == "Bo Ek"
    assert "Annan" not in told.output


def test_faults_of_a_marked_rows_own_cells_are_nobodys_to_read(roster: Importer) -> None:
    roster.rows(full("1A;x;1,2E+10;\x07;", "fel", "", "", "", "", "", "ja"), header=FULL)
    assert db.session.scalar(sa.select(sa.func.count(Pupil.id))) == 0


def test_files_leave_a_protected_pupil_alone(ekbacken: Ekbacken, roster: Importer) -> None:
    before = everything()
    told = roster.rows("10000001;Ekbackens skola;Ekby;1B;2;1003;Siv;Skogsson", options=["--dry-run"])
    assert everything() == before
    assert "Skog" not in told.output
    assert "I karantän, eleven har skyddade personuppgifter: 1" in told.output
    roster.rows("10000001;Ekbackens skola;Ekby;1A;1;1001;Kim;Berg", options=["--end-missing"])
    assert went("1003") == [("1A", 1, "2026-08-18", None)]


def test_possible_doubles_are_told_and_taken_in(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    told = roster.rows("1B;1;p2;ÅSA;Öberg", "1B;1;p3;Bo;Ek", "1B;1;p4;Bo;Ek").stdout
    assert "Rad 2 är ny men heter som eleven med elev-id p1." in told
    assert "Rad 4 har samma namn som rad 3, med ett annat elev-id." in told


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ("12345678;;;1A;1;;20150304-2382;Bo;Ek", "12345678;;;1A;1;;150304-2382;Bo;Ek", "personnummer"),
        ("12345678;;Östby;1A;1;;150304-2382;Bo;Ek", "12345678;;;1A;1;;150304-2382;Bo;Ek", "personnummer"),
        ("12345678;;;1A;1;n1;20150304-2382;Bo;Ek", "12345678;;;1A;1;n2;150304-2382;Bo;Ek", "personnummer"),
        ("12345678;;Östby;1A;1;n1;;Bo;Ek", "12345678;;;1A;1;N1;;Bo;Ek", "elev-id"),
    ],
)
def test_a_pupil_written_in_two_ways_is_told_as_one(
    roster: Importer, first: str, second: str, column: str
) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    header = "skolenhetskod;skola;kommun;klass;årskurs;elev-id;personnummer;förnamn;efternamn"
    [told] = roster.faults(first, second, header=header)
    assert told.startswith(f"3:{column}: eleven står redan på rad 2")


def test_names_are_kept_as_data_whatever_they_look_like(roster: Importer) -> None:
    roster.rows("1A;1;p1;=1+1;<b>", "1A;1;p2;Robert') DROP TABLE pupil--;Ek")
    assert pupil("p1").name == "=1+1 <b>"


def test_a_school_is_known_by_its_code_and_keeps_its_name(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    told = roster.rows("12345678;Åsskolans F-6;Östby;1A;1;p1;Åsa;Öberg").stdout
    assert "Skolan 12345678 heter Åsskolan här" in told
    assert "Inget att ändra" in told


def test_a_school_without_code_gets_the_one_a_later_file_knows(roster: Importer) -> None:
    roster.rows(";Åsskolan;Östby;1A;1;p1;Åsa;Öberg")
    roster.rows("1A;1;p1;Åsa;Öberg")
    assert [school.code for school in db.session.scalars(sa.select(School))] == ["12345678"]


def test_a_file_with_the_required_columns_alone_is_enough(roster: Importer) -> None:
    header = "skolenhetskod;klass;årskurs;elev-id;namn"
    roster.rows("12345678;1A;1;p1;Öberg, Åsa", header=header)
    assert db.session.scalars(sa.select(Municipality.name)).all() == ["Namnlös kommun"]
    assert db.session.scalars(sa.select(School.name)).all() == ["Skolenhet 12345678"]
    roster.rows("1A;1;p1;Åsa;Öberg")
    assert db.session.scalars(sa.select(Municipality.name)).all() == ["Östby"]
    assert db.session.scalars(sa.select(School.name)).all() == ["Åsskolan"]


def test_where_there_is_one_municipality_a_file_need_not_name_it(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    header = "skola;klass;årskurs;elev-id;namn"
    roster.rows("Lyckan;2B;2;p2;Bo Ek", header=header)
    assert pupil("p2").municipality.name == "Östby"


def test_a_place_written_almost_as_a_known_one_is_told(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    told = roster.rows(";Åskolan;Östby kommun;1A;1;p2;Bo;Ek", options=["--dry-run"]).stdout
    assert "Ny skola ”Åskolan” liknar ”Åsskolan”" in told
    assert "Ny kommun" not in told


def test_each_fault_is_told_with_row_column_and_what_to_do(roster: Importer) -> None:
    told = roster.faults(
        "1A;17;p1;Åsa;Öberg",
        "1A;1;p2;;Ek",
        "1A;1;P2;Cia;Alm",
        "1234;Åsskolan;Östby;1A;1;p4;Eva;Ek",
        ";1;p5;Bo;Bok",
        "1A;1;1,23E+11;Bo;Bok",
        "1A;1;20150304-2382;Bo;Bok",
        "1A;1;;Bo;Bok",
        "1A;1;p9;B\x07o;Bok",
    )
    assert [line.split(": ")[0] for line in told] == [
        "2:årskurs", "3:förnamn", "4:elev-id", "5:skolenhetskod", "6:klass",
        "7:elev-id", "8:elev-id", "9:elev-id", "10:förnamn",
    ]  # fmt: skip
    assert "BELL" in told[-1]
    assert all(line.endswith(".") for line in told)


def test_all_that_is_wrong_with_a_row_is_told_in_the_order_of_its_columns(roster: Importer) -> None:
    told = roster.faults("1A;x;p1;;", "1A;x;p1;B\x07o;", ";17;;;")
    assert [line.split(": ")[0] for line in told] == [
        "2:årskurs", "2:förnamn", "2:efternamn",
        "3:årskurs", "3:elev-id", "3:förnamn", "3:efternamn",
        "4:klass", "4:årskurs", "4:elev-id", "4:förnamn", "4:efternamn",
    ]  # fmt: skip


def test_where_and_who_is_told_of_rows_with_other_faults_too(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;0042;Bo;Ek")
    told = roster.faults(
        "1A;x;42;Bo;Ek", "1A;1;P1;;Öberg", "1A;17;p1;Åsa;", "12345678;Åsskolan;Ekby;1A;x;p9;Bo;Ek"
    )
    assert [line.split(": ")[0] for line in told] == [
        "2:årskurs", "2:elev-id", "3:förnamn", "4:årskurs", "4:elev-id", "4:efternamn",
        "5:skolenhetskod", "5:årskurs",
    ]  # fmt: skip
    assert "inledande nollor har fallit bort" in told[1]


def test_faults_are_told_by_what_the_file_itself_calls_the_column(roster: Importer) -> None:
    header = "Skolenhet;Avdelning;Åk;ID;Elev"
    assert roster.faults("Åsskolan;1A;x;1;Åsa Öberg", header=header) == [
        "2:Åk: årskursen ”x” finns inte. Skriv F eller 1 till 9."
    ]


def test_a_header_that_will_not_do_is_all_that_is_told(roster: Importer) -> None:
    told = roster.faults(
        "1A;1;p1;Åsa;Öberg", header=HEADER.replace("årskurs", "årskus").replace("förnamn", "x")
    )
    assert [line.split(": ")[0] for line in told] == ["1:årskus", "1:förnamn eller tilltalsnamn eller namn"]
    assert "rubrikrad saknas" in roster.faults("1;2;3;4;5", header="a;b;c;d;e")[0]


def test_an_id_that_lost_its_zeros_is_told_with_the_one_it_was(roster: Importer) -> None:
    roster.rows("1A;1;0042;Åsa;Öberg")
    told = roster.faults("1A;1;42;Åsa;Öberg")
    assert "0042 finns: inledande nollor har fallit bort" in told[0]


def test_an_id_with_more_zeros_than_before_is_no_new_pupil(roster: Importer) -> None:
    roster.rows("1A;1;42;Åsa;Öberg")
    assert "42 finns: bara nollorna i början skiljer" in roster.faults("1A;1;0042;Åsa;Öberg")[0]


def test_letters_that_a_program_lost_rename_nobody(roster: Importer) -> None:
    roster.rows("1A;1;p1;Żaneta;Błaszczyk", encoding="utf-8")
    told = roster.faults(
        "1A;1;p1;?aneta;B?aszczyk", "1A;1;p2;Li;????", "1A;1;p3;\ufffdke;Ek", encoding="utf-8"
    )
    assert [line.split(": ")[0] for line in told] == ["2:förnamn", "2:efternamn", "3:efternamn", "4:förnamn"]
    assert told[0].endswith(
        "bokstäver har gått förlorade i ”?aneta”. "
        "Spara listan på nytt som .xlsx eller CSV UTF-8, eller skriv namnet i cellen."
    )


def test_pupils_who_get_each_others_names_are_told_of(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek", "1A;1;p3;Li;Lo")
    told = roster.rows("1A;1;p1;Bo;Ek", "1A;1;p2;Åsa;Öberg", "1A;1;p3;LI;LO", options=("--dry-run",)).output
    assert "Obs: Elever som får både ett annat förnamn och ett annat efternamn: 2. Hör elev-id" in told
    told = roster.rows("1A;1;p1;Åsa;Ek", "1A;1;p2;Bosse;Ek", options=("--dry-run",)).output
    assert "ett annat förnamn" not in told


def test_letters_taken_apart_by_a_macintosh_are_the_same_letters(roster: Importer) -> None:
    roster.rows("1A;åk 1;p1;Åsa;Öberg", encoding="utf-8")
    apart = unicodedata.normalize("NFD", f"{HEADER}\n{THE_SCHOOL};1A;åk 1;p1;Åsa;Öberg\n")
    assert "Inget att ändra" in roster.run(apart, encoding="utf-8").output


def test_a_class_is_known_with_the_word_klass_or_ak_before_it(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg", "1A;1;p2;Bo;Ek")
    told = roster.rows("Klass 1 a;1;p1;Åsa;Öberg", "åk 1A;1;p2;Bo;Ek", "Klass 2A;2;p3;Li;Lo").output
    assert "Ny klass: Klass 2A" in told
    assert "Klassen ”Klass 1 a” i filen läses som 1A, Åsskolan." in told
    assert "Byter klass" not in told
    assert "Klass 2A, Åsskolan: 1" in told
    roster.rows("2A;2;p4;Mi;Mo", "Åk 2 A;2;p5;Si;So")
    assert [one.name for one in db.session.scalars(sa.select(SchoolClass).order_by(SchoolClass.name))] == [
        "1A", "Klass 2A",
    ]  # fmt: skip


def test_a_line_about_the_list_is_one_fault(roster: Importer) -> None:
    assert roster.faults("1A;1;p1;Åsa;Öberg", "Skriven av Ada;;;;;;;", header=HEADER) == [
        "3:skolenhetskod: raden säger inte vilken elev den gäller. Fyll i raden, eller ta bort den."
    ]


def test_a_file_that_is_no_table_is_refused_in_words(lasspar: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "klass.xlsx"
    file.write_bytes(b"%PDF-1.7")
    result = lasspar("roster", "import", file)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}:1:-: filen är en PDF")


def test_wrong_usage_ends_with_2(lasspar: Callable[..., Result], tmp_path: Path) -> None:
    assert lasspar("roster", "import").exit_code == 2
    assert lasspar("roster", "import", tmp_path / "saknas.csv").exit_code == 2
    (tmp_path / "k.csv").write_text(HEADER)
    assert lasspar("roster", "import", tmp_path / "k.csv", "--date", "15/10").exit_code == 2


def test_what_was_taken_in_is_noted_without_names(roster: Importer) -> None:
    roster.rows("1A;1;p1;Åsa;Öberg")
    (entry,) = db.session.scalars(sa.select(AuditEntry)).all()
    assert entry.action == "roster:imported"
    assert "Öberg" not in str(entry.details)


@pytest.mark.both_databases
def test_both_databases_take_in_the_same(roster: Importer) -> None:
    roster.rows(full("1A;1;p1;Åsa;Öberg", "20150304-2382"), full("1A;1;p2;Bo;Ek"), header=FULL)
    roster.rows(full("1B;1;p1;Åsa;Öberg", "20150304-2382"), full("1A;2;p2;Bo;Alm"), header=FULL)
    assert went("p1") == [("1B", 1, "2026-08-01", None)]
    assert went("p2") == [("1A", 2, "2026-08-01", None)]


@pytest.mark.parametrize("pupils", [2, 40])
def test_the_number_of_queries_does_not_follow_the_number_of_pupils(roster: Importer, pupils: int) -> None:
    rows = [f"1A;1;p{number};Namn{number};Ek" for number in range(pupils)]
    asked: list[str] = []

    def seen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", seen)
    roster.rows(*rows)
    sa.event.remove(db.engine, "before_cursor_execute", seen)
    assert len(asked) <= 36, (
        asked
    )  # a third counts the new pupils at their school, six let the list be undone


@pytest.mark.long
def test_a_terminal_that_lacks_a_names_letters_still_shows_the_preview(
    app: Flask, roster: Importer, tmp_path: Path
) -> None:
    roster.rows("1A;1;p1;Łukasz;Ek", encoding="utf-8")
    (tmp_path / "n.csv").write_text(f"{HEADER}\n{THE_SCHOOL};1A;1;p1;Łukasz;Alm\n", "utf-8")
    surroundings = {
        "PYTHONIOENCODING": "latin-1",
        "LASSPAR_INSTANCE_PATH": str(tmp_path),
        "LASSPAR_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "LASSPAR_TODAY": "2026-10-15",
    }
    db.session.rollback()
    done = subprocess.run(
        [Path(sys.executable).with_name("lasspar"), "roster", "import", "n.csv"],
        env={**os.environ, **surroundings}, cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "?ukasz Ek (elev-id p1): efternamn Ek ? Alm".encode("latin-1") in done.stdout


@pytest.mark.parametrize(
    ("days", "stands"),
    [
        (("", ""), ("2026-10-15", None)),
        (("2026-09-01", ""), ("2026-09-01", None)),
        (("2024-08-18", "2030-06-10"), ("2026-08-01", None)),
        (("2026-09-01", "2027-01-15"), ("2026-09-01", "2027-01-15")),
        (("2027-08-18", ""), "2027-08-18 ligger efter läsåret 2026/27"),
        (("", "2026-06-10"), "2026-06-10 ligger före läsåret 2026/27"),
        (("2026-10-01", "2026-09-01"), "sista dagen är före den första"),
    ],
)
def test_a_list_may_say_first_and_last_days(ekbacken, days, stands):
    head = "skolenhetskod;klass;årskurs;elev-id;namn;börjar;slutar"
    content = f"{head}\n10000001;1A;1;1900;Ny Elev;{days[0]};{days[1]}\n".encode()
    plan = plan_roster("l.csv", content, FROM_THE_COMMAND_LINE, None)
    if isinstance(stands, str):
        assert [one.reason for one in plan.problems] == [stands]
        return
    apply_roster(plan, end_missing=False)
    row = db.session.scalars(sa.select(Enrolment).join(Enrolment.pupil).where(Pupil.code == "1900")).one()
    assert (str(row.starts_on), row.ends_on and str(row.ends_on)) == stands
    again = plan_roster("l.csv", content, FROM_THE_COMMAND_LINE, None)
    assert not again.changes_something(end_missing=False)
