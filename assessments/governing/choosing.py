"""Choosing for the initiative, with why: rows are added, never changed. Verbs flush; the caller commits."""

from dataclasses import dataclass
from datetime import date

from assessments.access.governed import GovernedSetting
from assessments.clock import today
from assessments.database import db
from assessments.governing import in_force
from assessments.governing.catalogue import settings
from assessments.one_line import one_line
from assessments.refusals import Refused
from assessments.writes import Recorder

LONGEST_REASON = 300
NO_REASON = "Skriv varför, på en rad."


@dataclass(frozen=True)
class About:
    """What a choice is about; nothing said: the whole initiative."""

    about: str | None = None
    year: int | None = None
    window_id: int | None = None
    municipality_id: int | None = None
    school_id: int | None = None


EVERYTHING = About()


def choose(code: str, said: str, valid_from: date, reason: str, by: Recorder) -> GovernedSetting | None:
    """Let a value hold from a day on; None where it holds that day already. Raises Refused."""
    value = settings()[code].kept(said)
    reason = one_line(reason, LONGEST_REASON, NO_REASON)
    _refuse_ages(code, value, valid_from)
    if in_force.chosen(code, valid_from) == value:
        return None
    return note_choice(code, value, by, reason=reason, valid_from=valid_from)


def _refuse_ages(code: str, value: str, day: date) -> None:
    """A signal is new before it is late."""
    ages = {one: in_force.number(one, day) for one in ("signal_fresh", "signal_late")}
    if code in ages:
        ages[code] = int(value)
        if ages["signal_fresh"] >= ages["signal_late"]:
            raise Refused(
                "En signal är ny innan den är sen: "
                f"ny i {ages['signal_fresh']} och sen efter {ages['signal_late']} skoldagar går inte ihop."
            )


def note_choice(
    code: str,
    value: str,
    by: Recorder,
    about: About = EVERYTHING,
    *,
    reason: str | None = None,
    valid_from: date | None = None,
) -> GovernedSetting:
    """Write a choice down, also one whose effect stands in a table of its own. ``reason``: one line, or
    nothing where the page does not ask. From today where no day is said."""
    row = GovernedSetting(
        code=code,
        value=value,
        about=about.about,
        year=about.year,
        window_id=about.window_id,
        municipality_id=about.municipality_id,
        school_id=about.school_id,
        valid_from=valid_from or today(),
        reason=one_line(reason, LONGEST_REASON, NO_REASON) if (reason or "").strip() else None,
        account_id=by.account_id,
        duty_id=by.duty_id,
    )
    db.session.add(row)
    db.session.flush()
    in_force.forget()
    return row
