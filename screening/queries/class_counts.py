"""How many pupils there are to follow up in each class: what "Mina klasser" says."""

from collections.abc import Collection

import sqlalchemy as sa

from assessments.database import db
from assessments.doors import ClassCounts
from assessments.expected import counting_day
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment
from screening import inbox
from screening.queries.class_needs import TO_FOLLOW_UP

Places = set[tuple[int, int]]  # class id, pupil id


def class_counts(window: AssessmentWindow, class_ids: Collection[int]) -> dict[int, ClassCounts]:
    """For every class asked for, also those with nothing. Two queries, however many classes."""
    arrived, raised = _with_open_needs(window, class_ids, True), _with_open_needs(window, class_ids, False)
    return {
        class_id: ClassCounts(
            to_follow_up=sum(place[0] == class_id for place in arrived),
            waiting_for_hand_in=sum(place[0] == class_id for place in raised - arrived),
        )
        for class_id in class_ids
    }


def _with_open_needs(window: AssessmentWindow, class_ids: Collection[int], only_arrived: bool) -> Places:
    day = counting_day(window)
    enrolled = sa.select(Enrolment.pupil_id, Enrolment.school_class_id).where(
        Enrolment.school_class_id.in_(class_ids),
        Enrolment.starts_on <= day,
        sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
    )
    here = enrolled.subquery()
    threads = inbox.standing(sa.select(here.c.pupil_id), through=window, only_arrived=only_arrived).subquery()
    rows = (
        sa.select(here.c.school_class_id, here.c.pupil_id)
        .join(threads, threads.c.pupil_id == here.c.pupil_id)
        .where(threads.c.family.in_(TO_FOLLOW_UP))
        .distinct()
    )
    return {(row.school_class_id, row.pupil_id) for row in db.session.execute(rows)}
