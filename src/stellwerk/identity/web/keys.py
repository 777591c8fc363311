"""What the pages of tokens and application passwords share: a list with a form for one more, and the revocation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from stellwerk.foundation import clock
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.profile import me, my_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from django.forms import Form

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.html import ActorRequest

_LONGEST_ID = 18  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPages:
    """One kind of key and its two pages.

    `template` is that of the list, `route` its name. `form` takes the request and what was posted, `make` gives the
    value of a new key, `context` what the list shows, `rows` the keys with these ids (None: all), `revoke` how many
    were ended, `told` the sentence for that number.
    """

    template: str
    route: str
    form: Callable[[ActorRequest, Any], Form]
    make: Callable[[ActorRequest, dict[str, Any]], str]
    context: Callable[[ActorRequest], dict[str, Any]]
    rows: Callable[[int, list[int] | None], Sequence[object]]
    revoke: Callable[[Actor, int, list[int] | None], int]
    told: Callable[[int], str]


def list_page(request: ActorRequest, keys: KeyPages) -> HttpResponse:
    """The list, and the form for a new one; its value stands on the answer and never again."""
    form = keys.form(request, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            require_password(me(request), form.cleaned_data["current_password"])
            context["secret"] = keys.make(request, form.cleaned_data)
            form = keys.form(request, None)
        except DomainError as refusal:
            show_refusal(form, refusal, names={"expires_at": "expires_on"})
            context["refusal"] = refusal
    context = {"form": form, **context, **keys.context(request)}
    status = 422 if form.errors else 200
    return render(request, f"{keys.template}.html", context, status=status, refusal=context.get("refusal"))


def revocation_page(request: ActorRequest, keys: KeyPages) -> HttpResponse:
    """Asks before one, several or all end, then ends them."""
    ids = _ticked(request)
    if request.method == "POST":
        messages.success(request, keys.told(keys.revoke(request.actor, my_id(request), ids)))
        return HttpResponseRedirect(reverse(keys.route))
    rows = keys.rows(my_id(request), ids)
    if not rows:
        return HttpResponseRedirect(reverse(keys.route))
    return render(request, f"{keys.template}_revocation.html", {"rows": rows, "is_all": ids is None})


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day: what is valid until that day works on it."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.operator_zone())


def _ticked(request: ActorRequest) -> list[int] | None:
    """The ids of the ticked rows, or None for all of them. Raises NotFound for what is no id."""
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("all") == "yes":
        return None
    raw_ids = asked.getlist("item")
    if any(not (raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_ID) for raw in raw_ids):
        raise NotFound
    return [int(raw) for raw in raw_ids]
