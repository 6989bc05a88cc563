"""What people may write on a line, on which days, and how the competence of a samråd is told."""

from dataclasses import dataclass
from datetime import date

from assessments.clock import today
from assessments.refusals import Refused
from screening.rules.catalogue import OWN, RuleSet

LONGEST_LINE = 300  # the guarantee asks for no long texts, and neither do we
WHO_TOOK_PART = "Ange vem som deltog i samrådet, med vilken specialpedagogisk kompetens."


@dataclass(frozen=True)
class Competence:
    """Who took part in samråd: a competence of the rule set, and a name or a function."""

    kind: str | None = None
    who: str | None = None

    @property
    def is_own(self) -> bool:
        """Whoever writes has it: nobody else needs to take part."""
        return self.kind == OWN

    def words(self, rules: RuleSet) -> str | None:
        """``specialpedagog: Eva Ek``; only what was said."""
        parts = [rules.competences.get(self.kind or ""), tidy(self.who)]
        return ": ".join(part for part in parts if part) or None


def tidy(text: str | None) -> str | None:
    """One line without stray spaces; nothing is nothing."""
    return " ".join((text or "").split()) or None


def faults(*texts: str | None, day: date | None = None, not_before: date | None = None) -> list[str]:
    """What is wrong with lines and with the day something happened."""
    wrong = []
    if any(len(text or "") > LONGEST_LINE for text in texts):
        wrong.append(f"En rad får ha högst {LONGEST_LINE} tecken.")
    if day is not None and day > today():
        wrong.append("Dagen ligger i framtiden.")
    if day is not None and not_before is not None and day < not_before:
        wrong.append(f"Dagen kan inte ligga före {not_before}.")
    return wrong


def refuse(wrong: list[str]) -> None:
    if wrong:
        raise Refused(wrong)
