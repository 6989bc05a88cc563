"""The pages of this room, one module per subject."""

from assessments.views import (
    api,
    cells,
    classes,
    help,
    imports,
    late_entry,
    measure_sheet,
    moving,
    protection,
    pupils,
    quarantine,
    reading,
    roster,
    school_calendar,
    sheet,
    sheet_files,
    texts,
    windows,
)

BLUEPRINTS = [
    *(cells.bp, late_entry.bp, measure_sheet.bp, moving.bp, texts.bp),
    api.bp,
    classes.bp,
    help.bp,
    imports.bp,
    protection.bp,
    pupils.bp,
    quarantine.bp,
    reading.bp,
    roster.bp,
    school_calendar.bp,
    sheet.bp,
    sheet_files.bp,
    windows.bp,
]
