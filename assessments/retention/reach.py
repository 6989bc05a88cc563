"""Whose rules, protocols and exports a person reaches: those of the municipalities that she administers."""

from collections.abc import Sequence

import sqlalchemy as sa

from assessments.access.permissions import FETCHES, Fetch, Permission, municipalities_open_to
from assessments.access.persons import Held
from assessments.retention.models import Disposal
from assessments.roster.models import Municipality


def disposals_open_to(
    permission: Permission | None = None, among: Sequence[Held] | None = None
) -> sa.Select[Disposal]:
    """The protocols of the municipalities where a duty gives the permission."""
    here = municipalities_open_to(permission, among).with_only_columns(Municipality.id)
    return sa.select(Disposal).where(Disposal.municipality_id.in_(here))


FETCHES["disposal"] = Fetch(Disposal, "disposal_id", disposals_open_to)
