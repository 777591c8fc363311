"""Rights that an invitation carries: offered before anybody has joined, granted when somebody accepts (ORG-037)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.identity import queries as identity
from stellwerk.organisations.services.invitations import OfferableProduct
from stellwerk.products import policy
from stellwerk.products.events import AccessGranted
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.queries.wording import right_name, rights_in_words
from stellwerk.products.rules import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stellwerk.foundation.actor import Actor


class OfferedRights:
    """What this room answers to the one that invites people."""

    def offerable(self, actor: Actor, organisation_id: int, *, search: str, limit: int) -> list[OfferableProduct]:
        """The live products by name. System-only: a read, judged by the policy. One query."""
        require(policy.can_manage_access(actor, organisation_id))
        rows = Product.objects.filter(organisation_id=organisation_id, state__in=LIVE)
        for word in search.split():
            rows = rows.filter(Q(name__icontains=word) | Q(internal_name__icontains=word))
        found = [
            OfferableProduct(each.pk, _title(each), _offers_in_words(each))
            for each in rows.order_by("internal_name", "name", "pk")[:limit]
        ]
        return sorted(found, key=lambda product: product.name.casefold())

    def checked(self, actor: Actor, organisation_id: int, *, offered: Mapping[int, Sequence[str]]) -> bool:
        """System-only: a read, judged by the policy. One query."""
        require(policy.can_manage_access(actor, organisation_id))
        products = {each.pk: each for each in self._live(organisation_id, offered)}
        return all(
            number in products and set(rights) <= set(_offers(products[number])) for number, rights in offered.items()
        )

    def names(self, organisation_id: int, offered: Mapping[int, Sequence[str]]) -> list[str]:
        """System-only: a read for pages of managers. One query."""
        return [
            f"{_title(each)} ({rights_in_words(offered[each.pk], each.kind_code)})"
            for each in self._live(organisation_id, offered)
        ]

    @transaction.atomic
    def grant(
        self, *, organisation_id: int, account_id: int, offered: Mapping[int, Sequence[str]], inviter: Actor
    ) -> None:
        """System-only: follows an acceptance. What has ended meanwhile, or offers the right no more, is passed over.

        Publishes AccessGranted per product in the name of the person who invited.
        """
        account = identity.account_row(account_id)
        for product in self._live(organisation_id, offered):
            rights = sorted(set(offered[product.pk]) & set(_offers(product)))
            ProductGrant.objects.bulk_create(
                (
                    ProductGrant(
                        organisation_id=organisation_id, product=product, account_id=account_id, right=right,
                        granted_by_id=inviter.account_id, granted_at=clock.now(),
                    )
                    for right in rights
                ),
                ignore_conflicts=True,
            )  # fmt: skip
            if rights:
                person = account.display_name if account else str(account_id)
                event = AccessGranted(
                    **product.identity, account_id=account_id, person=person, rights=", ".join(rights)
                )
                events.publish(event, actor=inviter)

    @staticmethod
    def _live(organisation_id: int, offered: Mapping[int, Sequence[str]]) -> list[Product]:
        rows = Product.objects.filter(organisation_id=organisation_id, pk__in=list(offered), state__in=LIVE)
        return list(rows.order_by("pk"))


def _offers_in_words(product: Product) -> tuple[tuple[str, str], ...]:
    return tuple((right, right_name(right, product.kind_code)) for right in _offers(product))


def _offers(product: Product) -> tuple[str, ...]:
    kind = product.kind
    return kind.rights if kind else ()


def _title(product: Product) -> str:
    kind = kinds().get(product.kind_code)
    return product.internal_name or product.name or (str(kind.name) if kind else product.kind_code)
