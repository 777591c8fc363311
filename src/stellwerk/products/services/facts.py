"""What hooks and events are told of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.catalogue.kinds import ProductFacts, kinds
from stellwerk.foundation.errors import NotFound
from stellwerk.products.models import Product

if TYPE_CHECKING:
    from stellwerk.catalogue.kinds import ProductKind


def locked(product_id: int, **conditions: Any) -> Product:
    """The product, until the transaction ends nobody else's. Raises NotFound."""
    product = Product.objects.select_for_update().filter(pk=product_id, **conditions).first()
    if product is None:
        raise NotFound
    return product


def kind_of(product: Product) -> ProductKind | None:
    """None when the kind's package is gone: its products can still be suspended, ended and paid."""
    return kinds().get(product.kind_code)


def facts_of(product: Product) -> ProductFacts:
    return ProductFacts(
        product_id=product.pk,
        organisation_id=product.organisation_id,
        offer_code=product.offer_code,
        name=product.name,
        quantity=product.quantity,
        started_on=product.started_on,
        expires_on=product.expires_on,
    )


def title_of(product: Product) -> str:
    """What people call it, for sentences of the activity log."""
    return product.internal_name or product.name or product.offer_code


def identified(product: Product) -> dict[str, Any]:
    """The fields that every product event begins with."""
    return {
        "organisation_id": product.organisation_id,
        "product_id": product.pk,
        "kind_code": product.kind_code,
        "name": title_of(product),
    }
