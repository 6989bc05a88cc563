"""What recording keeps of a file's changes, so that they can be taken back exactly."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from assessments.database import db
from assessments.import_models import ScoreFileChange
from assessments.writes import Cell, Outcome

TRACES = cast(sa.Table, ScoreFileChange.__table__)
BESIDE = ("attempted", "errors", "is_confirmed")  # what a score holds beside what its history says


def keep_traces(
    file_id: int, stored: Sequence[Outcome], ids: Mapping[Cell, int], before: Mapping[Cell, Any]
) -> None:
    """Each change the file made, with what stood beside the value before it."""
    nothing = {"attempted": None, "errors": None, "is_confirmed": False}
    rows = []
    for one in stored:
        old = before.get(one.write.cell)
        beside = {name: getattr(old, name) for name in BESIDE} if old else nothing
        rows.append({"change_id": ids[one.write.cell], "score_file_id": file_id, **beside})
    db.session.connection().execute(sa.insert(TRACES), rows)


def take_back_traces(stored: Sequence[Outcome], ids: Mapping[Cell, int]) -> None:
    """Each change that one of these writes took back says which change did it."""
    rows = [{"number": one.write.undoes, "by": ids[one.write.cell]} for one in stored]
    statement = sa.update(TRACES).where(TRACES.c.change_id == sa.bindparam("number"))
    done = statement.values(is_taken_back=True, undone_by_id=sa.bindparam("by"))
    db.session.connection().execute(done, rows)
