"""A window's shares as they went out, line by line: only what the same measure decided is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments import windows
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow
from screening.benchmarks.catalogue import benchmarks, in_force
from screening.comparable import Comparability, comparabilities, why_apart
from screening.coordination.figures import Figures, figures
from screening.disclosure_releases import Gone
from screening.initiative_counts import Place
from screening.initiative_lattice import over_windows, over_years


@dataclass(frozen=True)
class Standing:
    """``alike``: what may stand beside what, by code of the window and of those told together with it."""

    window: AssessmentWindow
    gone: Gone
    alike: Mapping[str, Comparability]

    def why_not(self, line: str) -> str:
        """Why the line has no share to compare; empty where it has, or is too small."""
        found = self.alike.get(self.window.code)
        return found.reasons.get(line, "") if found else ""

    def figures(self, line: str) -> Figures | None:
        """What the release says of a line; no share where it is not to be compared."""
        found = figures(self.gone, line)
        return found.without_shares if found is not None and self.why_not(line) else found

    def together(self, line: str) -> tuple[Figures | None, str]:
        """The academic year's windows, else the latest cohorts, where that is told; and what it is over."""
        year, cohorts = _windows(self.gone, over_windows(line)), _windows(self.gone, over_years(line))
        in_year = figures(self.gone, over_windows(line), times=max(len(year), 1))
        if in_year is not None and in_year.under_goal is not None and not self._differs(line, year):
            return in_year, f"läsårets {len(year)} perioder"
        pooled = figures(self.gone, over_years(line))
        if pooled is None or pooled.under_goal is None or self._differs(line, cohorts):
            return None, ""
        return pooled if not self._unlike(line, cohorts) else None, f"{len(cohorts)} årskullar"

    def _differs(self, line: str, codes: Sequence[str]) -> bool:
        """In one of the windows the line is not to be compared, by that window's own measures."""
        return any(line in self.alike[code].reasons for code in codes if code in self.alike)

    def _unlike(self, line: str, codes: Sequence[str]) -> bool:
        """The cohorts were not decided by the same measures."""
        return bool(why_apart(line, [self.alike[code] for code in codes if code in self.alike]))


def alike(window: AssessmentWindow, gone: Gone, everywhere: Sequence[Place]) -> dict[str, Comparability]:
    """Of the window and all that are told together with it. At most five queries."""
    codes = {window.code, *(cell.split(" ")[0] for cell in gone.table.cells)}
    told = [one for one in windows.in_order() if one.code in codes]
    adopted = in_force(told)
    sets = benchmarks({one.set_id for one in adopted.values()}, measures())
    return comparabilities(told, adopted, sets, everywhere)


def _windows(gone: Gone, line: str) -> list[str]:
    return sorted({cell.split(" ")[0] for cell in gone.table.lines.get(line, ())})
