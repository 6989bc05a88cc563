"""The growth picture of a page for the home on a screen: the figures of the paper, as places and words."""

from dataclasses import dataclass
from decimal import Decimal

from reports.figures.growth import Growth, GrowthScale
from reports.wording import number

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, FOOT = 44, 12, 26, 58  # around what is drawn; the words of the moments stand below
LABEL = 9  # above its dot


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    said: str
    is_now: bool


@dataclass(frozen=True)
class Goal:
    """The goal's zone over one moment: from its limit to the best end."""

    x: float
    y: float
    width: float
    height: float
    edge: float  # where the limit lies
    said: str


@dataclass(frozen=True)
class Tick:
    x: float
    season: str
    year: str


@dataclass(frozen=True)
class GrowthDrawing:
    title: str
    sentence: str  # says the same as the picture
    goals: list[Goal]
    dots: list[Dot]
    ticks: list[Tick]
    floor: float
    lowest: str


def growth_drawing(growth: Growth) -> GrowthDrawing:
    """Places in a picture :data:`WIDTH` x :data:`HEIGHT`, from the upper left corner."""
    scale = growth.scale
    title = f"{scale.title}: {scale.unit}"
    dots = [
        Dot(_across(scale, place), _down(scale, points), number(points, scale.language), place == growth.now)
        for place, points in growth.points
    ]
    goals = [
        _goal(scale, place, one.goal_from)
        for place, one in enumerate(scale.moments)
        if one.goal_from is not None
    ]
    ticks = [Tick(_across(scale, place), one.season, one.year) for place, one in enumerate(scale.moments)]
    lowest = number(scale.minimum, scale.language)
    return GrowthDrawing(title, _sentence(growth, title), goals, dots, ticks, HEIGHT - FOOT, lowest)


def _across(scale: GrowthScale, place: float) -> float:
    """The middle of a moment's room."""
    return round(LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / len(scale.moments), 1)


def _down(scale: GrowthScale, points: Decimal) -> float:
    """The better, the higher."""
    part = float((points - scale.minimum) / (scale.top - scale.minimum))
    part = part if scale.is_higher_better else 1 - part
    return round(HEIGHT - FOOT - min(1.0, max(0.0, part)) * (HEIGHT - FOOT - TOP), 1)


def _goal(scale: GrowthScale, place: int, goal: Decimal) -> Goal:
    room, top = (WIDTH - LEFT - RIGHT) / len(scale.moments), TOP - 20
    edge, said = _down(scale, goal), scale.goal.format(points=number(goal, scale.language))
    return Goal(round(LEFT + place * room, 1), top, round(room, 1), round(edge - top, 1), edge, said)


def _sentence(growth: Growth, title: str) -> str:
    """``Läsa med flyt: ord på en minut. Vår åk 1: 18. Höst åk 2: 31, mål 35.``"""
    scale, told = growth.scale, [title]
    for place, points in growth.points:
        moment = scale.moments[place]
        said = f"{moment.season} {moment.year}: {number(points, scale.language)}"
        if moment.goal_from is not None:
            said += f", {scale.goal.format(points=number(moment.goal_from, scale.language))}"
        told.append(said)
    return ". ".join(told) + "."
