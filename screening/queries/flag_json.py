"""Signals and next steps as JSON, for ``/api/v1``: what Elever att följa upp says, in fields."""

from collections.abc import Collection
from typing import Any

from screening.models import Flag, NextStep
from screening.queries.follow_up_shown import FollowUp, Item
from screening.queries.thread_work import StepTaken
from screening.rules.catalogue import RuleSet, Step

Json = dict[str, Any]


def flags_json(found: FollowUp, page: int, may_act_on: Collection[int]) -> Json:
    """One page. ``protected``: signals of pupils that no list above the class names."""
    return {
        "page": page,
        "pages": found.pages,
        "counts": {
            "waiting": found.counts.signals,
            "late": found.counts.late,
            "due": found.counts.due,
            "overdue": found.counts.overdue,
            "handled": found.counts.handled,
        },
        "protected": found.protected,
        "flags": [_flag(item, item.card.flag_id in may_act_on) for item in found.cards],
    }


def _flag(item: Item, may_act: bool) -> Json:
    card = item.card
    return {
        "id": card.flag_id,
        "pupil": {"id": card.pupil_id, "name": item.name},
        "class": {"id": item.class_id, "name": item.class_name, "school": item.school_name},
        "year": item.year,
        "window": card.window,
        "family": card.family.value,
        "kind": card.kind,
        "label": card.label,
        "level": card.level,
        "state": card.state.value,
        "since": card.since.isoformat(),
        "why": card.why,
        "absence": card.absence or None,
        "seen": list(card.seen),
        "limits": card.limits or None,
        "sources": list(card.sources),
        "waits": card.waits,
        "is_overdue": card.is_overdue,
        "may_act": may_act,
        "proposed": card.proposed,
        "offered": [_offered(one) for one in card.offered],
        "steps": [_taken(one) for one in card.steps],
    }


def _offered(step: Step) -> Json:
    return {
        "kind": step.code,
        "label": step.name,
        "asks": list(step.asks),
        "weeks": list(step.weeks),
        "ready": list(step.ready_lines),
        "is_closing": step.is_closing,
    }


def _taken(step: StepTaken) -> Json:
    return {
        "id": step.id,
        "kind": step.kind,
        "label": step.label,
        "taken_on": step.taken_on.isoformat(),
        "by": step.by,
        "line": step.line,
        "competence": step.competence,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "is_closing": step.is_closing,
        "is_done": step.ended.is_done if step.ended else None,
    }


def step_json(flag: Flag, step: NextStep, rules: RuleSet) -> Json:
    """A step that has just been recorded, and how its signal stands now."""
    return {
        "id": step.id,
        "kind": step.kind,
        "label": rules.past(step.kind),
        "taken_on": step.taken_on.isoformat(),
        "line": step.line,
        "competence": step.competence,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "is_closing": step.is_closing,
        "flag": {"id": flag.id, "state": flag.state.value},
    }
