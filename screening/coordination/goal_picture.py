"""A goal as a picture: the straight path to half, and each year's share with its interval.

Pure geometry in the units of an SVG, for the page and for paper. Words stand at what they are about; a year
told together with earlier ones is a ring, one that stands alone a filled dot. Absence counted from another
limit than other years of the goal says from which, under its year.
"""

from dataclasses import dataclass
from math import ceil

from screening.coordination.figures import Percent, percent
from screening.coordination.progress import Point, Progress, number

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 132, 24, 40
LIMITS = 18  # more, for the line of limits under the years
STEPS = (0.05, 0.10, 0.20, 0.25)  # between the lines of the scale, the first that gives at most six
MOST_LINES = 6
HEADROOM = 1.05


@dataclass(frozen=True)
class Dot:
    """A year's share. ``low`` and ``high`` end its interval; ``limit``: of absence, where years differ."""

    x: float
    y: float
    low: float
    high: float
    text: str
    is_pooled: bool
    limit: str = ""


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class GoalPicture:
    width: int
    height: int
    left: int
    right: int
    floor: float
    scale: tuple[Tick, ...]
    years: tuple[Tick, ...]
    path: Line | None
    goal_text: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class _Frame:
    first: float
    last: float
    top: float  # the largest share the scale holds

    def x(self, at: float) -> float:
        return round(
            LEFT + 24 + (WIDTH - RIGHT - LEFT - 24) * (at - self.first) / (self.last - self.first), 1
        )

    def y(self, share: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share / self.top, 1)


def goal_picture(told: Progress) -> GoalPicture | None:
    """The picture of what may be shown; None where nothing may."""
    shown = [(one, share) for one in told.points if (share := one.figures.of_all) is not None]
    if not shown:
        return None
    highest, around = max(share.high for _, share in shown), [one.at for one, _ in shown]
    step = next((one for one in STEPS if highest * HEADROOM / one <= MOST_LINES), STEPS[-1])
    lines = ceil(highest * HEADROOM / step)
    first, last = number(told.baseline_year), number(told.target_year)
    frame = _Frame(min(first, *around), max(last, *around), lines * step)
    differ = len({one.limit for one in told.points}) > 1
    years = [f"{int(year)}/{(int(year) + 1) % 100:02d}" for year in _years(frame)]
    return GoalPicture(
        width=WIDTH,
        height=HEIGHT + (LIMITS if differ else 0),
        left=LEFT,
        right=WIDTH - RIGHT,
        floor=HEIGHT - BOTTOM,
        scale=tuple(Tick(frame.y(count * step), percent(count * step)) for count in range(lines + 1)),
        years=tuple(Tick(frame.x(number(year)), year) for year in years),
        path=_path(told, frame, first, last),
        goal_text=f"mål {percent(told.goal)}" if told.goal is not None else "",
        dots=tuple(_dot(one, share, frame, one.from_limit if differ else "") for one, share in shown),
    )


def _years(frame: _Frame) -> range:
    return range(ceil(frame.first), int(frame.last) + 1)


def _path(told: Progress, frame: _Frame, first: float, last: float) -> Line | None:
    start = told.baseline.figures.of_all if told.baseline else None
    if start is None or told.goal is None:
        return None
    return Line(frame.x(first), frame.y(start.share), frame.x(last), frame.y(told.goal))


def _dot(one: Point, share: Percent, frame: _Frame, limit: str) -> Dot:
    return Dot(
        frame.x(one.at), frame.y(share.share), frame.y(share.low), frame.y(share.high),
        percent(share.share), len(one.cohorts) > 1, limit,
    )  # fmt: skip
