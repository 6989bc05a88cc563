"""How the codes of this room are read in the extract of a pupil's record."""

from collections.abc import Callable, Mapping
from typing import Any

from assessments.models import Absence
from assessments.roster.models import Role
from assessments.words import ROLE_WORDS
from screening.facts.ways import Part
from screening.levels import Certainty, Level
from screening.models import StartFrom
from screening.rules.catalogue import rule_sets
from screening.signals import Family, FlagState, Kind, state_label
from screening.support.ways import GoalWay, SupportKind

CERTAINTIES = {
    Certainty.CLEAR: "tydlig",
    Certainty.NEAR: "nära gränsen",
    Certainty.ON_THE_LINE: "på gränsen",
    Certainty.UNKNOWN: "okänd: måttets mätfel är inte känt",
}
FAMILIES = {
    Family.NEED: "behov",
    Family.GROWTH: "utveckling",
    Family.CHANGE: "förändring",
    Family.COVERAGE: "kartläggning",
    Family.DATA: "kontroll av siffra",
    Family.OBSERVATION: "iakttagelse",
}
STARTS = {
    StartFrom.GIVEN: "angivet värde",
    StartFrom.FIRST_RESULTS: "de första resultatens mittvärde",
    StartFrom.WINDOW: "periodens resultat",
}


def label(kind: Callable[[str], Any]) -> Callable[[str], str]:
    """The Swedish word of a code that is kept as text; a code of another day stands as it is."""

    def read(code: str) -> str:
        try:
            return str(kind(code).label)
        except ValueError:
            return code

    return read


def ruled(part: str) -> Callable[[str], str]:
    """The Swedish word of a code of a rule set, whichever set it was that day."""

    def read(code: str) -> str:
        found = (getattr(rules, part).get(code) for rules in rule_sets().values())
        word = next((one for one in found if one is not None), code)
        return str(getattr(word, "past", None) or getattr(word, "label", word))

    return read


def in_words(value: Any, key: str = "") -> Any:
    """What is kept as JSON with its levels, absences and certainties in Swedish, however deep they lie."""
    if isinstance(value, dict):
        return {name: in_words(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_words(inner, key) for inner in value]
    return CODED.get(key, LEVELS).get(value, value) if isinstance(value, str) else value


def parts(codes: list[str]) -> list[str]:
    """What was chosen to travel."""
    return [label(Part)(code) for code in codes]


def signals(told: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The signals that stood beside a former judgement."""
    return [
        {
            "slag": FAMILIES[Family(one["family"])],
            "vad": label(Kind)(one["kind"]),
            "läge": state_label(FlagState(one["state"]), one["kind"]),
            "nivå": one["level"],
        }
        for one in told
    ]


def plan(told: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as a change of it left it: every part of it that is known, in words."""
    known = ((*PLAN.get(key, (key, _as_it_is)), value) for key, value in told.items())
    return {word: read(value) for word, read, value in known}


def _led_by(code: str | None) -> str | None:
    """``special_teacher.3`` as the role; the place stands on the period."""
    return ROLE_WORDS[Role(code.partition(".")[0])] if code else None


def _points(thousandths: int | None) -> int | float | None:
    """As JSON has numbers."""
    if thousandths is None:
        return None
    return thousandths / 1000 if thousandths % 1000 else thousandths // 1000


def _as_it_is(value: Any) -> Any:
    return value


def certainty(code: str) -> str:
    """How sure a level was."""
    return CERTAINTIES[Certainty(code)]


LEVELS = {level.value: level.label for level in Level}
CODED: Mapping[str, Mapping[str, str]] = {
    "absence": {absence.value: absence.label for absence in Absence},
    "certainty": {sure.value: word for sure, word in CERTAINTIES.items()},
    "kind": {kind.value: kind.label for kind in Kind},
    "family": {family.value: word for family, word in FAMILIES.items()},
    "state": {state.value: state.label for state in FlagState},
}  # fmt: skip
"""By the key that a code stands under; levels have words of their own wherever they stand."""

PLAN: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "kind": ("vad", lambda code: code and label(SupportKind)(code)),
    "goal_way": ("målet_satt_efter", lambda code: code and label(GoalWay)(code)),
    "goal": ("mål", _points),
    "goal_on": ("måldatum", _as_it_is),
    "minutes": ("minuter", _as_it_is),
    "times_a_week": ("gånger_i_veckan", _as_it_is),
    "led_by": ("leds_av", _led_by),
}
"""What a part of a plan is called, and how it is read."""
