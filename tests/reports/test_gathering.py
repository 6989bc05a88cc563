"""What reports say, gathered from the database: a whole class at a time."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import TODAY, Ekbacken
from invented_figures import seen
from scoring import a_window, class_2b, counted_queries, flag, record
from supporting import followed_up
from weighted import adopt_weighted_set

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Absence, Season
from assessments.recording import Recorder
from assessments.roster import narrowing
from assessments.roster.models import Enrolment, Pupil, Role, SchoolClass, SchoolForm
from reports.documents import class_report as class_paper
from reports.gathering.enrolled import place_of
from reports.gathering.growth import growth_sources
from reports.gathering.guardian import class_set
from reports.gathering.past import past
from reports.gathering.school_class import class_report
from reports.gathering.staff import staff_sheet
from reports.home_pages import as_proposed
from screening.benchmarks import adopting, drafting
from screening.benchmarks.catalogue import from_content
from screening.benchmarks.drafting import Author
from screening.levels import Level
from screening.models import BenchmarkSet
from screening.reviewing import Decision, record_next_step
from screening.steps.consulting import Asking, Holding, ask, hold, withdraw
from screening.steps.lines import Competence
from screening.steps.models import Consultation

pytestmark = pytest.mark.usefixtures("database")

WORDS = "ord_per_minut"


def decide(pupil: Pupil, kind: str, **more: object) -> None:
    """Somebody records a next step about the pupil's need."""
    record_next_step([flag(pupil)], Decision(kind, **more), Recorder())
    db.session.commit()


def spring_before(ekbacken: Ekbacken, pupil: Pupil, name: str, year: int, words: object) -> None:
    """The pupil went in a class of that name and year last spring, and has a result from there."""
    spring = a_window("2025/26", Season.SPRING, date(2026, 5, 4), date(2026, 5, 29))
    last_year = SchoolClass(name=name, academic_year="2025/26", school=ekbacken.school)
    days = {"starts_on": date(2025, 8, 18), "ends_on": date(2026, 6, 12)}
    db.session.add(Enrolment(pupil=pupil, school_class=last_year, year=year, **days))
    db.session.flush()
    record(spring, pupil, ord_per_minut=words)


def test_every_enrolled_pupil_has_a_page_in_the_order_of_the_class_list(ekbacken: Ekbacken):
    names = [sheet.name for sheet in class_set(ekbacken.class_1a, ekbacken.autumn).sheets]
    assert names == ["Noor Alm", "Kim Berg"]


def test_a_protected_identity_is_in_no_named_print_but_is_counted(ekbacken: Ekbacken):
    pages = class_set(ekbacken.class_1a, ekbacken.autumn)
    assert "Elev S" not in [sheet.name for sheet in pages.sheets]
    report = class_report(ekbacken.class_1a, ekbacken.autumn)
    assert [row.name for row in report.rows] == ["Noor Alm", "Kim Berg"]
    assert report.enrolled == 3
    assert "av 3 att följa upp" in report.sentence


def test_the_class_report_says_that_somebody_is_not_shown_and_not_who(ekbacken: Ekbacken):
    narrowing.narrow(ekbacken.kim, "Riktigheten bestrids", TODAY)
    db.session.commit()
    report = class_report(ekbacken.class_1a, ekbacken.autumn)
    assert ([row.name for row in report.rows], report.enrolled, report.narrowed) == (["Noor Alm"], 2, 1)
    said = "\n".join(seen(class_paper.pdf(report)))
    assert "1 av dem står med namn här. 1 elev visas inte: behandlingen är begränsad." in said
    assert "Kim" not in said


def test_letters_come_in_file_by_swedish_order(ekbacken: Ekbacken):
    for given, family, code in (("Åsa", "Öst", "9"), ("Bo", "Åkerö", "8"), ("Cy", "Zetterlund", "7")):
        ekbacken.pupil(given, family, code)
    db.session.commit()
    found = [sheet.name for sheet in class_set(ekbacken.class_1a, ekbacken.autumn).sheets]
    assert found == ["Noor Alm", "Kim Berg", "Cy Zetterlund", "Bo Åkerö", "Åsa Öst"]


def test_a_page_says_the_level_the_number_and_what_was_not_measured(ekbacken: Ekbacken):
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    kim = class_set(ekbacken.class_1a, ekbacken.autumn).sheets[1]
    assert kim.level is Level.NEAR_GOAL
    rows = {row.area: row for row in kim.rows}
    assert rows["letters"].level is Level.NEAR_GOAL
    assert rows["letters"].told == "7 av 29 ljud"
    assert rows["letters"].before is None
    assert (rows["decoding"].level, rows["decoding"].points) == (None, None)
    assert kim.growth is not None
    assert kim.growth.points == ((0, Decimal(7)),)
    assert kim.growth.sem is None


@pytest.mark.parametrize("points", [0, 10])
def test_a_page_promises_nothing_where_no_limit_says_what_is_near(ekbacken: Ekbacken, points: int):
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=points)  # the goal is 11, and there is no other limit
    db.session.commit()
    kim = class_set(ekbacken.class_1a, ekbacken.autumn).sheets[1]
    assert kim.can == ("Är på väg att lära sig bokstävernas ljud.",)
    assert kim.practise == ("Vi övar på ett ljud i taget, lite varje dag.",)


def test_the_hollow_mark_is_the_same_measure_the_time_before(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [30])
    spring_before(ekbacken, pupil, "1B", 1, 22)
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    fluency = next(row for row in sheet.rows if row.area == "fluency")
    assert (fluency.points, fluency.before) == (Decimal(30), Decimal(22))
    assert [moment.season for moment in sheet.growth.scale.moments][:3] == ["vinter", "vår", "höst"]
    assert sheet.growth.points == ((1, Decimal(22)), (2, Decimal(30)))


@pytest.mark.parametrize("season", [Season.AUTUMN, Season.SPRING])
def test_what_cannot_be_done_yet_is_told_in_words_and_drawn_nowhere_as_zero(
    ekbacken: Ekbacken, season: Season
):
    school_class, (pupil,) = class_2b(ekbacken, [30])
    not_yet = Absence.NOT_YET_ABLE
    spring_before(ekbacken, pupil, "1B", 1, not_yet if season is Season.SPRING else 22)
    if season is Season.AUTUMN:
        record(ekbacken.autumn, pupil, ord_per_minut=not_yet)
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    left = Decimal(30) if season is Season.SPRING else Decimal(22)
    assert [points for _, points in sheet.growth.points] == [left]
    assert (sheet.growth.now is None) == (season is Season.AUTUMN)
    papers = staff_sheet(pupil, *place_of(pupil, ekbacken.autumn), ekbacken.autumn)
    (words,) = [one for one in papers.results if one.measure == "Rätt lästa ord per minut, text"]
    word = "kan inte genomföras ännu"
    before = "22 våren 2025/26" if season is Season.AUTUMN else f"{word} våren 2025/26"
    assert (words.shown, words.before) == (word if season is Season.AUTUMN else "30", before)


def test_whoever_goes_twice_in_a_year_has_the_goals_of_that_year_twice(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [30])
    spring_before(ekbacken, pupil, "2A", 2, 22)
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    moments = [(one.season, one.year) for one in sheet.growth.scale.moments]
    (first, _), (second, _) = sheet.growth.points
    assert (moments[first], moments[second]) == (("vår", "åk 2"), ("höst", "åk 2"))
    assert sheet.growth.scale.moments[first].goal_from == Decimal(50)


def test_stanines_and_percentiles_reach_the_home_as_a_level_only(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [40])
    record(ekbacken.autumn, pupil, ordavkodning_stanine=2, lexplore_percentil=50)
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    decoding = next(row for row in sheet.rows if row.area == "decoding")
    assert decoding.level is Level.BELOW_GOAL
    assert decoding.told is None
    assert sheet.growth.scale.unit == "ord på en minut"


def test_the_measure_that_decides_speaks_for_its_area(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [12])
    record(ekbacken.autumn, pupil, traffsakerhet=99, lexplore_percentil=90)
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    fluency = next(row for row in sheet.rows if row.area == "fluency")
    assert fluency.level is Level.BELOW_GOAL


def test_somebody_absent_has_not_been_measured(ekbacken: Ekbacken):
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=Absence.ABSENT)
    db.session.commit()
    kim = class_set(ekbacken.class_1a, ekbacken.autumn).sheets[1]
    letters = next(row for row in kim.rows if row.area == "letters")
    assert (letters.level, letters.points) == (None, None)
    assert kim.growth is None


def test_a_pupil_in_anpassad_grundskola_has_own_goals_and_no_level(ekbacken: Ekbacken):
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=2)
    ekbacken.kim.school_form = SchoolForm.ANPASSAD
    db.session.commit()
    kim = class_set(ekbacken.class_1a, ekbacken.autumn).sheets[1]
    assert kim.has_own_goals
    assert (kim.level, kim.rows, kim.growth) == (None, (), None)
    assert kim.can == ("Vi berättar mer om hur det går när vi ses.",)
    assert as_proposed(kim).lines["can"] == (("empty", *kim.can),)
    row = class_report(ekbacken.class_1a, ekbacken.autumn).rows[1]
    assert (row.has_level, row.level, row.note) == (False, None, "egna mål")


def test_a_page_waits_for_a_talk_until_a_next_step_is_recorded(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [12])
    db.session.commit()
    (before,) = class_set(school_class, ekbacken.autumn).sheets
    assert (before.says_needs_support, before.is_ready) == (True, False)
    decide(pupil, "adaptations", due_on=date(2026, 11, 20))
    db.session.commit()
    (after,) = class_set(school_class, ekbacken.autumn).sheets
    assert after.is_ready
    (support,) = after.support
    assert support.what == "Vi anpassar det vi gör på lektionen."
    assert support.to_on == date(2026, 11, 20)


def test_a_step_that_belongs_to_a_talk_is_not_told_on_paper(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [12])
    decide(pupil, "report_to_principal")
    db.session.commit()
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    assert sheet.is_ready
    assert sheet.support == ()


def test_the_class_report_says_levels_blanks_and_what_is_missing(ekbacken: Ekbacken):
    school_class, _ = class_2b(ekbacken, [64, 30, 12, None, Absence.ABSENT])
    db.session.commit()
    report = class_report(school_class, ekbacken.autumn)
    assert [row.cells[0].shown for row in report.rows] == ["64", "30", "12", "–", "frånvarande"]
    assert [row.cells[0].level for row in report.rows] == [
        Level.AT_GOAL, Level.NEAR_GOAL, Level.BELOW_GOAL, None, None,
    ]  # fmt: skip
    assert report.columns[0].goal == "mål 35"
    assert [name for name, _ in report.missing] == [report.rows[3].name, report.rows[4].name]
    assert dict(report.counts) == {
        Level.ABOVE_GOAL: 0, Level.AT_GOAL: 1, Level.NEAR_GOAL: 1, Level.BELOW_GOAL: 1, None: 2,
    }  # fmt: skip
    assert len(report.distributions[0].dots) == 3
    assert report.rows[2].is_to_follow_up


def adopt_limits(ekbacken: Ekbacken, **limits: object) -> None:
    """The same limits of words a minute in every window, from this autumn on."""
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    draft = drafting.draft_from_set(default, None)
    for place in [key for key in from_content(drafting.content(draft), measures()).cuts if key[0] == WORDS]:
        drafting.change_limit(draft, place, limits, Author(None, draft.version))
    adopting.adopt(drafting.publish_draft(draft, Author(None, draft.version)), ekbacken.autumn.opens_on)
    db.session.commit()


def test_a_goal_of_zero_is_a_goal(ekbacken: Ekbacken):
    school_class, _pupils = class_2b(ekbacken, [40])
    adopt_limits(ekbacken, goal_from=Decimal(0), status="N")
    assert class_report(school_class, ekbacken.autumn).columns[0].goal == "mål 0"
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    assert sheet.growth is not None
    assert {moment.goal_from for moment in sheet.growth.scale.moments} == {Decimal(0)}


@pytest.mark.parametrize("above", [{}, {"above_from": Decimal(60), "status": "N"}])
def test_without_a_goal_the_goal_begins_with_the_limit_there_is_on_every_paper(
    ekbacken: Ekbacken, above: dict[str, object]
):
    school_class, _pupils = class_2b(ekbacken, [40])
    adopt_limits(ekbacken, near_from=Decimal(30), near_status="N", **above)
    (sheet,) = class_set(school_class, ekbacken.autumn).sheets
    fluency = next(row for row in sheet.rows if row.area == "fluency")
    assert fluency.level is Level.AT_GOAL
    assert fluency.zones.place(fluency.points) > 2 / 3
    assert {moment.goal_from for moment in sheet.growth.scale.moments} == {Decimal(30)}
    report = class_report(school_class, ekbacken.autumn)
    assert report.columns[0].goal == "mål 30"
    assert "målet är 30" in report.distributions[0].sentence


def test_a_mixed_class_shows_each_year_by_its_own_limits(ekbacken: Ekbacken):
    school_class, (older,) = class_2b(ekbacken, [40])
    younger = ekbacken.pupil("Ask", "Zeta", "4001", school_class=school_class, year=1)
    db.session.flush()
    record(ekbacken.autumn, older, bokstavsljud=20)
    record(ekbacken.autumn, younger, bokstavsljud=20)
    db.session.commit()
    report = class_report(school_class, ekbacken.autumn)
    assert [row.year for row in report.rows] == ["åk 2", "åk 1"]
    spreads = {spread.title: spread for spread in report.distributions}
    assert spreads["Bokstavsljud, åk 1"].dots[0].level is Level.AT_GOAL
    assert spreads["Bokstavsljud, åk 2"].dots[0].level is Level.BELOW_GOAL


def test_the_staff_report_gives_limits_source_certainty_signals_and_steps(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [12])
    decide(pupil, "adaptations", line="Läser i par")
    db.session.commit()
    sheet = staff_sheet(pupil, *place_of(pupil, ekbacken.autumn), ekbacken.autumn)
    (result,) = [one for one in sheet.results if one.shown == "12"]
    assert result.level is Level.BELOW_GOAL
    assert result.limits == "Nära målet 26, mål 35"
    assert result.certainty == "tydligt"
    assert result.source
    (signal,) = [one for one in sheet.signals if one.title == "Under målet"]
    assert "12 ord/min" in signal.why
    assert [step.line for step in signal.steps] == ["Läser i par"]
    assert sheet.year == "åk 2"
    assert school_class.name == sheet.class_name


def test_the_staff_report_tells_of_samrad_and_not_of_what_was_withdrawn(ekbacken: Ekbacken):
    pupil, window = ekbacken.kim, ekbacken.autumn
    by = Recorder(ekbacken.astrid.id, ekbacken.astrid.staff_member.duties[0].id)
    for about, question in (("adaptations", "Räcker det?"), ("follow_up", None)):
        ask(pupil, Asking(about, Role.SPECIAL_TEACHER, question), by)
    held, _waits = db.session.scalars(sa.select(Consultation).order_by(Consultation.id))
    own = Competence("own", "Birgitta Björk")
    closing = Recorder(ekbacken.birgitta.id, ekbacken.birgitta.staff_member.duties[0].id)
    hold(held, Holding(own, TODAY, "Läs korta texter varje dag."), closing)
    gone, _ = ask(pupil, Asking("special_assessment", Role.SPECIAL_TEACHER), by)
    withdraw(gone, by)
    first, second = staff_sheet(pupil, *place_of(pupil, window), window).consultations
    assert (first.held_on, first.asked_of) == (None, "speciallärare")
    assert (second.held_on, second.said) == (TODAY, "Läs korta texter varje dag.")
    assert "Birgitta Björk" in (second.competence or "")
    assert second.asked_by == "klasslärare 1A, Ekbackens skola"
    assert second.held_by == "speciallärare Ekbackens skola"


def test_the_staff_report_on_a_former_year_tells_of_the_support_there_was(ekbacken: Ekbacken):
    spring = a_window("2025/26", Season.SPRING, date(2026, 4, 20), date(2026, 5, 22))
    for starts_on in (date(2026, 5, 4), *(date(2026, 8, day) for day in (3, 14, 25))):
        followed_up(ekbacken, ekbacken.kim.id, starts_on=starts_on, weeks=1)
    (period,) = staff_sheet(ekbacken.kim, ekbacken.class_1a, 0, spring).support
    assert period.about.startswith("2026-05-04 till 2026-05-11")


@pytest.mark.slow
def test_the_number_of_questions_does_not_grow_with_the_class(ekbacken: Ekbacken):
    small, _ = class_2b(ekbacken, [40, 12])
    db.session.commit()
    class_set(small, ekbacken.autumn)  # what the initiative has chosen is asked for once
    db.session.rollback()
    with counted_queries() as few:
        class_set(small, ekbacken.autumn)
        class_report(small, ekbacken.autumn)
    for number in range(20):
        pupil = ekbacken.pupil(f"Elev{number}", "Ny", f"5{number:03}", school_class=small, year=2)
        db.session.flush()
        record(ekbacken.autumn, pupil, ord_per_minut=10 + 3 * number)
    db.session.commit()
    db.session.expire_all()
    with counted_queries() as many:
        class_set(small, ekbacken.autumn)
        class_report(small, ekbacken.autumn)
    assert len(many) == len(few)
    assert len(few) < 40


def test_a_pupil_who_goes_in_no_class_then_has_no_place(ekbacken: Ekbacken):
    old = a_window("2024/25", Season.SPRING, date(2025, 5, 5), date(2025, 5, 30))
    assert place_of(ekbacken.kim, old) is None


def test_only_some_pupils_can_be_asked_for(ekbacken: Ekbacken):
    only_kim = sa.select(Pupil).where(Pupil.id == ekbacken.kim.id)
    assert [one.name for one in class_set(ekbacken.class_1a, ekbacken.autumn, only_kim).sheets] == [
        "Kim Berg"
    ]
    assert [row.name for row in class_report(ekbacken.class_1a, ekbacken.autumn, only_kim).rows] == [
        "Kim Berg"
    ]


def test_reports_say_what_each_limit_they_use_rests_on(ekbacken: Ekbacken):
    school_class, (pupil,) = class_2b(ekbacken, [12])
    younger = ekbacken.pupil("Ask", "Zeta", "4001", school_class=school_class, year=1)
    db.session.flush()
    record(ekbacken.autumn, younger, bokstavsljud=20)
    db.session.commit()
    found = class_report(school_class, ekbacken.autumn)
    told = [line.split(":")[0] for source in found.sources for line in source.limits]
    assert told == ["Bokstavsljud, åk 1 höst", "Rätt lästa ord per minut, text, åk 2 höst"]
    assert [column.goal for column in found.columns][:2] == ["mål 11", "mål 35"]
    drawn = growth_sources(past([pupil.id], ekbacken.autumn), pupil.id, 2, ["ord_per_minut"])
    assert drawn[0].limits == ("Rätt lästa ord per minut, text, vinter åk 1 (eget förslag)",)
    assert drawn[-1].limits[0].endswith("vinter åk 2 (beräknad ur publicerade värden)")


def test_a_limit_is_told_also_where_its_result_is_missing(ekbacken: Ekbacken):
    _, (pupil,) = class_2b(ekbacken, [None])
    (result,) = staff_sheet(pupil, *place_of(pupil, ekbacken.autumn), ekbacken.autumn).results
    assert (result.shown, result.limits) == ("Resultat saknas", "Nära målet 26, mål 35")


def test_a_composite_stands_first_with_its_parts_and_its_limits(ekbacken: Ekbacken, tmp_path: Path):
    adopt_weighted_set(tmp_path)
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=20, fel=Decimal("4.5"))
    record(ekbacken.autumn, ekbacken.noor, bokstavsljud=17)
    db.session.commit()
    whole, part = (
        staff_sheet(pupil, ekbacken.class_1a, 1, ekbacken.autumn).results[0]
        for pupil in (ekbacken.kim, ekbacken.noor)
    )
    assert (whole.measure, whole.area, whole.shown) == ("Sammanvägt resultat", "av Bokstavsljud, Fel", "422")
    assert (whole.level, whole.limits) == (Level.AT_GOAL, "Nära målet 380, mål 400")
    assert (whole.status, whole.source, whole.certainty) == (
        "Publicerad norm", "en studie", "mätfelet är inte känt",
    )  # fmt: skip
    assert (part.shown, part.level, part.limits) == ("Resultat saknas", None, "Nära målet 380, mål 400")
