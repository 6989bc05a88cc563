"""How the class spreads on each measure with limits, year by year in a mixed class."""

from collections.abc import Iterator, Sequence

from assessments import calendar
from screening.queries.class_material import ClassMaterial
from screening.spread import Distribution, Dot


def distributions(material: ClassMaterial, codes: Sequence[str]) -> Iterator[Distribution]:
    """A picture's worth per measure and year. A dot has no name: everybody with a score is counted."""
    own_goals = {mate.id for mate in material.classmates if mate.has_own_goals}
    for code in codes:
        measure = material.known[code]
        scored = [
            row
            for (pupil_id, of), row in material.scores.items()
            if of == code and row.points is not None and pupil_id not in own_goals
        ]
        years = sorted({row.year for row in scored})
        for year in years:
            cut = material.standards.cut(material.window, code, year)
            if cut is None:
                continue
            points = sorted(row.points for row in scored if row.year == year)
            title = f"{measure.name}, {calendar.year_label(year, material.window.academic_year)}"
            yield Distribution(
                title=title if len(years) > 1 else measure.name,
                unit=measure.unit,
                minimum=measure.minimum,
                maximum=measure.maximum,
                step=measure.step,
                near_from=cut.limits.near_from,
                goal_from=cut.limits.at_goal_from,
                dots=tuple(Dot(one, cut.limits.level(one)) for one in points),
                labels=measure.labels,
                is_higher_better=measure.higher_is_better,
            )
