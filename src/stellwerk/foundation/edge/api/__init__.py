"""What a room needs for its endpoints; `docs/api-development.md` shows how. The wire form is the api room's promise."""

from stellwerk.foundation.edge.api.answers import (
    JSON,
    LANGUAGE_IDS,
    LANGUAGES,
    LOCALES,
    asynchronous,
    day,
    json_answer,
    language,
    listed,
    money,
    page_of,
    seconds,
    success,
)
from stellwerk.foundation.edge.api.inputs import Day, Id, Input, MoneyOut, Output, field_errors, first_unstorable
from stellwerk.foundation.edge.api.listing import Asked, Listing
from stellwerk.foundation.edge.api.parameters import as_list, last, merged, nested
from stellwerk.foundation.edge.api.requests import ApiRequest, checked_parameters, has_visibility, seen, sees
from stellwerk.foundation.edge.api.routes import METHODS, Endpoint, Router

__all__ = [
    "JSON",
    "LANGUAGES",
    "LANGUAGE_IDS",
    "LOCALES",
    "METHODS",
    "ApiRequest",
    "Asked",
    "Day",
    "Endpoint",
    "Id",
    "Input",
    "Listing",
    "MoneyOut",
    "Output",
    "Router",
    "as_list",
    "asynchronous",
    "checked_parameters",
    "day",
    "field_errors",
    "first_unstorable",
    "has_visibility",
    "json_answer",
    "language",
    "last",
    "listed",
    "merged",
    "money",
    "nested",
    "page_of",
    "seconds",
    "seen",
    "sees",
    "success",
]
