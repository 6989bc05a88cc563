"""What a printed request for help says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class RequestPaper:
    """A request as it was sent. ``facts``: the chosen parts (screening/facts), frozen that day."""

    imprint: Imprint
    name: str
    receiver: str
    asked_by: str
    sent_on: date
    due_on: date
    consent: str
    question: str
    facts: Mapping[str, Any]
