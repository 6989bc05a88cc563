"""The documents we print. To add one: write its module, and name it here.

Each draws frozen figures (``reports.figures``); the same figures give the same bytes.
"""

from types import ModuleType

from reports.documents import class_report, class_set, guardian, staff_pupil

DOCUMENTS: dict[str, ModuleType] = {
    "class_report": class_report,
    "class_set": class_set,
    "guardian": guardian,
    "staff": staff_pupil,
}
