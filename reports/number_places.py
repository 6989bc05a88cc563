"""Where a number stands beside its mark: where no line runs through it, if there is such a place."""

from collections.abc import Iterator, Sequence

Line = tuple[float, float, float, float]  # from (x, y) to (x, y), in points
ASIDE, UNDER, OVER = 5.0, -9.0, 4.0  # from the middle of the mark to the foot of the number
FAR_UNDER, FAR_OVER = -14.0, 7.5  # straight under and over it
HIGH = 6.0  # figures of 8 points
AIR = 0.7  # between a figure and a line


def beside(
    x: float, y: float, wide: float, lines: Sequence[Line], *, goes_under: bool, lowest: float
) -> tuple[float, float]:
    """Where the number's foot begins: to the right of the mark at (x, y), ``goes_under`` or over it, or the
    nearest place that fewer ``lines`` cross. Never lower than ``lowest``."""
    places = [place for place in _places(x, y, wide, goes_under) if place[1] > lowest]
    near = [line for line in lines if _is_near(line, x, y, wide)]
    found, crossed = places[0], len(near) + 1
    for left, foot in places:
        count = sum(_crosses(line, left, foot, wide) for line in near)
        if count < crossed:
            found, crossed = (left, foot), count
        if not crossed:
            break
    return found


def _places(x: float, y: float, wide: float, goes_under: bool) -> Iterator[tuple[float, float]]:
    near, far = (UNDER, OVER), (FAR_UNDER, FAR_OVER)
    for height in near if goes_under else reversed(near):
        yield x + ASIDE, y + height
    for height in far if goes_under else reversed(far):
        yield x - wide / 2, y + height
    for height in near if goes_under else reversed(near):
        yield x - ASIDE - wide, y + height


def _is_near(line: Line, x: float, y: float, wide: float) -> bool:
    """Whether the line can reach any of the places at all."""
    reach, high = wide + 2 * ASIDE, HIGH + 2 * FAR_OVER
    left, right = sorted((line[0], line[2]))
    low, top = sorted((line[1], line[3]))
    return left < x + reach and right > x - reach and low < y + high and top > y - high


def _crosses(line: Line, left: float, foot: float, wide: float) -> bool:
    """Whether the line runs through the figures: the part of it that lies between all four sides."""
    x, y, dx, dy = line[0], line[1], line[2] - line[0], line[3] - line[1]
    begins, ends = 0.0, 1.0
    sides = ((dx, x, left - AIR, left + wide + AIR), (dy, y, foot - AIR, foot + HIGH + AIR))
    for step, start, low, high in sides:
        if not step:
            if not low < start < high:
                return False
            continue
        first, last = sorted(((low - start) / step, (high - start) / step))
        begins, ends = max(begins, first), min(ends, last)
    return begins < ends
