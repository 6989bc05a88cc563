"""The score sheet as paper to write on.

A named paper lies about, and beside the names of the class an alias points out who bears it: a pupil with
protected identity has no row (domain, section 6). Two empty rows on every sheet are for anybody.
"""

from assessments.clock import today
from assessments.instruments.catalogue import Measure
from assessments.models import ABSENCE_LETTERS, ABSENCE_WORDS
from assessments.sheets import Sheet
from assessments.words import decimal
from reports.figures.blank_sheet import BlankSheet, SheetColumn, SheetRow
from reports.figures.imprint import Imprint


def blank_sheet(sheet: Sheet, address: str) -> BlankSheet:
    """``sheet`` as the signed-in person sees it; ``address`` the absolute one of the same sheet."""
    return BlankSheet(
        imprint=Imprint(sheet.school_class.school.name, sheet.window.label, "", today()),
        class_name=sheet.school_class.name,
        columns=tuple(SheetColumn(one.measure.name, _ends(one.measure), one.text) for one in sheet.columns),
        rows=tuple(
            SheetRow(row.pupil.name, row.year, tuple(cell.is_open for cell in row.cells))
            for row in sheet.rows
            if not row.pupil.is_protected
        ),
        codes=tuple((letter, ABSENCE_WORDS[code]) for code, letter in ABSENCE_LETTERS.items()),
        address=address,
    )


def _ends(measure: Measure) -> str:
    if measure.labels:
        return ", ".join(measure.labels)
    return f"{decimal(measure.minimum)}–{decimal(measure.maximum)} {measure.unit}"
