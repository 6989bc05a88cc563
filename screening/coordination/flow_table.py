"""What became of pupils at each level between two windows, by municipality: hidden where few.

The cells are a municipality in each window and a standing in each; a move between municipalities is a move
out of one and new in the other, and neither for all of them. Told is who was under the goal and at it; and of
all together also every level by itself, for which a municipality is as good as always too small. Pure: counts
in, what may go out.
"""

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from screening.coordination.flow_beside import as_it_went_out, beside
from screening.disclosure import IN_FILES, Counts, Ledger, Release, Table, publish
from screening.disclosure_audit import Lines
from screening.disclosure_releases import Gone, Known, settled

ALL = "all"


class Place(enum.StrEnum):
    """Where a pupil stands in a window. ELSEWHERE: new in the second, or moved out of the first."""

    UNDER_GOAL = "under"
    AT_GOAL = "at"
    WITHOUT_LEVEL = "without"
    ELSEWHERE = "elsewhere"


class Standing(enum.StrEnum):
    """The same level by level; who has none, and who is not there, is called as in ``Place``."""

    BELOW = "below_goal"
    NEAR = "near_goal"
    AT = "at_goal"
    ABOVE = "above_goal"
    WITHOUT_LEVEL = "without"
    ELSEWHERE = "elsewhere"

    @property
    def place(self) -> Place:
        """Under the goal, or at it."""
        return PLACES.get(self) or Place(self.value)


PLACES = {
    Standing.BELOW: Place.UNDER_GOAL,
    Standing.NEAR: Place.UNDER_GOAL,
    Standing.AT: Place.AT_GOAL,
    Standing.ABOVE: Place.AT_GOAL,
}
Way = Place | Standing | None  # None: all there were, or are
ANSWERS = [[Place.UNDER_GOAL, Place.AT_GOAL], [Place.UNDER_GOAL, Place.UNDER_GOAL]]
HERE = (Place.UNDER_GOAL, Place.AT_GOAL, Place.WITHOUT_LEVEL)
STANDINGS = tuple(one for one in Standing if one is not Standing.ELSEWHERE)
UNTOLD = {Place.ELSEWHERE.value, None}
Stay = tuple[int | None, int | None, Standing, Standing]  # municipality and standing, in the first and second
Moves = Mapping[Stay, int]


def line_of(who: int | str, first: Way, second: Way) -> str:
    """The line of a municipality (or ALL) from one standing to another; None sums all there were."""
    return f"{who} {first or '*'} {second or '*'}"


def release(moves: Moves, never: tuple[Collection[str], Collection[str]], earlier: Sequence[Gone]) -> Gone:
    """``never``: whose own shares are hidden in the first window and in the second, so that their sums are
    hidden here too; ``earlier``: what has gone out of these two windows, oldest first."""
    firsts = {before for before, *_ in moves if before is not None}
    seconds = {after for _, after, *_ in moves if after is not None}
    everything = {**dict.fromkeys(_possible(firsts, seconds), 0), **moves}
    cells = {_cell(stay): Counts(count, count) for stay, count in everything.items()}  # its own complement
    table = _Flow.of(everything, sorted(firsts | seconds), never, earlier)
    now = Table(cells, table.lines, has_sizes=False)
    hidden = table.hidden(now, frozenset())
    while True:
        kept = settled(now, hidden, earlier, table.families, IN_FILES)
        if (stays := as_it_went_out(now, kept, earlier)) is not None:
            now = stays
            continue
        again = hidden if kept is now else table.hidden(kept, hidden)
        if again == hidden:
            return Gone(kept, hidden)
        hidden = again


@dataclass(frozen=True)
class _Flow:
    """``coarse``: the lines of under the goal and at it; ``never``: their sums that are hidden elsewhere."""

    lines: Lines
    coarse: frozenset[str]
    never: frozenset[str]
    families: Sequence[Collection[str]]
    earlier: Sequence[Gone]

    @classmethod
    def of(
        cls,
        moves: Moves,
        municipalities: Sequence[int],
        never: tuple[Collection[str], Collection[str]],
        earlier: Sequence[Gone],
    ) -> "_Flow":
        everybody: tuple[int | str, ...] = (ALL, *municipalities)
        coarse = dict(_lines(moves, everybody, tuple(Place)))
        lines = {**coarse, **dict(_lines(moves, [ALL], tuple(Standing)))}
        families = [[name for name in family if name in lines] for family in _families(everybody)]
        return cls(lines, frozenset(coarse), frozenset(_sums_of(lines, never)), families, earlier)

    def hidden(self, table: Table, before: frozenset[str]) -> frozenset[str]:
        """What is told level by level never costs a line of under the goal and at it.

        Who reached the goal, and who did not yet, is what is asked: others go for the sake of others first.
        """
        then = beside(table, self.earlier)
        first = Ledger((Release("shares", self.never | before | then.secret | table.primary(IN_FILES)),))
        answers = {name for name in self.coarse if name.split(" ")[1:] in ANSWERS}
        may_go = {name for name in self.coarse if "*" not in name} - answers
        own = {name: then.table.lines[name] for name in self.coarse | then.then}
        coarse = _hidden(replace(then.table, lines=own), first, then, (may_go, self.coarse))
        with_coarse = first.with_release(Release("coarse", coarse))
        return _hidden(then.table, with_coarse, then, (table.lines.keys() - self.coarse, table.lines.keys()))


def _hidden(table: Table, ledger: Ledger, then: Known, may_hide: Iterable[Collection[str]]) -> frozenset[str]:
    """``may_hide``: those that go first, and those that go where that is not enough, because what has gone
    out can go no more. Hidden now, it is known all the same."""
    hidden, fixed = frozenset[str](), ledger.hidden - then.lines
    for allowed in may_hide:
        so_far = Ledger((Release("flow", fixed | hidden),))
        found, _ = publish(table, "flow", so_far, IN_FILES, frozenset(allowed) - then.lines)
        hidden = found - then.then - then.lines
        if not then.then:
            break
    return hidden | (ledger.hidden & table.lines.keys())


def _possible(firsts: Collection[int], seconds: Collection[int]) -> Iterator[Stay]:
    """Every way but between municipalities: that nobody went it is as little told as that few did."""
    yield from (
        (one, one, first, second)
        for one in firsts
        if one in seconds
        for first in STANDINGS
        for second in STANDINGS
    )
    yield from ((one, None, first, Standing.ELSEWHERE) for one in firsts for first in STANDINGS)
    yield from ((None, one, Standing.ELSEWHERE, second) for one in seconds for second in STANDINGS)


def _lines(
    moves: Moves, everybody: Sequence[int | str], standings: Sequence[Place | Standing]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Each table's inside, and its sums. A line of nobody is none."""
    for who in everybody:
        placed = [(seen, _cell(stay)) for stay in moves if (seen := _seen(stay, who)) is not None]
        for first in (*standings, None):
            for second in (*standings, None):
                of = frozenset(name for (then, now), name in placed if _is(then, first) and _is(now, second))
                if of and not {first, second} <= UNTOLD:
                    yield line_of(who, first, second), of


def _is(seen: Standing, asked: Way) -> bool:
    return asked is None or asked in (seen, seen.place)


def _seen(stay: Stay, who: int | str) -> tuple[Standing, Standing] | None:
    """The standings of a pupil as the municipality sees them; None where the pupil was never there."""
    before, after, first, second = stay
    if who == ALL:
        return first, second
    seen = (first if before == who else Standing.ELSEWHERE, second if after == who else Standing.ELSEWHERE)
    return None if seen == (Standing.ELSEWHERE, Standing.ELSEWHERE) else seen


def _families(everybody: Sequence[int | str]) -> Iterator[list[str]]:
    """Lines that within each are nested or apart: a sum and what it sums, all and each municipality."""
    for kinds in (tuple(Place), tuple(Standing)):
        for who in everybody:
            for one in kinds:
                yield [line_of(who, one, other) for other in (*kinds, None)]
                yield [line_of(who, other, one) for other in (*kinds, None)]
        for first in kinds:
            for second in kinds:
                if "elsewhere" not in (first, second):  # who moved between municipalities moved out of none
                    yield [line_of(who, first, second) for who in everybody]
    for who in everybody:
        for first in HERE:
            for second in HERE:
                inside = [(one, other) for one in Standing for other in Standing]
                yield [
                    line_of(who, first, second),
                    *(
                        line_of(who, *way)
                        for way in inside
                        if (way[0].place, way[1].place) == (first, second)
                    ),
                ]


def _sums_of(lines: Lines, never: tuple[Collection[str], Collection[str]]) -> Iterator[str]:
    """The sums by where somebody stood in the window whose own shares are hidden."""
    for name in lines:
        who, first, second = name.split(" ")
        if (second == "*" and who in never[0]) or (first == "*" and who in never[1]):
            yield name


def _cell(stay: Stay) -> str:
    return " ".join(str(part) for part in stay)
