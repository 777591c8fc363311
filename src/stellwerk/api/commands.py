"""Which command an address means: versions, path parameters, and the methods it knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import ninja
import ninja.parser

from stellwerk.api import reference, visibility  # noqa: F401  visibility registers itself
from stellwerk.billing import api as billing
from stellwerk.catalogue import api as catalogue
from stellwerk.foundation.edge.api import METHODS, Endpoint, Router
from stellwerk.identity import api as identity
from stellwerk.organisations import api as organisations
from stellwerk.products import api as products

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from ninja.operation import Operation

    from stellwerk.foundation.edge.api import ApiRequest

# Every room's router, in the order of the documentation. A room below adds its line here.
ROUTERS: tuple[Router, ...] = (
    reference.router,
    *organisations.routers,
    *identity.routers,
    catalogue.router,
    *products.routers,
    *billing.routers,
)
# Old words for the first part of an address; both lead to the same command.
ALIASES = {"account": "accounts", "product": "products"}


@dataclass(frozen=True, slots=True)
class Command:
    """One path in one version, with its methods."""

    path: str
    version: int
    methods: dict[str, tuple[Endpoint, Operation]]

    @property
    def is_public(self) -> bool:
        """Whether no method of it needs a login."""
        return all(endpoint.is_public for endpoint, _ in self.methods.values())

    @property
    def is_for_devices(self) -> bool:
        """Whether approval devices call it, and nobody else."""
        return any(endpoint.is_for_devices for endpoint, _ in self.methods.values())

    @property
    def allowed(self) -> str:
        return ", ".join(method for method in METHODS if method in self.methods)


@dataclass(slots=True)
class _Node:
    """One part of an address: literal words before the parameter."""

    words: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    command: tuple[Command, tuple[str, ...]] | None = None  # with the names of its parameters


@dataclass(frozen=True, slots=True)
class Found:
    command: Command
    parameters: dict[str, str]
    is_version_named: bool


class _ReadBodies(ninja.parser.Parser):
    """The gateway has read the body already, before it counted the request."""

    def parse_body(self, request: HttpRequest) -> Any:
        return cast("ApiRequest", request).payload


@cache
def documented() -> ninja.NinjaAPI:
    """The rooms' endpoints as one ninja API: the source of the OpenAPI document and of the bodies' schemas."""
    api = ninja.NinjaAPI(title="Stellwerk", version="1", docs_url=None, openapi_url=None, parser=_ReadBodies())
    for router in ROUTERS:
        api.add_router("", router.documented)
    return api


@cache
def commands() -> tuple[Command, ...]:
    """Every command of every version."""
    operations = dict(_operations())
    found: dict[tuple[int, str], Command] = {}
    for router in ROUTERS:
        for endpoint in router.endpoints:
            command = found.setdefault((endpoint.version, endpoint.path), Command(endpoint.path, endpoint.version, {}))
            if endpoint.method in command.methods:
                raise ValueError(f"Declared twice: {endpoint.method} /{endpoint.version}/{endpoint.path}")
            command.methods[endpoint.method] = (
                endpoint,
                operations[endpoint.method, f"/{endpoint.version}/{endpoint.path}"],
            )
    return tuple(found.values())


def find(address: str) -> Found | None:
    """The command of `1/accounts/7`, or of `accounts/7` in its newest version. None for an unknown route."""
    words = address.strip("/").split("/")
    if words[0].isascii() and words[0].isdigit():
        tree = _trees().get(words[0])
        return _walked(tree, words[1:], is_version_named=True) if tree else None
    for version in sorted(_trees(), key=int, reverse=True):
        found = _walked(_trees()[version], words, is_version_named=False)
        if found:
            return found
    return None


def _walked(tree: _Node, words: list[str], *, is_version_named: bool) -> Found | None:
    if words and words[0] in ALIASES:
        words = [ALIASES[words[0]], *words[1:]]
    match = _match(tree, words, 0)
    if match is None:
        return None
    (command, names), values = match
    return Found(command, dict(zip(names, values, strict=True)), is_version_named)


def _match(node: _Node, words: list[str], at: int) -> tuple[tuple[Command, tuple[str, ...]], list[str]] | None:
    if at == len(words):
        return (node.command, []) if node.command else None
    word = words[at]
    literal = node.words.get(word)
    found = _match(literal, words, at + 1) if literal else None
    if found or node.parameter is None or not word:
        return found
    found = _match(node.parameter, words, at + 1)
    return (found[0], [word, *found[1]]) if found else None


@cache
def _trees() -> dict[str, _Node]:
    """The addresses of each version, by its number as it is written."""
    trees: dict[str, _Node] = {}
    for command in commands():
        node = trees.setdefault(str(command.version), _Node())
        names = []
        for word in command.path.split("/"):
            if word.startswith("{"):
                names.append(word[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.words.setdefault(word, _Node())
        node.command = (command, tuple(names))
    return trees


def _operations() -> Iterator[tuple[tuple[str, str], Operation]]:
    for router in ROUTERS:
        for path, view in router.documented.path_operations.items():
            for operation in view.operations:
                yield (operation.methods[0], path), operation
