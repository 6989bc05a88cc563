"""Pages for the home, beside a bare canvas that draws the same page by hand, and beside PNG by pyplot.

Run with ``pytest tests/benchmarks --benchmark-only``. The bare page knows every word and line and its place
beforehand: it wraps, measures and tags nothing and asks matplotlib nothing. Both are timed in turn in one
run, by processor time. Goals: a class set of 25, tagged, at most 3 x the bare pages, in a second and 500 KiB;
one page at most 1.3 x; 30 x faster than PNG by pyplot and pages 10 x smaller; 300 pages in 15 MB, and three
thousand as fast a page as a hundred.
A sheet of paper with Arabic and Swedish is two pages: at most 3 x the Swedish one.
"""

import functools
import io
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

import matplotlib
import pdfplumber
from invented_figures import GROWTH, IMPRINT, SCALE, sheet
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reports import fonts
from reports.documents import class_set, guardian
from reports.figures.growth import Growth
from reports.figures.guardian import ClassSet, GuardianSheet
from reports.fonts import Face

ROUNDS = 7
NAMES = ("Åsa Öberg", "Łukasz Wiśniewski", "Ánne-Márjá Blind", "Ebba Lindqvist", "Noor Karlsson")


def somebody(number: int) -> GuardianSheet:
    """A pupil with own results; classmates share areas and scale."""
    points = tuple((place, value + Decimal(number) / 10) for place, value in GROWTH.points)
    return sheet(f"{NAMES[number % 5]} {number}", key=number, growth=Growth(SCALE, points))


def a_class(pupils: int) -> ClassSet:
    return ClassSet(IMPRINT, "2B", tuple(somebody(number) for number in range(pupils)))


@dataclass(frozen=True)
class Drawn:
    """What stands on a page, ready to be drawn by hand."""

    words: list[tuple[str, float, float, float, str, Any]]
    shapes: list[tuple[list[Any], dict[str, Any]]]


def read(content: bytes) -> list[Drawn]:
    """Every word, line and shape of a document's pages, and its place."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [Drawn(list(_words(page)), list(_shapes(page))) for page in pdf.pages if page.chars]


def _words(page: Any) -> Iterator[tuple[str, float, float, float, str, Any]]:
    def line(sign: dict[str, Any]) -> tuple[Any, ...]:
        return sign["fontname"], sign["size"], sign["matrix"][5], tuple(sign["non_stroking_color"])

    for (font, size, y, colour), signs in groupby(page.chars, line):
        run = list(signs)
        yield font.split("+")[1], size, run[0]["matrix"][4], y, "".join(one["text"] for one in run), colour


def _shapes(page: Any) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    for shape in (*page.rects, *page.lines, *page.curves):
        turned = [(step[0], *((x, A4[1] - y) for x, y in step[1:])) for step in shape["path"]]
        yield turned, shape


def by_hand(pages: Sequence[Drawn], picture: Callable[[Canvas, int], None] | None = None) -> bytes:
    """The pages on a bare canvas."""
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=True, pageCompression=1, initialFontName=Face.REGULAR)
    for number, page in enumerate(pages):
        for path, looks in page.shapes:
            _draw(canvas, path, looks)
        for font, size, x, y, text, colour in page.words:
            canvas.setFillColorRGB(*colour)
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        if picture:
            picture(canvas, number)
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _draw(canvas: Canvas, steps: list[Any], looks: dict[str, Any]) -> None:
    if looks["fill"]:
        canvas.setFillColorRGB(*_colour(looks["non_stroking_color"]))
    if looks["stroke"]:
        canvas.setStrokeColorRGB(*_colour(looks["stroking_color"]))
        canvas.setLineWidth(looks["linewidth"])
    path = canvas.beginPath()
    for operator, *points in steps:
        flat = [value for point in points for value in point]
        if operator == "m":
            path.moveTo(*flat)
        elif operator == "l":
            path.lineTo(*flat)
        elif operator == "c":
            path.curveTo(*flat)
        elif operator == "h":
            path.close()
    canvas.drawPath(path, stroke=int(looks["stroke"]), fill=int(looks["fill"]))


def _colour(found: Any) -> tuple[float, ...]:
    """What a stored drawing takes from where it is shown, pdfplumber does not know."""
    return tuple(found) if found and len(found) == 3 else (0.0, 0.0, 0.0)


def png_by_pyplot(canvas: Canvas, number: int) -> None:
    """The growth picture as most programs make it: 170 x 95 mm at 150 dots an inch, then laid in smaller."""
    import matplotlib.pyplot as plt

    growth = somebody(number).growth
    figure, axes = plt.subplots(figsize=(6.7, 3.7))
    places = range(len(SCALE.moments))
    goals = [float(moment.goal_from or 0) for moment in SCALE.moments]
    axes.fill_between(places, goals, 80, color="#E2F3EA")
    axes.plot([place for place, _ in growth.points], [float(value) for _, value in growth.points], marker="o")
    axes.set_xticks(list(places), [moment.season for moment in SCALE.moments])
    axes.set_title("Läsa med flyt: ord på en minut")
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=150)
    plt.close(figure)
    png.seek(0)
    canvas.drawImage(ImageReader(png), 51, 200, 235, 122)


def seconds(work: Callable[[], object]) -> float:
    """Processor time: other programs on the machine do not count."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def ratio(ours: Callable[[], object], peer: Callable[[], object], rounds: int = ROUNDS) -> float:
    """How many times the peer's time ours takes: both in turn, the quickest of each."""
    ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return min(one for one, _ in pairs) / min(other for _, other in pairs)


def tell(benchmark: Any, **figures: float) -> None:
    benchmark.extra_info.update({name: round(figure, 2) for name, figure in figures.items()})
    print("\n", benchmark.extra_info)


def test_a_class_set_beside_the_same_pages_by_hand(benchmark: Any) -> None:
    whole = a_class(25)
    pages = read(class_set.pdf([whole]))
    drawn = functools.partial(class_set.pdf, [whole])
    by_ratio = ratio(drawn, functools.partial(by_hand, pages))
    kib, bare_kib = len(drawn()) / 1024, len(by_hand(pages)) / 1024
    tell(benchmark, of_the_bare_canvas=by_ratio, seconds=seconds(drawn), kib=kib, bare_kib=bare_kib)
    benchmark.pedantic(drawn, rounds=3)


def test_one_page_beside_the_same_page_by_hand(benchmark: Any) -> None:
    one = somebody(1)
    pages = read(guardian.pdf(one))
    drawn = functools.partial(guardian.pdf, one)
    by_ratio = ratio(drawn, functools.partial(by_hand, pages), rounds=25)
    tell(benchmark, of_the_bare_canvas=by_ratio, kib=len(drawn()) / 1024)
    benchmark.pedantic(drawn, rounds=5)


def test_a_class_set_beside_png_by_pyplot(benchmark: Any) -> None:
    matplotlib.use("Agg")
    fonts.font(Face.BOLD)
    few, many = a_class(5), a_class(25)
    pages = read(class_set.pdf([many]))
    drawn = functools.partial(class_set.pdf, [many])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyplot's own, about what it keeps
        peer = functools.partial(by_hand, pages, png_by_pyplot)
        times = 1 / ratio(drawn, peer, rounds=3)
        peers_page = len(peer()) - len(by_hand(pages[:5], png_by_pyplot))
    our_page = len(drawn()) - len(class_set.pdf([few]))  # twenty pages more, the fonts left out
    tell(benchmark, times_faster=times, pages_times_smaller=peers_page / our_page)
    benchmark.pedantic(drawn, rounds=2)


def test_sheets_in_other_languages_beside_swedish_ones(benchmark: Any) -> None:
    swedish = a_class(25)

    def turned(language: str) -> ClassSet:
        front = sheet(language=language, offers_interpreter=True)
        return replace(swedish, sheets=tuple(replace(one, homes=(front,)) for one in swedish.sheets))

    drawn = {code: functools.partial(class_set.pdf, [turned(code)]) for code in ("en", "ar", "ti")}
    times = {code: ratio(work, functools.partial(class_set.pdf, [swedish])) for code, work in drawn.items()}
    tell(benchmark, **times, kib=len(drawn["ar"]()) / 1024)
    benchmark.pedantic(drawn["ar"], rounds=3)


def test_three_hundred_pages_in_little_memory(benchmark: Any) -> None:
    class_set.pdf([a_class(5)])
    many = a_class(300)
    tracemalloc.start()
    content = class_set.pdf([many])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tell(benchmark, megabytes=most / 2**20, kib_a_page=len(content) / 1024 / 300)
    benchmark.pedantic(class_set.pdf, ([a_class(50)],), rounds=1)


def test_three_thousand_pages_take_no_longer_each(benchmark: Any) -> None:
    few, many = a_class(100), a_class(3000)
    class_set.pdf([few])
    a_page = min(seconds(lambda: class_set.pdf([few])) for _ in range(3)) / 100
    tell(benchmark, of_a_page_among_a_hundred=seconds(lambda: class_set.pdf([many])) / 3000 / a_page)
    benchmark.pedantic(class_set.pdf, ([few],), rounds=1)
