"""The lines of this room that people write by hand, for whoever has to find a name in them."""

from typing import Any

from assessments.written_lines import LineKind
from screening.models import Flag, NextStep, Observation, ReadingGroup, ReadingGroupSet

OF_STEP: dict[str, Any] = {"pupil_id": Flag.pupil_id, "joins": (NextStep.flag,), "may_be_empty": True}
TO_SET = (ReadingGroupSet, ReadingGroup.reading_group_set_id == ReadingGroupSet.id)
LINES = [
    LineKind("observation", "Iakttagelse", Observation, "line", pupil_id=Observation.pupil_id),
    LineKind("next_step", "Nästa steg", NextStep, "line", **OF_STEP),
    LineKind("competence", "Nästa steg, samråd", NextStep, "competence", **OF_STEP),
    LineKind(
        "reading_group", "Namnet på en grupp", ReadingGroup, "name", class_id=ReadingGroupSet.school_class_id,
        joins=(TO_SET,), written_at=ReadingGroupSet.created_at, longest=40,
    ),
]  # fmt: skip
