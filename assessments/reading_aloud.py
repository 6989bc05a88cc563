"""A pupil has read aloud for a minute: words and errors become right words a minute, and how sure it was.

The text belongs to the teacher and is never here: only its numbers are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assessments.refusals import Refused

UNIT = "ord/min"
ACCURACY = "traffsakerhet"
MINUTE = 60
LONGEST = 600  # seconds
MOST_WORDS = 2000
WHOLE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Reading:
    """What was counted; ``seconds`` is how long the pupil read."""

    attempted: int
    errors: int
    seconds: int = MINUTE

    @property
    def points(self) -> Decimal:
        """Right words a minute, halves upwards: (attempted - errors) * 60 / seconds."""
        return _rounded(Decimal((self.attempted - self.errors) * MINUTE) / self.seconds)

    @property
    def accuracy(self) -> Decimal | None:
        """Right words of all that were read, in percent; None where nothing was."""
        if not self.attempted:
            return None
        return _rounded(Decimal(100 * (self.attempted - self.errors)) / self.attempted)

    @property
    def sum(self) -> str:
        """What was shown before it is saved, so that nothing else is: ``34 92``."""
        return f"{self.points} {'-' if self.accuracy is None else self.accuracy}"


def read(form: Mapping[str, str]) -> Reading:
    """The numbers of a form. Raises ``Refused`` with every reason."""
    told = {name: form.get(name, "").strip() for name in ("attempted", "errors", "seconds")}
    wrong = [f"Skriv {WORDS[name]} som ett helt tal." for name in told if not WHOLE.fullmatch(told[name])]
    if wrong:
        raise Refused(wrong)
    reading = Reading(int(told["attempted"]), int(told["errors"]), int(told["seconds"]))
    if reading.attempted > MOST_WORDS:
        wrong.append(f"Högst {MOST_WORDS} ord.")
    if reading.errors > reading.attempted:
        wrong.append("Det kan inte vara fler fel än lästa ord.")
    if not 1 <= reading.seconds <= LONGEST:
        wrong.append(f"Tiden är mellan 1 och {LONGEST} sekunder.")
    if wrong:
        raise Refused(wrong)
    return reading


WORDS = {"attempted": "antalet lästa ord", "errors": "antalet fel", "seconds": "tiden i sekunder"}


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_UP)
