"""Where a word that is wider than its line is parted.

After a hyphen of its own, else where the Swedish patterns of LibreOffice part it, with a soft hyphen: it is a
hyphen on paper, and nothing to who copies the word or listens to it.
"""

import re

from pyphen import Pyphen

SOFT = "\u00ad"
OWN = re.compile(r"(?<=\w[-–/])")
CODE = re.compile(r"[\d@:_]")  # a hyphen would make another address or number of it
SYLLABLES = Pyphen(lang="sv", left=3, right=3)


def places(word: str, most: int) -> list[tuple[int, str]]:
    """Where the first ``most`` signs of the word may end a line, and with what, the best first."""
    own = [(found.start(), "") for found in OWN.finditer(word)]
    parts = [] if CODE.search(word) else [(int(at), SOFT) for at in SYLLABLES.positions(word)]
    return [found for found in [*reversed(own), *reversed(parts)] if found[0] <= most]
