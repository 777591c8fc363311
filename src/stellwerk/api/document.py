"""The OpenAPI document: what the rooms declared, and what the door adds to every command."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import TypeAdapter

from stellwerk.api import commands
from stellwerk.api.limits import LIMIT
from stellwerk.foundation.edge.api.listing import MOST_PER_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stellwerk.foundation.edge.api import Endpoint, Listing

DESCRIPTION = f"""Everything the Manager does can be done with a token.

Every answer is `{{"result":"success","data":…}}` or `{{"result":"error","error":{{…}}}}`. Codes are stable;
descriptions follow `Accept-Language`. Amounts are integers in minor units, times are seconds since 1970 UTC, dates
`YYYY-MM-DD`. {LIMIT} requests a minute and account pass, over all its tokens. Name the version in the address: without
one the newest answers, and a new one may break your client."""

_ERRORS: dict[int, str] = {
    400: "Malformed JSON, or refused by a rule; the code says which",
    401: "No usable token; context.reason says why",
    403: "The token lacks the scope, or the person the right",
    404: "Unknown, or belongs to somebody else",
    405: "The command does not know the method",
    409: "Somebody was faster, or the Idempotency-Key is in use",
    410: "Gone for good",
    413: "The request is too large",
    415: "The body is not application/json",
    422: "Fields were refused; errors has one entry for each",
    429: "Too many requests; Retry-After says how many seconds to wait",
    500: "Our fault; nothing was changed. context.request_id is for support",
    503: "Something that this instance needs for it is missing; the code says what",
}
_READING = (400, 401, 403, 404, 405, 413, 415, 422, 429, 500)
_PUBLIC = tuple(status for status in _READING if status not in (401, 403))


@cache
def openapi() -> dict[str, Any]:
    """The whole document, as JSON values. Built once: commands do not change while the house runs."""
    schema: dict[str, Any] = dict(commands.documented().get_openapi_schema(path_prefix="/api"))
    schema["info"] = {"title": "Stellwerk", "version": version("stellwerk"), "description": DESCRIPTION}
    schema["servers"] = [{"url": "/"}]
    schema["security"] = [{"token": []}]
    components = schema["components"]
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token of your profile, or an OAuth token"},
        "device": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Stellwerk-Device with the signature of an approval app; docs/security.md says over what",
        },
    }
    components["schemas"] = dict(sorted(components["schemas"].items())) | {"Error": _ERROR}
    components["headers"] = _HEADERS
    for command in commands.commands():
        path = schema["paths"][f"/api/{command.version}/{command.path}"]
        for method, (endpoint, _operation) in command.methods.items():
            _complete(path[method.lower()], endpoint)
    schema["tags"] = [{"name": router.tag} for router in commands.ROUTERS]
    return schema


def _complete(operation: dict[str, Any], endpoint: Endpoint) -> None:
    if endpoint.is_public:
        operation["security"] = []
    elif endpoint.is_for_devices:
        operation["security"] = [{"device": []}]
    elif endpoint.scope:
        scope = endpoint.scope if endpoint.writes else f"{endpoint.scope}:read"
        operation["security"] = [{"token": [scope]}]
        operation["x-scope"] = scope
    parameters = operation["parameters"]
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["schema"].get("type") == "integer":
            parameter["schema"]["minimum"] = 1
    if endpoint.listing is not None:
        parameters += _list_parameters(endpoint.listing)
    if endpoint.method == "POST" and not endpoint.is_public:
        parameters.append(_IDEMPOTENCY_KEY)
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    may_end = endpoint.writes or endpoint.is_for_devices
    _describe_success(operation["responses"], endpoint)
    usual = (*(_PUBLIC if endpoint.is_public else _READING), *((409, 410) if may_end else ()))
    for status in sorted({*usual, *endpoint.more_statuses}):
        operation["responses"][str(status)] = {
            "description": _ERRORS[status],
            "headers": _headers_of(status),
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }


def _describe_success(responses: dict[str, Any], endpoint: Endpoint) -> None:
    for status, answer in responses.items():
        answer["headers"] = _headers_of(int(status))
    if endpoint.media != "application/json":
        file = {"type": "string", "format": "binary"}
        responses[str(endpoint.status)]["content"] = {endpoint.media: {"schema": file}}
    if "202" in responses:
        responses["202"]["description"] = "Accepted; something is waited for, a payment for instance"


def _headers_of(status: int) -> dict[str, Any]:
    names = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", *_OWN_HEADERS.get(status, ())]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _list_parameters(listing: Listing) -> Iterator[dict[str, Any]]:
    if listing.include:
        yield _words("with", (*listing.include, "*"), "Fields to add; * adds all")
    if listing.is_one:
        return
    whole = {"type": "integer", "minimum": 1}
    yield _query("page", whole, "From 1. With it the answer counts total and pages")
    yield _query("per_page", {**whole, "maximum": MOST_PER_PAGE, "default": 50}, "Entries of a page")
    yield _query("limit", {**whole, "maximum": MOST_PER_PAGE}, "The most entries, without pages")
    yield _query("skip", {"type": "integer", "minimum": 0}, "Entries to leave out first")
    yield _query("return", {"type": "string"}, "total: the answer is the number of entries alone")
    if listing.is_searchable:
        yield _query("search", {"type": "string"}, "Words to look for")
    if listing.order:
        yield _words("order_by", listing.order, "Fields to order by, the first counts most")
        yield _query("order", {"enum": ["asc", "desc"]}, "Direction of all fields; order_for[field] for a single one")
    for name, kind in listing.filters.items():
        yield _query(f"filter[{name}]", _schema_of(kind), "Only entries with this value")


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


def _words(name: str, allowed: tuple[str, ...], description: str) -> dict[str, Any]:
    schema = {"type": "array", "items": {"enum": list(allowed)}}
    return {**_query(name, schema, description), "style": "form", "explode": False}


def _schema_of(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is list:
        return {"type": "array", "items": _schema_of(get_args(kind)[0])}
    return TypeAdapter(kind).json_schema()


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A word of yours for this request. The same word again gives the same answer for 24 hours",
}
_ERROR: dict[str, Any] = {
    "type": "object",
    "title": "Error",
    "required": ["result", "error"],
    "properties": {
        "result": {"const": "error"},
        "error": {
            "type": "object",
            "required": ["code", "description", "errors", "context"],
            "properties": {
                "code": {"type": "string", "description": "Stable, snake_case, never translated"},
                "description": {"type": "string"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["code", "description", "context"],
                        "properties": {
                            "code": {"type": "string"},
                            "description": {"type": "string"},
                            "context": {"type": "object"},
                        },
                    },
                },
                "context": {"type": "object"},
            },
        },
    },
}
_HEADERS: dict[str, Any] = {
    "X-RateLimit-Limit": {"schema": {"type": "integer"}, "description": "Requests a minute"},
    "X-RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "Requests left at this moment"},
    "X-RateLimit-Reset": {"schema": {"type": "integer"}, "description": "When the oldest request stops counting, UTC"},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"},
    "Allow": {"schema": {"type": "string"}, "description": "The methods the command knows"},
    "WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"},
}
_OWN_HEADERS = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",)}
