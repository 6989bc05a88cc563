"""Until when a file that was taken in can be taken back: one rule for results, absence and class lists."""

from datetime import date, datetime, timedelta

from assessments.clock import day_of, start_of, today

DAYS = 30


def last_day(taken_in_at: datetime) -> date:
    """The last day in Sweden on which it can be taken back."""
    return day_of(taken_in_at) + timedelta(days=DAYS)


def is_too_late(taken_in_at: datetime) -> bool:
    return today() > last_day(taken_in_at)


def earliest() -> datetime:
    """What was taken in before this moment can no longer be taken back."""
    return start_of(today() - timedelta(days=DAYS))
