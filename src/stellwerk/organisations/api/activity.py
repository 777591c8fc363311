"""`activity`: what happened in an organisation, with the filters of the page (ORG-100…102)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from stellwerk.foundation import activity
from stellwerk.foundation.activity import Narrowing
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import ApiRequest, Day, Id, Listing, Output, Router, page_of, seconds
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.organisations import policy

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.activity import ActivityRow
    from stellwerk.foundation.edge.api import Asked

router = Router("Activity")

_FILTERS = {
    "kind": str,
    "action": str,
    "user_id": Id,
    "product_id": Id,
    "person": str,
    "product": str,
    "since": Day,
    "until": Day,
}
_LISTING = Listing(filters=_FILTERS, order=("created_at",))


class ActivityOut(Output):
    """One entry. `action` is a code of `actions`, `description` its sentence in the language of the request, `values`
    what was stored: names, old and new values. `user_id` is who acted, null for the house itself.
    """

    id: int
    kind: str
    action: str
    description: str
    user_id: int | None
    user_name: str | None
    through: str
    address: str | None
    request_id: str | None
    created_at: int
    values: dict[str, Any]


@router.get("accounts/{organisation_id}/activity", scope="accounts", answer=ActivityOut, listing=_LISTING)
def activity_of_account(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The activity log, newest first; for administrators and legal representatives. `filter[since]` and
    `filter[until]` are days, both included; `filter[person]` and `filter[product]` are parts of a name.
    """
    require(policy.can_see_activity(request.actor, organisation_id))
    asked = request.asked
    only = _narrowing(asked)
    is_ascending = asked.order == (("created_at", False),)

    def rows() -> list[dict[str, Any]]:
        found = activity.organisation_rows(
            organisation_id, only=only, limit=asked.limit, skip=asked.skip, oldest_first=is_ascending
        )
        return [_entry(row) for row in found]

    return page_of(request, rows=rows, total=lambda: activity.organisation_total(organisation_id, only=only))


def _narrowing(asked: Asked) -> Narrowing:
    """Raises Invalid for a kind or an action that no entry can have: a typing error must not look like silence."""
    filters = asked.filters
    kinds, action = [code for code, _name in activity.kinds()], filters.get("action", "")
    refused = []
    if filters.get("kind", "") not in ("", *kinds):
        refused.append(FieldError("filter.kind", "in", _("Choose one of the allowed values."), values=tuple(kinds)))
    name = activity.action_named(action) if action else ""
    if name is None:
        codes = tuple(sorted(activity.action_code(each) for each in activity.actions()))
        refused.append(FieldError("filter.action", "in", _("Choose one of the allowed values."), values=codes))
    if refused:
        raise Invalid(*refused)
    return Narrowing(
        search=asked.search,
        kind=filters.get("kind", ""),
        action=name or "",
        person=filters.get("person", ""),
        product=filters.get("product", ""),
        account_id=filters.get("user_id"),
        product_id=filters.get("product_id"),
        since=filters.get("since"),
        until=filters.get("until"),
    )


def _entry(row: ActivityRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "action": row.action,
        "description": row.sentence,
        "user_id": row.account_id,
        "user_name": row.actor_name or None,
        "through": row.through,
        "address": row.address,
        "request_id": row.request_id or None,
        "created_at": seconds(row.occurred_at),
        "values": row.values,
    }
