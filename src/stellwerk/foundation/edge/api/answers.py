"""Answers in the wire form: the envelope with `result` first and `data` last, money, times, locales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from stellwerk.foundation.amounts import in_words
from stellwerk.foundation.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from stellwerk.foundation.edge.api.requests import ApiRequest
    from stellwerk.foundation.errors import DomainError

JSON = "application/json; charset=utf-8"
LOCALES = {"de": "de_DE", "en": "en_GB", "es": "es_ES", "fr": "fr_FR", "it": "it_IT"}
LANGUAGES = {locale: language for language, locale in LOCALES.items()}
LANGUAGE_IDS = {"fr": 1, "en": 2, "de": 3, "it": 4, "es": 5}  # never renumber: clients store them


def json_answer(content: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Compact UTF-8 JSON in the order of the keys."""
    return HttpResponse(orjson.dumps(content, default=_plain), content_type=JSON, status=status)


def success(data: Any, *, status: int = 200) -> HttpResponse:
    """`{"result":"success","data":…}`. 201 for something created."""
    return json_answer({"result": "success", "data": data}, status=status)


def asynchronous(task: Mapping[str, Any]) -> HttpResponse:
    """202 with a task object, for work that goes on after the answer."""
    return json_answer({"result": "asynchronous", "data": task}, status=202)


def page_of(request: ApiRequest, *, rows: Callable[[], Sequence[Any]], total: Callable[[], int]) -> HttpResponse:
    """A list. Both are called only when needed: `total` with `page` or `return=total`, `rows` unless the latter.

    `rows` has applied `request.asked.limit` and `.skip` already.
    """
    asked = request.asked
    if asked.only_total:
        return success(total())
    if asked.page is None:
        return success(rows())
    number = total()
    return json_answer(
        {
            "result": "success",
            "total": number,
            "page": asked.page,
            "pages": max(1, -(-number // asked.per_page)),
            "items_per_page": asked.per_page,
            "data": rows(),
        }
    )


def listed(request: ApiRequest, rows: Sequence[dict[str, Any]]) -> HttpResponse:
    """A short list that is in memory already: search, order and pages are applied here."""
    asked = request.asked
    found = list(rows)
    if asked.search:
        needle = asked.search.casefold()
        found = [row for row in found if any(needle in str(value).casefold() for value in row.values())]
    for name, is_descending in reversed(asked.order):
        found.sort(key=lambda row: (row[name] is None, row[name]), reverse=is_descending)
    return page_of(request, rows=lambda: found[asked.skip : asked.skip + asked.limit], total=lambda: len(found))


def money(amount_minor: int | None, currency: str, *, is_formatted: bool = False) -> dict[str, Any] | None:
    """An amount in minor units (Rappen, cent); with the text a person reads, in the language of the request."""
    if amount_minor is None:
        return None
    value: dict[str, Any] = {"amount": amount_minor, "currency": currency}
    if is_formatted:
        value["formatted"] = in_words(amount_minor, currency)
    return value


def seconds(moment: datetime | None) -> int | None:
    """A time as whole seconds since 1970 UTC."""
    return None if moment is None else int(moment.timestamp())


def day(on: date | None) -> str | None:
    """A date without time: YYYY-MM-DD."""
    return None if on is None else on.isoformat()


def language() -> str:
    """The active language as one of our five."""
    active = (translation.get_language() or "en")[:2]
    return active if active in LOCALES else "en"


def _plain(value: object) -> Any:
    """What orjson does not know: texts that are translated late, sets of words."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(type(value).__name__)


def problem(refusal: DomainError | None) -> dict[str, str] | None:
    """A refusal inside an answer, for what is done to many things at once."""
    if refusal is None:
        return None
    if isinstance(refusal, Invalid):
        return {"code": refusal.code, "description": " ".join(str(error.text) for error in refusal.errors)}
    return {"code": refusal.code, "description": refusal.sentence()}
