"""Why a signal was raised, as one line a teacher reads. Made from the evidence alone; imports no NumPy.

A limit's source is told apart (``provenance``), so that the line stays short.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from screening.levels import Certainty, Level, LimitStatus
from screening.signals import ABOUT_THE_GOAL, FlagState, Kind

Evidence = dict[str, Any]

NOT_IN_WINDOW = "ingår inte i perioden"
ADAPTED = "anpassad grundskola"
SEASONS = {"autumn": "hösten", "winter": "vintern", "spring": "våren"}
OBSERVERS = {
    "teacher": "läraren",
    "other_staff": "annan personal",
    "guardian": "vårdnadshavare",
    "pupil": "eleven själv",
}
HOW_SURE = {
    Certainty.CLEAR: "Resultatet är tydligt.",
    Certainty.NEAR: "Resultatet ligger nära en gräns.",
    Certainty.ON_THE_LINE: "Resultatet ligger på gränsen.",
    Certainty.UNKNOWN: "Mätsäkerheten är inte känd.",
}
BEFORE_THE_NUMBER = ("nivå", "stanine", "percentil", "LUS-punkt")  # "nivå 3", not "3 nivå"
UNSAID = ("antal", "bedömning", "1-5")
COMPOSITE = "Sammanvägt resultat"
NEW_CHECK = "Gör en ny avstämning om 4–6 skolveckor."
LACKING = "underlag saknas"
NO_LONGER = dict.fromkeys(ABOUT_THE_GOAL, "når målet") | {
    Kind.NOT_ASSESSED: "inget resultat saknas",
    Kind.CHECK_DATA: "ingen siffra att kontrollera",
}
WHATEVER_THE_LEVEL = (Kind.NOT_ASSESSED, Kind.CHECK_DATA)


class Stands(NamedTuple):
    """Where a thread stands: the code of its latest window, its state there, and whether that has a level."""

    window: str
    state: FlagState
    is_determined: bool


def why(kind: str, evidence: Evidence, stands: Stands | None = None) -> str:
    """The signal's line: what was found, by which numbers, and how sure it is.

    ``stands``: where its thread stands now. The numbers are those of the window that said so: of an earlier
    one they are told as such, after what the latest says.
    """
    told = [sentence for sentence in _TELLERS[Kind(kind)](evidence) if sentence]
    is_closing = stands is not None and stands.state is FlagState.CLOSE_PROPOSED
    if kind == Kind.WATCH and not is_closing:
        told.append(NEW_CHECK)
    if stands is not None and stands.window != evidence["window"]:
        now = f"{window_words(stands.window).capitalize()}: {_since_then(Kind(kind), stands)}."
        told = [now, f"{from_window(evidence)}:", *told]
    return " ".join(told)


def from_window(evidence: Evidence) -> str:
    """``Från våren 2025/26``: the window that the numbers are of."""
    return f"Från {window_words(evidence['window'])}"


def _since_then(kind: Kind, stands: Stands) -> str:
    """What the latest window says of a thread whose finding is from an earlier one."""
    if stands.state in (FlagState.AT_GOAL_ONCE, FlagState.CLOSE_PROPOSED):
        is_told = stands.is_determined or kind in WHATEVER_THE_LEVEL
        told = NO_LONGER.get(kind, "gäller inte längre") if is_told else LACKING
        if stands.state is FlagState.AT_GOAL_ONCE:
            return told
        return f"{told}, signalen kan avslutas" if is_told else f"{told}, men signalen kan redan avslutas"
    # A finding where something is missing changes no thread that is as urgent already.
    is_found = stands.state is FlagState.PERSISTENT
    return f"{LACKING}, men signalen kvarstår" if is_found else LACKING


def provenance(evidence: Evidence) -> list[str]:
    """Where the limits come from, one line per measure that has any, last the composite's."""
    lines = []
    for measure in limited(evidence):
        if "status" in measure:
            statuses = dict.fromkeys([measure["near_status"], measure["status"]])
            kept = [
                LimitStatus(status).label for status in statuses if _limit_of(measure, status) is not None
            ]
            lines.append(f"{measure['name']}: {', '.join(kept)}. Källa: {measure['source']}")
    return lines


def limited(evidence: Evidence) -> list[Evidence]:
    """What was compared with limits: the measures, and the composite where one decides."""
    measures = list(evidence.get("measures", []))
    composite = evidence.get("composite")
    return [*measures, {"name": COMPOSITE, **composite}] if composite else measures


def lacking(groups: Iterable[Sequence[str]]) -> str:
    """Why a window has no level: the names of what is missing, with the alternatives of each group."""
    return "Resultat saknas: " + "; ".join(" eller ".join(names) for names in groups)


def window_words(code: str) -> str:
    """``2026/27-autumn`` as ``hösten 2026/27``."""
    year, _, season = code.rpartition("-")
    return f"{SEASONS[season]} {year}"


def number(value: float) -> str:
    """With a decimal comma."""
    return str(int(value) if value == int(value) else value).replace(".", ",")


def _limit_of(measure: Evidence, status: str) -> float | None:
    """A limit that has this status, if there is one."""
    goal = measure["goal_from"] if measure["goal_from"] is not None else measure["above_from"]
    kept = [measure["near_from"]] if measure["near_status"] == status else []
    kept += [goal] if measure["status"] == status else []
    return next((limit for limit in kept if limit is not None), None)


def _shown(measure: Evidence, value: float) -> str:
    """The value as people read it: its label, or the number with its unit."""
    if "labels" in measure:
        place = (value - measure["labels_from"]) / measure["labels_step"]
        return str(measure["labels"][round(place)])
    unit = "" if measure["unit"] in UNSAID else measure["unit"]
    parts = (unit, number(value)) if unit in BEFORE_THE_NUMBER else (number(value), unit)
    return " ".join(part for part in parts if part)


def _bare(measure: Evidence, value: float) -> str:
    return _shown(measure, value) if "labels" in measure else number(value)


def _result(measure: Evidence) -> str:
    if measure.get("absence"):
        return f"{measure['name']}: kan inte genomföras ännu. {_goal(measure)}"
    return f"{measure['name']}: {_shown(measure, measure['value'])}. {_goal(measure)}"


def _goal(measure: Evidence) -> str:
    at_least = "minst" if measure["higher_is_better"] else "högst"
    near, goal = measure["near_from"], measure["goal_from"]
    if goal is None:
        return f"Gränsen är {at_least} {_bare(measure, near)}."
    told = f"Målet är {at_least} {_bare(measure, goal)}"
    return f"{told}." if near is None else f"{told}, nära målet {at_least} {_bare(measure, near)}."


def _results(evidence: Evidence) -> str:
    told = [_result(measure) for measure in evidence["measures"]]
    if "composite" in evidence:
        composite = evidence["composite"]
        goal = "" if composite["goal_from"] is None else f" Målet är minst {number(composite['goal_from'])}."
        told.append(f"{COMPOSITE}: {number(composite['value'])}.{goal}")
    return " ".join(told)


def _despite(evidence: Evidence) -> str:
    return "Det gäller vad resultatet som saknas än hade blivit." if evidence["despite_missing"] else ""


def _below_goal(evidence: Evidence) -> list[str]:
    if evidence["because"][0] == "measure_below":
        return ["Ett resultat är under målet.", _results(evidence)]
    return [_results(evidence), HOW_SURE[Certainty(evidence["certainty"])], _despite(evidence)]


def _near_goal(evidence: Evidence) -> list[str]:
    return [_results(evidence), HOW_SURE[Certainty(evidence["certainty"])], _despite(evidence)]


def _watch(evidence: Evidence) -> list[str]:
    grounds: dict[str, Callable[[Evidence], str]] = {
        "near_unsure": lambda told: f"{_results(told)} {_doubt(told)}",
        "on_goal_line": lambda told: f"{_results(told)} Resultatet når målet men ligger på gränsen.",
        "worse_than_firm": lambda told: f"{_results(told)} {_doubt(told)}",
        "skill_gap": lambda told: f"Når målet för perioden, men inte i allt. {_results(told)}",
        "contradiction": lambda told: f"Resultaten säger olika. {_sides(told)}",
    }
    return [grounds[evidence["because"][0]](evidence).strip()]


def _doubt(evidence: Evidence) -> str:
    """Why a level near or under the goal is only a new check."""
    measures = evidence["measures"]
    if any(measure["level"] != measure["firm_level"] for measure in measures):
        return "En gräns är ett eget förslag och behöver bekräftas."
    if measures and all(measure["sem"] is None for measure in measures):
        return HOW_SURE[Certainty.UNKNOWN]
    if any((measure["p_goal"] or 0) > 0.30 for measure in measures):
        return "Resultatet ligger på gränsen till målet."
    return "Underlaget räcker inte för att säga säkert."


def _sides(evidence: Evidence) -> str:
    """Official results on one side, the others on the other."""
    told = []
    for measure in sorted(evidence["measures"], key=lambda one: not one["official"]):
        word = "når målet" if Level(measure["level"]) >= Level.AT_GOAL else "är under målet"
        told.append(f"{measure['name']} {word} ({_shown(measure, measure['value'])})")
    return "; ".join(told) + "."


def _drop(evidence: Evidence) -> list[str]:
    return [*(_moved(measure) for measure in evidence["measures"]), "Skillnaden är större än mätfelet."]


def _moved(measure: Evidence) -> str:
    before = f"{_shown(measure, measure['previous'])} {window_words(measure['previous_window'])}"
    after = f"{_shown(measure, measure['value'])} {window_words(measure['value_window'])}"
    return f"{measure['name']}: {before}, {after}."


def _lost_level(evidence: Evidence) -> list[str]:
    first, last = (Level(evidence["levels"][place]).label for place in (0, -1))
    told = []
    sums = [{"name": COMPOSITE, "values": evidence["sums"]}] if "sums" in evidence else []
    for measure in (*evidence["measures"], *sums):
        values = ", ".join(_bare(measure, value) for value in measure["values"])
        told.append(f"{measure['name']} har stigit ({values}) men målet snabbare.")
    return [*told, f"Från {first} till {last} sedan {window_words(evidence['windows'][0])}."]


def _not_assessed(evidence: Evidence) -> list[str]:
    again = "Andra perioden i rad." if evidence["twice"] else ""
    return [f"Resultat saknas: {', '.join(evidence['areas'])}.", again]


def _check_data(evidence: Evidence) -> list[str]:
    return [_odd(measure) for measure in evidence["measures"]]


def _odd(measure: Evidence) -> str:
    if measure["why"] in ("fall", "rise"):
        how = "Skillnaden är ovanligt stor." if measure["why"] == "fall" else "Ökningen är ovanligt stor."
        return f"{_moved(measure)} {how}"
    if measure["why"] == "errors":
        return f"{measure['name']}: {measure['errors']} fel av {measure['attempted']} försök."
    low, high = number(measure["minimum"]), number(measure["maximum"])
    return f"{measure['name']}: {number(measure['value'])} ligger utanför {low}–{high}."


def _observation(evidence: Evidence) -> list[str]:
    return [f"Iakttagelse av {OBSERVERS[evidence['observed_by']]} {evidence['observed_on']}."]


def _falling_behind(evidence: Evidence) -> list[str]:
    return [_slow(measure) for measure in evidence["measures"]]


def _slow(measure: Evidence) -> str:
    found, planned = (number(round(measure[rate], 1)) for rate in ("slope", "goal_slope"))
    unit = "" if measure["unit"] in UNSAID else f" {measure['unit']}"
    return (
        f"{measure['name']}: {found}{unit} i veckan sedan {measure['starts_on']}, planerat {planned}. "
        f"{measure['n']} resultat under {number(round(measure['weeks'], 1))} veckor; de två senaste ligger "
        "under planerad utveckling."
    )


_TELLERS: dict[Kind, Callable[[Evidence], list[str]]] = {
    Kind.BELOW_GOAL: _below_goal,
    Kind.NEAR_GOAL: _near_goal,
    Kind.WATCH: _watch,
    Kind.FALLING_BEHIND: _falling_behind,
    Kind.DROP: _drop,
    Kind.LOST_LEVEL: _lost_level,
    Kind.NOT_ASSESSED: _not_assessed,
    Kind.CHECK_DATA: _check_data,
    Kind.OBSERVATION: _observation,
}
