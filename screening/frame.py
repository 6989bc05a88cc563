"""What every judgement of a call shares: windows, measures, and the standard of each set, year and season."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assessments import windows
from assessments.instruments.catalogue import Measure, measures
from assessments.models import AssessmentWindow, Season
from screening.benchmarks.catalogue import Benchmarks, CutLine, InForce, benchmarks_in_force, in_force
from screening.composites import Composite
from screening.levels import thousandths
from screening.scales import Scales
from screening.standards import Standard, Yardstick

Reference = tuple[int, int, Season]  # set id, year and season
Standards = dict[Reference, Standard]
KEPT = 512  # combinations of standards; more are met with hardly anywhere


@dataclass(frozen=True)
class Frame:
    """Fetched once per call, in a fixed number of queries."""

    windows: Sequence[AssessmentWindow]  # oldest first
    in_force: Mapping[int, InForce]  # by window id
    measures: Mapping[str, Measure]
    sets: Mapping[int, Benchmarks]
    _standards: Standards = field(default_factory=dict, compare=False)
    _scales: dict[tuple[Reference, ...], Scales] = field(default_factory=dict, compare=False)

    @classmethod
    def fetch(cls, instead: InForce | None = None) -> "Frame":
        """Empty of windows while no set is adopted: then nothing can be judged.

        ``instead`` judges every window by one set, to see what it would say.
        """
        declared = windows.to_read()
        judged_by = in_force(declared) if instead is None else {window.id: instead for window in declared}
        known = measures()
        sets = benchmarks_in_force(judged_by.values(), known)
        standards, scales = _made(known, sets)
        return _as_kept(
            cls(
                windows=[window for window in declared if window.id in judged_by],
                in_force=judged_by,
                measures=known,
                sets=sets,
                _standards=standards,
                _scales=scales,
            )
        )

    def standard(self, window: AssessmentWindow, year: int) -> Standard:
        """What a year is judged by in a window. The columns are all measures, the same for every standard."""
        return self._referred(self.reference(window, year))

    def reference(self, window: AssessmentWindow, year: int) -> Reference:
        """What tells one standard from another."""
        return self.in_force[window.id].set_id, year, window.season

    def scales(self, references: tuple[Reference, ...]) -> Scales:
        """These standards as arrays, in the order given."""
        found = self._scales.get(references)
        if found is None:
            if len(self._scales) >= KEPT:
                self._scales.clear()
            found = self._scales[references] = Scales([self._referred(one) for one in references])
        return found

    @cached_property
    def number_of(self) -> dict[int, int]:
        """Of each window, by its id."""
        return {window.id: number for number, window in enumerate(self.windows)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        return {code: column for column, code in enumerate(self.measures)}

    def _referred(self, place: Reference) -> Standard:
        if place not in self._standards:
            self._standards[place] = self._standard(*place)
        return self._standards[place]

    def _standard(self, set_id: int, year: int, season: Season) -> Standard:
        chosen = self.sets[set_id]
        plan = chosen.plan(year, season)
        return Standard(
            measures=tuple(
                _yardstick(measure, chosen.cuts.get((code, year, season)))
                for code, measure in self.measures.items()
            ),
            decides=plan.decides,
            also=plan.also,
            expected=plan.expected,
            composite=_composite(chosen, plan.composite, year, season) if plan.composite else None,
        )


Made = tuple[Standards, dict[tuple[Reference, ...], Scales]]
_kept: tuple[Mapping[str, Measure], Mapping[int, Benchmarks], Made] = ({}, {}, ({}, {}))


def _made(known: Mapping[str, Measure], sets: Mapping[int, Benchmarks]) -> Made:
    """What has been made of these measures and sets: nothing else goes into standards and scales."""
    global _kept  # noqa: PLW0603 - replaced as a whole: threads see the one or the other
    kept = _kept
    if (kept[0], kept[1]) != (known, sets):
        _kept = kept = known, sets, ({}, {})
    return kept[2]


_latest: Frame | None = None


def _as_kept(frame: Frame) -> Frame:
    """The frame of the call before, with all that has been worked out of it, where this one says the same:
    mostly it does. What is in force is the same where it is the very same, adoption and all."""
    global _latest  # noqa: PLW0603 - replaced as a whole: threads see the one or the other
    kept = _latest
    if (
        kept is not None
        and kept == frame
        and all(kept.in_force[window_id] is force for window_id, force in frame.in_force.items())
    ):
        return kept
    _latest = frame
    return frame


def _yardstick(measure: Measure, cut: CutLine | None) -> Yardstick:
    return Yardstick(
        code=measure.code,
        name=measure.name,
        area=measure.area,
        area_word=measure.area_word,
        unit=measure.unit,
        minimum=thousandths(measure.minimum),
        maximum=thousandths(measure.maximum),
        step=thousandths(measure.step),
        labels=measure.labels,
        higher_is_better=measure.higher_is_better,
        sem=None if measure.sem is None else thousandths(measure.sem),
        official=measure.official,
        same_text=measure.same_text,
        implausible_gain=None if measure.implausible_gain is None else thousandths(measure.implausible_gain),
        limits=cut.limits if cut else None,
        source=cut.source if cut else "",
    )


def _composite(chosen: Benchmarks, code: str, year: int, season: Season) -> Composite:
    plan, cut = chosen.composites[code, year, season], chosen.cuts[code, year, season]
    return Composite(
        code=code,
        weights=plan.weights,
        divide=plan.divide,
        mean=plan.mean,
        sd=plan.sd,
        scale=plan.scale,
        constant=plan.constant,
        limits=cut.limits,
        source=cut.source,
    )
