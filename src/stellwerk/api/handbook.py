"""The OpenAPI document as a page shows it: commands by room, each with its fields, codes and a line for curl."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stellwerk.api.document import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_IN_AN_ANCHOR = re.compile(r"[^a-z0-9]+")
_PARAMETER = re.compile(r"{(\w+)}")
_METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or property. `kind` is its type in words."""

    name: str
    kind: str
    description: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Code:
    status: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one command."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    is_public: bool
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    codes: tuple[Code, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    operations: tuple[Operation, ...]


@cache
def sections() -> tuple[Section, ...]:
    """All commands under the headings of their rooms."""
    document = openapi()
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                found[methods[method]["tags"][0]].append(_operation(path, method, methods[method]))
    return tuple(Section(_anchor(title), title, tuple(operations)) for title, operations in found.items() if operations)


def _operation(path: str, method: str, raw: dict[str, Any]) -> Operation:
    body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answers = (answer for status, answer in raw["responses"].items() if status < "300")
    answer = next(answers)["content"].get("application/json", {}).get("schema", {})  # a file has none
    is_public = raw.get("security") == []
    return Operation(
        anchor=_anchor(f"{method} {path}"),
        method=method.upper(),
        path=path,
        summary=raw["summary"],
        description=raw.get("description", ""),
        scope=raw.get("x-scope", ""),
        is_public=is_public,
        parameters=tuple(_parameters(raw["parameters"])),
        body=tuple(_properties(body)),
        answer=tuple(_properties(_data_of(answer))),
        codes=tuple(Code(status, answer["description"]) for status, answer in sorted(raw["responses"].items())),
        curl=_curl(method, path, is_public=is_public, body=_example(body) if body else None),
    )


def _parameters(raw: list[dict[str, Any]]) -> Iterator[Field]:
    for each in raw:
        yield Field(each["name"], _kind(each["schema"]), each.get("description", ""), bool(each.get("required")))


def _properties(schema: dict[str, Any]) -> Iterator[Field]:
    schema = _resolved(schema)
    if "anyOf" in schema:
        schema = _resolved(schema["anyOf"][0])
    if schema.get("type") == "array":
        schema = _resolved(schema["items"])
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Field(name, _kind(each), each.get("description", ""), name in required)


def _data_of(envelope: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = _resolved(envelope).get("properties", {}).get("data", {})
    return data


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """The type in words: `integer`, `list of text`, `one of blue, green`."""
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "$ref" in schema:
        return _kind(_resolved(schema))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    named = {"string": schema.get("format", "text"), "object": "object", "null": "null"}
    kind = str(schema.get("type", "value"))
    return str(named.get(kind, kind))


def _example(schema: dict[str, Any], name: str = "") -> Any:
    schema = _resolved(schema)
    if "default" in schema:
        return schema["default"]
    for key in ("anyOf", "enum"):
        if key in schema:
            first = schema[key][0]
            return _example(first, name) if key == "anyOf" else first
    if schema.get("type") == "object":
        wanted = schema.get("required") or list(schema.get("properties", {}))[:2]
        return {key: _example(schema["properties"][key], key) for key in wanted}
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), name)]
    examples = {"integer": 7, "number": 7, "boolean": True, "null": None}
    return examples.get(str(schema.get("type")), "2027-01-31" if schema.get("format") == "date" else name or "text")


def _curl(method: str, path: str, *, is_public: bool, body: Any) -> str:
    address = _PARAMETER.sub(lambda found: "7" if found[1].endswith("_id") else found[1].upper(), path)
    lines = [f"curl {'' if method == 'get' else f'-X {method.upper()} '}https://$HOST{address}"]
    if not is_public:
        lines.append("-H 'Authorization: Bearer '$TOKEN")
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    return " \\\n  ".join(lines)


def _anchor(text: str) -> str:
    return _NOT_IN_AN_ANCHOR.sub("-", text.lower()).strip("-")
