"""The report on a school: everybody counted, nobody protected named, the way between windows by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cast import Ekbacken
from every_document import school
from invented_figures import bookmarks, fonts_of, page_count, pages
from scoring import class_2b, record

from assessments.models import AssessmentWindow, Season
from assessments.roster.models import Curriculum
from reports.documents import school_report as document
from reports.figures.school import SchoolReport
from reports.gathering.school import school_report
from reports.gathering.school_flow import flow_between
from screening.levels import Level
from screening.queries.school.standings import Stands

BELOW, NEAR, AT = Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL


@pytest.fixture
def assessed(ekbacken: Ekbacken) -> Ekbacken:
    """Kim and Noor in 1A have results, Siv (protected) has none; 2B beside them, one of four without."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, fonologisk_medvetenhet=40)
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25, fonologisk_medvetenhet=40)
    class_2b(ekbacken, [5, 60, 60, None])
    return ekbacken


def whole(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


@pytest.mark.both_databases
def test_everybody_is_counted_by_year_and_class_and_by_both_denominators(assessed: Ekbacken):
    report = school_report(assessed.school, assessed.autumn)
    assert [(one.name, one.enrolled, one.assessed, one.under_goal) for one in report.classes] == [
        ("1A", 3, 2, 1), ("2B", 4, 3, 1),
    ]  # fmt: skip
    assert [one.counts for one in report.years] == [one.counts for one in report.classes]
    assert report.sentence == "5 av 7 elever är kartlagda; 2 når ännu inte målet."
    text = whole(document.pdf(report))
    assert "2B 4 3 1 0 2 0 33 % (6 till 79) 25 %" in text


def test_who_is_not_assessed_is_named_but_nobody_protected(assessed: Ekbacken):
    report = school_report(assessed.school, assessed.autumn)
    assert [(one.class_name, one.count, [pupil.name for pupil in one.named]) for one in report.missing] == [
        ("1A", 1, []), ("2B", 1, ["Disa Ek03"]),
    ]  # fmt: skip
    text = whole(document.pdf(report))
    assert "2B Disa Ek03 inga resultat" in text
    assert "Siffrorna gäller alla 2. 1 av dem står med namn här." in text
    assert f"{assessed.siv.alias} " not in text


def test_the_measures_of_a_year_are_counted_apart(assessed: Ekbacken):
    report = school_report(assessed.school, assessed.autumn)
    by_year = {one.year: {row.name: row.enrolled for row in one.rows} for one in report.measures}
    assert by_year["åk 1"]["Bokstavsljud"] == 2
    assert by_year["åk 2"] == {"Rätt lästa ord per minut, text": 3}


def stands(number: int, level: Level | None) -> Stands:
    return Stands(number, 1, 2, Curriculum.SWEDISH, level, None)


def a_window(season: Season) -> AssessmentWindow:
    day = date(2026, 10, 1)
    return AssessmentWindow(academic_year="2026/27", season=season, opens_on=day, closes_on=day)


def test_the_way_between_windows_has_both_denominators():
    then = {number: stands(number, level) for number, level in enumerate([BELOW, NEAR, NEAR, AT, AT, None])}
    now = {number: stands(number, level) for number, level in enumerate([AT, NEAR, None, AT, BELOW])}
    found = flow_between(a_window(Season.AUTUMN), then, a_window(Season.WINTER), {**now, 9: stands(9, AT)})
    assert [sum(row) for row in found.table] == [1, 2, 2, 0, 1, 1]
    assert found.sentences == (
        "5 gick här båda perioderna, 4 av dem har resultat i båda.",
        "Av dem som inte nådde målet hösten 2026/27 når 1 målet nu: 1 av 2 med resultat i båda (50 %, 9 till "
        "91 %), 1 av alla 3 som är kvar (33 %, 6 till 79 %).",
        "Av 2 som nådde målet då och har resultat nu når 1 inte målet nu.",
        "1 är ny sedan dess och 1 är inte kvar.",
    )


def test_one_is_told_as_one(assessed: Ekbacken):
    report = school_report(assessed.school, assessed.autumn)
    one = replace(
        report, missing=(replace(report.missing[0], count=1),), support_late=1, running=school(1).running
    )
    said = whole(document.pdf(one))
    assert "1 elev saknar bedömd nivå." in said
    assert "1 period är slut och inte uppföljd." in said


def test_it_has_a_foot_chapters_to_find_and_the_same_bytes_for_the_same_figures(assessed: Ekbacken):
    report = school_report(assessed.school, assessed.autumn)
    content = document.pdf(report)
    for number, page in enumerate(pages(content), start=1):
        assert f"Sida {number} av {page_count(content)}" in page
        assert "Lässpår bas 2026, version 1" in page
        assert "förvara inlåst" in page
    assert [title for title, _ in bookmarks(content)][:3] == ["Hela skolan", "Årskurserna", "Klasserna"]
    assert "Gränser, status och källor" in whole(content)
    assert set(fonts_of(content).values()) == {True}
    assert document.pdf(report) == content


def test_the_principal_prints_it_and_whoever_is_named_is_noted(assessed: Ekbacken, signed_in: Any):
    rut = signed_in(assessed.rut)
    address = f"/schools/{assessed.school.id}/windows/2026-27-autumn/school-report.pdf"
    assert address in rut.get("/my-school?window=2026-27-autumn").text
    assert "Disa Ek03" in whole(rut.get(address).data)
    assert signed_in(assessed.birgitta).get(address).status_code == 403


def test_the_command_writes_it(assessed: Ekbacken, lasspar: Any, tmp_path: Any):
    done = lasspar("report", "school", "10000001", "--window", "2026/27-autumn", "--out", tmp_path / "ut.pdf")
    assert done.output == f"Skolrapport Ekbackens skola, 7 elever: {tmp_path / 'ut.pdf'}\n"
    assert "Disa Ek03" in whole((tmp_path / "ut.pdf").read_bytes())


def test_hostile_names_of_classes_stand_as_they_are(assessed: Ekbacken):
    assessed.class_1a.name = "<b>$x$ " + "W" * 40
    report: SchoolReport = school_report(assessed.school, assessed.autumn)
    assert "<b>$x$" in whole(document.pdf(report))
