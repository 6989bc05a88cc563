"""Which files a person sees: those that spoke of own classes, schools or municipality only."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from assessments.absence.file_models import AbsenceFile, AbsenceFileSchool
from assessments.access.permissions import (
    FETCHES,
    Fetch,
    Permission,
    classes_open_to,
    municipalities_open_to,
    schools_open_to,
)
from assessments.access.persons import Held
from assessments.import_models import ScoreFile, ScoreFileClass
from assessments.roster.models import Municipality, RosterImport, School, SchoolClass


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


def absence_files_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The files of absence whose every school is open with the permission."""
    mine = schools_open_to(permission, among).with_only_columns(School.id)
    here = AbsenceFileSchool.absence_file_id == AbsenceFile.id
    some, others = (
        sa.select(AbsenceFileSchool.absence_file_id).where(here, condition).correlate(AbsenceFile).exists()
        for condition in (AbsenceFileSchool.school_id.in_(mine), AbsenceFileSchool.school_id.not_in(mine))
    )
    return sa.select(AbsenceFile).where(some, ~others)


def roster_imports_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Any]:
    """The class lists of a municipality that is open with the permission as a whole. A list of several is
    undone on the command line."""
    mine = municipalities_open_to(permission, among).with_only_columns(Municipality.id)
    return sa.select(RosterImport).where(RosterImport.municipality_id.in_(mine))


FETCHES["absence_file"] = Fetch(AbsenceFile, "absence_file_id", absence_files_open_to)
FETCHES["roster_import"] = Fetch(RosterImport, "roster_import_id", roster_imports_open_to)
FETCHES["score_file"] = Fetch(ScoreFile, "score_file_id", score_files_open_to)
WITHOUT_ADDRESS = {
    "roster": ("roster_import", Permission.EDIT_ROSTER),
    "absence": ("absence_file", Permission.IMPORT_ABSENCE),
}
"""What is undone on one page, by the word it goes by there and in the command: ``roster-3``."""
