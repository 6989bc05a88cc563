"""The papers of the example, by the commands that anybody prints them with; each says where it lies."""

from pathlib import Path

import click
import sqlalchemy as sa

from assessments.database import db
from assessments.demo.plans import plan
from assessments.roster.models import Enrolment, Pupil, School, SchoolClass
from reports.commands import (
    report_class,
    report_classset,
    report_pupil,
    report_school,
    report_support,
)
from reports.demo_building import printed_class, printed_pupil
from reports.initiative_commands import report_goal, report_initiative
from screening.coordination.models import HalvingGoal
from screening.models import SupportPeriod, SupportResult


def print_papers(folder: Path) -> None:
    """One of each, of the school that the example prints."""
    school_class, code = printed_class(plan()), plan().windows[-1].code
    school = school_class.partition("/")[0]
    municipality, pupil = printed_pupil(plan())
    context = click.get_current_context()
    for command, words, name in (
        (report_class, {"school_class": school_class}, "klassrapport.pdf"),
        (report_classset, {"school_class": school_class, "only_ready": False}, "blad-hem-hela-klassen.pdf"),
        (report_pupil, {"pupil_code": pupil, "language": "sv", "reader": "guardian"}, "blad-hem-en-elev.pdf"),
        (report_pupil, {"pupil_code": pupil, "language": "sv", "reader": "staff"}, "underlag-en-elev.pdf"),
        (report_support, {"pupil_code": _followed(school), "measure": None}, "stodperiod.pdf"),
        (report_school, {"school": school}, "skolrapport.pdf"),
    ):
        context.invoke(command, **words, code=code, out=folder / name, kommun=municipality)
    context.invoke(report_initiative, code=code, out=folder / "lassatsningen.pdf", kommun=None)
    for name in db.session.scalars(sa.select(HalvingGoal.name).order_by(HalvingGoal.id).limit(1)):
        context.invoke(report_goal, name=name, out=folder / "mal-att-halvera.pdf", kommun=None)


def _followed(school: str) -> str | None:
    """Who has most results of a support period there."""
    results = sa.func.count(SupportResult.id)
    return db.session.scalars(
        sa.select(Pupil.code)
        .join(SupportPeriod, SupportPeriod.pupil_id == Pupil.id)
        .join(SupportResult, SupportResult.support_period_id == SupportPeriod.id)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(School, School.id == SchoolClass.school_id)
        .where(School.code == school, Enrolment.ends_on.is_(None), Pupil.is_protected.is_(False))
        .group_by(Pupil.code)
        .order_by(results.desc(), Pupil.code)
    ).first()
