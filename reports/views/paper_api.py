"""``/api/v1/reports``: papers of a class, a pupil, a school and the initiative; each is the page's own."""

from typing import Any

from assessments.access.permissions import Permission, needs
from assessments.access.programs.operations import for_programs
from assessments.roster.models import Pupil, School, SchoolClass
from reports.told_to_programs import CLASS_PAPER, INITIATIVE_PAPER, PUPIL_PAPER, SCHOOL_PAPER
from reports.views import class_papers, initiative_papers, prints, school_papers
from reports.views.room import OF_CLASS, OF_PUPIL, bp

OF_A_CLASS = {
    "class-report": prints.class_report,
    "home-pages": prints.class_set,
    "blank-sheet": class_papers.blank_sheet,
}
OF_A_PUPIL = {"home-page": prints.guardian_page, "staff-report": prints.staff_report}
P = Permission


def _any(names: dict[str, Any]) -> str:
    return f"any({', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)})"


@bp.get(f"/api/v1/reports{OF_CLASS}/<{_any(OF_A_CLASS)}:class_paper>.pdf")
@needs(P.PRINT, of="school_class")
@for_programs(CLASS_PAPER)
def api_class_paper(school_class: SchoolClass, window: str, class_paper: str) -> Any:
    return OF_A_CLASS[class_paper](class_id=school_class.id, window=window)


@bp.get(f"/api/v1/reports{OF_PUPIL}/<{_any(OF_A_PUPIL)}:pupil_paper>.pdf")
@needs(P.PRINT, of="pupil")
@for_programs(PUPIL_PAPER)
def api_pupil_paper(pupil: Pupil, window: str, pupil_paper: str) -> Any:
    return OF_A_PUPIL[pupil_paper](pupil_id=pupil.id, window=window)


@bp.get(f"/api/v1/reports{school_papers.OF_SCHOOL}/school-report.pdf")
@needs(P.LEAD_SCHOOL, of="school")
@for_programs(SCHOOL_PAPER)
def api_school_paper(school: School, window: str) -> Any:
    return school_papers.school_report(school_id=school.id, window=window)


@bp.get(f"/api/v1/reports{initiative_papers.OF_WINDOW}")
@needs(P.SEE_AGGREGATES)
@for_programs(INITIATIVE_PAPER)
def api_initiative_paper(window: str, form: str) -> Any:
    return initiative_papers.initiative_report(window=window, form=form)
