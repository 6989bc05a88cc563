"""The pages of this room, one module per subject."""

from assessments.views import classes, imports, sheet

BLUEPRINTS = [classes.bp, imports.bp, sheet.bp]
