"""Access to products that ends soon: what the notice about last days says of this room."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from stellwerk.catalogue.kinds import kind_name
from stellwerk.foundation.actor import Role
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.queries.planned_ends import PlannedEnd
from stellwerk.products.models import ProductGrant
from stellwerk.products.queries.wording import target_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

_NAMED = 20  # targets in one line of the mail; of more it says how many


def ending_access(first: date, last: date) -> Iterator[PlannedEnd]:
    """What people of the organisation and teams lose on these days, by holder and day. One query.

    Managers hold nothing by grants (ORG-024).
    """
    rows = ProductGrant.objects.filter(_counts(), ends_on__range=(first, last)).order_by("organisation_id", "pk")
    found: dict[tuple[Any, ...], tuple[str, dict[tuple[str, str], None]]] = {}
    columns = (
        "organisation_id", "account_id", "team_id", "ends_on", "account__first_name", "account__last_name",
        "account__email", "team__name", "product__internal_name", "product__name", "product__kind_code", "kind_code",
    )  # fmt: skip
    for *key, first_name, last_name, email, team, own_name, name, own_kind, kind_code in rows.values_list(*columns):
        holder = team or f"{first_name} {last_name}".strip() or email
        _holder, targets = found.setdefault(tuple(key), (holder, {}))
        called = own_name or name or (kind_name(own_kind) if own_kind else "")
        targets[(called, kind_code)] = None
    for (organisation_id, account_id, team_id, ends_on), (holder, targets) in found.items():
        page, pk = ("products:team-access", team_id) if team_id else ("products:person-access", account_id)
        yield PlannedEnd(
            organisation_id=organisation_id,
            account_id=account_id,
            holder=holder,
            ends_on=ends_on,
            words=partial(_in_words, list(targets)),
            path=reverse(page, args=[organisation_id, pk]),
        )


def _counts() -> Q:
    mine = Q(
        organisations.unended("account__memberships__"),
        account__memberships__role__in=[Role.COLLABORATOR, Role.EXTERNAL],
        account__memberships__organisation_id=F("organisation_id"),
    )
    return Q(account__isnull=True) | mine


def _in_words(targets: Sequence[tuple[str, str]]) -> str:
    names = [name or target_in_words(kind_code) for name, kind_code in targets]
    text = _("Access to: %(targets)s") % {"targets": ", ".join(names[:_NAMED])}
    return f"{text} (+ {len(names) - _NAMED})" if len(names) > _NAMED else text
