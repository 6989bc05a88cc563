"""How letters of Arabic script join, also the Sorani ones that Unicode has no joined forms for.

DejaVu Sans carries those forms as glyphs without a character. While a line is laid they borrow characters
that no name has; the document says which letter each stands for, so that copied and spoken text is the name.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any

import arabic_reshaper
from arabic_reshaper.letters import LETTERS_ARABIC
from fontTools.ttLib import TTFont as Tables
from reportlab.pdfbase.ttfonts import TTFont

INITIAL, MEDIAL, FINAL = ".init", ".medi", ".fina"
# letter: the glyphs of its forms, in the reshaper's order (isolated is the letter itself)
SORANI = {
    "\u06ce": (INITIAL, MEDIAL, FINAL),  # ێ
    "\u06b5": (INITIAL, MEDIAL, FINAL),  # ڵ
    "\u0695": ("", "", FINAL),  # ڕ
    "\u06d5": ("", "", FINAL),  # ە
}
FIRST = 0xFBB2  # a schoolbook's loose dots: signs that read from right to left and stand in no name
BORROWED = {
    (letter, form): chr(FIRST + number)
    for number, (letter, form) in enumerate(
        (letter, form) for letter, forms in SORANI.items() for form in forms if form
    )
}
"""Letter and form -> the character that is laid for it."""
LENT = {sign: letter for (letter, _form), sign in BORROWED.items()}
FORMS = "\ufb4f"  # after it come joined letters, and no sign of any other script we print
FORM = re.compile(r" <(F[BCDE][0-9A-F]{2})>")

_reshaper = arabic_reshaper.ArabicReshaper()
_reshaper.letters = LETTERS_ARABIC | {
    letter: (letter, *(BORROWED.get((letter, form), "") for form in forms))
    for letter, forms in SORANI.items()
}


def joined(text: str) -> str:
    """``text`` with every Arabic letter in the form that its neighbours ask for, still in reading order."""
    return str(_reshaper.reshape(text))


def parted(line: str) -> str:
    """The letters of a joined line."""
    return "".join(LENT.get(sign) or _parted(sign) for sign in line)


def _parted(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign) if sign > FORMS else sign


class JoiningFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A font file together with its own joined forms of the Sorani letters."""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(name, file)
        with Tables(file, lazy=True) as tables:
            numbers, advances = tables.getReverseGlyphMap(), tables["hmtx"]
            scale = 1000 / tables["head"].unitsPerEm
            for (letter, form), sign in BORROWED.items():
                glyph = f"uni{ord(letter):04X}{form}"
                self.face.charToGlyph[ord(sign)] = numbers[glyph]
                self.face.charWidths[ord(sign)] = advances[glyph][0] * scale

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab calls it so
        """As ever, and then the letters instead of their joined forms where text is copied or read aloud."""
        super().addObjects(doc)
        for key, thing in doc.idToObject.items():
            if str(key).startswith("toUnicodeCMap:") and self.face.name.decode() in str(key):
                thing.content = FORM.sub(_letter, thing.content)


def _letter(found: re.Match[str]) -> str:
    """The letter that a joined form stands for, as a document writes it. Lam with alef stays one sign:
    readers that turn a line sign by sign would part it the wrong way round."""
    form = chr(int(found[1], 16))
    letter = LENT.get(form) or unicodedata.normalize("NFKC", form)
    return f" <{ord(letter if len(letter) == 1 else form):04X}>"
