"""Words that the shapes of JSON are told in, as JSON Schema: ``record(id=ID, name=TEXT)``."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_OR_NO: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DECIMAL: Schema = {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+(\.[0-9]{1,3})?$"}


def told(schema: Schema, words: str, example: object = None) -> Schema:
    """The same with words, and an example where one helps."""
    return {**schema, "description": words} | ({} if example is None else {"examples": [example]})


def or_null(schema: Schema) -> Schema:
    """The same, or null. ``enum`` would shut null out, so it stands beside it."""
    kind = schema["type"]
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [kind, "null"], **more}


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def rows(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def record(*missing: str, **fields: Schema) -> Schema:
    """An object with these fields and no others; those named in ``missing`` may be left out."""
    needed = [name for name in fields if name not in missing]
    return {"type": "object", "properties": fields, "required": needed, "additionalProperties": False}


PROBLEM = record(
    type=told(TEXT, "Alltid about:blank: statusen säger vad det är."),
    title=told(TEXT, "Vad som hände.", "Sidan finns inte"),
    status=told(WHOLE, "HTTP-statusen.", 404),
    detail=told(TEXT, "Varför, och vad du kan göra."),
    reasons=told(rows(TEXT), "Samma sak, ett skäl i taget."),
)
"""Problem details (RFC 9457), as ``assessments.pages`` answers."""
