"""What this room knows of the initiative's choices: which rule sets there are, and what a measure decides."""

from collections.abc import Mapping
from datetime import date

from assessments import windows
from assessments.access.governed import GovernedSetting
from assessments.calendar import year_label
from assessments.collation import swedish_key
from assessments.governing import choosing
from assessments.governing.choosing import About
from assessments.instruments.catalogue import measures
from assessments.refusals import Refused
from assessments.roster.cells import LANGUAGES
from assessments.words import day, listed
from assessments.writes import Recorder
from screening.benchmarks.catalogue import benchmarks, in_force
from screening.rules.catalogue import rule_sets

SWEDISH = "sv"
RULE_SET, HELD_BACK = "rule_set", "held_back_languages"


def offered(code: str) -> Mapping[str, str]:
    """What there is to choose from, value and words; nothing for what is written freely."""
    if code == HELD_BACK:
        longest_last = sorted(LANGUAGES.items(), key=lambda one: len(one[0]))  # tigrinska, persiska
        words = {code: word for word, code in longest_last if code != SWEDISH}
        return dict(sorted(words.items(), key=lambda one: swedish_key(one[1])))
    return {one.code: one.name for one in rule_sets().values()} if code == RULE_SET else {}


def choose(code: str, said: str, valid_from: date, reason: str, by: Recorder) -> GovernedSetting | None:
    """As ``assessments.governing.choosing.choose``; a rule set must be one of ours, and have begun."""
    if code == RULE_SET:
        rules = rule_sets().get(said)
        if rules is None:
            raise Refused(f"Välj ett regelverk: {listed(list(rule_sets()))}.")
        if valid_from < rules.valid_from:
            raise Refused(f"{rules.name} kan gälla tidigast från {day(rules.valid_from)}.")
    if code == HELD_BACK:
        told = [one.strip() for one in said.split(",") if one.strip()]
        if unknown := set(told) - offered(code).keys():
            raise Refused(f"Språket {min(unknown)} finns inte. Välj bland {listed(list(offered(code)))}.")
        said = ",".join(sorted(set(told)))
    return choosing.choose(code, said, valid_from, reason, by)


def decided_alone(measure: str, about: About) -> list[str]:
    """The years and seasons, of the windows that are open or to come, in which nothing else can say what the
    measure says of the level: ``åk 1 höst``. Without it no level is determined there."""
    chosen = [one for one in windows.in_order() if about.window_id in (None, one.id)][-3:]
    adopted = in_force(chosen)
    sets = benchmarks({one.set_id for one in adopted.values()}, measures())
    found = dict[str, None]()
    for window in chosen:
        plans = sets[adopted[window.id].set_id].plans if window.id in adopted else {}
        for (year, season), plan in sorted(plans.items()):
            if season == window.season and about.year in (None, year) and (measure,) in plan.decides:
                found[f"{year_label(year, window.academic_year)} {window.season.label}"] = None
    return list(found)
