"""The report on the initiative: what went out and no more, no pupil, no ranking."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from bearer import Program, token_for
from cast import Ekbacken
from coordinating import a_school, alone, pupils
from every_document import initiative
from invented_figures import bookmarks, fonts_of, page_count, pages, seen
from openpyxl import load_workbook
from posting import post
from reading_pages import texts
from scoring import a_window

from assessments.access.programs.scopes import TokenScope
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Season
from assessments.recording import Recorder, Write, record_scores
from assessments.roster.models import SchoolClass
from assessments.spreadsheets import as_csv
from reports.documents import initiative_report as document
from reports.figures.initiative import InitiativeReport
from reports.gathering.initiative import counted_if_needed, initiative_report
from reports.initiative_tables import initiative_rows
from screening.initiative_counts import places
from screening.released import ReleasedTable

pytestmark = pytest.mark.slow

ADDRESS = "/initiative/windows/2026-27-autumn/report.pdf"
HOME = "/initiative?window=2026-27-autumn"


@pytest.fixture
def counted(ekbacken: Ekbacken) -> Ekbacken:
    """Two schools in Ekby, one of them too small to be shown, and one in another municipality."""
    cast = alone(ekbacken)
    pupils(cast, cast.school, 12, 20, 8)
    pupils(cast, a_school("Lilla skolan", cast.school), 3, 25)
    pupils(cast, cast.other_school, 11, 30)
    return cast


def report_on(cast: Ekbacken) -> InitiativeReport:
    counted_if_needed(cast.autumn)
    return initiative_report(cast.autumn, places())


def whole(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


def test_the_row_of_all_says_its_shares_on_one_line():
    assert "Alla 40 22 58 % (42 till 72 %) 55 % (40 till 69 %) 12 10" in "\n".join(
        seen(document.pdf(initiative()))
    )


@pytest.mark.both_databases
def test_it_says_what_went_out_and_hides_what_did_not(counted: Ekbacken):
    text = whole(document.pdf(report_on(counted)))
    assert "101 av 109 elever är kartlagda (93 %)" in text
    assert "– Lilla skolan 28 visas inte visas inte visas inte" in text
    assert "– Lilla skolan 28 28 0 100 %" in text  # who is assessed says nothing of results
    assert "Grupper där färre än tio" in text
    assert "Ingen rangordning" in text


def test_the_way_from_the_window_before_is_told_as_it_went_out(ekbacken: Ekbacken):
    """Of 40 under the goal 15 reach it by winter; of 71 at it 12 fall under and 11 have no result then."""
    cast = alone(ekbacken)
    winter = a_window("2026/27", Season.WINTER, date(2026, 11, 16), date(2026, 12, 4))
    everybody = pupils(cast, cast.school, 40, 71)
    points = [Decimal(20)] * 15 + [Decimal(0)] * 37 + [Decimal(27)] * 48
    writes = [Write(one.id, "bokstavsljud", value) for one, value in zip(everybody, points, strict=False)]
    record_scores(winter, writes, Recorder())
    db.session.commit()
    assert report_on(cast).flows == ()  # nothing comes before the first window
    counted_if_needed(winter)
    report = initiative_report(winter, places())
    [told] = report.flows
    assert (told.before, told.parts[0].table[0][-1], told.parts[0].table[1][-1]) == ("Hösten 2026/27", 40, 71)
    text = whole(document.pdf(report))
    assert "Från hösten 2026/27 till vintern 2026/27" in text
    assert "Nådde inte målet" in text


def test_no_pupil_is_in_it(counted: Ekbacken):
    assert "Bo Ek" not in whole(document.pdf(report_on(counted)))


def test_printing_lets_figures_out_once_and_only_where_nobody_has(
    counted: Ekbacken, lasspar: Any, tmp_path: Any
):
    words = ("report", "initiative", "--window", "2026/27-autumn", "--out")
    done = [
        lasspar(*words, tmp_path / "ut.pdf"),
        lasspar(*words, tmp_path / "ut.pdf", "--kommun", "Ekby"),
        lasspar(*words, tmp_path / "ut.xlsx", "--kommun", "Ekby"),
    ]
    assert [one.exit_code for one in done] == [0, 0, 0], done[2].output
    assert next(load_workbook(tmp_path / "ut.xlsx").active.values)[:3] == ("Nivå", "Kommun", "Namn")
    assert done[0].output == f"Rapport om lässatsningen, hösten 2026/27: {tmp_path / 'ut.pdf'}\n"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReleasedTable)) == 1
    assert counted.other_school.name not in whole((tmp_path / "ut.pdf").read_bytes())


def test_the_coordinator_prints_it_from_the_page_once_it_is_counted(counted: Ekbacken, signed_in: Any):
    cecilia = signed_in(counted.cecilia)
    table = ADDRESS.replace("pdf", "csv")
    early = cecilia.get(ADDRESS)
    assert (early.status_code, "inte räknad än" in early.text) == (404, True)
    assert ADDRESS not in cecilia.get(HOME).text
    assert post(cecilia, HOME).status_code == 303
    assert ADDRESS in cecilia.get(HOME).text
    assert "Lässatsningen" in whole(cecilia.get(ADDRESS).data)
    assert table in cecilia.get(HOME).text
    assert cecilia.get(table).data.startswith("\ufeffNivå;Kommun;Namn;Avser".encode())
    assert signed_in(counted.rut).get(ADDRESS).status_code == 403


def test_signals_of_fewer_than_ten_are_on_the_page_and_not_on_paper(ekbacken: Ekbacken, signed_in: Any):
    """Groups of five are for pages alone, and both say so; shares are alike, for they go out once."""
    cast = alone(ekbacken)
    pupils(cast, cast.school, 7, 30)
    pupils(cast, cast.other_school, 6, 30)
    for school_class in db.session.scalars(sa.select(SchoolClass).where(SchoolClass.name != "1A")):
        hand_in(school_class, cast.autumn, None)
    db.session.commit()
    client = signed_in(cast.cecilia)
    post(client, HOME)
    page = client.get(HOME).text
    waiting = texts(page, "//tbody/tr/td[@data-label='Signal utan nästa steg']")
    assert waiting == ["7", "7", "6", "6", "13"]
    assert "gränsen fem på den här sidan och tio på papper och i filer" in page
    assert texts(page, "//tbody/tr/td[@data-label='Av alla']")[0] == "visas inte"
    paper = whole(client.get(ADDRESS).data)
    assert "– Ekbackens skola visas inte visas inte visas inte" in paper
    assert "detsamma gäller signaler och stöd" in paper


def test_the_table_hides_what_the_paper_hides_and_runs_no_name(counted: Ekbacken):
    """Signals too: pages tell of five, what leaves the house of ten."""
    counted.other_school.name = "=HYPERLINK(0)"
    db.session.commit()
    rows = list(initiative_rows(report_on(counted)))
    by_name = {row[2]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert [(row[0], row[1]) for row in rows[1:4]] == [
        ("kommun", "Ekby"),
        ("skola", "Ekby"),
        ("skola", "Ekby"),
    ]
    small, shown = by_name["Lilla skolan"], by_name["=HYPERLINK(0)"]
    assert (small["Elever"], small["Med resultat"], small["Visas"]) == (28, 28, "nej (små grupper)")
    assert {small[name] for name in ("Når ännu inte målet", "Andel av alla", "Under målet")} == {None}
    assert (shown["Når ännu inte målet"], shown["Andel av dem med resultat"]) == (11, Decimal("0.2683"))
    assert {row["Signal utan nästa steg"] for row in by_name.values()} == {None}
    assert ";'=HYPERLINK(0);" in as_csv(rows).decode("utf-8-sig")


def test_a_program_of_the_coordinator_s_or_the_principal_s_fetches_the_papers(app: Any, counted: Ekbacken):
    counted_if_needed(counted.autumn)
    db.session.commit()
    paper, window = f"/api/v1/reports{ADDRESS}", counted.autumn.slug
    of_school = f"/api/v1/reports/schools/{counted.school.id}/windows/{window}/school-report.pdf"
    for who, statuses in (
        (counted.cecilia, (200, 404)),
        (counted.rut, (403, 200)),
        (counted.astrid, (403, 404)),
    ):
        program = Program(app, token_for(who, [TokenScope.REPORTS_PRINT]))
        answers = [program.get(one) for one in (paper.replace(".pdf", ".csv"), of_school)]
        assert tuple(one.status_code for one in answers) == statuses
        for one in answers:
            wanted = (
                ("application/pdf", "text/csv") if one.status_code == 200 else ("application/problem+json",)
            )
            assert one.mimetype in wanted
    reader = Program(app, token_for(counted.cecilia, [TokenScope.SCORES_READ]))
    assert reader.get(paper).status_code == 403


def test_it_has_a_foot_chapters_to_find_and_the_same_bytes_for_the_same_figures(counted: Ekbacken):
    report = report_on(counted)
    content = document.pdf(report)
    for number, page in enumerate(pages(content), start=1):
        assert f"Sida {number} av {page_count(content)}" in page
        assert "Lässpår bas 2026, version 1" in page
        assert "Innehåller inga elevuppgifter." in page
    titles = [title for title, _ in bookmarks(content)]
    assert titles[:3] == ["Andelen som ännu inte når målet", "I siffror", "Kartlagda och inte kartlagda"]
    assert titles[-2:] == ["Så läses siffrorna", "Gränser, status och källor"]
    assert set(fonts_of(content).values()) == {True}
    assert document.pdf(report) == content
