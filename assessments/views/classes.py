"""Mina klasser, and who goes in a class."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from assessments import calendar, header, navigation, queries
from assessments.access import audit
from assessments.access.permissions import (
    Permission,
    duties_giving,
    needs,
    pupils_open_to,
    quarantined_rows_open_to,
    signed_in,
)
from assessments.clock import today
from assessments.models import AssessmentWindow
from assessments.phases import next_dates
from assessments.protection_queries import waiting
from assessments.roster.models import SchoolClass
from assessments.roster.queries import class_list
from assessments.window_dates import usual
from assessments.words import counted

bp = Blueprint("classes", __name__)


@bp.get("/")
@signed_in
def start() -> Response:
    """The first page the person may open."""
    return redirect(navigation.first_page())


@bp.get("/classes")
@signed_in
def my_classes() -> str:
    window = header.chosen_window()
    rows = queries.my_classes(window) if window else []
    return render_template(
        "assessments/my_classes.html",
        window=window,
        rows=rows,
        next_date=next_dates({row.dates for row in rows} or {usual(window)}) if window else None,
        schools=len({row.school for row in rows}),
        sentence=_sentence(rows),
        first=_what_first(window) if not rows else None,
        can_record=bool(duties_giving(Permission.RECORD_SCORES)),
        can_import_absence=bool(duties_giving(Permission.IMPORT_ABSENCE)),
    )


def _sentence(rows: list[queries.ClassRow]) -> str | None:
    if not rows:
        return None
    filled, expected = sum(row.results.filled for row in rows), sum(row.results.expected for row in rows)
    follow_up = sum(row.signals.to_follow_up for row in rows)
    told = f"{filled} av {expected} resultat ifyllda; {follow_up} att följa upp"
    if ready := sum(row.is_ready for row in rows):
        told += f"; {counted(ready, 'klass', 'klasser')} att lämna in"
    return f"{told}."


@dataclass(frozen=True)
class First:
    """What to do before there is anything to show, and the page where it is done."""

    heading: str
    text: str
    label: str | None = None
    address: str | None = None


def _what_first(window: AssessmentWindow | None) -> First:
    may_open, may_list = duties_giving(Permission.MANAGE_WINDOWS), duties_giving(Permission.EDIT_ROSTER)
    if duties_giving(Permission.SEE_SCORES) and window is not None:
        told = f"Du har ingen klass läsåret {window.academic_year}. Byt period högst upp på sidan."
        return First("Inga klasser den här perioden", told)
    if window is None and may_open:
        told = "Öppna den första kartläggningsperioden. Då vet alla vad som ska göras och till när."
        return First(
            "Ingen period är öppnad", told, "Öppna en period", navigation.address_of("windows.overview")
        )
    if window is None and duties_giving(Permission.SEE_SCORES):
        told = "Samordnaren för satsningen öppnar perioderna. När den första är öppnad står dina klasser här."
        return First("Ingen period är öppnad ännu", told)
    if may_list:
        told = "Du sköter klasslistor och konton. Resultaten ser bara de som arbetar med eleverna."
        return First("Inga klasser här", told, "Till klasslistorna", navigation.address_of("roster.overview"))
    told = "Rätten att se en klass kommer av ett uppdrag med datum. Kommunens administratör lägger in det."
    return First("Du har inget uppdrag i någon klass", told)


@bp.get("/classes/<int(max=9223372036854775807):class_id>/pupils")
@needs(Permission.SEE_ROSTER, of="school_class")
def pupils(school_class: SchoolClass) -> str:
    rows = class_list(school_class, pupils_open_to(Permission.SEE_ROSTER), today())
    if rows:
        audit.note_read("class_list:shown", school_class, school_id=school_class.school_id)
    return render_template(
        "assessments/class_list.html",
        school_class=school_class,
        school=school_class.school,
        rows=rows,
        years=queries.years_shown({row.year for row in rows}, school_class.academic_year),
        is_this_year=school_class.academic_year == calendar.academic_year_on(today()),
        can_edit=bool(duties_giving(Permission.EDIT_ROSTER)),
        in_quarantine=_in_quarantine(school_class),
    )


def _in_quarantine(school_class: SchoolClass) -> int:
    """Rows of class lists that wait at the class's school; 0 for those who do not look after them."""
    if not duties_giving(Permission.PROTECT):
        return 0
    return waiting(quarantined_rows_open_to(Permission.PROTECT), school_class.school_id)
