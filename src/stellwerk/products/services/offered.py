"""Rights that an invitation carries: offered before anybody has joined, granted when somebody accepts (ORG-037)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation.decisions import require
from stellwerk.organisations.services.invitations import OfferableProduct
from stellwerk.products import policy
from stellwerk.products.queries.access import offered_rights
from stellwerk.products.queries.holdings import named_products
from stellwerk.products.queries.wording import right_name, rights_in_words
from stellwerk.products.services.access import add_access

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stellwerk.foundation.actor import Actor


class OfferedRights:
    """What this room answers to the one that invites people."""

    def offerable(self, actor: Actor, organisation_id: int, *, search: str, limit: int) -> list[OfferableProduct]:
        """The live products by name. System-only: a read, judged by the policy. One query."""
        require(policy.can_manage_access(actor, organisation_id))
        named = named_products(organisation_id, search=search, limit=limit)
        rights = {code: _in_words(code) for code in {each.kind_code for each in named}}
        found = [OfferableProduct(each.id, each.title, rights[each.kind_code]) for each in named]
        return sorted(found, key=lambda product: product.name.casefold())

    def checked(self, actor: Actor, organisation_id: int, *, offered: Mapping[int, Sequence[str]]) -> bool:
        """System-only: a read, judged by the policy. One query."""
        require(policy.can_manage_access(actor, organisation_id))
        kinds = {each.id: each.kind_code for each in named_products(organisation_id, only=offered.keys())}
        return all(
            number in kinds and set(rights) <= set(offered_rights(kinds[number])) for number, rights in offered.items()
        )

    def names(self, organisation_id: int, offered: Mapping[int, Sequence[str]]) -> list[str]:
        """System-only: a read for pages of managers. One query."""
        return [
            f"{each.title} ({rights_in_words(offered[each.id], each.kind_code)})"
            for each in named_products(organisation_id, only=offered.keys())
        ]

    @transaction.atomic
    def grant(
        self, *, organisation_id: int, account_id: int, offered: Mapping[int, Sequence[str]], inviter: Actor
    ) -> None:
        """System-only: follows an acceptance, in the name of the person who invited."""
        add_access(actor=inviter, organisation_id=organisation_id, account_id=account_id, rights_on=offered)


def _in_words(kind_code: str) -> tuple[tuple[str, str], ...]:
    return tuple((right, right_name(right, kind_code)) for right in offered_rights(kind_code))
