"""What somebody says in one line: without line breaks, stray spaces and characters that act on a screen."""

import unicodedata

from assessments.refusals import Refused
from assessments.roster.characters import refused_character


def one_line(text: str | None, longest: int, missing: str) -> str:
    """The line as it is kept. Refused with ``missing`` when nothing is said, and when it is too long."""
    line = " ".join(unicodedata.normalize("NFC", text or "").split())
    if not line:
        raise Refused(missing)
    if len(line) > longest:
        raise Refused(f"Högst {longest} tecken, nu {len(line)}.")
    if sign := refused_character(line):
        raise Refused(f"Otillåtet tecken: {sign}.")
    return line
