"""A support period as a picture: planned development, results with their error, the trend, and what changed.

Pure geometry in the units of an SVG; the template draws it. Words stand at the place they are about, lines
differ by dash and width, so that a grey print says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from assessments.words import day as written
from assessments.words import decimal
from screening.support.queries.drawn import Dot, Line, Mark, Shown, SupportPicture, Tick, Zone

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 132, 44, 44  # to the right stand the words of the lines
HEADROOM = Decimal("1.12")
MOST_NUMBERS = 14  # with more results than that only the first and the last are written out
MOST_TICKS = 8
LONGEST_MARK = 34  # characters
MARK_ROWS = 2
APART = 18  # from one word to the next: paper draws the picture at half the size
SIGN_WIDTH = 6.2  # of a character of 12 px, about


def support_picture(shown: Shown) -> SupportPicture:
    """Where everything stands, and the sentence that says the same."""
    frame = _Frame(shown)
    aim = frame.aimline()
    trend = frame.trend()
    goal, aim_text = f"mål {shown.measure.shown(shown.goal)}", "planerat"
    if shown.drawn_goal == shown.goal:  # one word for both: they end in one place
        goal, aim_text = "", f"planerat, {goal}"
    else:
        aim_text = f"mot delmål {shown.measure.shown(shown.drawn_goal)}"
    return SupportPicture(
        title=f"{shown.measure.name}, {written(shown.starts_on)} till {written(shown.goal_on)}",
        sentence=_sentence(shown),
        width=WIDTH,
        height=HEIGHT,
        top=TOP,
        right=WIDTH - RIGHT,
        floor=HEIGHT - BOTTOM,
        minimum=decimal(shown.measure.minimum if shown.measure.higher_is_better else shown.measure.maximum),
        goal_y=frame.y(shown.goal),
        goal_text=goal,
        zones=frame.zones(),
        aimline=aim,
        aim_text=aim_text,
        aim_y=_apart(aim[-1].y2 + 4, frame.y(shown.goal) + 4) if goal else aim[-1].y2 + 4,
        trend=trend,
        trend_y=_beside(trend, aim) if trend else 0.0,
        dots=frame.dots(),
        marks=frame.marks(),
        ticks=frame.ticks(),
    )


def _beside(trend: Line, aim: Sequence[Line]) -> float:
    """Where the word "trend" stands: on the side of the trend's end that planned development does not run."""
    leg = next((one for one in aim if one.x1 <= trend.x2 <= one.x2), aim[-1])
    share = (trend.x2 - leg.x1) / ((leg.x2 - leg.x1) or 1)
    planned = leg.y1 + (leg.y2 - leg.y1) * min(1.0, share)
    return round(trend.y2 + (14 if trend.y2 > planned else -6), 1)


def _apart(y: float, other: float) -> float:
    """Far enough from another word for both to be read."""
    if abs(y - other) >= APART:
        return y
    return other + APART if y >= other else other - APART


@dataclass(frozen=True)
class _Frame:
    """From days and points to places: the worst end of the measure is the floor, better is upwards."""

    shown: Shown

    @property
    def last_day(self) -> date:
        days = [day for day, _points in self.shown.results]
        days += [day for day, _line in self.shown.changes]
        return max([self.shown.goal_on, *days, *([self.shown.ended_on] if self.shown.ended_on else [])])

    def x(self, day: date) -> float:
        span = (self.last_day - self.shown.starts_on).days
        return round(LEFT + (day - self.shown.starts_on).days / span * (WIDTH - LEFT - RIGHT), 1)

    def y(self, points: Decimal | float) -> float:
        share = min(1.0, max(0.0, self._height_of(float(points)) / self._top))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    def _height_of(self, points: float) -> float:
        measure = self.shown.measure
        worst = measure.minimum if measure.higher_is_better else measure.maximum
        return (points - float(worst)) * (1 if measure.higher_is_better else -1)

    @property
    def _top(self) -> float:
        """A little over whatever is shown, but never over the measure's own end."""
        measure = self.shown.measure
        values = [self.shown.start, self.shown.goal, *(points for _day, points in self.shown.results)]
        values += [one.goal for one in self.shown.former]
        highest = max(self._height_of(float(value)) for value in values)
        whole = float(measure.maximum - measure.minimum)
        return min(whole, highest * float(HEADROOM) + float(measure.sem or 0)) or whole

    def aimline(self) -> tuple[Line, ...]:
        shown = self.shown
        turns = [(shown.starts_on, shown.start), *shown.bends, (shown.goal_on, shown.drawn_goal)]
        places = [(self.x(day), self.y(points)) for day, points in turns]
        return tuple(Line(*first, *second) for first, second in pairwise(places))

    def zones(self) -> tuple[Zone, ...]:
        """One for each goal, side by side."""
        shown = self.shown
        ends = [*(self.x(one.until) for one in shown.former), float(WIDTH - RIGHT)]
        goals = [*(one.goal for one in shown.former), shown.goal]
        starts = [float(LEFT), *ends]
        return tuple(
            Zone(x, round(end - x, 1), self.y(goal))
            for x, end, goal in zip(starts, ends, goals, strict=False)
        )

    def trend(self) -> Line | None:
        if self.shown.trend is None:
            return None
        (first, low), (last, high) = self.shown.trend
        return Line(self.x(first), self.y(low), self.x(last), self.y(high))

    def dots(self) -> tuple[Dot, ...]:
        sem, many = self.shown.measure.sem, len(self.shown.results)
        return tuple(
            Dot(
                x=self.x(day),
                y=self.y(points),
                low=None if sem is None else self.y(points - sem),
                high=None if sem is None else self.y(points + sem),
                text=decimal(points) if many <= MOST_NUMBERS or place in (0, many - 1) else "",
            )
            for place, (day, points) in enumerate(self.shown.results)
        )

    def marks(self) -> tuple[Mark, ...]:
        told = list(self.shown.changes)
        if self.shown.ended_on is not None:
            told.append((self.shown.ended_on, "perioden avslutad"))
        return tuple(self._mark(place, day, text) for place, (day, text) in enumerate(told))

    def _mark(self, place: int, day: date, text: str) -> Mark:
        """The words stand to the right of the line, where there is room for them."""
        short = text if len(text) <= LONGEST_MARK else f"{text[: LONGEST_MARK - 1].rstrip()}…"
        told = f"{day.day}/{day.month} {short}"
        x = self.x(min(max(day, self.shown.starts_on), self.last_day))
        is_at_end = x + len(told) * SIGN_WIDTH > WIDTH
        return Mark(
            x, 14 + 15 * (place % MARK_ROWS), told, x - 4 if is_at_end else x + 4,
            "end" if is_at_end else "start",
        )  # fmt: skip

    def ticks(self) -> tuple[Tick, ...]:
        """Weeks, Monday first, so few that their words do not meet."""
        weeks = (self.last_day - self.shown.starts_on).days // 7 + 1
        step = -(-weeks // MOST_TICKS)
        days = [self.shown.starts_on + timedelta(weeks=one) for one in range(0, weeks, step)]
        return tuple(Tick(self.x(day), f"v. {day.isocalendar().week}") for day in days)


def _sentence(shown: Shown) -> str:
    measure = shown.measure
    start, goal = measure.shown(shown.start), measure.shown(shown.goal)
    told = [
        f"{measure.name} ({measure.unit}): planerat från {start} den {written(shown.starts_on)} "
        f"till {goal} den {written(shown.goal_on)}."
    ]
    if shown.drawn_goal != shown.goal:
        told.append(f"Linjen går mot delmålet {measure.shown(shown.drawn_goal)}.")
    told += [
        f"Före {written(one.until)} var målet {measure.shown(one.goal)} den {written(one.goal_on)}."
        for one in shown.former
    ]
    if shown.results:
        results = ", ".join(f"{measure.shown(points)} den {written(day)}" for day, points in shown.results)
        told.append(f"Resultat: {results}.")
    if shown.trend is not None:
        (_, low), (_, high) = shown.trend
        told.append(f"Trenden går från {_round(low)} till {_round(high)}.")
    told += [f"Ändrat {written(day)}: {text}." for day, text in shown.changes]
    return " ".join([*told, f"{shown.verdict}."])


def _round(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
