"""What a printed handover says: drawn from what was frozen, the name taken from the pupil."""

import sqlalchemy as sa

from assessments.clock import today
from reports.figures.handover import HandoverPaper
from reports.figures.imprint import Imprint
from screening.handovers.models import Handover
from screening.handovers.queries import handover_rows


def handover_paper(handover: Handover) -> HandoverPaper:
    row = handover_rows(sa.select(Handover).where(Handover.id == handover.id))[0]
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
