"""Every address of the house, page or command, as the tables write it: `GET /o/{organisation_id}/members`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from stellwerk.api import commands

_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
PARAMETER = re.compile(r"{(\w+)}")
# The methods a page may have; what it does not know it refuses with 405 and needs no row.
PAGE_METHODS = ("GET", "POST")


@dataclass(frozen=True, order=True)
class Route:
    """`address` has its parameters in braces; `is_command` tells the REST interface from pages."""

    address: str
    method: str
    is_command: bool = False

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.address)

    def filled(self, values: dict[str, object]) -> str:
        return PARAMETER.sub(lambda found: str(values[found[1]]), self.address)

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def pages() -> list[Route]:
    """Every page with both methods, whether it knows them or not."""
    return [Route(address, method) for address in _addresses() for method in PAGE_METHODS]


def command_routes() -> list[Route]:
    """Every command of the REST interface with the methods it declares."""
    return [
        Route(f"/api/{command.version}/{command.path}", method, is_command=True)
        for command in commands.commands()
        for method in command.methods
    ]


def _addresses() -> Iterator[str]:
    for pattern, prefix in _patterns(get_resolver().url_patterns, ""):
        yield "/" + _CONVERTER.sub(r"{\1}", prefix + str(pattern.pattern))


def _patterns(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[URLPattern, str]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, prefix + str(each.pattern))
        else:
            yield each, prefix
