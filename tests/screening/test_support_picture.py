"""A support period as a picture: where days and points stand, and the sentence that says the same."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.instruments.catalogue import Measure
from screening.support.queries.drawn import FormerGoal, Shown
from screening.support.queries.picture import (
    APART,
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    support_picture,
)

STARTED = date(2026, 8, 24)
WORDS = Measure(
    code="ord", name="Läsa ord", unit="ord/min", minimum=Decimal(0), maximum=Decimal(250), step=Decimal(1),
    higher_is_better=True, area="fluency", years=(1,), how="", sem=Decimal(8),
)  # fmt: skip
SHOWN = Shown(
    measure=WORDS, starts_on=STARTED, start=Decimal(20), goal_on=STARTED + timedelta(weeks=10),
    goal=Decimal(40), drawn_goal=Decimal(40),
    results=[(STARTED + timedelta(weeks=week), Decimal(20 + week)) for week in range(6)],
    trend=((STARTED, 20.0), (STARTED + timedelta(weeks=5), 25.0)),
    changes=[(STARTED + timedelta(weeks=5), "Fyra gånger")], ended_on=None, verdict="För tidigt att säga",
)  # fmt: skip


def test_the_line_goes_from_the_start_to_the_goal_over_the_whole_width():
    found = support_picture(SHOWN)
    (leg,) = found.aimline
    assert (leg.x1, leg.x2) == (LEFT, WIDTH - RIGHT)
    assert leg.y2 == found.goal_y
    assert [(one.x, one.width, one.y) for one in found.zones] == [(LEFT, WIDTH - RIGHT - LEFT, leg.y2)]
    assert (found.floor, found.top) == (HEIGHT - BOTTOM, TOP)
    assert (found.goal_text, found.aim_text) == ("", "planerat, mål 40")


def test_a_result_halfway_stands_halfway_with_its_error_around_it():
    dot = support_picture(SHOWN).dots[5]
    assert dot.x == pytest.approx((LEFT + WIDTH - RIGHT) / 2, abs=0.1)
    assert dot.low - dot.y == pytest.approx(dot.y - dot.high, abs=0.2)
    assert dot.text == "25"
    assert dot.text_y < dot.high


def test_without_a_known_error_there_is_no_whisker():
    dots = support_picture(replace(SHOWN, measure=replace(WORDS, sem=None))).dots
    assert {(dot.low, dot.high) for dot in dots} == {(None, None)}


def test_where_less_is_better_fewer_stand_higher():
    falling = replace(
        SHOWN, measure=replace(WORDS, higher_is_better=False, maximum=Decimal(60)), goal=Decimal(5),
        drawn_goal=Decimal(5),
    )  # fmt: skip
    found = support_picture(falling)
    assert found.aimline[0].y2 < found.aimline[0].y1
    assert found.minimum == "60"


def test_a_change_is_marked_on_its_day_and_said_in_words():
    found = support_picture(SHOWN)
    (mark,) = found.marks
    assert (mark.x, mark.text) == (found.dots[5].x, "28/9 Fyra gånger")
    assert "Ändrat 2026-09-28: Fyra gånger." in found.sentence
    assert found.sentence.endswith("För tidigt att säga.")


def test_an_interim_goal_has_words_of_its_own_that_do_not_meet_the_goal_s():
    found = support_picture(replace(SHOWN, drawn_goal=Decimal(39)))
    assert (found.goal_text, found.aim_text) == ("mål 40", "mot delmål 39")
    assert abs(found.aim_y - (found.goal_y + 4)) >= APART
    assert "Linjen går mot delmålet 39." in found.sentence


def test_a_period_that_ran_on_past_its_goal_is_shown_whole():
    found = support_picture(replace(SHOWN, ended_on=SHOWN.goal_on + timedelta(weeks=2)))
    assert found.aimline[0].x2 < found.marks[-1].x == WIDTH - RIGHT
    assert found.marks[-1].anchor == "start" or found.marks[-1].text_x < found.marks[-1].x


def test_many_results_write_only_the_first_and_the_last():
    many = [(STARTED + timedelta(days=day), Decimal(20)) for day in range(20)]
    texts = [dot.text for dot in support_picture(replace(SHOWN, results=many)).dots]
    assert texts == ["20", *[""] * 18, "20"]


def test_a_changed_goal_bends_the_line_and_moves_the_goal_s_zone():
    bend = STARTED + timedelta(weeks=5)
    former = FormerGoal(bend, Decimal(30), STARTED + timedelta(weeks=10))
    found = support_picture(replace(SHOWN, bends=[(bend, Decimal(25))], former=[former]))
    first, second = found.aimline
    assert (first.x2, first.y2) == (second.x1, second.y1) == (found.dots[5].x, found.dots[5].y)
    assert second.y2 == found.goal_y
    before, after = found.zones
    assert (before.x + before.width, after.y) == (pytest.approx(after.x, abs=0.2), found.goal_y)
    assert before.y > after.y
    assert "Före 2026-09-28 var målet 30 den 2026-11-02." in found.sentence
