"""Which results are expected of a school's pupils: what the set names, narrowed to what the school uses."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def narrowed(
    expected: Sequence[str],
    groups: Sequence[Sequence[str]],
    chosen: AbstractSet[str],
    recorded: AbstractSet[str],
) -> frozenset[str]:
    """The expected measures that a school uses.

    ``groups`` are those of the window, ``chosen`` the school's own list (empty: it has none), ``recorded``
    what anybody at the school has a record of in this window. A measure the school does not use gives way to
    another of its group that it does use; without a list of its own only where nobody has a record of it.
    """
    used = chosen or recorded
    found: set[str] = set()
    for code in expected:
        group = [other for group in groups if code in group for other in group]
        # A colleague among the expected goes first: then nothing new is asked for.
        in_use = [other for other in group if other in used and other in expected]
        in_use += [other for other in group if other in used]
        if code in used:
            found.add(code)
        elif in_use:
            found.add(in_use[0])
        elif not chosen:
            found.add(code)
    return frozenset(found)


def doubtful(
    expected: Sequence[str], groups: Sequence[Sequence[str]], recorded: AbstractSet[str]
) -> frozenset[str]:
    """The measures whose records decide what ``narrowed`` says of a school without a list of its own.

    ``recorded`` are some of those that somebody has a record of: what is among them is settled, and so is a
    measure that has no other of its group to give way to.
    """
    unsettled = [code for code in expected if code not in recorded]
    groups_of = {code: {other for group in groups if code in group for other in group} for code in unsettled}
    return frozenset(
        other for code, group in groups_of.items() if group - {code} for other in group - recorded
    )
