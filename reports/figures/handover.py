"""What a printed handover says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class HandoverPaper:
    """A handover as it was frozen. ``facts``: the chosen parts (screening/facts)."""

    imprint: Imprint
    name: str
    title: str
    class_name: str
    year: str
    to: str
    made_by: str
    made_on: date
    informed: str
    line: str | None
    facts: Mapping[str, Any]
    external_id: str
