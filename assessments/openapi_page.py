"""The OpenAPI description as a page prints it: parts, addresses, and the fields of each body and answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
KINDS = {
    "string": "text",
    "integer": "heltal",
    "number": "tal",
    "boolean": "true eller false",
    "object": "objekt",
    "array": "lista",
    "null": "null",
}
FORMATS = {"date": "dag", "date-time": "tidpunkt", "decimal": "decimaltal som text"}


@dataclass(frozen=True)
class Field:
    name: str  # ``rows[].cells[].text``
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    media: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Address:
    """``faults`` are the statuses that are answered by problem details."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    asks: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    faults: tuple[tuple[str, str], ...]
    curl: str


def parts_of(spec: Json) -> dict[str, list[Address]]:
    """The addresses by part, in the order of their paths; where to begin stands first."""
    found: dict[str, list[Address]] = {"Början": []}
    for path, operations in spec["paths"].items():
        for method, told in operations.items():
            found.setdefault(told["tags"][0], []).append(_address(path, method.upper(), told))
    return found


def _address(path: str, method: str, told: Json) -> Address:
    body = told["requestBody"]["content"]["application/json"]["schema"] if "requestBody" in told else None
    answers = told["responses"]
    return Address(
        id=told["operationId"].replace(".", "-"),
        method=method,
        path=path,
        summary=told["summary"],
        words=told.get("description", "").replace("`", ""),
        asks=tuple(_asked(one) for one in told["parameters"]),
        body=tuple(fields_of(body)) if body else (),
        answers=tuple(_answer(status, one) for status, one in answers.items() if status < "300"),
        faults=tuple((status, one["description"]) for status, one in answers.items() if status >= "300"),
        curl=_curl(path, method, body),
    )


def _asked(told: Json) -> Field:
    return Field(told["name"], kind_of(told["schema"]), bool(told.get("required")), told["description"])


def _answer(status: str, told: Json) -> Answer:
    [content, *_] = told["content"].values()
    return Answer(
        status, told["description"], ", ".join(told["content"]), tuple(fields_of(content["schema"]))
    )


def fields_of(schema: Json, before: str = "") -> Iterator[Field]:
    """Every field, those inside others after them."""
    needed = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        whole = f"{before}{name}"
        yield Field(whole, kind_of(inner), name in needed, inner.get("description", ""))
        items = inner.get("items", {})
        if "properties" in items:
            yield from fields_of(items, f"{whole}[].")
        yield from fields_of(inner, f"{whole}.")


def kind_of(schema: Json) -> str:
    """``text eller null``, ``near_goal, at_goal``, ``lista av text``."""
    told = schema.get("type", [])
    kinds = [told] if isinstance(told, str) else told
    if "enum" in schema:
        return ", ".join("null" if one is None else str(one) for one in schema["enum"])
    named = [
        FORMATS.get(schema.get("format", ""), KINDS[one]) if one == "string" else KINDS[one] for one in kinds
    ]
    if kinds == ["array"] and "properties" not in schema["items"]:
        named = [f"lista av {kind_of(schema['items'])}"]
    return " eller ".join(named) or "vad som helst"


def _curl(path: str, method: str, body: Json | None) -> str:
    """A line to begin with: what stands in braces is changed by whoever runs it."""
    words = ["curl", "-H", '"Authorization: Bearer $NYCKEL"']
    if body is not None:
        sent = json.dumps(example_of(body), ensure_ascii=False)
        words += ["-X", method, "-H", '"Content-Type: application/json"', "-d", f"'{sent}'"]
    return " ".join([*words, f'"$ADRESS{path}"'])


def example_of(schema: Json) -> Any:
    """Something that the schema takes: only what is needed, and examples where there are some."""
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "null")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "object":
        one_of = schema.get("anyOf", [{"required": []}])[0]["required"]
        needed = [*schema.get("required", []), *one_of]
        return {name: example_of(schema["properties"][name]) for name in needed}
    if kind == "array":
        return [example_of(schema["items"])]
    return {"string": "…", "integer": 0, "number": 0, "boolean": False}.get(kind)
