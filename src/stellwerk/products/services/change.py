"""What changes while a product runs: its name among the organisation's own, offer and quantity, renewal mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.errors import OfferUnknown
from stellwerk.foundation import events, idempotency
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.products import policy
from stellwerk.products.errors import INVISIBLE, IllegalStep
from stellwerk.products.events import ProductChanged, ProductRenamed, RenewalModeChanged
from stellwerk.products.models import Product
from stellwerk.products.queries.access import rights_of
from stellwerk.products.rules import LIVE, State, has_invisible, tidy_name

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_OF_A_NAME = 100


@transaction.atomic
def rename_product(*, actor: Actor, organisation_id: int, product_id: int, internal_name: str) -> None:
    """Give a product the name its organisation uses; "" returns to the original one.

    The same name again changes nothing. Publishes ProductRenamed. Raises NotFound for what the actor may not see,
    Invalid for a name over 100 characters or with invisible ones, AccessDenied without the technical right.
    """
    rights = rights_of(actor, organisation_id, product_id=product_id)
    product = Product.objects.locked(product_id, organisation_id=organisation_id)
    new_name = tidy_name(internal_name)
    decision = policy.can_rename_product(actor, organisation_id, rights=rights)
    if not decision.hidden and len(new_name) > MOST_OF_A_NAME:
        text = _("Enter at most %(most)s characters.") % {"most": MOST_OF_A_NAME}
        raise Invalid(FieldError("internal_name", "max_length", text, (str(MOST_OF_A_NAME),)))
    if not decision.hidden and has_invisible(new_name):
        raise Invalid(FieldError("internal_name", "characters", INVISIBLE))
    require(decision)
    if new_name == product.internal_name:
        return
    former_name = product.title
    product.internal_name = new_name
    product.save(update_fields=["internal_name"])
    events.publish(ProductRenamed(**product.identity, former_name=former_name), actor=actor)


@transaction.atomic
def change_product(
    *, product_id: int, quantity: int, source: str, offer_code: str | None = None, actor: Actor = SYSTEM
) -> None:
    """Another quantity, another offer of the same kind, after payment (BIL-055). System-only: billing asks.

    A second call with the same `source` does nothing, even when something else changed in between. The expiry stays.
    Publishes ProductChanged. Raises NotFound; OfferUnknown for another kind's offer; Invalid for a quantity that the
    offer does not allow; IllegalStep for an ended product.
    """
    idempotency.once(
        scope=f"product:{product_id}",
        key=source,
        request={"do": "change_product", "quantity": quantity, "offer_code": offer_code},
        do=lambda: _change(product_id, quantity, source, offer_code, actor),
        ref=lambda _done: str(product_id),
        load=lambda _reference: None,
    )


@transaction.atomic
def set_renewal_modes(
    *, organisation_id: int, product_ids: Collection[int], renews_automatically: bool, actor: Actor = SYSTEM
) -> frozenset[int]:
    """Switch the renewal by itself on or off. System-only: billing knows who may and until when (REN-007).

    Answers which products changed: what has that mode already, or has ended or moved meanwhile, is passed over.
    Publishes RenewalModeChanged for each. The same number of statements however many they are.
    """
    owned = Product.objects.select_for_update().filter(organisation_id=organisation_id, pk__in=list(product_ids))
    live = owned.filter(state__in=LIVE)
    changed = [each for each in live.order_by("pk") if each.renews_automatically != renews_automatically]
    Product.objects.filter(pk__in=[each.pk for each in changed]).update(renews_automatically=renews_automatically)
    mode = "automatic" if renews_automatically else "manual"
    events.publish_many((RenewalModeChanged(**each.identity, mode=mode) for each in changed), actor=actor)
    return frozenset(each.pk for each in changed)


def _change(product_id: int, quantity: int, source: str, offer_code: str | None, actor: Actor) -> None:
    product = Product.objects.locked(product_id)
    if product.state not in (State.ACTIVE, State.SUSPENDED):
        raise IllegalStep
    former_offer_code, former_quantity = product.offer_code, product.quantity
    _check(product, offer_code or former_offer_code, quantity)
    product.offer_code, product.quantity = offer_code or former_offer_code, quantity
    product.save(update_fields=["offer_code", "quantity"])
    if kind := product.kind:
        kind.change(product.facts)
    event = ProductChanged(
        **product.identity,
        source=source,
        offer_code=product.offer_code,
        former_offer_code=former_offer_code,
        quantity=quantity,
        former_quantity=former_quantity,
    )
    events.publish(event, actor=actor)


def _check(product: Product, offer_code: str, quantity: int) -> None:
    sold = catalogue.offer(offer_code)
    if sold is None or sold.kind_code != product.kind_code:
        raise OfferUnknown
    if errors := catalogue.quantity_errors(sold, quantity):
        raise Invalid(*errors)
