"""Judgements by an earlier version are kept: which set said what of whom, when, until when it stood.

Only another version moves a judgement here; a corrected score is told by the history of its cell.
"""

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from assessments.clock import now
from assessments.database import db
from screening.benchmarks.models import FormerJudgement
from screening.lives import FlagKey, FlagSays, JudgementKey, Rows
from screening.models import Judgement
from screening.standing import Kept, Row, Stored

FORMER, JUDGEMENTS = (cast(sa.Table, kind.__table__) for kind in (FormerJudgement, Judgement))
COPIED = [column.name for column in FORMER.columns if column.name not in ("id", "replaced_at", "signals")]
COPY = sa.insert(FORMER).from_select(
    [*COPIED, "replaced_at", "signals"],
    sa.select(
        *(JUDGEMENTS.c[name] for name in COPIED),
        sa.bindparam("moment", type_=FORMER.c.replaced_at.type),
        sa.bindparam("told", type_=FORMER.c.signals.type),
    ).where(JUDGEMENTS.c.id == sa.bindparam("row_id")),
)


def keep_former(stored: Stored, should_be: Rows) -> None:
    """Copy what stands now wherever another set has judged. In the transaction that writes the new."""
    replaced = [
        (key, old.row_id)
        for key, says in should_be.judgements.items()
        if (old := stored.judgements.get(key)) is not None
        and old.says.benchmark_set_id != says.benchmark_set_id
    ]
    if not replaced:
        return
    signals, moment = _signals(stored.flags), now()
    rows = [{"row_id": row_id, "moment": moment, "told": signals.get(key, [])} for key, row_id in replaced]
    db.session.connection().execute(COPY, rows)


def _signals(flags: Mapping[FlagKey, Kept[FlagSays]]) -> dict[JudgementKey, list[Row]]:
    """What stood in each pupil's window, in the order of the families."""
    told: dict[JudgementKey, list[Row]] = {}
    for pupil_id, family, window_id in sorted(flags):
        says = flags[pupil_id, family, window_id].says
        told.setdefault((pupil_id, window_id), []).append(
            {"family": family, "kind": says.kind, "level": says.level, "state": says.state}
        )
    return told
