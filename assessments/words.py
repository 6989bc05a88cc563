"""Swedish words and numbers that every page shares: days, decimals, functions, lists."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask

from assessments.calendar import academic_year_on, years_label
from assessments.clock import SWEDEN, today
from assessments.roster.models import Duty, Role, TeamFunction
from assessments.roster.tables import row_in_file

ROLE_WORDS = {
    Role.TEACHER: "klasslärare",
    Role.SPECIAL_TEACHER: "speciallärare",
    Role.PRINCIPAL: "rektor",
    Role.TEAM: "skolsocialt team",
    Role.COORDINATOR: "samordnare",
    Role.ADMINISTRATOR: "administratör",
}
TEAM_WORDS = {
    TeamFunction.SOCIAL_TEAM: "skolsocialt team",
    TeamFunction.LANGUAGE_SUPPORT: "språkstöd",
    TeamFunction.STUDENT_HEALTH: "central elevhälsa",
}
"""What a team is called by what it does; a team's duty that says nothing is the social team's."""


def init_app(app: Flask) -> None:
    """The filters of templates: ``{{ window.opens_on|day }}``, ``{{ points|decimal }}``."""
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(decimal)
    app.add_template_filter(counted)
    app.add_template_filter(listed)
    app.add_template_filter(capitalize_first)
    app.add_template_filter(row_in_file)


def day(value: date | None) -> str:
    """``2026-10-15``, the way Swedish schools write days; nothing where there is none."""
    return value.isoformat() if value else ""


def during(duty: Any) -> str:
    """``från 2026-08-18 till 2027-06-11``, of a duty or of a row that says one."""
    return f"från {day(duty.starts_on)}" + (f" till {day(duty.ends_on)}" if duty.ends_on else "")


def moment(value: datetime | None) -> str:
    """``2026-10-15 14.05`` by Swedish clocks."""
    return value.astimezone(SWEDEN).strftime("%Y-%m-%d %H.%M") if value else ""


def decimal(value: Decimal | int | None) -> str:
    """``12,5``: as it was written, with a decimal comma."""
    return "" if value is None else f"{value:f}".replace(".", ",")


def counted(count: int, one: str, several: str) -> str:
    """``1 elev``, ``2 elever``."""
    return f"{count} {one if count == 1 else several}"


def listed(words: Sequence[str]) -> str:
    """``a, b och c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} och {words[-1]}"


def capitalize_first(text: str) -> str:
    """A large first letter; the others as they are (Jinja's ``capitalize`` makes "LegiLexi" "Legilexi")."""
    return text[:1].upper() + text[1:]


def function_of(duty: Duty) -> str:
    """What a duty is called to others: ``klasslärare 1A, Ekbackens skola``. Reads the duty's scope."""
    school = duty.school_class.school if duty.school_class else duty.school
    return function_words(
        duty.role,
        duty.school_class.name if duty.school_class else None,
        school.name if school else None,
        duty.municipality.name if duty.municipality else None,
        duty.team,
        years_of(duty),
    )


def years_of(duty: Any) -> str:
    """``åk 1–3`` where a duty (or the row of one) is narrowed to some years, as they are called today."""
    if duty.first_year is None or duty.last_year is None:
        return ""
    return years_label(duty.first_year, duty.last_year, academic_year_on(today()))


def function_words(
    role: Role,
    class_name: str | None,
    school_name: str | None,
    municipality_name: str | None,
    team: TeamFunction | None = None,
    years: str = "",
) -> str:
    """The same of the names of its scope: ``speciallärare Ekbackens skola åk 1–3``."""
    if class_name:
        return f"{ROLE_WORDS[role]} {class_name}, {school_name}"
    called = TEAM_WORDS[team] if team else ROLE_WORDS[role]
    return " ".join(filter(None, (called, school_name or municipality_name or "för satsningen", years)))
