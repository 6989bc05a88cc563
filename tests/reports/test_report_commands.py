"""``lasspar report``: what is written, what is said, what is refused, what is noted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from invented_figures import page_count, pages
from scoring import class_2b, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.roster.models import Pupil, School

WINDOW = ("--window", "2026/27-autumn")
Lasspar = Callable[..., Result]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "ut.pdf"


def text(paper: Path) -> str:
    return " ".join(" ".join(pages(paper.read_bytes())).split())


def printed() -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(AuditEntry.subject, AuditEntry.details).order_by(AuditEntry.id))
    return [(row.subject, row.details["document"]) for row in rows if "document" in row.details]


def test_a_class_report_is_written_and_every_named_pupil_noted(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    done = lasspar("report", "class", "10000001/1A", *WINDOW, "--out", paper)
    assert done.exit_code == 0, done.output
    assert done.output == f"Klassrapport 1A, 2 elever: {paper}\n"
    assert "Noor Alm" in text(paper)
    assert "Elev S" not in text(paper)
    assert printed() == [
        (f"pupil:{ekbacken.noor.id}", "class_report"), (f"pupil:{ekbacken.kim.id}", "class_report"),
    ]  # fmt: skip


def test_a_class_is_found_by_the_schools_name_whatever_the_letters(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    done = lasspar("report", "class", "ekbackens SKOLA/1a", *WINDOW, "--out", paper)
    assert done.exit_code == 0, done.output


def test_a_class_name_may_hold_a_slash(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    ekbacken.class_1a.name = "1/2A"
    db.session.commit()
    assert lasspar("report", "class", "10000001/1/2A", *WINDOW, "--out", paper).exit_code == 0


def test_a_class_set_has_a_sheet_for_every_pupil_and_tells_who_waits(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    class_2b(ekbacken, [12, 60, None])
    done = lasspar("report", "classset", "10000001/2B", *WINDOW, "--out", paper)
    assert done.exit_code == 0, done.output
    assert "3 blad hem" in done.output
    assert "1 blad väntar på samtal. De är utskrivna ändå" in done.output
    assert "1 blad har inget resultat att berätta om. Hoppa över dem: --measured." in done.output
    assert "Abdi Ek00, 2B" in done.output
    assert page_count(paper.read_bytes()) == 5
    assert len(printed()) == 3


def test_only_ready_holds_back_what_waits_and_lists_it(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    class_2b(ekbacken, [12, 60])
    done = lasspar("report", "classset", "10000001/2B", *WINDOW, "--only-ready", "--out", paper)
    assert done.exit_code == 0, done.output
    assert "1 blad hem" in done.output
    assert "1 blad väntar på samtal. Bladen är inte utskrivna:" in done.output
    assert "Abdi" not in text(paper)
    assert len(printed()) == 1


@pytest.mark.parametrize(
    "place", [("classset", "10000001/2B"), ("schoolset", "10000001"), ("municipality", "Ekby")]
)
def test_covers_are_for_what_is_sent_home(
    place: tuple[str, str], ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    class_2b(ekbacken, [12, 60])
    words = ("report", *place, *WINDOW, "--covers", "--out", paper)
    refused = lasspar(*words)
    assert (refused.exit_code, "skriv också --only-ready" in refused.stderr) == (2, True)
    assert not paper.exists()
    assert lasspar(*words, "--only-ready").exit_code == 0
    found = pages(paper.read_bytes())
    assert [page.startswith("Till vårdnadshavare för") for page in found[::4]] == [True] * len(found[::4])
    assert "Abdi Ek00" not in text(paper)


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", [("classset", "10000001/2B"), ("schoolset", "10000001"), ("municipality", "Ekby")]
)
def test_measured_leaves_out_pages_without_a_result(
    place: tuple[str, str], ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    class_2b(ekbacken, [60, None])
    done = lasspar("report", *place, *WINDOW, "--measured", "--out", paper)
    assert done.exit_code == 0, done.output
    assert "Abdi Ek00" in text(paper)
    assert page_count(paper.read_bytes()) == 1
    assert len(printed()) == 1


def test_where_nobody_has_a_result_measured_leaves_nothing(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    class_2b(ekbacken, [None])
    done = lasspar("report", "classset", "10000001/2B", *WINDOW, "--measured", "--out", paper)
    assert done.exit_code == 1
    assert "inget blad har ett resultat" in done.stderr
    assert not paper.exists()


def test_when_every_page_waits_nothing_is_written(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    class_2b(ekbacken, [12])
    done = lasspar("report", "classset", "10000001/2B", *WINDOW, "--only-ready", "--out", paper)
    assert done.exit_code == 1
    assert "väntar på samtal" in done.stderr
    assert not paper.exists()


def test_a_school_prints_class_after_class(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    class_2b(ekbacken, [60])
    done = lasspar("report", "schoolset", "10000001", *WINDOW, "--out", paper)
    assert done.exit_code == 0, done.output
    found = pages(paper.read_bytes())
    assert ["Noor Alm" in found[0], "Kim Berg" in found[2], "Abdi Ek00" in found[4]] == [True] * 3


@pytest.mark.parametrize(
    ("reader", "title"), [("guardian", "Så går det med läsningen"), ("staff", "Underlag inför samråd")]
)
def test_one_pupils_report_is_for_the_home_or_for_staff(
    reader: str, title: str, ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    done = lasspar("report", "pupil", "1001", *WINDOW, "--for", reader, "--out", paper)
    assert done.exit_code == 0, done.output
    assert title in text(paper)
    assert "Kim Berg" in text(paper)
    assert printed() == [(f"pupil:{ekbacken.kim.id}", reader)]


@pytest.mark.parametrize("reader", ["guardian", "staff"])
def test_a_protected_identity_is_not_printed(reader: str, ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    done = lasspar("report", "pupil", "1003", *WINDOW, "--for", reader, "--out", paper)
    assert done.exit_code == 1
    assert "skyddade personuppgifter" in done.stderr
    assert not paper.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("class", "10000001/9Z"), "Klassen 9Z på Ekbackens skola läsåret 2026/27 finns inte."),
        (("class", "Ekbackens skla/1A"), "Menade du Ekbackens skola?"),
        (("class", "10000001"), "Skriv klassen som skolenhetskod/klass"),
        (("pupil", "9999"), "Eleven med elev-id 9999 finns inte."),
        (("school", "99999999"), "Skolan 99999999 finns inte."),
        (("class", "10000001/1A", "--kommun", "Ekbyy"), "Menade du Ekby?"),
    ],
)
def test_what_is_not_there_is_told_with_what_was_meant(
    words: tuple[str, ...], reason: str, ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    done = lasspar("report", *words, *WINDOW, "--out", paper)
    assert done.exit_code == 1
    assert reason in done.stderr
    assert done.stdout == ""


def test_an_elev_id_in_two_municipalities_needs_the_municipality(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    ekbacken.olle.code = "1001"
    db.session.commit()
    unclear = lasspar("report", "pupil", "1001", *WINDOW, "--out", paper)
    assert unclear.exit_code == 1
    assert "Säg vilken kommun med --kommun." in unclear.stderr
    assert lasspar("report", "pupil", "1001", *WINDOW, "--kommun", "ekby", "--out", paper).exit_code == 0


def test_a_school_name_in_two_municipalities_needs_the_municipality(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    db.session.add(School(name="Ekbackens skola", code="30000003", municipality=ekbacken.other_municipality))
    db.session.commit()
    words = ("report", "class", "Ekbackens skola/1A", *WINDOW, "--out", paper)
    assert lasspar(*words).exit_code == 1
    assert lasspar(*words, "--kommun", "Ekby").exit_code == 0


def test_a_folder_that_is_not_there_is_told(ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path):
    done = lasspar("report", "class", "10000001/1A", *WINDOW, "--out", tmp_path / "saknas" / "ut.pdf")
    assert done.exit_code == 1
    assert "filen kan inte skrivas" in done.stderr
    assert printed() == []


def test_a_class_where_nobody_goes_is_told(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    class_2b(ekbacken, [])
    done = lasspar("report", "class", "10000001/2B", *WINDOW, "--out", paper)
    assert done.exit_code == 1
    assert "Ingen elev går i 2B den här perioden." in done.stderr


def test_a_pupil_who_has_left_has_no_page(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    from datetime import date

    for enrolment in db.session.get_one(Pupil, ekbacken.kim.id).enrolments:
        enrolment.ends_on = date(2026, 8, 31)
    db.session.commit()
    done = lasspar("report", "pupil", "1001", *WINDOW, "--out", paper)
    assert done.exit_code == 1
    assert "går inte i någon klass den här perioden" in done.stderr


def test_the_file_is_replaced_whole_and_read_by_its_owner_only(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path
):
    paper.write_text("gammalt")
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=20)
    db.session.commit()
    assert lasspar("report", "class", "10000001/1A", *WINDOW, "--out", paper).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")
    assert paper.stat().st_mode & 0o777 == 0o600
    assert list(paper.parent.iterdir()) == [paper]


def test_the_same_report_twice_is_the_same_file(ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path):
    files = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for file in files:
        lasspar("report", "classset", "10000001/1A", *WINDOW, "--out", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_another_language_is_wrong_usage_until_it_is_there(ekbacken: Ekbacken, lasspar: Lasspar, paper: Path):
    assert lasspar("report", "pupil", "1001", *WINDOW, "--language", "xx", "--out", paper).exit_code == 2


def test_what_would_be_handed_over_is_written_on_paper_and_as_a_file(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path, tmp_path: Path
):
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    file = tmp_path / "kim.json"
    done = lasspar("report", "handover", "1001", *WINDOW, "--out", paper, "--json", file)
    assert done.exit_code == 0, done.output
    assert "Kim Berg" in text(paper)
    told = json.loads(file.read_text("utf-8"))
    assert told["pupil"]["id"] == ekbacken.kim.external_id
    assert told["results"][0]["measures"][0]["value"] == 7
    assert printed() == [(f"pupil:{ekbacken.kim.id}", "handover")]


def test_of_two_files_that_belong_together_none_is_written_where_one_cannot_be(
    ekbacken: Ekbacken, lasspar: Lasspar, paper: Path, tmp_path: Path
):
    nowhere = tmp_path / "ingenstans" / "kim.json"
    done = lasspar("report", "handover", "1001", *WINDOW, "--out", paper, "--json", nowhere)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{nowhere}: filen kan inte skrivas" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert printed() == []
