"""A file can be taken back to the end of the thirtieth day in Sweden, whatever the hour it was taken in."""

from datetime import UTC, date, datetime

import pytest

from assessments import taken_back


@pytest.mark.parametrize(
    "taken_in_at",
    [
        datetime(2026, 10, 14, 22, 5, tzinfo=UTC),  # five past midnight in Sweden, before the clocks change
        datetime(2026, 10, 15, 10, 0, tzinfo=UTC),
        datetime(2026, 10, 15, 21, 55, tzinfo=UTC),
    ],
)
def test_the_whole_of_the_thirtieth_day_is_within_time(taken_in_at, monkeypatch):
    assert taken_back.last_day(taken_in_at) == date(2026, 11, 14)
    monkeypatch.setenv("LASSPAR_TODAY", "2026-11-14")
    assert not taken_back.is_too_late(taken_in_at)
    assert taken_in_at >= taken_back.earliest()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-11-15")
    assert taken_back.is_too_late(taken_in_at)
    assert taken_in_at < taken_back.earliest()
