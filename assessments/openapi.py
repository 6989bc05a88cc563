"""The OpenAPI description of the addresses that are told to programs, made from the routes themselves."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from assessments.access.programs.operations import Operation
from assessments.access.programs.schemas import ID, PROBLEM, Schema

Json = dict[str, Any]
PROBLEM_TYPE, JSON_TYPE = "application/problem+json", "application/json"
PART_OF_PATH = re.compile(r"<(?:[^<>]+:)?(\w+)>")
NAMED = {
    "class_id": "Klassens id.",
    "pupil_id": "Elevens id.",
    "flag_id": "Signalens id.",
    "print_order_id": "Utskriftens id.",
    "number": "Klassens nummer i utskriften.",
    "window": "Perioden, till exempel 2026-27-autumn.",
    "school_id": "Skolans id.",
    "form": "Papperet, eller samma tal som tabell.",
    "class_paper": "Vilket papper.",
    "pupil_paper": "Vilket papper.",
}
FAULTS = {
    400: "Begäran går inte att läsa.",
    401: "Ingen nyckel som gäller.",
    403: "Ingår inte i uppdraget, eller inte i det nyckeln får.",
    404: "Finns inte, eller är inte din.",
    405: "Adressen tar inte emot den metoden.",
    409: "Går inte som det står nu; reasons säger varför.",
    413: "För stort.",
    415: "Skicka application/json.",
    429: "För många försök; Retry-After säger hur länge du väntar.",
    503: "Lässpår svarar inte just nu.",
}
ABOUT = (
    "Adresser för program. Visa nyckeln i rubriken Authorization: Bearer. Tider är ISO 8601, dagar svenska"
    " dagar, decimaler i text har punkt. Fel är problem details (RFC 9457) på svenska."
)


def specification(app: Flask) -> Json:
    """The whole description, as OpenAPI 3.1 has it."""
    from apispec import APISpec  # asked for now and then; a web worker starts without it

    spec = APISpec(
        "Lässpår",
        version("lasspar"),
        "3.1.0",
        info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/"}],
    )
    spec.components.schema("Problem", PROBLEM)
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "__Host-lasspar"})
    for rule, method, operation in told_addresses(app):
        spec.path(as_template(rule.rule), operations={method.lower(): _operation(rule, operation)})
    return spec.to_dict()


def as_template(rule: str) -> str:
    """``/classes/{class_id}`` of an address as Flask writes it."""
    return PART_OF_PATH.sub(r"{\1}", rule)


def told_addresses(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    """Every address that is told to programs, with its method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        operation: Operation | None = getattr(app.view_functions.get(rule.endpoint), "operation", None)
        if operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, operation


def _operation(rule: Rule, told_of: Operation) -> Json:
    scope = f" Nyckeln behöver `{told_of.scope}`." if told_of.scope else ""
    words = f"{told_of.detail}{scope}".strip()
    return {
        "operationId": rule.endpoint,
        "summary": told_of.summary,
        **({"description": words} if words else {}),
        "tags": [told_of.part],
        "parameters": [*_of_path(rule), *_of_query(told_of)],
        **({"requestBody": _body(told_of.body)} if told_of.body else {}),
        "responses": dict(_answers(told_of)),
        "security": [] if told_of.is_public else [{"token": []}, {"cookie": []}],
    }


def _of_path(rule: Rule) -> Iterator[Json]:
    for name in sorted(rule.arguments):
        schema = _schema(rule._converters[name])
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": NAMED[name]}


def _schema(converter: Any) -> Schema:
    if isinstance(converter, IntegerConverter):
        return ID
    if isinstance(converter, AnyConverter):
        return {"type": "string", "enum": sorted(converter.items)}
    return {"type": "string"}


def _of_query(told_of: Operation) -> Iterator[Json]:
    for name, schema in told_of.asks.items():
        words = {"description": schema["description"]}
        bare = {key: value for key, value in schema.items() if key != "description"}
        yield {"name": name, "in": "query", "schema": bare, **words}


def _body(schema: Schema) -> Json:
    return {"required": True, "content": {JSON_TYPE: {"schema": schema}}}


def _answers(told_of: Operation) -> Iterator[tuple[str, Json]]:
    for status, (words, shape) in told_of.answers.items():
        media = (
            {one: {"schema": {}} for one in shape}
            if isinstance(shape, tuple)
            else {JSON_TYPE: {"schema": shape}}
        )
        yield str(status), {"description": words, "content": media}
    usual = () if told_of.is_public else (400, 401, 403, 429)
    for status in sorted({*usual, *told_of.faults, 405, 503}):
        yield (
            str(status),
            {
                "description": FAULTS[status],
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
