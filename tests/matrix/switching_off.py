"""The rules of access switched off one by one: the matrix must notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from assessments.access import permissions, persons, reach
from assessments.database import db


def _everything(_reach: object, *_column: object) -> sa.ColumnElement[bool]:
    return sa.true()


def _whatever_there_is(of: str, row_id: int, *_permissions: object) -> object:
    return db.session.get_one(permissions.FETCHES[of].model, row_id)


def _all_duties(_permission: object = None, _roles: object = None, among: object = None) -> object:
    return permissions.g.duties if among is None else among


SWITCHED_OFF: dict[str, tuple[Any, str, Any]] = {
    "an object is fetched past what the person may see": (permissions, "fetch", _whatever_there_is),
    "every duty gives every permission": (permissions, "duties_giving", _all_duties),
    "every class is in scope": (reach, "_class_in_scope", _everything),
    "every school is in scope": (reach, "_school_in_scope", _everything),
    "a duty holds on any day": (persons, "ASKING", persons.asking(sa.true())),
}
WOULD_WRITE = [
    "an object is fetched past what the person may see",
    "every duty gives every permission",
    "every class is in scope",
]


@contextmanager
def switched_off(what: str) -> Iterator[None]:
    """Without the rule, and without the statements that have been built with it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(*SWITCHED_OFF[what])
        _forget_statements()
        yield
    _forget_statements()


def _forget_statements() -> None:
    for built in (
        reach.schools_within,
        reach.classes_within,
        reach.pupils_within,
        reach.pupil_ids_within,
    ):
        built.cache_clear()
