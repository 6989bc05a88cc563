"""Piles of scores taken in: wide and long, in the words teachers use, all or nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import workbook

from assessments import score_files
from assessments.database import db
from assessments.models import Absence, Score, ScoreChange
from assessments.roster.models import Enrolment, Municipality, Pupil, SchoolClass
from assessments.roster.tables import FROM_A_PAGE, UnreadableFile

pytestmark = pytest.mark.both_databases
WINDOW = "2026/27-autumn"


class Pile:
    """Writes a file of scores and runs the command on it."""

    def __init__(self, lasspar: Callable[..., Result], folder: Path) -> None:
        self.lasspar, self.folder = lasspar, folder

    def run(self, content: str | bytes, *options: str, ends: int = 0, name: str = "resultat.csv") -> Result:
        file = self.folder / name
        file.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
        result = self.lasspar("scores", "import", file, "--window", WINDOW, *options)
        assert result.exit_code == ends, (result.output, result.exception)
        return result

    def faults(self, content: str | bytes, *options: str, **more: Any) -> list[str]:
        """What the file is refused for, without path; nothing may have changed."""
        before = everything()
        result = self.run(content, *options, ends=1, **more)
        assert everything() == before
        return [line.split("resultat.csv:")[-1] for line in result.stderr.splitlines()]


@pytest.fixture
def pile(ekbacken: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path) -> Pile:
    return Pile(lasspar, tmp_path)


def everything() -> list[Any]:
    db.session.rollback()
    return [db.session.execute(sa.select(kind.__table__)).all() for kind in (Score, ScoreChange)]


def score(pupil: Any, measure: str) -> Score:
    db.session.rollback()
    return db.session.scalars(sa.select(Score).filter_by(pupil_id=pupil.id, measure=measure)).one()


def values() -> dict[tuple[str, str], tuple[Any, Any, bool]]:
    db.session.rollback()
    return {
        (one.pupil.code, one.measure): (one.points, one.absence, one.is_discontinued)
        for one in db.session.scalars(sa.select(Score))
    }


def test_a_wide_file_has_a_column_per_measure_in_codes_numbers_letters_and_labels(pile: Pile) -> None:
    told = pile.run("elev-id;bokstavsljud;avstamning_a;ord_per_minut\n1001;7;Delvis;12b\n1002;f;2;\n")
    assert values() == {
        ("1001", "bokstavsljud"): (Decimal(7), None, False),
        ("1001", "avstamning_a"): (Decimal(1), None, False),
        ("1001", "ord_per_minut"): (Decimal(12), None, True),
        ("1002", "bokstavsljud"): (None, Absence.ABSENT, False),
        ("1002", "avstamning_a"): (Decimal(2), None, False),
    }
    assert "Nya resultat: 5" in told.stdout


def test_a_long_file_has_a_row_per_result_with_date_and_counts(pile: Pile, ekbacken: Ekbacken) -> None:
    pile.run(
        "Elev-ID;Mått;Resultat;Datum;Försökta;Fel\n"
        "1001;ord_per_minut;40;2026-09-21;44;4\n"
        "1001;Bokstavsljud;12,0;;;\n"
    )
    words = score(ekbacken.kim, "ord_per_minut")
    assert (words.points, words.attempted, words.errors) == (Decimal(40), 44, 4)
    assert words.assessed_on == date(2026, 9, 21)
    assert score(ekbacken.kim, "bokstavsljud").assessed_on == date(2026, 10, 15), "today, in the window"


def test_a_wide_file_may_carry_one_date_for_its_rows(pile: Pile, ekbacken: Ekbacken) -> None:
    pile.run("elev-id;datum;bokstavsljud\n1001;2026-09-07;7\n")
    assert score(ekbacken.kim, "bokstavsljud").assessed_on == date(2026, 9, 7)


def test_a_workbook_is_read_as_well(pile: Pile, ekbacken: Ekbacken) -> None:
    pile.run(workbook([["elev-id", "Bokstavsljud"], [1001, 7.0], ["1002", "f"]]), name="resultat.xlsx")
    assert score(ekbacken.kim, "bokstavsljud").points == Decimal(7)


def test_the_same_file_again_is_told_and_changes_nothing(pile: Pile) -> None:
    content = "elev-id;bokstavsljud\n1001;7\n1002;f\n"
    pile.run(content)
    before = everything()
    told = pile.run(content).stdout
    assert "Filen är redan inläst" in told
    assert "Oförändrade resultat: 2" in told
    assert everything() == before


def test_blank_cells_leave_what_is_there(pile: Pile) -> None:
    pile.run("elev-id;bokstavsljud;avstamning_a\n1001;7;\n")
    pile.run("elev-id;bokstavsljud;avstamning_a\n1001;;2\n")
    assert set(values()) == {("1001", "bokstavsljud"), ("1001", "avstamning_a")}


def test_a_value_that_differs_is_refused_unless_it_may_replace(pile: Pile, ekbacken: Ekbacken) -> None:
    pile.run("elev-id;bokstavsljud\n1001;7\n1002;f\n")
    told = pile.faults("elev-id;bokstavsljud\n1001;8\n1002;3\n")
    assert [line.split(". ")[0] for line in told] == [
        "2:bokstavsljud: ett annat värde är redan registrerat (7)",
        "3:bokstavsljud: ett annat värde är redan registrerat (frånvarande)",
    ]
    assert "Ersatta resultat: 2" in pile.run("elev-id;bokstavsljud\n1001;8\n1002;3\n", "--replace").stdout
    assert score(ekbacken.kim, "bokstavsljud").version == 2


def test_a_dry_run_shows_everything_and_changes_nothing(pile: Pile) -> None:
    told = pile.run("elev-id;bokstavsljud\n1001;7\n", "--dry-run").stdout
    assert "Nya resultat: 1" in told
    assert values() == {}


def test_every_fault_is_told_by_row_and_column_at_once(pile: Pile) -> None:
    told = pile.faults(
        "elev-id;bokstavsljud;avstamning_a;ord_per_minut\n"
        "1001;30;;\n"
        "1002;7,5;Nådde;NaN\n"
        "1002;;;1_0\n"
        "9999;1;;\n"
        ";1;;\n"
        "1003;1E1;;-1\n"
        "1001;;;99999999999999999999\n"
    )
    assert [line.split(": ")[0] for line in told] == [
        "2:bokstavsljud", "3:bokstavsljud", "3:avstamning_a", "3:ord_per_minut", "4:elev-id",
        "4:ord_per_minut",
        "5:elev-id", "6:elev-id", "7:bokstavsljud", "7:ord_per_minut", "8:elev-id", "8:ord_per_minut",
    ]  # fmt: skip
    assert "Bokstavsljud går från 0 till 29" in told[0]


def test_who_is_meant_is_told_also_where_no_result_can_be_read(pile: Pile, ekbacken: Ekbacken) -> None:
    other = Municipality(name="Lövby")
    db.session.add(other)
    db.session.flush()
    pupil = {"given_name": "Kia", "family_name": "Lind", "municipality_id": other.id}
    db.session.add_all([Pupil(code="1001", **pupil), Pupil(code="7777", **pupil)])
    db.session.commit()
    wide = pile.faults("elev-id;bokstavsljud\n1001;44,5\n9999;x\n7777;x\n")
    assert [line.split(". ")[0] for line in wide if ":elev-id:" in line] == [
        "2:elev-id: elev-id 1001 finns i flera kommuner",
        "3:elev-id: eleven finns inte",
        "4:elev-id: eleven går inte i någon klass läsåret 2026/27",
    ]
    assert [line.split(": ")[0] for line in wide][1::2] == [
        "2:bokstavsljud", "3:bokstavsljud", "4:bokstavsljud",
    ]  # fmt: skip
    long = pile.faults("elev-id;mått;resultat;datum\n9999;kluringar;7;7/9\n")
    assert [line.split(": ")[0] for line in long] == ["2:elev-id", "2:mått", "2:datum"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("1001;bokstavsjud;7;;;", "2:mått: måttet ”bokstavsjud” finns inte. Menade du ”bokstavsljud”?"),
        ("1001;;7;;;", "2:mått: mått saknas. Fyll i cellen."),
        ("1001;bokstavsljud;7;46272;;", "2:datum: ”46272” är Excels dagnummer för 2026-09-07."),
        ("1001;bokstavsljud;7;2026-12-24;;", "2:datum: datumet 2026-12-24 ligger i framtiden."),
        ("1001;bokstavsljud;;;4;1", "2:resultat: resultat saknas men försökta eller fel är ifyllt."),
        ("1001;bokstavsljud;7;;4,5;", "2:försökta: ”4,5” är inte ett helt tal."),
        (
            "1001;bokstavsljud;7;;;\n1001;Bokstavsljud;8;;;",
            "3:elev-id: eleven har redan ett resultat i måttet på rad 2.",
        ),
        ("1,0E+03;bokstavsljud;7;;;", "2:elev-id: elev-id ”1,0E+03” har gjorts om till ett tal av Excel."),
    ],
)
def test_faults_of_long_files_are_told(pile: Pile, rows: str, told: str) -> None:
    (line,) = pile.faults(f"elev-id;mått;resultat;datum;försökta;fel\n{rows}\n")
    assert line.startswith(told)


@pytest.mark.parametrize(
    ("header", "column", "told"),
    [
        ("elev-id;bokstavsjud", "bokstavsjud", "Menade du ”bokstavsljud”?"),
        ("elev-id;kluringar", "kluringar", "finns inte"),
        ("elevid;måt;resultat", "måt", "Menade du ”mått”?"),
        ("klass;bokstavsljud", "elev-id", "saknas"),
        ("elev-id;klass", "-", "ingen kolumn är ett mått"),
        ("elev-id;bokstavsljud;Bokstavsljud", "Bokstavsljud", "två gånger"),
    ],
)
def test_headers_that_will_not_do_are_told(pile: Pile, header: str, column: str, told: str) -> None:
    line = pile.faults(f"{header}\n1;1;1\n" if header.count(";") == 2 else f"{header}\n1;1\n")[0]
    assert line.startswith(f"1:{column}: ")
    assert told in line


def test_columns_about_the_pupil_are_told_and_left(pile: Pile) -> None:
    told = pile.run("klass;elev-id;namn;bokstavsljud\n1A;1001;Kim Berg;7\n").stdout
    assert "Kolumner som inte används: klass, namn." in told


@pytest.mark.parametrize(("code", "meant"), [("1001x", "1001"), ("01001", "1001"), (" 10011", "1001")])
def test_an_unknown_pupil_is_told_with_the_nearest(pile: Pile, code: str, meant: str) -> None:
    told = pile.faults(f"elev-id;bokstavsljud\n{code};7\n")
    assert told == [f"2:elev-id: eleven finns inte. Menade du elev-id {meant}?"]


def test_another_municipalitys_pupil_is_told_with_the_same_words_as_one_who_is_not_there(pile: Pile) -> None:
    told = pile.faults("elev-id;bokstavsljud\n2001;7\n7777;7\n", "--kommun", "Ekby")
    assert [line.split(": ", 1)[1] for line in told] == [
        "eleven finns inte. Kontrollera elev-id mot klasslistan."
    ] * 2


def test_an_elev_id_of_two_municipalities_needs_the_municipality(pile: Pile, ekbacken: Ekbacken) -> None:
    ekbacken.pupil("Ny", "Ek", "1001", school_class=ekbacken.other_class)
    db.session.commit()
    assert "--kommun" in pile.faults("elev-id;bokstavsljud\n1001;7\n")[0]
    pile.run("elev-id;bokstavsljud\n1001;7\n", "--kommun", "ekby")
    assert score(ekbacken.kim, "bokstavsljud").points == 7
    result = pile.run("elev-id;bokstavsljud\n1001;7\n", "--kommun", "Eckby", ends=1)
    assert "Menade du Ekby?" in result.stderr


def test_two_pupils_of_one_name_are_told(pile: Pile, ekbacken: Ekbacken) -> None:
    ekbacken.pupil("Kim", "Berg", "1009")
    db.session.commit()
    told = pile.run("elev-id;bokstavsljud\n1001;7\n1009;8\n").stdout
    assert "Samma namn, olika elev-id: 1001 och 1009." in told


def test_a_pupil_who_goes_in_no_class_that_academic_year_is_told(pile: Pile, ekbacken: Ekbacken) -> None:
    last_year = SchoolClass(name="F", academic_year="2025/26", school=ekbacken.school)
    db.session.add(last_year)
    ekbacken.pupil("Gammal", "Ek", "1010", school_class=last_year)
    db.session.commit()
    told = pile.faults("elev-id;bokstavsljud\n1010;7\n")
    assert told == ["2:elev-id: eleven går inte i någon klass läsåret 2026/27. Läs in klasslistan först."]


def test_the_year_is_the_one_the_pupil_was_in_that_day_and_stays(pile: Pile, ekbacken: Ekbacken) -> None:
    enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
    enrolment.ends_on = date(2026, 9, 30)
    moved = Enrolment(pupil=ekbacken.kim, school_class=ekbacken.class_1a, year=2, starts_on=date(2026, 10, 1))
    db.session.add(moved)
    db.session.commit()
    pile.run(
        "elev-id;mått;resultat;datum\n1001;bokstavsljud;7;2026-09-15\n1001;ord_per_minut;30;2026-10-02\n"
    )
    years = (score(ekbacken.kim, "bokstavsljud").year, score(ekbacken.kim, "ord_per_minut").year)
    assert years == (1, 2)
    moved.year = 3
    db.session.commit()
    pile.run("elev-id;ord_per_minut\n1001;31\n", "--replace")
    assert score(ekbacken.kim, "ord_per_minut").year == 2


def test_dates_outside_the_window_are_told(pile: Pile) -> None:
    told = pile.run("elev-id;mått;resultat;datum\n1001;bokstavsljud;7;2026-08-20\n").stdout
    assert "1 resultat har ett datum utanför perioden." in told


def test_a_window_that_nobody_opened_is_told(pile: Pile, lasspar: Callable[..., Result]) -> None:
    result = lasspar("scores", "import", pile.folder / "x.csv", "--window", WINDOW)
    assert result.exit_code == 2, "no such file"
    (pile.folder / "x.csv").write_text("elev-id;bokstavsljud\n")
    result = lasspar("scores", "import", pile.folder / "x.csv", "--window", "2027/28-autumn")
    assert result.exit_code == 1
    assert "lasspar windows open 2027/28-autumn" in result.stderr


def test_a_large_file_is_taken_in_part_by_part_and_still_all_or_nothing(
    pile: Pile, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_files, "PART", 2)
    for number in range(10):
        ekbacken.pupil("Elev", f"Nr{number}", f"5{number:03}")
    db.session.commit()
    rows = [f"5{number:03};{number};f" for number in range(10)]
    content = "elev-id;bokstavsljud;ord_per_minut\n" + "\n".join(rows)
    assert len(pile.faults(content.replace("5009;9", "5009;90"))) == 1
    assert "Nya resultat: 20" in pile.run(content).stdout


def test_commands_for_windows_and_measures_say_what_they_did(
    database: None, lasspar: Callable[..., Result], tmp_path: Path
) -> None:
    opened = ["windows", "open", "2027/28-autumn", "--opens", "2027-08-30", "--closes"]
    assert "öppnad" in lasspar(*opened, "2027-10-01").stdout
    assert "oförändrad" in lasspar(*opened, "2027-10-01").stdout
    moved = lasspar(*opened, "2027-12-10")
    assert "datum är ändrade" in moved.stdout
    assert "Obs: Uppsamlingsdagarna" in moved.stdout
    assert lasspar(*opened, "2027-08-01").exit_code == 1
    assert lasspar(*opened, "i morgon").exit_code == 2
    file = tmp_path / "mått.toml"
    file.write_text(
        '[[measure]]\ncode = "eget"\nname = "Eget"\nunit = "poäng"\nminimum = 0\nmaximum = 10\nstep = 0.5\n'
        'higher_is_better = true\narea = "decoding"\nyears = [1]\nhow = "Så här."\n'
    )
    assert "Nytt mått: eget" in lasspar("measures", "import", file).stdout
    assert "Inget att ändra" in lasspar("measures", "import", file).stdout
    file.write_text("[[measure]]\n")
    refused = lasspar("measures", "import", file)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{file}:1:1: Måttet utan code: code saknas.")


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.data())
def test_no_file_makes_it_fall_and_a_refused_one_writes_nothing(
    ekbacken: Ekbacken, data: st.DataObject
) -> None:
    content = bytearray(
        "elev-id;mått;resultat;datum\n1001;bokstavsljud;7;2026-09-15\n1002;avstamning_a;f;\n".encode()
    )
    for _ in range(data.draw(st.integers(0, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        content = content or bytearray(b"x")
    terms = score_files.Terms(by=score_files.Recorder())
    try:
        told = score_files.import_scores(ekbacken.autumn, "r.csv", bytes(content), FROM_A_PAGE, terms)
    except UnreadableFile as unreadable:
        assert all(problem.remedy for problem in unreadable.problems)  # noqa: PT017 - either answer is right
    else:
        written = db.session.scalar(sa.select(sa.func.count(Score.id)))
        assert told.problems or told.new == written
    assert values() == {}, "nothing stays without a commit"
