"""What the other children of a school are called, so that no page for one home names another's child."""

import sqlalchemy as sa

from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Pupil, SchoolClass
from reports.text_checks import Names, names_of


def own_names(pupil: Pupil) -> Names:
    """What the child itself is called. Where an alias has taken the names' place it is no name of its own:
    "Elev" in "Elev 7" is what every child is called."""
    first = (pupil.given_name, pupil.preferred_name)
    return names_of([name for name in first if name and name != pupil.alias], pupil.family_name, pupil.alias)


def schoolmates_names(pupil: Pupil, window: AssessmentWindow) -> list[Names]:
    """The names of everybody else who goes, in the window's academic year, in a school where the child does.

    Also of those with a protected identity, by name and by alias: a name typed by mistake is a name on paper.
    """
    classes = SchoolClass.academic_year == window.academic_year
    schools = (
        sa.select(SchoolClass.school_id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == pupil.id, classes)
    )
    there = (
        sa.select(Enrolment.pupil_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(SchoolClass.school_id.in_(schools), classes, Enrolment.pupil_id != pupil.id)
    )
    return [own_names(one) for one in db.session.scalars(sa.select(Pupil).where(Pupil.id.in_(there)))]
