"""What became of those under the goal and at it between two windows, by municipality: hidden where few.

The cells are a municipality in each window and a standing in each; a move between municipalities is a move
out of one and new in the other, and neither for all of them. Pure: counts in, what may go out.
"""

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence

from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, publish
from screening.disclosure_audit import Lines
from screening.disclosure_releases import Gone, settled

ALL = "all"


class Place(enum.StrEnum):
    """Where a pupil stands in a window. ELSEWHERE: new in the second, or moved out of the first."""

    UNDER_GOAL = "under"
    AT_GOAL = "at"
    WITHOUT_LEVEL = "without"
    ELSEWHERE = "elsewhere"


ANSWERS = [[Place.UNDER_GOAL, Place.AT_GOAL], [Place.UNDER_GOAL, Place.UNDER_GOAL]]
HERE = (Place.UNDER_GOAL, Place.AT_GOAL, Place.WITHOUT_LEVEL)
Stay = tuple[int | None, int | None, Place, Place]  # municipality and standing, in the first and the second
Moves = Mapping[Stay, int]


def line_of(who: int | str, first: Place | None, second: Place | None) -> str:
    """The line of a municipality (or ALL) from one standing to another; None sums all there were."""
    return f"{who} {first or '*'} {second or '*'}"


def release(
    moves: Moves,
    municipalities: Sequence[int],
    never: tuple[Collection[str], Collection[str]],
    earlier: Sequence[Gone],
) -> Gone:
    """``never``: whose own shares are hidden in the first window and in the second, so that their sums are
    hidden here too; ``earlier``: what has gone out of these two windows, oldest first."""
    everything = {**dict.fromkeys(_possible(municipalities), 0), **moves}
    cells = {
        _cell(stay): Counts(count, count) for stay, count in everything.items()
    }  # a count is its own complement
    lines = dict(_lines(everything, municipalities))
    sums = {name for name in lines if "*" in name}
    # Who reached the goal, and who did not yet, is what is asked: others go for the sake of others first.
    answers = {name for name in lines if name.split(" ")[1:] in ANSWERS}
    hidden_sums = frozenset(_sums_of(lines, never))
    hidden, _ = publish(
        Table(cells, lines, has_sizes=False),
        "flow",
        Ledger((Release("shares", hidden_sums),)),
        IN_FILES,
        may_hide=lines.keys() - sums - answers,
    )
    while True:
        table = settled(
            Table(cells, lines, has_sizes=False), hidden, earlier, [[name] for name in lines], IN_FILES
        )
        again = hidden | table.primary(IN_FILES)
        if again == hidden:
            return Gone(table, hidden)
        hidden = again


def _possible(municipalities: Sequence[int]) -> Iterator[Stay]:
    """Every way but between municipalities: that nobody went it is as little told as that few did."""
    for one in municipalities:
        yield from ((one, one, first, second) for first in HERE for second in HERE)
        yield from ((one, None, first, Place.ELSEWHERE) for first in HERE)
        yield from ((None, one, Place.ELSEWHERE, second) for second in HERE)


def _lines(moves: Moves, municipalities: Sequence[int]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each table's inside, then its sums. A line of nobody is none."""
    everybody: tuple[int | str, ...] = (ALL, *municipalities)
    for who in everybody:
        placed = [(seen, _cell(stay)) for stay in moves if (seen := _seen(stay, who)) is not None]
        for first in (*Place, None):
            for second in (*Place, None):
                if {first, second} <= {Place.ELSEWHERE, None}:
                    continue
                of = frozenset(
                    name for seen, name in placed if first in (None, seen[0]) and second in (None, seen[1])
                )
                if of:
                    yield line_of(who, first, second), of


def _seen(stay: Stay, who: int | str) -> tuple[Place, Place] | None:
    """The standings of a pupil as the municipality sees them; None where the pupil was never there."""
    before, after, first, second = stay
    if who == ALL:
        return first, second
    seen = (first if before == who else Place.ELSEWHERE, second if after == who else Place.ELSEWHERE)
    return None if seen == (Place.ELSEWHERE, Place.ELSEWHERE) else seen


def _sums_of(lines: Lines, never: tuple[Collection[str], Collection[str]]) -> Iterator[str]:
    """The sums by where somebody stood in the window whose own shares are hidden."""
    for name in lines:
        who, first, second = name.split(" ")
        if (second == "*" and who in never[0]) or (first == "*" and who in never[1]):
            yield name


def _cell(stay: Stay) -> str:
    return " ".join(str(part) for part in stay)
