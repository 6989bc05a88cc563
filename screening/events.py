"""What each window says to the threads of a family: a finding, that the ground has gone, or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from screening.certainty import CLEAR_BELOW
from screening.coverage import TELLS
from screening.levels import NO_RANK, Level
from screening.periods import Period, Whole
from screening.signals import Family
from screening.standards import Bools
from screening.threads import Event, Small

# Families whose threads wait for a determined window; the others count windows with the finding.
BY_LEVEL = (Family.NEED, Family.GROWTH, Family.CHANGE)


@dataclass(frozen=True)
class Events:
    """What windows say to threads."""

    periods: Sequence[Period]
    whole: Whole

    def of(self, family: Family, found: Bools) -> Small:
        """(w * n,) To each thread of the family, where something was found and where nothing was."""
        whole, judged = self.whole, self.whole.judged
        quiet = np.full(len(found), Event.CLEAR if family in BY_LEVEL else Event.CLEARLY_CLEAR, np.int8)
        if family in BY_LEVEL:
            quiet[judged.level == NO_RANK] = Event.UNDETERMINED
            quiet[(judged.level >= Level.AT_GOAL.rank) & self._is_clear] = Event.CLEARLY_CLEAR
        if family is Family.GROWTH:
            # No plan that can be judged, or one whose finding waits for a number to be checked: nothing is
            # said.
            held_back = self._named([[row for row, one in p.behind.items() if one] for p in self.periods])
            unknown = (quiet == Event.CLEAR) & ~self._named([period.behind for period in self.periods])
            quiet[held_back | unknown] = Event.UNDETERMINED
        if family is Family.COVERAGE:
            # Nothing is missing yet, and nothing is made good before every expected result is there.
            blank = (whole.expected & TELLS[whole.sheet.marks]).any(axis=1)
            quiet[blank & ~whole.is_due] = Event.SKIPPED
        quiet[found] = Event.FINDING
        quiet[~self._speaks(family)] = Event.SKIPPED
        return quiet

    @cached_property
    def _is_clear(self) -> Bools:
        clear: Bools = self.whole.judged.window_p_goal < CLEAR_BELOW
        return clear

    @cached_property
    def _gives_signals(self) -> Bools:
        return np.repeat([period.gives_signals for period in self.periods], len(self.periods[0].year))

    def _speaks(self, family: Family) -> Bools:
        """Whether the windows say anything to threads of the family."""
        if family is Family.OBSERVATION:  # what somebody saw stands until somebody closes it
            return self._named([period.observations for period in self.periods])
        here = self.whole.is_counted if family is Family.COVERAGE else self.whole.is_judged
        return here & self._gives_signals

    def _named(self, rows: Sequence[Collection[int]]) -> Bools:
        """(w * n,) The rows named of each window."""
        found = np.zeros(len(self.whole.is_due), np.bool_)
        for number, named in enumerate(rows):
            if named:
                found[self.whole.rows(number)][list(named)] = True
        return found
