"""A request as endpoints see it, and who may see the things its address names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.api.listing import Asked

    Visibility = Callable[[Actor, Any, Mapping[str, Any]], Actor]

_LARGEST_ID = 2**63 - 1
_visibilities: dict[str, Visibility] = {}


class ApiRequest(HttpRequest):
    """A checked request. There is no `user` and no `session` here: only the token says who asks."""

    actor: Actor
    request_id: str
    asked: Asked
    payload: Any
    version: int
    device_id: int | None = None  # of the approval app that signed the call
    device_language: str = "en"
    is_use_unnoted: bool = False


def sees(parameter: str) -> Callable[[Visibility], Visibility]:
    """Register who sees the things a path parameter names.

    The function gets the actor, the value and the parameters left of it, and returns the actor to go on with
    (usually the same, or the same person standing in the thing's organisation). It raises NotFound for anything
    the actor must not know of. It runs before the body is looked at.
    """

    def register(function: Visibility) -> Visibility:
        _visibilities[parameter] = function
        return function

    return register


def seen(actor: Actor, parameters: Mapping[str, Any]) -> Actor:
    """The actor after every parameter of the address, left to right, was found visible. Raises NotFound."""
    known: dict[str, Any] = {}
    for name, value in parameters.items():
        check = _visibilities.get(name)
        if check is not None:
            actor = check(actor, value, known)
        known[name] = value
    return actor


def has_visibility(parameter: str) -> bool:
    return parameter in _visibilities


def checked_parameters(raw_parameters: Mapping[str, str]) -> dict[str, Any]:
    """Ids as numbers. An id that is none, or longer than any of ours, names nothing: NotFound."""
    checked: dict[str, Any] = {}
    for name, raw in raw_parameters.items():
        if not name.endswith("_id"):
            if "\0" in raw:
                raise NotFound
            checked[name] = raw
            continue
        if not (raw.isascii() and raw.isdigit()) or len(raw) > len(str(_LARGEST_ID)) or int(raw) > _LARGEST_ID:
            raise NotFound
        checked[name] = int(raw)
    return checked
