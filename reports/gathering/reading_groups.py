"""The names of a saved set of groups, by the class's list."""

import sqlalchemy as sa

from assessments.clock import today
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from reports.figures.imprint import Imprint
from reports.figures.reading_groups import GroupList, GroupOnPaper
from reports.gathering.enrolled import enrolled_in
from screening.models import ReadingGroupSet


def named(
    school_class: SchoolClass, window: AssessmentWindow, saved: ReadingGroupSet, pupils: sa.Select[Pupil]
) -> list[Pupil]:
    """Whose names stand on the list: in a group, still in the class, not protected, open to who prints."""
    placed = {member.pupil_id for group in saved.groups for member in group.members}
    there = [one.pupil for one in enrolled_in(school_class, window, pupils)]
    return [pupil for pupil in there if pupil.id in placed and not pupil.is_protected]


def group_list(
    school_class: SchoolClass, window: AssessmentWindow, saved: ReadingGroupSet, shown: list[Pupil]
) -> GroupList:
    """The groups with the names of ``shown``, in their order; a group nobody is left in is left out."""
    groups = []
    for group in saved.groups:
        members = {member.pupil_id for member in group.members}
        groups.append(GroupOnPaper(group.name, tuple(one.name for one in shown if one.id in members)))
    return GroupList(
        imprint=Imprint(school_class.school.name, window.label, "", today()),
        class_name=school_class.name,
        saved_on=saved.saved_on,
        groups=tuple(group for group in groups if group.pupils),
    )
