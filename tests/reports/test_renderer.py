"""The same figure by our renderer and by matplotlib itself, as pictures; and what the renderer refuses."""

import io
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pypdfium2
import pytest
from invented_figures import SCALE, school_class
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from PIL import Image

from reports import charts, class_charts, fonts
from reports.fonts import Face
from reports.layout import Paper
from reports.picture import Picture, Words
from reports.renderer import picture_of
from screening.levels import Level
from screening.spread import Distribution, Dot

SIZE = 320.0, 170.0
DPI = 144
DARK, PALE = 96, 16  # of 255: a difference of lines, and of areas


def by_matplotlib(figure: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(figure)
    png = io.BytesIO()
    canvas.print_figure(png, dpi=DPI, facecolor="white")
    return Image.open(png).convert("L")


def by_us(picture: Picture) -> Image.Image:
    paper = Paper("test", (picture.width, picture.height))
    paper.picture(picture, 0, 0)
    with pypdfium2.PdfDocument(paper.finish()) as pdf:
        return pdf[0].render(scale=DPI / 72).to_pil().convert("L")


def unlike(one: Image.Image, other: Image.Image, by: int = DARK) -> float:
    """The share of pixels that differ by more than ``by``."""
    width, height = min(one.width, other.width), min(one.height, other.height)
    box = (0, 0, width, height)
    apart = np.abs(np.asarray(one.crop(box), dtype=int) - np.asarray(other.crop(box), dtype=int))
    return float((apart > by).mean())


def words_of(spread: Distribution, width: float, height: float) -> list[Words]:
    drawn = class_charts.distribution(spread, width, height)
    return [mark for mark in drawn.marks if isinstance(mark, Words)]


FIGURES = {
    "growth": lambda: charts.growth_figure(SCALE, *SIZE),
    "growth for staff": lambda: charts.growth_figure(SCALE, *SIZE, for_staff=True),
    "dots": lambda: class_charts.distribution_figure(school_class().distributions[1], *SIZE),
    "labels": lambda: class_charts.distribution_figure(school_class().distributions[2], *SIZE),
    "bar": lambda: class_charts.level_bar_figure(
        [(Level.AT_GOAL, 12), (Level.BELOW_GOAL, 3), (None, 4)], 320.0, 24.0
    ),
}


def without_words(figure: Figure) -> Figure:
    for words in figure.findobj(Text):
        words.set_visible(False)
    return figure


@pytest.mark.parametrize("kind", FIGURES)
def test_our_picture_is_matplotlibs_picture(kind):
    """Letters are smoothed by each program in its own way, so they may differ a little more."""
    assert unlike(by_us(picture_of(FIGURES[kind]())), by_matplotlib(FIGURES[kind]())) < 0.02
    lines = without_words(FIGURES[kind]()), without_words(FIGURES[kind]())
    ours, theirs = by_us(picture_of(lines[0])), by_matplotlib(lines[1])
    assert unlike(ours, theirs) < 0.003
    assert unlike(ours, theirs, PALE) < 0.03


@pytest.mark.slow
def test_the_comparison_sees_a_missing_line():
    whole, part = (without_words(FIGURES["growth for staff"]()) for _ in range(2))
    part.axes[0].lines[0].remove()
    assert unlike(by_us(picture_of(part)), by_matplotlib(whole)) > 0.004


def test_a_dollar_sign_in_a_chart_is_a_dollar_sign():
    drawn = charts.figure(200, 50)
    drawn.text(0.1, 0.5, "$x^2$ _Kim")
    words = [mark.line for mark in picture_of(drawn).marks if isinstance(mark, Words)]
    assert words == ["$x^2$ _Kim"]


def test_transparency_is_refused():
    drawn = charts.figure(200, 50)
    drawn.add_axes((0, 0, 1, 1)).plot([0, 1], alpha=0.5)
    with pytest.raises(NotImplementedError, match="opaque"):
        picture_of(drawn)


def test_images_are_refused():
    drawn = charts.figure(200, 50)
    drawn.add_axes((0, 0, 1, 1)).imshow([[0, 1]])
    with pytest.raises(NotImplementedError, match="never as images"):
        picture_of(drawn)


def test_curves_of_both_kinds_are_drawn():
    quadratic = Path([(0.1, 0.1), (0.5, 0.9), (0.9, 0.1)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    cubic = Path([(0.1, 0.9), (0.1, 0.1), (0.9, 0.1), (0.9, 0.9)], [Path.MOVETO, *[Path.CURVE4] * 3])

    def drawn() -> Figure:
        figure = charts.figure(200, 200)
        for path in (quadratic, cubic):
            figure.add_artist(PathPatch(path, fill=False, lw=2))
        return figure

    assert unlike(by_us(picture_of(drawn())), by_matplotlib(drawn())) < 0.02


def test_the_common_part_of_a_chart_is_drawn_once_for_a_whole_class():
    assert charts.growth_scale(SCALE, *SIZE) is charts.growth_scale(SCALE, *SIZE)


def test_a_value_beyond_the_limits_of_a_class_chart_is_still_on_it():
    spread = school_class().distributions[1]
    dots = (*spread.dots, type(spread.dots[0])(Decimal(240), Level.ABOVE_GOAL))
    wide = type(spread)(**{**spread.__dict__, "dots": dots})
    assert class_charts.Scale(wide).low < 240 < class_charts.Scale(wide).high


def test_a_tall_stack_becomes_a_bar_with_its_count():
    spread = school_class().distributions[0]
    dots = (type(spread.dots[0])(Decimal(29), Level.AT_GOAL),) * 40
    assert "40" in [mark.line for mark in words_of(replace(spread, dots=dots), *SIZE)]


def test_one_of_a_large_class_has_a_number_in_the_bar_too():
    counts = [(Level.AT_GOAL, 33), (Level.NEAR_GOAL, 1), (None, 1)]
    said = [mark for mark in class_charts.level_bar(counts, 781.0, 22.0).marks if isinstance(mark, Words)]
    assert [mark.line for mark in said] == ["33 når målet", "1", "1"]
    assert said[-1].x + fonts.width("1", Face.BOLD, 10) < 781


def test_where_less_is_better_the_goal_stands_in_its_zone_and_so_does_who_is_on_it():
    levels = {"0": Level.AT_GOAL, "5": Level.AT_GOAL, "5.5": Level.NEAR_GOAL}
    dots = tuple(Dot(Decimal(points), level) for points, level in levels.items())
    errors = Distribution(
        "Fel", "fel/min", Decimal(0), Decimal(30), Decimal("0.5"), Decimal(10), Decimal(5), dots,
        is_higher_better=False,
    )  # fmt: skip
    scale = class_charts.Scale(errors)
    best, on_the_goal, off_it = (scale.stack(float(dot.points)) for dot in errors.dots)
    assert scale.low < best < on_the_goal < 5 < off_it
    (goal,) = [mark for mark in words_of(errors, *SIZE) if mark.line == "mål 5"]
    side = class_charts.SIDE
    edge = side + (SIZE[0] - 2 * side) * (5 - scale.low) / (scale.high - scale.low)
    assert goal.x + fonts.width(goal.line, Face.REGULAR, goal.size) < edge


def test_a_long_name_of_a_measure_stands_on_two_lines_over_its_chart():
    spread = replace(school_class().distributions[1], title=("Avkodning av ord " * 6).strip())
    title = [mark for mark in words_of(spread, 240.0, 140.0) if mark.y > 140 - 20]
    assert " ".join(mark.line for mark in title) == f"{spread.title}: {spread.unit}"
    assert len(title) == 2
    assert {mark.size >= 5.5 for mark in title} == {True}
    assert max(fonts.width(mark.line, Face.BOLD, mark.size) for mark in title) <= 240
