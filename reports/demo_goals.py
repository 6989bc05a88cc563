"""Goals to halve in the example, and the counts that the coordinator has let out (goals.toml)."""

import tomllib
from collections.abc import Mapping
from typing import Any

from assessments import windows
from assessments.demo import telling
from assessments.demo.plans import HERE
from assessments.models import Season
from assessments.writes import Recorder
from screening import initiative
from screening.coordination import flow, follow_up, goal_release, support_outcomes
from screening.coordination.goals import Wish, enter_numbers, set_goal
from screening.coordination.models import GoalKind, HalvingGoal
from screening.initiative_counts import places

COUNTED = 2  # windows: the latest, which is still being filled in, and the one before


def follow(example: telling.Example) -> None:
    """The last windows are counted, every goal, and the support of the first year. Flushes."""
    told, latest = (
        tomllib.loads((HERE / "goals.toml").read_text(encoding="utf-8")),
        windows.in_order()[-COUNTED:],
    )
    for window in latest:
        initiative.compare(window, "school", Recorder())
        follow_up.release(window, Recorder())
    flow.release(latest[0], latest[-1], Recorder())
    support_outcomes.release(support_outcomes.over()[-1], Recorder())
    for one in told["goal"]:
        goal = set_goal(_wish(one, told["span"]), Recorder())
        if goal.kind is GoalKind.INDICATOR:
            _write_numbers(goal, one, example.seed)
        goal_release.release(goal, Recorder())


def _wish(one: Mapping[str, Any], span: Mapping[str, str]) -> Wish:
    kind, season = GoalKind(one["kind"]), Season(one["season"])
    return Wish(one["name"], kind, None, one.get("year"), season, None, **span)


def _write_numbers(goal: HalvingGoal, one: Mapping[str, Any], seed: int) -> None:
    """Each school's cohort and how many of it do not reach the goal yet, by lot."""
    everywhere = places()
    for academic_year, share in one["shares"].items():
        chance = telling.lot(seed, goal.name, academic_year)
        told = {}
        for place in everywhere:
            among = int(chance.integers(*one["among"]))
            told[place.school_id] = (int(chance.binomial(among, share)), among)
        enter_numbers(goal, academic_year, told, everywhere, Recorder())
