"""Characters that have no business in a name or a number, and text that was encoded twice."""

import unicodedata

CONTROL_NAMES = (
    "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY",
    "ACKNOWLEDGE", "BELL", "BACKSPACE", "TAB", "LINE FEED", "VERTICAL TAB", "FORM FEED", "CARRIAGE RETURN",
    "SHIFT OUT", "SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL 1", "DEVICE CONTROL 2", "DEVICE CONTROL 3",
    "DEVICE CONTROL 4", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL",
    "END OF MEDIUM", "SUBSTITUTE", "ESCAPE",
    "FILE SEPARATOR", "GROUP SEPARATOR", "RECORD SEPARATOR", "UNIT SEPARATOR",
)  # fmt: skip
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BREAKS = frozenset("\u2028\u2029")
LONGEST_NAME = 100


def refused_character(text: str) -> str | None:
    """The name of the first character that no name has: controls, lone surrogates, bidi controls."""
    if text.isascii() and text.isprintable():
        return None
    return next((named(sign) for sign in text if _is_refused(sign)), None)


def _is_refused(sign: str) -> bool:
    return sign in BIDI_CONTROLS or sign in BREAKS or unicodedata.category(sign) in ("Cc", "Cs")


def named(sign: str) -> str:
    """``BELL (U+0007)``: a character that cannot be shown, by its name."""
    point = ord(sign)
    if point < len(CONTROL_NAMES):
        name = CONTROL_NAMES[point]
    elif 0xD800 <= point <= 0xDFFF:
        name = "ENSAMT SURROGAT"
    else:
        name = unicodedata.name(sign, "STYRTECKEN")
    return f"{name} (U+{point:04X})"


def shown(text: str, longest: int = 40) -> str:
    """The text as it may stand in a message: short, on one line, with nothing that acts on a screen."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(f"<U+{ord(sign):04X}>" if _is_refused(sign) else sign for sign in short)


def name_fault(text: str) -> str | None:
    """Why a text cannot be a name, in Swedish, or nothing."""
    if len(text) > LONGEST_NAME:
        return f"namnet är längre än {LONGEST_NAME} tecken"
    sign = refused_character(text)
    return f"otillåtet tecken: {sign}" if sign else None


def double_encoded(text: str) -> bool:
    """Whether UTF-8 was once read as Windows-1252, as in ``Ã…sa``; ``São`` is not."""
    return not text.isascii() and any(sign in text for sign in "ÃÂâÅÄÐØ") and mended(text) != text


def mended(text: str) -> str:
    """The text before it was encoded twice; itself where it was not."""
    try:
        return b"".join(_as_windows_byte(sign) for sign in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _as_windows_byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")  # the five bytes Windows-1252 leaves out come through as controls
