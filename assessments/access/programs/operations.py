"""What programs are told of an address: written on its view, so that address and description are one.

An address with an operation takes a token, no other does. ``assessments.openapi`` is made from these.
Schemas are JSON Schema, as OpenAPI 3.1 has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from assessments.access.programs.scopes import TokenScope

Schema = dict[str, Any]
View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """``scope``: what a token must be for; none: any token. ``is_public``: no sign-in at all. ``answers`` by
    status: words, and the schema of JSON, or the media types of anything else. ``faults``: other statuses,
    answered by problem details."""

    summary: str
    part: str
    scope: TokenScope | None = None
    is_public: bool = False
    detail: str = ""
    asks: Mapping[str, Schema] = field(default_factory=dict)  # of the address, behind the question mark
    body: Schema | None = None
    answers: Mapping[int, tuple[str, Schema | tuple[str, ...]]] = field(default_factory=dict)
    faults: tuple[int, ...] = ()


def for_programs(operation: Operation) -> Callable[[View], View]:
    """The view may be asked by programs, with a token. Stands under ``needs``, which hands it on."""

    def told(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]  # read by the bearer's check and by OpenAPI
        return view

    return told


def operation_of(endpoint: str | None) -> Operation | None:
    """What programs are told of the address; none where it is for people in browsers alone."""
    return getattr(current_app.view_functions.get(endpoint or ""), "operation", None)
