"""What the shares of a window are counted by: sets, places, and the windows that stand beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessments import windows
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks, in_force
from screening.disclosure import IN_FILES, Ledger, Release, Table, publish
from screening.initiative_counts import Place, places, school_counts
from screening.initiative_lattice import Cohort
from screening.released import ReleasedTable


@dataclass(frozen=True)
class Counting:
    """``declared``: every window, oldest first; ``adopted`` by window id."""

    declared: Sequence[AssessmentWindow]
    adopted: Mapping[int, InForce]
    sets: Mapping[int, Benchmarks]
    places: Sequence[Place]

    @classmethod
    def fetch(cls) -> "Counting":
        declared = windows.in_order()
        adopted = in_force(declared)
        sets = benchmarks({found.set_id for found in adopted.values()}, measures())
        return cls(declared, adopted, sets, places())

    def year_to(
        self, window: AssessmentWindow, released: Sequence[ReleasedTable]
    ) -> tuple[list[Cohort], Ledger]:
        """The academic year's windows up to this one, each with its counts and what it hides: what the
        earlier ones hid stays hidden. Then the ledger as it was before this one."""
        of_year = [one for one in released if one.window.academic_year == window.academic_year]
        ledger = Ledger(tuple(Release(one.window.code, frozenset(one.hidden)) for one in of_year))
        found = []
        for one in self._series(window):
            cohort = Cohort(one.code, school_counts(one, self.adopted[one.id], self.sets))
            before, table = ledger, Table(cohort.cells, cohort.lines(self.places))
            hidden, ledger = publish(table, one.code, ledger, IN_FILES)
            found.append(replace(cohort, hidden=hidden))
        return found, before

    def same_season(self, window: AssessmentWindow) -> list[AssessmentWindow]:
        """The window and those like it of earlier years that the same set judged, oldest first."""
        return [
            one
            for one in self.declared
            if one.season is window.season
            and one.academic_year <= window.academic_year
            and one.id in self.adopted
            and self.adopted[one.id].set_id == self.adopted[window.id].set_id
        ]

    def _series(self, window: AssessmentWindow) -> list[AssessmentWindow]:
        place = windows.place_in_time
        return [
            one
            for one in self.declared
            if one.academic_year == window.academic_year
            and one.id in self.adopted
            and place(one) <= place(window)
        ]
