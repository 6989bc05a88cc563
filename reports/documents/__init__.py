"""The documents we print. To add one: write its module, name it here, and draw it in tests/every_document.py.

Each draws frozen figures (``reports.figures``); the same figures give the same bytes. A document says where
its headings, tables and pictures are (``reports.tagging.verbs``); what it does not say is a paragraph.
"""

from types import ModuleType

from reports.documents import (
    blank_sheet,
    class_report,
    class_set,
    disposal,
    guardian,
    halving_goal,
    handover,
    help_request,
    initiative_report,
    open_support,
    quick_guide,
    reading_groups,
    register_extract,
    school_report,
    staff_pupil,
    support_period,
)

DOCUMENTS: dict[str, ModuleType] = {
    "blank_sheet": blank_sheet,
    "class_report": class_report,
    "class_set": class_set,
    "disposal": disposal,
    "guardian": guardian,
    "halving_goal": halving_goal,
    "handover": handover,
    "help_request": help_request,
    "initiative_report": initiative_report,
    "open_support": open_support,
    "quick_guide": quick_guide,
    "reading_groups": reading_groups,
    "register_extract": register_extract,
    "school_report": school_report,
    "staff": staff_pupil,
    "support_period": support_period,
}
