"""Who in a class needs us, how the class moved, and the order of need its overview is sorted by."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from assessments.models import Absence
from assessments.words import counted, listed
from screening.levels import Certainty, Level
from screening.queries.class_material import Classmate, ClassMaterial
from screening.queries.shown import level_of
from screening.queries.standards import points_judged
from screening.signals import Family, need_order

TO_FOLLOW_UP = (Family.NEED, Family.GROWTH, Family.CHANGE, Family.OBSERVATION)
TELLING = (None, Absence.ABSENT, Absence.DECLINED, Absence.INVALID)  # missing, and should not be


def is_in_window(material: ClassMaterial, mate: Classmate) -> bool:
    return material.standards.has_window(material.window, mate.year)


def judged(material: ClassMaterial) -> list[Classmate]:
    """Who is counted: in grundskola, and in a year that is in the window."""
    mates = material.classmates
    return [mate for mate in mates if not mate.has_own_goals and is_in_window(material, mate)]


def sentence(material: ClassMaterial) -> str:
    mates = judged(material)
    if not mates:
        return _without_levels(material)
    to_follow_up = [mate for mate in mates if open_needs(material, mate)]
    missing = [mate for mate in mates if misses(material, mate)]
    moves = [movement(material, mate)[0] for mate in mates]
    told = [f"{len(to_follow_up) or 'Ingen'} av {len(mates)} att följa upp"]
    if missing:
        told.append(_missing_told(material, missing))
    if up := moves.count(1):
        told.append(f"{up} har gått upp")
    if down := moves.count(-1):
        told.append(f"{down} har gått ner")
    return "; ".join(told) + "."


def _without_levels(material: ClassMaterial) -> str:
    """Of a class in which nobody can have a level in the window."""
    count = len(material.scores)
    told = [counted(count, "resultat ifyllt", "resultat ifyllda") if count else "Inga resultat ifyllda"]
    if to_follow_up := sum(bool(open_needs(material, mate)) for mate in material.classmates):
        told.append(f"{to_follow_up} att följa upp")
    has_window = any(is_in_window(material, mate) for mate in material.classmates)
    told.append("alla läser mot egna mål" if has_window else "ingen nivå ges i årskursen den här perioden")
    return "; ".join(told) + "."


def _missing_told(material: ClassMaterial, missing: Sequence[Classmate]) -> str:
    """A code that says why is filled in on the sheet and missing here: told, so that both add up."""
    why = Counter(word for mate in missing if (word := _why_missing(material, mate)))
    said = f"{len(missing)} saknar resultat"
    if why.total() == len(missing) and len(why) == 1:
        return f"{said} ({next(iter(why))})"
    return f"{said}, varav {listed([f'{count} {word}' for word, count in why.items()])}" if why else said


def _why_missing(material: ClassMaterial, mate: Classmate) -> str | None:
    """The first code's word, where a result or a code stands for all that is expected."""
    codes = [code for code in material.known if code in material.expected[mate.year]]
    scores = [score for code in codes if (score := material.scores.get((mate.id, code))) is not None]
    if len(scores) < len(codes):
        return None
    told = (one.absence for one in scores if one.points is None and one.absence in TELLING)
    return next((absence.label for absence in told if absence is not None), None)


def open_needs(material: ClassMaterial, mate: Classmate) -> list[Any]:
    return [signal for signal in material.signals.get(mate.id, []) if signal.family in TO_FOLLOW_UP]


def misses(material: ClassMaterial, mate: Classmate) -> bool:
    """Something expected is missing in a way that somebody should do something about."""
    for code in material.expected[mate.year]:
        score = material.scores.get((mate.id, code))
        if score is None or (score.points is None and score.absence in TELLING):
            return True
    return False


def need(material: ClassMaterial, mate: Classmate) -> tuple[bool, int, int, int, float, float]:
    """The order of need (decision logic, section 5): level, certainty, distance to the goal, movement.

    Who has no level to reach here, and no signal, stands last.
    """
    signals = [signal.level or 0 for signal in open_needs(material, mate)]
    is_outside = not signals and (mate.has_own_goals or not is_in_window(material, mate))
    judgement = material.judgements.get((mate.id, material.window.id))
    certainty = Certainty(judgement.certainty) if judgement else Certainty.UNKNOWN
    level = Level.NOT_DETERMINED if mate.has_own_goals else level_of(judgement)
    distance, change = _distance_and_movement(material, mate)
    return (is_outside, *need_order(max(signals, default=None), level, certainty, distance, change))


def _distance_and_movement(material: ClassMaterial, mate: Classmate) -> tuple[float | None, float | None]:
    """How far under its goal the lowest score is, and the worst change, as shares of the measure's range."""
    distances, changes = [], []
    for code in material.expected.get(mate.year, frozenset()):
        score, measure = material.scores.get((mate.id, code)), material.known[code]
        if score is None or (points := points_judged(measure, score.points, score.absence)) is None:
            continue
        sign, span = (1 if measure.higher_is_better else -1), measure.maximum - measure.minimum
        cut = material.standards.cut(material.window, code, score.year)
        if cut and cut.limits.goal_from is not None:
            distances.append(float((cut.limits.goal_from - points) * sign / span))
        if (mate.id, code) in material.before:
            changes.append(float((points - material.before[mate.id, code]) * sign / span))
    return max(distances, default=None), min(changes, default=None)


def movement(material: ClassMaterial, mate: Classmate) -> tuple[int, str]:
    """+1 up, -1 down, 0 unchanged since the latest determined window, and what the level was then."""
    now = level_of(material.judgements.get((mate.id, material.window.id)))
    levels = (level_of(material.judgements.get((mate.id, one.id))) for one in reversed(material.earlier))
    before = next((level for level in levels if level is not Level.NOT_DETERMINED), None)
    if before is None or now is Level.NOT_DETERMINED or now == before or mate.has_own_goals:
        return 0, ""
    return (1 if now > before else -1), before.label
