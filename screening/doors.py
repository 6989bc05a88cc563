"""What assessments asks of this room (assessments.doors.Screening), connected in app.py."""

from typing import Any


class ScreeningDoor:
    """Limits, levels and counts for sheets and lists."""


def judge_again(_window: Any, *, pupil_ids: set[int]) -> None:
    """Scores were recorded: judge exactly those pupils, in the same transaction."""
