"""What a class has been called: results, hand-ins and duties stay with the class, whatever its name is."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from assessments.access import audit
from assessments.access.governed import GovernedSetting
from assessments.database import db
from assessments.governing.choosing import About, note_choice
from assessments.roster.models import SchoolClass
from assessments.roster.renaming import Renaming
from assessments.writes import Recorder

CLASS_NAME = "class_name"  # ``value`` is the name that it no longer has, from the day on


def note_former_name(school_class: SchoolClass, former: str, by: Recorder) -> None:
    """The class has another name from today. Flushes."""
    note_choice(CLASS_NAME, former, by, About(str(school_class.id), school_id=school_class.school_id))


def note_renamed(renamed: Iterable[Renaming], by: Recorder) -> None:
    """The classes that a class list has given other names. Flushes."""
    for one in renamed:
        school_class = db.session.get_one(SchoolClass, one.former.id)
        note_former_name(school_class, one.former.name, by)
        audit.note("class:renamed", school_class, school_id=school_class.school_id)


def former_names(school_class: SchoolClass) -> list[tuple[str, date]]:
    """The names it has had, each with the day it got another; the latest first. One query."""
    asked = sa.select(GovernedSetting.value, GovernedSetting.valid_from).where(
        GovernedSetting.code == CLASS_NAME, GovernedSetting.about == str(school_class.id)
    )
    return [(name, day) for name, day in db.session.execute(asked.order_by(GovernedSetting.id.desc()))]
