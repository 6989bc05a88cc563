"""``support import``: all or nothing, the same again changes nothing, and every fault has its place."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from scoring import counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.models import Absence
from assessments.roster.tables import FROM_THE_COMMAND_LINE
from screening.models import SupportPeriod, SupportResult
from screening.support.comparing import Terms
from screening.support.files import import_support
from screening.support.models import SupportPlan

HEADER = "elev-id;mått;start;startvärde;måldatum;mål;datum;resultat"
PLAN = "1001;ord_per_minut;2026-08-24;20;2026-12-18;35"
Take = Callable[..., Result]


@pytest.fixture
def take(ekbacken: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path) -> Take:
    """Import these rows; more words go to the command."""

    def run(*rows: str, header: str = HEADER, words: tuple[str, ...] = ()) -> Result:
        file = tmp_path / "stod.csv"
        file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return lasspar("support", "import", file, *words)

    return run


def kept() -> list[tuple[Any, ...]]:
    rows = db.session.scalars(sa.select(SupportPeriod).order_by(SupportPeriod.id))
    return [
        (row.measure, row.starts_on, row.start, row.start_from.value, row.goal_on, row.goal) for row in rows
    ]


def results() -> list[tuple[date, Decimal, bool]]:
    rows = db.session.scalars(sa.select(SupportResult).order_by(SupportResult.measured_on))
    return [(row.measured_on, row.points, row.is_discontinued) for row in rows]


def faults(done: Result) -> list[str]:
    """``rad:kolumn: orsak`` of each line on stderr."""
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    return [line.split("stod.csv:", 1)[1] for line in done.stderr.splitlines()]


@pytest.mark.both_databases
def test_a_period_and_its_results_are_taken_in(take: Take):
    done = take(
        f"{PLAN};2026-08-24;20", f"{PLAN};2026-08-31;21,0", "1001;ord_per_minut;2026-08-24;;;;2026-09-07;12b"
    )
    assert done.exit_code == 0, done.output
    assert kept() == [("ord_per_minut", date(2026, 8, 24), 20, "given", date(2026, 12, 18), 35)]
    assert results() == [
        (date(2026, 8, 24), 20, False), (date(2026, 8, 31), 21, False), (date(2026, 9, 7), 12, True),
    ]  # fmt: skip
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(action="support:imported")).one()
    assert entry.details == {"new": 1, "changed": 0, "results": 3}


def test_the_same_file_again_changes_nothing(take: Take):
    rows = (f"{PLAN};2026-08-24;20", f"{PLAN};2026-08-31;21")
    take(*rows)
    before = kept(), results()
    done = take(*rows)
    assert (done.exit_code, (kept(), results())) == (0, before)
    assert "Inget att ändra." in done.stdout
    assert len(db.session.scalars(sa.select(AuditEntry).filter_by(action="support:imported")).all()) == 1


def test_later_results_join_the_period(take: Take):
    take(f"{PLAN};2026-08-24;20")
    assert take("1001;ord_per_minut;2026-08-24;;;;2026-08-31;22").exit_code == 0
    assert [points for _, points, _ in results()] == [20, 22]
    assert len(kept()) == 1


def test_one_fault_and_nothing_is_taken_in(take: Take):
    assert faults(
        take(f"{PLAN};2026-08-24;20", "1002;ord_per_minut;2026-08-24;20;2026-12-18;35;2026-08-31;x")
    )
    assert (kept(), results()) == ([], [])


def test_a_dry_run_changes_nothing(take: Take):
    done = take(f"{PLAN};2026-08-24;20", words=("--dry-run",))
    assert "Nya stödperioder: 1" in done.stdout
    assert (done.exit_code, kept()) == (0, [])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("9999;ord_per_minut;2026-08-24;20;2026-12-18;35;;", "2:elev-id: eleven finns inte"),
        (";ord_per_minut;2026-08-24;20;2026-12-18;35;;", "2:elev-id: elev-id saknas"),
        ("1001;ord_per_minutt;2026-08-24;20;2026-12-18;35;;", "2:mått: måttet ”ord_per_minutt” finns inte"),
        ("1001;ord_per_minut;;20;2026-12-18;35;;", "2:start: periodens start saknas"),
        ("1001;ord_per_minut;24/8;20;2026-12-18;35;;", "2:start: ”24/8” är inte ett datum"),
        ("1001;ord_per_minut;2026-08-24;f;2026-12-18;35;;", "2:startvärde: ”f” är inget värde"),
        ("1001;ord_per_minut;2026-08-24;300;2026-12-18;35;;", "2:startvärde: ”300” kan inte stämma"),
        ("1001;ord_per_minut;2026-08-24;20;;35;;", "2:måldatum: måldatum saknas"),
        ("1001;ord_per_minut;2026-08-24;20;2026-08-24;35;;", "2:måldatum: måldatumet är inte efter starten"),
        ("1001;ord_per_minut;2026-08-24;20;2126-08-24;35;;", "2:måldatum: datumet 2126-08-24 ligger för"),
        ("1001;ord_per_minut;2026-08-24;20;2026-12-18;;;", "2:mål: mål saknas"),
        (f"{PLAN};;21", "2:datum: datum saknas"),
        (f"{PLAN};2026-08-31;", "2:resultat: resultat saknas"),
        (f"{PLAN};2026-08-23;21", "2:datum: resultatet är från före periodens start"),
        (f"{PLAN};2026-10-16;21", "2:datum: datumet 2026-10-16 ligger i framtiden"),
        (f"{PLAN};2026-08-31;-1", "2:resultat: ”-1” kan inte stämma"),
        (f"{PLAN};2026-08-31;NaN", "2:resultat: ”NaN” går inte att läsa"),
    ],
)
def test_every_fault_is_told_by_row_and_column(take: Take, row: str, fault: str):
    (told,) = faults(take(row))
    assert told.startswith(fault)


def test_all_faults_are_told_at_once(take: Take):
    told = faults(take(f"{PLAN};2026-08-31;x", "9999;ord_per_minut;2026-08-24;20;;35;2026-08-31;y"))
    assert [fault.rsplit(": ", 1)[0].split(": ")[0] for fault in told] == [
        "2:resultat",
        "3:elev-id",
        "3:resultat",
    ]


def test_all_that_is_wrong_with_a_row_is_told_at_once(take: Take):
    header = f"{HEADER};insats"
    rows = (
        "9999;ord;2026-08-24;x;2026-08-20;y;2026-08-23;;läxhjälp",
        ";ord_per_minut;24/8;x;2026-08-20;y;;z;läxhjälp",
    )
    assert [fault.split(": ")[0] for fault in faults(take(*rows, header=header))] == [
        "2:elev-id", "2:mått", "2:måldatum", "2:datum", "2:resultat", "2:insats",
        "3:elev-id", "3:start", "3:startvärde", "3:mål", "3:datum", "3:resultat", "3:insats",
    ]  # fmt: skip
    assert (kept(), results()) == ([], [])


def test_a_missing_column_is_told_once(take: Take):
    (told,) = faults(
        take("1001;ord_per_minut;2026-08-24;20;2026-12-18", header="elev-id;mått;start;startvärde;måldatum")
    )
    assert told.startswith("1:mål: kolumnen mål saknas")


def test_one_period_says_one_thing(take: Take):
    other = "1001;ord_per_minut;2026-08-24;20;2026-12-18;40;2026-08-31;22"
    told = faults(take(f"{PLAN};2026-08-24;20", other, f"{PLAN};2026-08-24;21"))
    assert told[0].startswith("3:mål: något annat står på rad 2")
    assert told[1].startswith("4:datum: perioden har redan ett resultat den dagen, på rad 2")


@pytest.mark.both_databases
def test_what_is_registered_is_replaced_only_when_asked(take: Take):
    take(f"{PLAN};2026-08-24;20")
    changed = "1001;ord_per_minut;2026-08-24;18;2026-12-11;40;2026-08-24;18"
    told = faults(take(changed))
    assert [fault.split(": ")[0] for fault in told] == ["2:startvärde", "2:måldatum", "2:mål", "2:resultat"]
    assert take(changed, words=("--replace",)).exit_code == 0
    assert kept() == [("ord_per_minut", date(2026, 8, 24), 18, "given", date(2026, 12, 11), 40)]
    assert [points for _, points, _ in results()] == [18]


class TestStart:
    """A missing start is never 0."""

    NO_START = "1001;ord_per_minut;2026-08-24;;2026-12-18;35"

    def test_without_anything_to_begin_from_it_is_asked_for(self, take: Take):
        (told,) = faults(take(f"{self.NO_START};2026-08-24;20", f"{self.NO_START};2026-08-31;21"))
        assert told.startswith("2:startvärde: startvärde saknas")

    def test_is_the_median_of_the_first_three_results(self, take: Take):
        days = (("2026-08-24", 20), ("2026-08-31", 26), ("2026-09-07", 21), ("2026-09-14", 40))
        done = take(*(f"{self.NO_START};{day};{points}" for day, points in days))
        assert done.exit_code == 0, done.output
        assert kept()[0][2:4] == (21, "first_results")

    @pytest.mark.both_databases
    def test_else_the_windows_score(self, take: Take, ekbacken: Ekbacken):
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=17)
        db.session.execute(sa.text("UPDATE score SET assessed_on = '2026-09-03'"))
        db.session.commit()
        assert take(f"{self.NO_START};2026-08-24;20").exit_code == 0
        assert kept()[0][2:4] == (17, "window")
        take(f"{self.NO_START};2026-08-31;22", f"{self.NO_START};2026-09-07;24")
        assert kept()[0][2:4] == (22, "first_results")

    def test_a_letter_is_no_score(self, take: Take, ekbacken: Ekbacken):
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=Absence.ABSENT)
        db.session.commit()
        assert faults(take(f"{self.NO_START};2026-08-24;20"))


def test_a_letter_in_place_of_a_result_is_noted_and_no_point(take: Take):
    done = take(f"{PLAN};2026-08-24;20", f"{PLAN};2026-08-31;f")
    assert "1 rad har en bokstav i stället för ett resultat." in done.stdout
    assert len(results()) == 1


def test_results_after_the_summer_are_kept_and_told(take: Take, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LASSPAR_TODAY", "2027-09-01")
    plan = "1001;ord_per_minut;2027-05-03;20;2027-10-01;35"
    done = take(f"{plan};2027-05-03;20", f"{plan};2027-08-30;24")
    assert "1 resultat från ett senare läsår än periodens start räknas inte" in done.stdout
    assert len(results()) == 2


def test_one_id_in_two_municipalities_asks_which(take: Take, ekbacken: Ekbacken):
    ekbacken.pupil("Ola", "Alm", "1001", school_class=ekbacken.other_class)
    db.session.commit()
    (told,) = faults(take(f"{PLAN};2026-08-24;20"))
    assert told.startswith("2:elev-id: elev-id 1001 finns i flera kommuner")
    assert take(f"{PLAN};2026-08-24;20", words=("--kommun", "Tallby")).exit_code == 0


def test_a_workbook_says_the_same(ekbacken: Ekbacken, lasspar: Callable[..., Result], tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(";"))
    book.active.append(
        ["1001", "ord_per_minut", date(2026, 8, 24), 20, date(2026, 12, 18), 35, date(2026, 8, 31), 21.5]
    )
    book.save(tmp_path / "stod.xlsx")
    done = lasspar("support", "import", tmp_path / "stod.xlsx")
    assert done.exit_code == 1  # half points are no step of this measure
    assert "2:resultat: ”21.5” kan inte stämma" in done.stderr


def test_the_number_of_statements_does_not_grow_with_the_file(ekbacken: Ekbacken):
    def asked(rows: list[str]) -> int:
        with counted_queries() as statements:
            told = import_support(
                "s.csv", "\n".join([HEADER, *rows]).encode(), FROM_THE_COMMAND_LINE, Terms()
            )
            assert told.problems == []
        return len(statements)

    for place in range(20):
        ekbacken.pupil("Bo", f"Ek{place}", f"5{place:03}")
    db.session.commit()
    one, many = (
        asked([f"{PLAN};2026-08-24;20"]),
        asked([f"5{place:03}{PLAN[4:]};2026-09-{day:02};2{day}" for place in range(20) for day in (7, 8, 9)]),
    )
    assert many <= one


class TestKind:
    """The optional column ``insats``."""

    header = f"{HEADER};insats"

    def kinds(self) -> list[str]:
        return [plan.kind.value for plan in db.session.scalars(sa.select(SupportPlan))]

    @pytest.mark.both_databases
    def test_is_read_by_its_word_and_the_same_again_changes_nothing(self, take: Take):
        rows = (f"{PLAN};2026-08-24;20;Intensivperiod", "1001;ord_per_minut;2026-08-24;;;;2026-08-31;21;")
        done = take(*rows, header=self.header)
        assert "Angivna insatser: 1" in done.output
        assert self.kinds() == ["intensive_period"]
        assert take(*rows, header=self.header).output.endswith("Inget att ändra.\n")

    def test_is_told_of_a_period_that_is_there_already(self, take: Take):
        take(f"{PLAN};;")
        assert self.kinds() == []
        assert take(f"{PLAN};;;särskilt stöd", header=self.header).exit_code == 0
        assert self.kinds() == ["special_support"]

    def test_another_takes_its_place_only_when_asked(self, take: Take):
        take(f"{PLAN};;;adaptations", header=self.header)
        other = f"{PLAN};;;Språkstöd"
        (fault,) = faults(take(other, header=self.header))
        assert fault.startswith("2:insats: något annat är redan registrerat (Extra anpassningar)")
        assert take(other, header=self.header, words=("--replace",)).exit_code == 0
        assert self.kinds() == ["language_support"]

    def test_an_unknown_one_is_named_with_those_there_are(self, take: Take):
        (fault,) = faults(take(f"{PLAN};;;Läxhjälp", header=self.header))
        assert fault.startswith("2:insats: insatsen ”Läxhjälp” finns inte")
        assert "Extra anpassningar, Intensivperiod, Särskilt stöd, Språkstöd" in fault
