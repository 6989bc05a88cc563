"""A count told in two parts: of those under the goal how many are near it and how many below (section 7).

A part is as small a group as any, and whoever knows the whole and one part knows the other. So both are told
or neither, where the whole is told; and the parts of all lines are audited as a table of their own, in which
the wholes are what is told of sizes. Pure: counts in, lines to hide out.
"""

from collections.abc import Collection

from screening.disclosure import Counts, Table, to_hide

PARTS = "parts "


def parts_of(line: str) -> str:
    """What the ledger calls the parts of a line."""
    return f"{PARTS}{line}"


def whole_of(name: str) -> str:
    """The line that these are the parts of."""
    return name.removeprefix(PARTS)


def hidden_parts(
    table: Table, lines: Collection[str], hidden: Collection[str], fewest: int
) -> frozenset[str]:
    """Of these ``lines`` those whose parts are not told, as ``parts_of`` names them. ``hidden``: lines that
    are hidden themselves, and parts that were hidden before in the series."""
    own = {line: table.lines[line] for line in lines}
    cells = {cell: _parted(table.cells[cell]) for cell in frozenset().union(*own.values())}
    unknown = {line for line in own if table.counts(line).below_goal is None}
    before = {line for line in own if line in hidden or parts_of(line) in hidden}
    return frozenset(map(parts_of, to_hide(Table(cells, own), before | unknown, fewest)))


def _parted(counts: Counts) -> Counts:
    """Those below against those near."""
    return Counts(counts.below_goal or 0, counts.near_goal or 0)
