"""The pages of this room, one module per subject."""

from assessments.views import api, classes, help, imports, pupils, roster, sheet, sheet_files, windows

BLUEPRINTS = [
    *(api.bp, classes.bp, help.bp, imports.bp, pupils.bp, roster.bp, sheet.bp, sheet_files.bp, windows.bp),
]
