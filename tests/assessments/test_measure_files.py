"""Measure files: what is wrong is told by row, and what scores were taken by stays."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from cast import Ekbacken
from click.testing import Result

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.recording import Recorder, Write, record_scores

Lasspar = Callable[..., Result]
RHYME = """[[measure]]
code = "rim"
name = "Rim"
unit = "poäng"
minimum = 0
maximum = 10
step = 0.5
higher_is_better = true
area = "letters_sounds"
sem = 1.5
years = [0, 1]
how = "Så här."
"""


@pytest.fixture
def bring(database: None, lasspar: Lasspar, tmp_path: Path) -> Callable[[str], Result]:
    """Import a file with these words; its own path is left out of what is said."""
    file = tmp_path / "mått.toml"

    def run(text: str) -> Result:
        file.write_text(text, "utf-8")
        done = lasspar("measures", "import", file)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ('"rim"', '"../x"', 2),
        ('"rim"', '"Rim rim"', 2),
        ('"Rim"', '"R\\u202Em"', 3),
        ('"Rim"', '""', 3),
        ('"poäng"', "5", 4),
        ("minimum = 0", "minimum = true", 5),
        ("minimum = 0", "minimum = 10", 5),
        ("maximum = 10", "maximum = nan", 6),
        ("maximum = 10", "maximum = 1e400", 6),
        ("maximum = 10", "maximum = 99999999999999999999", 6),
        ("step = 0.5", "step = 0", 7),
        ("step = 0.5", "step = 0.0005", 7),
        ("= true", '= "ja"', 8),
        ('"letters_sounds"', "[]", 9),
        ("sem = 1.5", "sem = -1", 10),
        ("[0, 1]", "[99]", 11),
        ("[0, 1]", '"1"', 11),
        ("[0, 1]", "[true]", 11),
        ('"Så här."', "5", 12),
        ("sem = 1.5", 'labels = ["a", "b"]', 10),
        ("sem = 1.5", "xyz = 1", 10),
        ('unit = "poäng"\n', "", 1),
    ],
)
def test_what_cannot_be_a_measure_is_told_by_row(
    bring: Callable[[str], Result], old: str, new: str, row: int
):
    before = measures()
    done = bring(RHYME.replace(old, new, 1))
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"mått.toml:{row}:1: Måttet " in done.stderr
    assert measures() == before


@pytest.mark.parametrize("text", ["", "measure = 5", "[measure]\na = 1", "measure = [1]"])
def test_a_file_without_measures_is_told(bring: Callable[[str], Result], text: str):
    assert bring(text).stderr.endswith("mått.toml:1:1: Filen har inget avsnitt [[measure]].\n")


@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a = " + "9" * 5000, "a = 1e9999999999999999999"])
def test_a_file_made_to_exhaust_the_reader_is_refused(bring: Callable[[str], Result], text: str):
    done = bring(text)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "mått.toml:1:1: " in done.stderr


def test_a_slip_in_the_toml_is_told_by_row_and_column(bring: Callable[[str], Result]):
    assert "mått.toml:2:8: Filen är inte giltig TOML" in bring("[[measure]]\ncode = \n").stderr


def test_two_measures_never_share_the_name_of_a_column(bring: Callable[[str], Result]):
    assert bring(RHYME).exit_code == 0
    taken = bring(RHYME.replace('"rim"', '"rim2"'))
    assert taken.exit_code == 1
    assert "mått.toml:3:1: Måttet rim2: Rim är redan namnet på måttet rim." in taken.stderr
    assert "rim står två gånger" in bring(RHYME + RHYME).stderr


def test_the_scale_of_a_measure_with_results_stays(ekbacken: Ekbacken, bring: Callable[[str], Result]):
    assert bring(RHYME).exit_code == 0
    assert bring(RHYME.replace("maximum = 10", "maximum = 12")).stdout == "Ändrat mått: rim\n"
    record_scores(ekbacken.autumn, [Write(ekbacken.kim.id, "rim", Decimal(11))], Recorder())
    db.session.commit()
    done = bring(RHYME)
    assert done.exit_code == 1
    assert "Måttet rim: har resultat" in done.stderr
    renamed = RHYME.replace("maximum = 10", "maximum = 12").replace('"Rim"', '"Rimma"')
    assert bring(renamed).stdout == "Ändrat mått: rim\n"
