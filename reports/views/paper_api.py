"""``/api/v1/reports``: the papers of a class and of a pupil, for programs. Each is the page's own paper."""

from typing import Any

from assessments.access.permissions import Permission, needs
from assessments.access.programs.operations import for_programs
from assessments.roster.models import Pupil, SchoolClass
from reports.told_to_programs import CLASS_PAPER, PUPIL_PAPER
from reports.views import class_papers, prints
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
