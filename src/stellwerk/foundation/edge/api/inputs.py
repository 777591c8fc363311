"""Bodies that clients send: strictly typed, refused field by field, never with a server error."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from stellwerk.foundation.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

WHOLE_NUMBERS = range(-(2**63), 2**63)  # what both databases store in a big integer column
LARGEST_NUMBER = WHOLE_NUMBERS[-1]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 3000)
_DEEPEST = 20  # no body of ours is nested deeper than four


class Input(BaseModel):
    """The base of every body. Strict: `"7"` is no number and `1` no boolean; unknown fields are ignored.

    Not ninja's Schema: that reads attributes of whatever it is given, so that a text where an object belongs passes
    for an empty object.
    """

    model_config = ConfigDict(strict=True, extra="ignore", str_strip_whitespace=True)


class Output(Schema):
    """The base of every answer's description. It documents; answers are never validated against it at run time."""


class MoneyOut(Output):
    """`amount` in minor units (Rappen, cent); `formatted` is for people, in the language of the request."""

    amount: int
    currency: str
    formatted: str


class ProblemOut(Output):
    """What stands in the way, with its stable code."""

    code: str
    description: str


def _day(raw: object) -> object:
    """`YYYY-MM-DD` as a date. Other forms of ISO 8601 and seconds are refused, and years that no calendar of ours
    reaches: a day more or another time zone would leave what a date can be.
    """
    day = None
    if isinstance(raw, str) and _DAY.fullmatch(raw):
        with suppress(ValueError):
            day = date.fromisoformat(raw)
    if day is None:
        raise PydanticKnownError("date_type")
    if day.year not in _YEARS:
        raise PydanticCustomError("day_out_of_range", "day", {"first": _YEARS[0], "last": _YEARS[-1]})
    return day


Id = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]
Day = Annotated[date, BeforeValidator(_day)]
_EMAIL = r"^[^@\s]+@[^@\s]+$"  # what the rooms look at more closely


def _email(text: str) -> str:
    if not re.match(_EMAIL, text):
        raise PydanticCustomError("email", "email")
    return text


Email = Annotated[
    str, Field(min_length=3, max_length=254, json_schema_extra={"pattern": _EMAIL}), AfterValidator(_email)
]


def require_one_of(entries: BaseModel, *names: str) -> None:
    """For a validator of the whole model: one of these fields, not none and not two."""
    if sum(getattr(entries, name) is not None for name in names) != 1:
        raise PydanticCustomError("exactly_one", "exactly one", {"names": ", ".join(names), "at": names[0]})


def refuse_repetition(things: Sequence[object]) -> None:
    """For a validator of a list: each thing once."""
    if len(set(things)) != len(things):
        raise PydanticCustomError("repeated", "repeated")


# pydantic's error type → the rule of `validation_rule_…` and the sentence. Values fill %(…)s from pydantic's context.
_RULES: dict[str, tuple[str, str | _StrPromise]] = {
    "missing": ("required", _("This field is required.")),
    "int_type": ("integer", _("Enter a whole number.")),
    "int_from_float": ("integer", _("Enter a whole number.")),
    "int_parsing": ("integer", _("Enter a whole number.")),
    "int_parsing_size": ("integer", _("Enter a whole number.")),
    "string_type": ("string", _("Enter a text.")),
    "bool_type": ("boolean", _("Enter true or false.")),
    "bool_parsing": ("boolean", _("Enter true or false.")),
    "list_type": ("array", _("Enter a list.")),
    "dict_type": ("object", _("Enter an object.")),
    "model_type": ("object", _("Enter an object.")),
    "model_attributes_type": ("object", _("Enter an object.")),
    "date_type": ("date", _("Enter a date as YYYY-MM-DD.")),
    "day_out_of_range": ("between", _("Enter a year from %(first)s to %(last)s.")),
    "literal_error": ("in", _("Choose one of the allowed values.")),
    "enum": ("in", _("Choose one of the allowed values.")),
    "string_too_short": ("min", _("The text is too short: at least %(min_length)s characters.")),
    "string_too_long": ("max", _("The text is too long: at most %(max_length)s characters.")),
    "too_short": ("min", _("Too few entries: at least %(min_length)s.")),
    "too_long": ("max", _("Too many entries: at most %(max_length)s.")),
    "greater_than_equal": ("min", _("The number must be at least %(ge)s.")),
    "greater_than": ("min", _("The number must be greater than %(gt)s.")),
    "less_than_equal": ("max", _("The number must be at most %(le)s.")),
    "less_than": ("max", _("The number must be less than %(lt)s.")),
    "email": ("email", _("Enter an e-mail address, for example anna@example.ch.")),
    "exactly_one": ("exactly_one", _("Name exactly one of these: %(names)s.")),
    "repeated": ("distinct", _("Name each of them once only.")),
    "string_pattern_mismatch": ("format", _("The text does not have the expected form.")),
    "not_storable": ("text", _("The text contains a character that cannot be stored.")),
    "out_of_range": ("between", _("The number lies outside the allowed range.")),
    "too_deep": ("format", _("The value is nested too deeply.")),
}
_OTHERWISE: tuple[str, str | _StrPromise] = ("format", _("This value is not possible here."))


def field_errors(refusals: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's refusals as ours: the attribute is the path to the field, joined by dots."""
    return [_field_error(each) for each in refusals]


def _field_error(refusal: Mapping[str, Any]) -> FieldError:
    rule, text = _RULES.get(refusal["type"], _OTHERWISE)
    context = refusal.get("ctx") or {}
    if (refusal["type"], context.get("min_length")) == ("string_too_short", 1):
        text = _("This field must not be empty.")
    steps = (*refusal["loc"], *([context["at"]] if "at" in context else []))
    name = ".".join(str(step) for step in steps) or "body"
    values = tuple(part.strip(" '") for part in str(context["expected"]).replace(" or ", ", ").split(", ")) if (
        refusal["type"] in {"literal_error", "enum"}
    ) else ()  # fmt: skip
    return FieldError(name, rule, str(text) % context if "%(" in str(text) else text, values=values)


def first_unstorable(value: object, path: tuple[str | int, ...] = ()) -> dict[str, Any] | None:
    """The first value that no database column takes: a NUL character, a number beyond 64 bits, endless nesting.

    Checked once for the whole body, so that no room has to think of it.
    """
    if isinstance(value, str):
        return {"type": "not_storable", "loc": path} if "\0" in value else None
    if len(path) > _DEEPEST:
        return {"type": "too_deep", "loc": path[:1]}
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if value in WHOLE_NUMBERS else {"type": "out_of_range", "loc": path}
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        inner = enumerate(value)
    return next((found for key, each in inner if (found := first_unstorable(each, (*path, key)))), None)
