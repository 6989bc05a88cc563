"""The pages of this room, one module per subject."""

from assessments.views import classes, sheet

BLUEPRINTS = [classes.bp, sheet.bp]
