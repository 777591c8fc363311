"""Query parameters in all usual spellings, as one nested value; no meaning is given to them here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PARTS = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 5  # a key with more brackets than any of ours is read as one flat name


def nested(pairs: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """`filter[k]=v`, `filter[k][]=v`, `filter[k][0]=v`, `with=a&with=b` as dicts, lists and strings.

    A key that comes once is a string, one that comes several times (or with `[]`, `[0]`) a list. A key that is a
    value here and a dict there becomes the dict: the deeper spelling says more.
    """
    tree: dict[str, Any] = {}
    for key, values in pairs:
        name, steps = _path(key)
        if not steps:
            _put(tree, name, values if len(values) > 1 else values[0])
            continue
        _grow(tree, [name, *steps], values)
    return {name: _without_numbers(value) for name, value in tree.items()}


def merged(query: Mapping[str, Any], body: object) -> dict[str, Any]:
    """The query's parameters, and those of a JSON body on GET that the query does not have."""
    return {**body, **query} if isinstance(body, dict) else dict(query)


def as_list(value: object) -> list[Any]:
    """One value, a list, or comma-separated words: always a list."""
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [
        word.strip() if isinstance(word, str) else word
        for each in values
        for word in (each.split(",") if isinstance(each, str) else [each])
        if word != ""
    ]


def last(value: object) -> object:
    """The value of a parameter that stands once; of a repeated one the last, as most servers do."""
    return value[-1] if isinstance(value, list) and value else value


def _path(key: str) -> tuple[str, list[str]]:
    name, bracket, rest = key.partition("[")
    steps = _PARTS.findall(bracket + rest)
    if not name or not steps or len(steps) > _DEEPEST or "".join(f"[{step}]" for step in steps) != bracket + rest:
        return key, []
    return name, steps


def _grow(tree: dict[str, Any], path: list[str], values: list[str]) -> None:
    """Walks to the leaf, making dicts on the way. `[]` counts on, so that a list keeps its order."""
    node = tree
    for step in path[:-1]:
        inner = node.get(step)
        if not isinstance(inner, dict):
            inner = node[step] = {}
        node = inner
    if path[-1] == "":
        for value in values:
            node[str(len(node))] = value
    else:
        _put(node, path[-1], values if len(values) > 1 else values[0])


def _put(node: dict[str, Any], name: str, value: object) -> None:
    if not isinstance(node.get(name), dict):
        node[name] = value


def _without_numbers(value: Any) -> Any:
    """Dicts whose keys are all numbers become lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _without_numbers(each) for key, each in value.items()}
    if inner and all(key.isascii() and key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
