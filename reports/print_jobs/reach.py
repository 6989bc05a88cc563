"""Whose prints are whose: who ordered them meets them, and only while every duty that opened them holds."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import g

from assessments.access.permissions import FETCHES, Fetch, Permission, duties_giving
from assessments.access.persons import Held
from assessments.jobs.models import Job
from reports.print_jobs.models import PrintClass, PrintOrder


def print_orders_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[PrintOrder]:
    """The signed-in person's own orders, where every class has a duty of today that gives the right."""
    held = [duty.id for duty in duties_giving(permission, among=among)]
    shut = sa.select(PrintClass.id).where(
        PrintClass.print_order_id == PrintOrder.id,
        sa.or_(PrintClass.duty_id.is_(None), PrintClass.duty_id.not_in(held)),
    )
    mine = sa.select(PrintOrder).join(Job, Job.id == PrintOrder.job_id).where(Job.account_id == g.account.id)
    return mine.where(~shut.correlate(PrintOrder).exists())


FETCHES["print_order"] = Fetch(PrintOrder, "print_order_id", print_orders_open_to)
