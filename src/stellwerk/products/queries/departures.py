"""What people lose of products with their membership (ORG-058): the rights they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stellwerk.organisations.services.departures import Loss
from stellwerk.products.queries.holdings import access_of_people, losses, named_products

if TYPE_CHECKING:
    from collections.abc import Collection

_NAMED = 5  # products in the sentence; of more it says how many


def lost_rights(organisation_id: int, account_ids: Collection[int]) -> list[Loss]:
    """One sentence per person who was granted something. Nothing to decide: a grant cannot be kept. Three queries."""
    products = named_products(organisation_id)
    found = []
    for account_id, access in access_of_people(organisation_id, account_ids).items():
        ending = losses(access, access.without(lambda _source: True), products=products)
        if ending:
            found.append(Loss(account_id, "products", _in_words([each.product.title for each in ending])))
    return found


def _in_words(names: list[str]) -> str:
    if len(names) > _NAMED:
        text = ngettext("The rights on %(number)s product", "The rights on %(number)s products", len(names))
        return text % {"number": len(names)}
    return _("The rights on %(names)s") % {"names": ", ".join(names)}
