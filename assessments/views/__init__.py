"""The pages of this room, one module per subject."""

from assessments.views import classes, help, imports, pupils, roster, sheet, windows

BLUEPRINTS = [classes.bp, help.bp, imports.bp, pupils.bp, roster.bp, sheet.bp, windows.bp]
