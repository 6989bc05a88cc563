"""The figures of paper on the screen: the same picture, nothing inline, words for who does not see it."""

import functools
import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from every_document import goal, initiative, support
from invented_figures import HOSTILE, SCALE, school_class
from matplotlib.lines import Line2D

from assessments.instruments.catalogue import Measure
from reports import charts, drawings, fonts, number_places, svg
from reports.chart_marks import SHAPES
from reports.charts import figure
from reports.class_charts import draw_shape
from reports.figures.growth import Growth, Moment
from reports.figures.levels import LevelRow
from reports.flow_chart import bars, flow_figure, flow_sentence
from reports.level_charts import MOST_NAME, level_rows
from reports.marks import LOOKS, PAPER
from reports.picture import Signs, Words
from reports.renderer import picture_of
from screening.levels import Level, Limits
from screening.queries.growth_picture import GrowthPicture, Reading, growth_picture
from screening.spread import Distribution, Dot

WORDS = Measure(
    code="ord", name="Ord per minut", unit="ord/min", area="fluency", years=(1, 2, 3), how="",
    minimum=Decimal(0), maximum=Decimal(250), step=Decimal(1), sem=Decimal(8), higher_is_better=True,
)  # fmt: skip
GOAL = Limits(near_from=Decimal(20), goal_from=Decimal(35))


def way(*points: tuple[int, str], measure: Measure = WORDS, limits: Limits | None = GOAL) -> GrowthPicture:
    readings = [
        Reading(
            "höst", "åk 2", year, Decimal(value), limits.level(Decimal(value)) if limits else None, limits
        )
        for value, year in points
    ]
    found = growth_picture(measure, readings)
    assert found is not None
    return found


def read(drawn: str) -> ElementTree.Element:
    """As a browser reads it on a page, where SVG has its namespace without saying so."""
    return ElementTree.fromstring(drawn)  # noqa: S314  # our own


def words(drawn: str) -> list[str]:
    return [str(one.text) for one in read(drawn).iter("text")]


FLOW = [[49, 23, None, 11, 117], [None, 387, 20, None, 641], [None, None, None, None, None]]


def test_a_bar_of_the_way_holds_what_is_told_and_the_rest_together() -> None:
    under, at, without = bars(FLOW)
    assert (under.parts, at.parts, without.parts) == ((49, 23, 0, 11, 34), (0, 387, 20, 0, 234), ())
    assert flow_sentence([under, without]) == (
        "Nådde inte målet: 117, därav 49 når inte målet, 23 når målet, 11 inte kvar, 34 övriga. "
        "Utan nivå: visas inte."
    )


def test_a_bar_of_the_way_answers_of_those_with_results_both_times() -> None:
    """What is not shown says nothing, and who had no level then has reached nothing since."""
    under, at, without = bars([*FLOW[:2], [12, 30, 10, 10, 62]])
    assert (under.told, at.told, without.told) == ("23 av 72 når det nu", "", "")


def test_not_yet_at_the_goal_has_a_sign_of_no_level() -> None:
    """It is two levels together: a ring with nothing in it, told from every level's shape in grey too."""
    levels = figure(200, 50)
    for level in SHAPES:
        draw_shape(levels, level, 100, 10, 9)
    shapes, drawn = (
        [
            (one.get_marker(), one.get_markerfacecolor() == PAPER, one.get_fillstyle())
            for one in found.findobj(Line2D)
        ]
        for found in (levels, flow_figure(bars(FLOW), 500))
    )
    near = ("o", False, "left")
    assert near in shapes
    assert near not in drawn
    assert {*drawn} - {*shapes} == {("o", True, "full")}


@functools.cache
def every_drawing() -> list[str]:
    spreads = [
        drawings.spread_drawing(one, f"s{n}") for n, one in enumerate(school_class(measures=4).distributions)
    ]
    rows = [("1A", (1, 2, 10, 3, 2)), ("2B", (0, 0, 4, 0, 9))]
    growth = way((12, "2024/25"), (22, "2025/26"), (44, "2025/26"))
    told, picture = initiative().funnels[0], goal().picture
    beside = [
        drawings.funnel_drawing(told.title, f"{told.sentence} Tillsammans 30 %.", told.funnel, "funnel"),
        drawings.support_drawing(support().picture, "stod"),
        drawings.goal_drawing(picture, "Halvera", "Andelen är på väg: 25 %, 20 %.", "h"),
        drawings.flow_drawing("Alla", FLOW, "flow"),
    ]
    return [
        *beside,
        *spreads,
        drawings.level_drawing("Klasserna", rows, "l"),
        drawings.growth_drawing(growth, "g"),
    ]


@pytest.mark.slow
def test_a_drawing_has_nothing_inline_and_says_in_words_what_it_shows() -> None:
    for drawn in every_drawing():
        tree = read(drawn)
        assert not re.search(r"<style|style=|<script|\bon\w+=|href|fill=|stroke=\"", drawn)
        title, told = tree[0], tree[1]
        assert (title.tag, told.tag) == ("title", "desc")
        assert tree.get("role") == "img"
        assert str(tree.get("aria-labelledby")).split() == [title.get("id"), told.get("id")]
        assert title.text
        assert len(str(told.text)) > 20


@pytest.mark.slow
def test_every_colour_has_a_name_that_the_stylesheet_knows() -> None:
    css = (svg.__file__.rpartition("/reports/")[0]) + "/static/drawings.css"
    with open(css, encoding="utf-8") as file:
        known = set(re.findall(r"\.((?:f|s)-[\w-]+) ", file.read()))
    used = {
        name for drawn in every_drawing() for name in re.findall(r"\b[fs]-[\w-]+", drawn) if name[1] == "-"
    }
    assert used - known == set()
    assert set(SHAPES) <= set(LOOKS)


def test_a_colour_without_a_name_is_refused() -> None:
    drawn = figure(100, 50)
    drawn.add_axes((0, 0, 1, 1)).plot([0, 1], color="#123456")
    with pytest.raises(KeyError):
        svg.body(picture_of(drawn))


def test_only_the_window_that_is_told_of_has_a_filled_mark() -> None:
    """Whoever has no result in it has hollow ones only."""

    def places(now: int | None) -> list[int]:
        child = Growth(SCALE, ((0, Decimal(12)), (1, Decimal(40))), now)
        marks = charts.growth_line(child, 250.0, 150.0).marks
        return [len(mark.places) for mark in marks if isinstance(mark, Signs)]

    assert (places(1), places(None)) == ([2, 1], [2])


def test_the_same_operators_stand_on_paper_and_on_the_screen() -> None:
    """A dot of the chart is where the paper has it, counted from the top instead of from the foot."""
    height = 150.0
    picture = charts.growth_line(Growth(SCALE, ((0, Decimal(12)), (3, Decimal(40)))), 250.0, height)
    line = next(mark for mark in picture.marks if isinstance(mark, str) and " l S" in mark)
    x, y = (float(one) for one in re.findall(r"([\d.]+) ([\d.]+) m", line)[0])
    first = re.search(r'd="M([\d.]+) ([\d.]+)L', svg.body(picture))
    assert first
    assert float(first[1]) == pytest.approx(x, abs=0.06)
    assert float(first[2]) == pytest.approx(height - y, abs=0.06)


def test_the_number_of_a_result_at_the_top_does_not_stand_on_the_goal_in_words() -> None:
    foot_of_goal = 150.0 - charts.HEAD - charts.GOAL_DOWN
    nearly_all = Moment("vinter", "åk 1", Decimal(21), Decimal(26))
    scale = replace(SCALE, top=Decimal(29), moments=(SCALE.moments[0], nearly_all))
    picture = charts.growth_line(Growth(scale, ((0, Decimal(15)), (1, Decimal(28)))), 150.0, 150.0)
    value = [mark for mark in picture.marks if isinstance(mark, Words)][-1]
    assert value.y + number_places.HIGH <= foot_of_goal


@pytest.mark.parametrize("height", [80.0, 124.0, 150.0])
@pytest.mark.parametrize(("is_higher_better", "best"), [(True, 80), (False, 0)])
def test_a_mark_at_the_top_does_not_stand_on_the_goal_in_words(height, is_higher_better, best) -> None:
    scale = replace(SCALE, is_higher_better=is_higher_better)
    picture = charts.growth_line(Growth(scale, ((0, Decimal(15)), (1, Decimal(best))), 1), 250.0, height)
    mark = next(mark for mark in reversed(picture.marks) if isinstance(mark, Signs))
    ((_, middle),) = mark.places
    assert middle + 3.5 < height - charts.HEAD - charts.GOAL_DOWN


def test_hostile_words_stay_words() -> None:
    for name in HOSTILE:
        drawn = drawings.level_drawing(name, [(name, (1, 2, 3, 4, 5))], "x")
        assert name.replace(" ", "") in "".join(words(drawn)).replace(" ", "")  # a long one is on two lines
        assert read(drawn)[0].text == name


def test_a_long_name_of_a_school_stands_on_two_lines_and_not_on_its_bar() -> None:
    name = "Skolan vid Kyrkbyarnas Gemensamhetsanläggning i Västra Östersundsbygden"
    counts, limit = (1, 2, 3, 4, 5), MOST_NAME * 500.0
    marks = level_rows((LevelRow(name, counts, None), LevelRow("sv", counts, None)), 500.0).marks
    lines = [mark for mark in marks if isinstance(mark, Words) and mark.x == 0]
    assert " ".join(mark.line for mark in lines) == f"{name} sv"
    assert min(mark.size for mark in lines) >= 6
    assert max(fonts.width(mark.line, mark.face, mark.size) for mark in lines) < limit


def test_a_section_sign_that_somebody_typed_stays_one() -> None:
    drawn = drawings.level_drawing("Skolor", [("§ 5-skolan", (1, 2, 3, 4, 5))], "drawing-1")
    assert "§ 5-skolan" in words(drawn)


def test_two_drawings_of_a_page_share_no_id() -> None:
    rows = [("1A", (1, 2, 3, 0, 4))]
    one, other = (
        set(re.findall(r'id="([^"]+)"', drawings.level_drawing("A", rows, name))) for name in ("a", "b")
    )
    assert one
    assert not one & other


def test_a_summer_between_two_results_is_dashed() -> None:
    dashed = way((12, "2024/25"), (22, "2025/26"), (44, "2025/26"))
    solid = way((12, "2025/26"), (22, "2025/26"))
    assert drawings.growth_drawing(dashed, "a").count("stroke-dasharray") > drawings.growth_drawing(
        solid, "a"
    ).count("stroke-dasharray")


@pytest.mark.parametrize("limits", [None, GOAL])
def test_fewer_errors_and_results_without_limits_are_drawn_too(limits: Limits | None) -> None:
    errors = Measure(**{**vars(WORDS), "higher_is_better": False})
    drawn = drawings.growth_drawing(way((2, "2025/26"), (0, "2025/26"), measure=errors, limits=limits), "a")
    assert {"2", "0"} <= set(words(drawn))


def test_a_spread_says_how_many_stand_where() -> None:
    dots = (
        Dot(Decimal(7), Level.BELOW_GOAL),
        Dot(Decimal(28), Level.AT_GOAL),
        Dot(Decimal(29), Level.AT_GOAL),
    )
    letters = Distribution(
        "Bokstavsljud", "antal", Decimal(0), Decimal(29), Decimal(1), Decimal(24), Decimal(27), dots
    )
    assert letters.sentence == "Bokstavsljud: 1 under målet, 2 når målet. Från 7 till 29 antal, målet är 27."
