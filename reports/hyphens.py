"""Where a word that is wider than its line is parted.

After a hyphen of its own, else before a consonant that a vowel follows, the rule of one consonant in Swedish,
with a soft hyphen: it is a hyphen on paper, and nothing to who copies the word or listens to it.
"""

import re

SOFT = "\u00ad"
OWN = re.compile(r"(?<=\w[-–/])")
CODE = re.compile(r"[\d@:_]")  # a hyphen would make another address or number of it
CONSONANT, VOWEL, LETTER = "[b-df-hj-np-tv-xzçčćđłńśšźżž]", "[aeiouyåäöæøéèüáíóúý]", "[^\\W\\d_]"
SYLLABLE = re.compile(f"(?<={LETTER}{{3}})(?={CONSONANT}{VOWEL}{LETTER})", re.IGNORECASE)
ONE_SOUND = frozenset(("ch", "ck", "gn", "kj", "ng", "ph", "sh", "sj", "sk", "th", "tj"))


def places(word: str, most: int) -> list[tuple[int, str]]:
    """Where the first ``most`` signs of the word may end a line, and with what, the best first."""
    own = [(found.start(), "") for found in OWN.finditer(word)]
    between = [] if CODE.search(word) else [found.start() for found in SYLLABLE.finditer(word)]
    parts = [(at, SOFT) for at in between if word[at - 1 : at + 1].lower() not in ONE_SOUND]
    return [found for found in [*reversed(own), *reversed(parts)] if found[0] <= most]
