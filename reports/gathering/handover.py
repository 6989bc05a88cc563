"""What a printed handover says: drawn from what was frozen, the name taken from the pupil."""

from typing import Any

import sqlalchemy as sa

from assessments import calendar
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow
from assessments.roster.models import Pupil, SchoolClass
from reports.figures.handover import HandoverPaper
from reports.figures.imprint import Imprint
from screening.facts.queries import Within, facts_of
from screening.handovers.making import PRESET
from screening.handovers.models import Handover
from screening.handovers.queries import FORMAT, HandoverRow, handover_rows
from screening.queries.class_handovers import alphabetical


def handover_paper(handover: Handover) -> HandoverPaper:
    return _paper(handover, handover_rows(sa.select(Handover).where(Handover.id == handover.id))[0])


def handover_papers(chosen: sa.Select[Any]) -> list[tuple[Handover, HandoverPaper]]:
    """Several, in the order of the class list. Three queries."""
    rows = {row.id: row for row in handover_rows(chosen)}
    made = sorted(db.session.scalars(chosen), key=lambda one: alphabetical(one.pupil))
    return [(one, _paper(one, rows[one.id])) for one in made]


def _paper(handover: Handover, row: HandoverRow) -> HandoverPaper:
    return HandoverPaper(
        imprint=Imprint(handover.from_school.name, "Överlämning", "", today()),
        name=row.pupil,
        title=row.title,
        class_name=handover.from_class.name,
        year=handover.content.get("year", ""),
        to=row.to,
        made_by=row.made_by,
        made_on=row.made_on,
        informed=row.informed,
        line=row.line,
        facts={part: handover.content[part] for part in handover.parts if part in handover.content},
        external_id=handover.external_id,
    )


def unmade_handover(
    pupil: Pupil, school_class: SchoolClass, year: int, window: AssessmentWindow
) -> HandoverPaper:
    """What the preset would hand over up to the window, by nobody and to nobody yet."""
    parts = [part.value for part in PRESET]
    return HandoverPaper(
        imprint=Imprint(school_class.school.name, window.label, "", today()),
        name=pupil.name,
        title="Underlag för överlämning (skollagen 3 kap. 4 b och 12 j §§)",
        class_name=school_class.name,
        year=calendar.year_label(year, window.academic_year),
        to="inte bestämt",
        made_by="kommandoraden",
        made_on=today(),
        informed="inte antecknat",
        line=None,
        facts=facts_of(pupil, parts, Within(until=window.closes_on)),
        external_id=pupil.external_id,
    )


def unmade_json(told: HandoverPaper, pupil: Pupil) -> dict[str, Any]:
    """The same as a file. ``id`` is none: no handover has been recorded."""
    return {
        "format": FORMAT,
        "version": 1,
        "id": None,
        "made_on": told.made_on.isoformat(),
        "pupil": {
            "id": pupil.external_id,
            "code": pupil.code,
            "given_name": pupil.first_name,
            "family_name": pupil.family_name,
        },
        "from": {"name": told.imprint.school, "class": told.class_name, "year": told.year},
        **told.facts,
    }
