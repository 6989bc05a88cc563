"""A sheet before a page for the home: folded, it shows in an envelope's window whom the page is for.

Nothing else stands there, and nothing on its back: no address is kept, and no result may shine through.
"""

from reportlab.lib.units import mm

from reports import blocks
from reports.blocks import Block
from reports.figures.guardian import GuardianSheet
from reports.fonts import Face
from reports.layout import FOOT_SIZE, Paper
from reports.marks import MUTED

# From the left and from above: in the window of C5 (44-79 mm from above), C65 (39-74) and E65 (40-70), which
# is 95-105 mm wide and 15-20 mm from the right. Three lines end at 59 mm: they show wherever the sheet lies.
LEFT, TOP = 114 * mm, 47.7 * mm
WIDE, HIGH = 76 * mm, 20 * mm
SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
TO_FOLD = (
    "Försättsblad för kuvert med fönster till höger (H2). Lägg det överst och vik med namnet utåt: på mitten"
    " till C5, i tre delar till E65 och C65."
)


def draw(paper: Paper, sheet: GuardianSheet) -> None:
    """The sheet onto the paper under way."""
    scale, recipient = _fitting(sheet)
    with paper.section():
        with paper.shrunk(scale, LEFT, paper.height - TOP), paper.paragraph():
            recipient.draw(paper, 0, 0)
        paper.fitted(paper.margin, paper.margin, TO_FOLD, FOOT_SIZE, paper.text_width, ink=MUTED)


def _fitting(sheet: GuardianSheet) -> tuple[float, Block]:
    """The greatest scale at which long names fit the window, and the recipient wrapped for it."""
    for scale in SCALES:
        recipient = _recipient(sheet, WIDE / scale)
        if scale * recipient.height <= HIGH:
            break
    return min(scale, HIGH / recipient.height), recipient


def _recipient(sheet: GuardianSheet, width: float) -> Block:
    return blocks.stacked([
        blocks.text("Till vårdnadshavare för", width, 9, 10),
        blocks.text(sheet.name, width, 11, 13, face=Face.BOLD),
        blocks.text(f"{sheet.class_name}, {sheet.imprint.school}", width, 9, 10.5),
    ])  # fmt: skip
