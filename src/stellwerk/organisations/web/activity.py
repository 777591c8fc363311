"""The activity log of an organisation: narrowed by the address, and handed out as a file (ORG-100…102)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.foundation import activity, clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.exports import csv_stream, json_lines_stream
from stellwerk.foundation.edge.forms import offer
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import paged
from stellwerk.organisations import policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from stellwerk.foundation.activity import ActivityRow
    from stellwerk.foundation.edge.html import ActorRequest

# Names of columns and keys are for programs: they are the same in every language.
COLUMNS = (
    "id", "occurred_at", "kind", "action", "description", "actor_id", "actor_name", "through", "address", "request_id",
)  # fmt: skip
_LARGEST_NUMBER = 2**63 - 1  # a key in the database


class ActivityForm(forms.Form):
    """What narrows the activity log, named as in the address. A value that is none narrows nothing, and is said so."""

    q = forms.CharField(max_length=100, required=False)
    kind = forms.ChoiceField(required=False)
    person = forms.CharField(max_length=100, required=False)
    product = forms.CharField(max_length=100, required=False)
    from_on = forms.DateField(required=False)
    to_on = forms.DateField(required=False)
    # Where a page of one person or one product leads to "everything about it".
    user_id = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST_NUMBER)
    product_id = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST_NUMBER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", choices=[("", ""), *activity.kinds()])

    def narrowing(self) -> activity.Narrowing:
        """Only the good values."""
        self.full_clean()
        entries = self.cleaned_data
        return activity.Narrowing(
            search=entries.get("q", ""),
            kind=entries.get("kind", ""),
            person=entries.get("person", ""),
            product=entries.get("product", ""),
            account_id=entries.get("user_id"),
            product_id=entries.get("product_id"),
            since=entries.get("from_on"),
            until=entries.get("to_on"),
        )

    def is_narrowed(self) -> bool:
        return bool(self.errors) or any(self.cleaned_data.values())


@never_cache
@require_safe
@signed_in_page
def activity_log(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Who did what, newest first, for managers."""
    require(policy.can_see_activity(request.actor, organisation_id))
    form = ActivityForm(request.GET)
    only = form.narrowing()
    rows = paged(
        request,
        total=lambda: activity.organisation_total(organisation_id, only=only),
        rows=lambda limit, skip: activity.organisation_rows(organisation_id, only=only, limit=limit, skip=skip),
    )
    context = {
        "rows": rows,
        "form": form,
        "kinds": activity.kinds(),
        "is_narrowed": form.is_narrowed(),
        "has_one_thing": only.account_id is not None or only.product_id is not None,
        "organisation_id": organisation_id,
    }
    return render(request, "organisations/activity.html", context)


@never_cache
@require_safe
@signed_in_page  # type: ignore[arg-type]  # streamed: no HttpResponse, but all that the door needs
def activity_csv(request: ActorRequest, organisation_id: int) -> HttpResponseBase:
    """The narrowed log as a table, whole; sentences in the reader's language, all else the same for everybody."""
    rows = _asked_rows(request, organisation_id)
    cells = ([*_facts(row).values(), json.dumps(row.values, ensure_ascii=False)] for row in rows)
    return csv_stream(_file_name(organisation_id, "csv"), head=[*COLUMNS, "values"], rows=cells)


@never_cache
@require_safe
@signed_in_page  # type: ignore[arg-type]  # as above
def activity_json_lines(request: ActorRequest, organisation_id: int) -> HttpResponseBase:
    """The narrowed log for programs, one entry a line."""
    rows = _asked_rows(request, organisation_id)
    objects = ({**_facts(row), "values": row.values} for row in rows)
    return json_lines_stream(_file_name(organisation_id, "jsonl"), objects)


def _asked_rows(request: ActorRequest, organisation_id: int) -> Iterator[ActivityRow]:
    """Refused before anything is sent."""
    require(policy.can_see_activity(request.actor, organisation_id))
    return activity.every_organisation_row(organisation_id, only=ActivityForm(request.GET).narrowing())


def _facts(row: ActivityRow) -> dict[str, Any]:
    moment = row.occurred_at.isoformat(timespec="seconds")
    values = (
        row.id, moment, row.kind, row.action, row.sentence, row.account_id, row.actor_name, row.through, row.address,
        row.request_id,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _file_name(organisation_id: int, ending: str) -> str:
    return f"activity-{organisation_id}-{clock.today().isoformat()}.{ending}"
