"""Who at a school has no level in a window, and what is missing."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from assessments.collation import swedish_key
from assessments.database import db
from assessments.models import ABSENCE_WORDS, Absence, AssessmentWindow, Score
from assessments.roster.among import is_among
from assessments.roster.models import Pupil, School
from reports.figures.school import MissingClass, MissingPupil
from reports.figures.school_class import short_name
from screening.queries.expected import expected_at
from screening.queries.school.standings import Stands
from screening.queries.standards import Standards

NO_RESULT = "inga resultat"

Written = Mapping[str, Any]  # by measure, what a pupil has


def missing(
    school: School, window: AssessmentWindow, here: Mapping[int, Stands], classes: Mapping[int, str],
    judged_by: Standards, pupils: sa.Select[Pupil] | None = None,
) -> Iterator[MissingClass]:  # fmt: skip
    """Class by class, in the order of ``classes``, names as in a list. Five queries.

    Protected identities are counted and never named; ``pupils`` narrows the names to those somebody may see.
    """
    lacking = {one.pupil_id: one for one in here.values() if one.level is None}
    expected = expected_at(window, {(school.id, one.year) for one in lacking.values()}, judged_by)
    named, written = _named(lacking, pupils), _written(window, lacking)
    for class_id, class_name in classes.items():
        ids = {one.pupil_id for one in lacking.values() if one.class_id == class_id}
        told = tuple(
            MissingPupil(
                one.id,
                one.name,
                _lacks(
                    lacking[one.id],
                    expected[school.id, lacking[one.id].year],
                    written.get(one.id, {}),
                    judged_by,
                ),
            )
            for one in named
            if one.id in ids
        )
        if ids:
            yield MissingClass(class_name, len(ids), told)


def _named(ids: Collection[int], pupils: sa.Select[Pupil] | None) -> list[Pupil]:
    asked = sa.select(Pupil).where(Pupil.id.in_(ids), ~Pupil.is_protected)
    if pupils is not None:
        asked = asked.where(is_among(Pupil.id, pupils))
    found = db.session.scalars(asked)
    return sorted(found, key=lambda one: (swedish_key(f"{one.family_name} {one.first_name}"), one.id))


def _written(window: AssessmentWindow, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    rows = db.session.execute(
        sa.select(Score.pupil_id, Score.measure, Score.points, Score.absence).where(
            Score.window_id == window.id, Score.pupil_id.in_(ids)
        )
    )
    found: dict[int, dict[str, Any]] = {}
    for one in rows:
        found.setdefault(one.pupil_id, {})[one.measure] = one
    return found


def _lacks(pupil: Stands, expected: Collection[str], written: Written, judged_by: Standards) -> str:
    """The expected measures without a score, each with the word for it; else why there is no level."""
    told = []
    for code, measure in judged_by.known.items():
        score = written.get(code)
        if code in expected and not _counts(score):
            why = f" ({ABSENCE_WORDS[score.absence]})" if score is not None else ""
            told.append(f"{short_name(measure.name)}{why}")
    if len(told) == len(expected) and not written:
        return NO_RESULT
    return "; ".join(told) or pupil.reason or NO_RESULT


def _counts(score: Any) -> bool:
    return score is not None and (score.points is not None or score.absence is Absence.NOT_YET_ABLE)
