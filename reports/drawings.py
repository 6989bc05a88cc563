"""What pages show, as drawings: the figures of paper, by the same pen.

Drawing takes longer than all else of a page, and most pages are looked at again: what was drawn is kept.
"""

import functools
from collections.abc import Sequence

from markupsafe import Markup

from reports.charts import FOOT, HEAD, LEFT, RIGHT, growth_line, growth_scale
from reports.class_charts import distribution
from reports.figures.growth import Growth, GrowthScale, Moment, top_of
from reports.figures.levels import LevelRow
from reports.flow_chart import Table, bars, flow_chart, flow_sentence
from reports.goal_chart import goal_chart
from reports.initiative_charts import funnel_chart
from reports.level_charts import level_rows, level_rows_sentence
from reports.picture import Picture
from reports.support_chart import support_chart
from reports.svg import SCALE, svg
from screening.coordination.funnels import Funnel
from screening.coordination.goal_picture import GoalPicture
from screening.queries.growth_picture import GrowthPicture
from screening.spread import Distribution
from screening.support.queries.drawn import SupportPicture

WINDOW, GROWTH_HEIGHT = 62.0, 112.0  # points: a window's width, and the height between head and foot
SPREAD = (230.0, 128.0)
ROWS_WIDTH = 440.0
FUNNEL = (460.0, 240.0)
GOAL_WIDTH = 480.0
FLOW_WIDTH = 480.0

Row = tuple[str, tuple[int, int, int, int, int]]


def growth_drawing(shown: GrowthPicture, name: str) -> Markup:
    """A pupil's way on a measure. ``name`` is the drawing's own on its page, here and below."""
    return svg(_way(shown), name, shown.title, shown.sentence)


def spread_drawing(spread: Distribution, name: str) -> Markup:
    """A class on a measure."""
    return svg((_spread(spread),), name, spread.title, spread.sentence)


def level_drawing(title: str, rows: Sequence[Row], name: str) -> Markup:
    """Groups under each other; of each its name and how many are below, near, at, above and without level."""
    told = tuple(LevelRow(called, counts) for called, counts in rows)
    return svg((level_rows(told, ROWS_WIDTH),), name, title, level_rows_sentence(title, told))


def funnel_drawing(title: str, sentence: str, found: Funnel, name: str) -> Markup:
    """Groups around their joint share; ``sentence`` says who differs by more than chance."""
    return svg((funnel_chart(found, title, *FUNNEL),), name, title, sentence)


def flow_drawing(title: str, table: Table, name: str) -> Markup:
    """Where those of the window before stand now: rows and columns as ``flow_chart.bars`` reads them."""
    rows = bars(table)
    return svg((flow_chart(rows, FLOW_WIDTH),), name, title, flow_sentence(rows))


def goal_drawing(shown: GoalPicture, title: str, sentence: str, name: str) -> Markup:
    """A share that is to be half as large: what was observed, and the straight path."""
    return svg((goal_chart(shown, GOAL_WIDTH),), name, title, sentence)


def support_drawing(shown: SupportPicture, name: str) -> Markup:
    """A support period: planned development, trend, results, and what was changed."""
    return svg((_support(shown),), name, shown.title, shown.sentence)


@functools.lru_cache(maxsize=256)
def _spread(spread: Distribution) -> Picture:
    return distribution(spread, *SPREAD)


@functools.lru_cache(maxsize=256)
def _support(shown: SupportPicture) -> Picture:
    return support_chart(shown, shown.width / SCALE, with_changes=True)


@functools.lru_cache(maxsize=256)
def _way(shown: GrowthPicture) -> tuple[Picture, Picture]:
    """What everybody with this scale shares, and the pupil's own line."""
    growth = _growth(shown)
    width = LEFT + RIGHT + WINDOW * len(growth.scale.moments)
    height = GROWTH_HEIGHT + HEAD + FOOT
    scale = growth_scale(growth.scale, width, height, for_staff=True)
    return scale, growth_line(growth, width, height)


def _growth(shown: GrowthPicture) -> Growth:
    moments = tuple(
        Moment(
            one.season,
            f"{one.year} {one.academic_year}".strip(),
            one.limits.near_from if one.limits else None,
            one.goal,
        )
        for one in shown.readings
    )
    taken = [(place, one.points, one.level) for place, one in enumerate(shown.readings)]
    points = tuple((place, value) for place, value, _ in taken if value is not None)
    goals = [moment.goal_from for moment in moments if moment.goal_from is not None]
    top = top_of(goals, [value for _, value in points], shown.maximum)
    scale = GrowthScale(shown.title, shown.unit, shown.minimum, top, moments, shown.is_higher_better)
    levels = tuple(level for _, value, level in taken if value is not None)
    return Growth(scale, points, sem=shown.sem, levels=levels)
