"""What could rot among the product rights; `stellwerk doctor` asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from stellwerk.catalogue.kinds import kinds
from stellwerk.products.models import ProductGrant
from stellwerk.products.rules import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable


def grant_findings() -> Iterable[str]:
    """Grants that cannot open anything, and ought not to be there.

    Of people who do not belong to the organisation, across organisations, or of a right that the kind no longer offers.
    """
    strangers = ProductGrant.objects.filter(account__isnull=False).exclude(
        account__memberships__organisation_id=F("organisation_id")
    )
    for grant_id, account_id in strangers.order_by("pk").values_list("pk", "account_id")[:100]:
        yield f"grant {grant_id}: account {account_id} does not belong to the organisation"
    across = Q(product__isnull=False) & ~Q(product__organisation_id=F("organisation_id"))
    across |= Q(team__isnull=False) & ~Q(team__organisation_id=F("organisation_id"))
    for grant_id in ProductGrant.objects.filter(across).order_by("pk").values_list("pk", flat=True)[:100]:
        yield f"grant {grant_id}: its product or its team is of another organisation"
    columns = ("kind_code", "product__kind_code", "right")
    for own, of_product, right in ProductGrant.objects.exclude(right=WHOLE).values_list(*columns).distinct():
        kind = kinds().get(own or of_product or "")
        if kind is not None and right not in kind.rights:
            yield f"grants of the right {right!r}: the kind {kind.code} does not offer it"
