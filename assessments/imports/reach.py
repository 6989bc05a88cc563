"""Which files of results a person sees: those that spoke of own classes only."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from assessments.access.permissions import FETCHES, Fetch, Permission, classes_open_to
from assessments.access.persons import Held
from assessments.import_models import ScoreFile, ScoreFileClass
from assessments.roster.models import SchoolClass


def score_files_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The files whose every class is open with the permission: nobody undoes for others' pupils. A file of
    several schools is undone where it was taken in, on the command line."""
    mine = classes_open_to(permission, among).with_only_columns(SchoolClass.id)
    here = ScoreFileClass.score_file_id == ScoreFile.id
    some, others = (
        sa.select(ScoreFileClass.score_file_id).where(here, condition).correlate(ScoreFile).exists()
        for condition in (
            ScoreFileClass.school_class_id.in_(mine),
            ScoreFileClass.school_class_id.not_in(mine),
        )
    )
    return sa.select(ScoreFile).where(some, ~others)


FETCHES["score_file"] = Fetch(ScoreFile, "score_file_id", score_files_open_to)
