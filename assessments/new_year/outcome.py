"""What the administrator's choices make of the next academic year, as a person looks it over.

Of pupils who are open only: what is counted, before and after, tells of nobody whom no page shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.collation import swedish_key
from assessments.new_year.planning import Choices, Going, Part, Step, goes_to
from assessments.words import counted, listed


@dataclass(frozen=True)
class NewClass:
    """What a class of the new academic year will be."""

    name: str
    years: tuple[int, ...]
    pupils: int
    comes_from: tuple[str, ...]
    teachers: tuple[str, ...]  # who go along into it


@dataclass(frozen=True)
class Outcome:
    """What the steps make: the classes, who repeats or changes class, and who leaves; open pupils only."""

    classes: tuple[NewClass, ...]
    leaving: tuple[tuple[str, int], ...]  # by class: how many
    single: tuple[tuple[str, str, str], ...]  # pupil, former class, what happens

    @property
    def sentence(self) -> str:
        """How many go on and how many leave."""
        return how_many(sum(one.pupils for one in self.classes), sum(count for _, count in self.leaving))


def outcome(
    found: Sequence[Part], made: Iterable[Step], choices: Choices, teachers: Mapping[int, Sequence[str]]
) -> Outcome:
    """The steps as a person looks them over. ``teachers``: names by the id of the class that is left."""
    home = {pupil.pupil_id: part for part in found for pupil in part.shown}
    follow: dict[str, set[str]] = defaultdict(set)
    for key, name in goes_to(found, choices).items():
        if key in choices.teachers:
            follow[name].update(teachers.get(key.class_id, ()))
    classes: dict[str, list[Step]] = defaultdict(list)
    leaving: dict[str, int] = defaultdict(int)
    single = []
    for step in made:
        part = home.get(step.pupil.pupil_id)
        if part is None:
            continue
        if step.class_name is None:
            leaving[part.class_name] += 1
        else:
            classes[step.class_name].append(step)
        if step.pupil.pupil_id in choices.otherwise:
            single.append((step.pupil.name, part.class_name, _words(step, choices)))
    return Outcome(
        tuple(
            NewClass(
                name,
                tuple(sorted({step.year for step in into})),
                len(into),
                tuple(sorted({home[step.pupil.pupil_id].class_name for step in into}, key=swedish_key)),
                tuple(sorted(follow[name], key=swedish_key)),
            )
            for name, into in sorted(classes.items(), key=lambda one: swedish_key(one[0]))
        ),
        tuple(sorted(leaving.items(), key=lambda one: swedish_key(one[0]))),
        tuple(single),
    )


def _words(step: Step, choices: Choices) -> str:
    if step.class_name is None:
        return "slutar på skolan"
    repeats = choices.otherwise[step.pupil.pupil_id].going is Going.REPEATS
    return f"går om i {step.class_name}" if repeats else f"går i {step.class_name}"


def how_many(going_on: int, leaving: int) -> str:
    """``112 elever går vidare och 37 elever slutar på skolan``."""
    counts = ((going_on, "går vidare"), (leaving, "slutar på skolan"))
    told = [f"{counted(count, 'elev', 'elever')} {what}" for count, what in counts if count]
    return listed(told) or "inga elever"
