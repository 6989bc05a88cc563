"""The report on the initiative: what went out and no more, no pupil, no ranking."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from coordinating import a_school, alone, pupils
from invented_figures import bookmarks, fonts_of, page_count, pages
from posting import post
from scoring import a_window

from assessments.database import db
from assessments.models import Season
from assessments.recording import Recorder, Write, record_scores
from reports.documents import initiative_report as document
from reports.figures.initiative import InitiativeReport
from reports.gathering.initiative import counted_if_needed, initiative_report
from screening.initiative_counts import places
from screening.released import ReleasedTable

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
    words = ("report", "initiative", "--window", "2026/27-autumn", "--out", tmp_path / "ut.pdf")
    done = [lasspar(*words), lasspar(*words, "--kommun", "Ekby")]
    assert [one.exit_code for one in done] == [0, 0], done[1].output
    assert done[0].output == f"Rapport om lässatsningen, hösten 2026/27: {tmp_path / 'ut.pdf'}\n"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReleasedTable)) == 1
    assert counted.other_school.name not in whole((tmp_path / "ut.pdf").read_bytes())


def test_the_coordinator_prints_it_from_the_page_once_it_is_counted(counted: Ekbacken, signed_in: Any):
    cecilia = signed_in(counted.cecilia)
    early = cecilia.get(ADDRESS)
    assert (early.status_code, "inte räknad än" in early.text) == (404, True)
    assert ADDRESS not in cecilia.get(HOME).text
    assert post(cecilia, HOME).status_code == 303
    assert ADDRESS in cecilia.get(HOME).text
    assert "Lässatsningen" in whole(cecilia.get(ADDRESS).data)
    assert signed_in(counted.rut).get(ADDRESS).status_code == 403


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
