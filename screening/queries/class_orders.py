"""The orders a class overview can stand in."""

from decimal import Decimal

from screening.queries.class_material import Classmate, ClassMaterial
from screening.queries.class_needs import need
from screening.queries.standards import points_judged

NEED, NAME, YEAR = "need", "name", "year"  # beside them the code of each measure


def in_order(material: ClassMaterial, order: str) -> list[Classmate]:
    """The greatest need first; by name; by year; or the lowest on a measure first, who lacks it last."""
    mates = material.classmates  # by name, which every order keeps among equals
    if order == NAME:
        return mates
    if order == YEAR:
        return sorted(mates, key=lambda mate: mate.year)
    if order == NEED:
        return sorted(mates, key=lambda mate: need(material, mate))
    return sorted(mates, key=lambda mate: _place(material, mate, order))


def _place(material: ClassMaterial, mate: Classmate, code: str) -> tuple[bool, Decimal]:
    score, measure = material.scores.get((mate.id, code)), material.known[code]
    points = points_judged(measure, score.points, score.absence) if score is not None else None
    if points is None:
        return True, Decimal(0)
    return False, points if measure.higher_is_better else -points
