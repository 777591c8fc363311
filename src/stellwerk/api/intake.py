"""What a request says: its token, method, body, list parameters. Each function raises the refusal of its stage."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
import pydantic
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from stellwerk.api import commands, refusals
from stellwerk.foundation.edge.api import METHODS, Asked, field_errors, first_unstorable, merged, nested
from stellwerk.foundation.errors import FieldError, Invalid, NotFound

if TYPE_CHECKING:
    from django.http import HttpRequest
    from ninja.operation import Operation

    from stellwerk.foundation.edge.api import ApiRequest, Endpoint

_LONGEST_HEADER = 500
_FORM = "application/x-www-form-urlencoded"


def bearer(request: HttpRequest) -> str:
    """The token of the Authorization header. A token in the address or body is none: addresses end up in logs."""
    kind, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def method(request: HttpRequest) -> str:
    """The method meant, "" for one that no command knows. Header and query may turn a POST into a DELETE (API-018)."""
    sent = request.method or ""
    if sent == "POST" and "DELETE" in (
        request.META.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper(),
        request.GET.get("_method", "").upper(),
    ):
        return "DELETE"
    return sent if sent in METHODS else ""


def body(request: HttpRequest) -> Any:
    """The body as JSON values, `{}` for none. Raises 413, 415, 400."""
    if request.method == "GET" and not request.META.get("CONTENT_LENGTH"):
        return {}
    raw = request.body  # raises RequestDataTooBig, which the gateway answers with 413
    if not raw:
        return {}
    if request.content_type == _FORM and list(request.POST) == ["_method"]:
        return request.POST.dict()
    if request.content_type != "application/json":
        raise refusals.UnsupportedMediaType
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as broken:
        raise refusals.MalformedJson from broken


def asks_for_delete(payload: object) -> bool:
    """Whether the body of a POST says `_method=DELETE`."""
    return isinstance(payload, dict) and str(payload.get("_method", "")).upper() == "DELETE"


def checked_values(
    request: ApiRequest, endpoint: Endpoint, operation: Operation, parameters: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of the endpoint. Raises Invalid with everything that is wrong with query and body."""
    errors: list[FieldError] = []
    request.asked = Asked()
    if endpoint.listing is not None:
        try:
            request.asked = endpoint.listing.asked(merged(nested(request.GET.lists()), request.payload))
        except Invalid as refused:
            errors += refused.errors
    elif unstorable := first_unstorable(request.payload):
        raise Invalid(*field_errors([unstorable]))
    values: dict[str, Any] = {}
    for model in operation.models:
        try:
            values.update(dict(model.resolve(request, commands.documented(), parameters)))
        except pydantic.ValidationError as refused:
            if model.__ninja_param_source__ == "path":
                raise NotFound from refused
            errors += field_errors(_inside_the_body(each) for each in refused.errors(include_url=False))
    if errors:
        raise Invalid(*errors)
    return values


def language(request: HttpRequest) -> str:
    """The best of our languages for the reader; English where none fits."""
    return _language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:_LONGEST_HEADER])


@lru_cache(maxsize=256)
def _language(accepted: str) -> str:
    for code, weight in parse_accept_lang_header(accepted.lower()):
        if not weight:
            continue  # "anything but this one" (RFC 9110 12.4.2)
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return "en"


def _inside_the_body(error: Any) -> dict[str, Any]:
    """The place of an error without the name of our own argument."""
    return {**error, "loc": error["loc"][1:]}
