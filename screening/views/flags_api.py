"""``/api/v1``: signals to follow up, and the next step recorded for one."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, g, jsonify, request

from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.access.programs.operations import for_programs
from assessments.asked_writes import Malformed
from assessments.clock import today
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import SchoolClass
from screening.asked_steps import step_asked
from screening.models import Flag
from screening.queries.flag_json import flags_json, step_json
from screening.queries.follow_up import follow_up
from screening.queries.follow_up_order import SIGNALS, Filters
from screening.reach import may_act_on
from screening.reviewing import record_next_step
from screening.rules.catalogue import rules_on
from screening.signals import Kind
from screening.told_to_programs import FLAGS, SHOWN, TAKE_STEP
from screening.views.room import bp

P = Permission
HIGHEST_ID = 2**63 - 1
HIGHEST_PAGE = 10**6


@bp.get("/api/v1/flags")
@needs(P.SEE_SIGNALS)
@for_programs(FLAGS)
def api_flags() -> Response:
    filters = Filters(
        school_id=_number("school", HIGHEST_ID),
        class_id=_number("class", HIGHEST_ID),
        kind=_word("kind", [one.value for one in Kind]),
        show=_word("show", list(SHOWN)) or SIGNALS,
        page=_number("page", HIGHEST_PAGE) or 1,
    )
    found = follow_up(filters)
    shown = {item.class_id for item in found.cards}
    for school_class in db.session.scalars(sa.select(SchoolClass).where(SchoolClass.id.in_(shown))):
        audit.note_read("follow_up:shown", school_class, school_id=school_class.school_id)
    mine = may_act_on({item.card.flag_id for item in found.cards})
    return jsonify(flags_json(found, filters.page, mine))


@bp.post("/api/v1/flags/<int(max=9223372036854775807):flag_id>/steps")
@needs(P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED, of="flag")
@for_programs(TAKE_STEP)
def api_take_step(flag: Flag) -> Response:
    if request.mimetype != "application/json":
        abort(415)
    try:
        decision = step_asked(request.get_json(silent=True))
    except Malformed as malformed:
        abort(400, str(malformed))
    (step,) = record_next_step([flag], decision, Recorder(g.account.id, g.opening_duty.id))
    audit.note("next_step:recorded", step, flag=step.flag_id, kind=step.kind)
    told = step_json(flag, step, rules_on(today()))
    db.session.commit()
    return jsonify(told)


def _number(name: str, highest: int) -> int | None:
    """A filter nobody can read would show everything: a program is told instead."""
    told = request.args.get(name)
    if told is None:
        return None
    if not (told.isascii() and told.isdecimal() and len(told) <= 19 and 1 <= int(told) <= highest):
        abort(400, f"{name} ska vara ett heltal från 1 till {highest}.")
    return int(told)


def _word(name: str, known: list[str]) -> Any:
    told = request.args.get(name)
    if told is not None and told not in known:
        abort(400, f"{name} ska vara något av {', '.join(known)}.")
    return told
