"""What a client may ask of a list: pages, order, search, filters, extra fields. Declared once per endpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_origin

from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter, ValidationError

from stellwerk.foundation.edge.api.inputs import LARGEST_NUMBER, field_errors, first_unstorable
from stellwerk.foundation.edge.api.parameters import as_list, last
from stellwerk.foundation.errors import FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PER_PAGE = 50
MOST_PER_PAGE = 500  # also the length of a list asked without pages
_DIRECTIONS = ("asc", "desc")
_WHOLE = re.compile(r"-?[0-9]{1,100}")  # int() would also read `1_0`


@dataclass(frozen=True, slots=True)
class Asked:
    """The checked list parameters. `order` names fields, True for descending; `limit` and `skip` are always set."""

    search: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    include: frozenset[str] = frozenset()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int = MOST_PER_PAGE
    skip: int = 0
    page: int | None = None
    per_page: int = DEFAULT_PER_PAGE
    only_total: bool = False


@dataclass(frozen=True)
class Listing:
    """The parameters one list takes.

    `filters` maps a name to the Python type of its value (`str`, `int`, `bool`, `list[int]`, a Literal, …);
    `order` names the fields of `order_by`, `include` those of `with=`. `is_one` is for a single thing, which takes
    `with=` and nothing else.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    is_searchable: bool = True
    is_one: bool = False

    @cached_property
    def adapters(self) -> dict[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(kind) for name, kind in self.filters.items()}

    def asked(self, parameters: Mapping[str, Any]) -> Asked:
        """The parameters checked. Unknown names are ignored; raises Invalid with one error per refused value."""
        if not parameters:
            return Asked()
        errors: list[FieldError] = []
        if self.is_one:
            parameters = {"with": parameters.get("with")}
        page, per_page, limit, skip = self._window(parameters, errors)
        asked = Asked(
            search=_words(parameters, errors) if self.is_searchable else "",
            filters=self._filters(parameters.get("filter"), errors),
            include=self._include(parameters.get("with"), errors),
            order=self._order(parameters, errors),
            limit=limit,
            skip=skip,
            page=page,
            per_page=per_page,
            only_total=last(parameters.get("return")) == "total",
        )
        _refuse_unstorable(asked, errors)
        if errors:
            raise Invalid(*errors)
        return asked

    def _window(self, parameters: Mapping[str, Any], errors: list[FieldError]) -> tuple[int | None, int, int, int]:
        page = _whole(parameters, "page", 1, None, errors)
        per_page = _whole(parameters, "per_page", 1, MOST_PER_PAGE, errors) or DEFAULT_PER_PAGE
        limit = _whole(parameters, "limit", 1, MOST_PER_PAGE, errors)
        skip = _whole(parameters, "skip", 0, None, errors) or 0
        if page is not None:
            skip = (page - 1) * per_page
            if skip > LARGEST_NUMBER:
                errors.append(_out_of_range("page", 1, None))
            return page, per_page, per_page, skip
        return None, per_page, limit or MOST_PER_PAGE, skip

    def _filters(self, raw: object, errors: list[FieldError]) -> dict[str, Any]:
        if not isinstance(raw, dict):
            return {}
        found = {}
        for name, adapter in self.adapters.items():
            if name not in raw or raw[name] is None:
                continue
            try:
                found[name] = _converted(self.filters[name], adapter, raw[name])
            except ValidationError as refused:
                first = refused.errors(include_url=False)[0]
                errors += field_errors([{**first, "loc": ("filter", name)}])
        return found

    def _include(self, raw: object, errors: list[FieldError]) -> frozenset[str]:
        words = as_list(raw)
        if "*" in words:
            return frozenset(self.include)
        if any(word not in self.include for word in words):
            errors.append(_not_among("with", self.include))
        return frozenset(word for word in words if word in self.include)

    def _order(self, parameters: Mapping[str, Any], errors: list[FieldError]) -> tuple[tuple[str, bool], ...]:
        names = as_list(parameters.get("order_by"))
        own = parameters.get("order_for")
        directions = {name: last(each) for name, each in own.items()} if isinstance(own, dict) else {}
        general = last(parameters.get("order")) or "asc"
        if any(name not in self.order for name in (*names, *directions)):
            errors.append(_not_among("order_by" if names else "order_for", self.order))
        if any(each not in _DIRECTIONS for each in (general, *directions.values())):
            errors.append(_not_among("order", _DIRECTIONS))
        names = [name for name in (*names, *directions) if name in self.order]  # a refused one may be a dict
        return tuple((name, directions.get(name, general) == "desc") for name in names)


def _whole(
    parameters: Mapping[str, Any], name: str, least: int, most: int | None, errors: list[FieldError]
) -> int | None:
    raw = last(parameters.get(name))
    if raw is None or raw == "":
        return None
    number = int(raw) if isinstance(raw, str) and _WHOLE.fullmatch(raw) else raw
    if not isinstance(number, int) or isinstance(number, bool):
        errors.append(FieldError(name, "integer", _("Enter a whole number.")))
        return None
    if number < least or number > (most or LARGEST_NUMBER):
        errors.append(_out_of_range(name, least, most))
        return None
    return number


def _words(parameters: Mapping[str, Any], errors: list[FieldError]) -> str:
    raw = last(parameters.get("search"))
    if isinstance(raw, dict | list):
        errors.append(FieldError("search", "string", _("Enter a text.")))
        return ""
    return str(raw or "").strip()


def _converted(kind: Any, adapter: TypeAdapter[Any], raw: object) -> Any:
    """The value in its declared type. `filter[k]=a` is also a list of one, `filter[k][]=a` also a single value."""
    return adapter.validate_python(as_list(raw) if get_origin(kind) is list else last(raw))


def _refuse_unstorable(asked: Asked, errors: list[FieldError]) -> None:
    refused = first_unstorable({"search": asked.search, "filter": dict(asked.filters)})
    if refused:
        errors += field_errors([refused])


def _not_among(name: str, allowed: tuple[str, ...]) -> FieldError:
    text = _("Choose one of the allowed values.") if allowed else _("There is nothing to choose here. Leave it out.")
    return FieldError(name, "in", text, values=tuple(allowed))


def _out_of_range(name: str, least: int, most: int | None) -> FieldError:
    values = (str(least),) if most is None else (str(least), str(most))
    return FieldError(name, "between", _("The number lies outside the allowed range."), values=values)
