"""Suspension, reactivation and the two ends of a product. Each step is one conditional update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.errors import NotFound
from stellwerk.products.errors import IllegalStep
from stellwerk.products.events import ProductCancelled, ProductResumed, ProductSuspended, ProductTerminated
from stellwerk.products.models import Product
from stellwerk.products.rules import State, sources_of

if TYPE_CHECKING:
    from stellwerk.products.events import ProductEvent


@transaction.atomic
def suspend_product(*, product_id: int, reason: str = "overdue", actor: Actor = SYSTEM) -> bool:
    """Stop the service, keep the data (REN-052). System-only: billing decides; answers whether something changed.

    A suspended product stays as it is. Publishes ProductSuspended. Raises NotFound, IllegalStep.
    """
    product = _stepped(product_id, State.SUSPENDED, suspended_on=clock.today())
    if product is None:
        return False
    if kind := product.kind:
        kind.suspend(product.facts)
    _publish(ProductSuspended(**product.identity, reason=reason), actor)
    return True


@transaction.atomic
def resume_product(*, product_id: int, actor: Actor = SYSTEM) -> bool:
    """Run a suspended product again (REN-053). System-only: billing decides; answers whether something changed.

    An active product stays as it is. Publishes ProductResumed. Raises NotFound, IllegalStep.
    """
    product = _stepped(product_id, State.ACTIVE, only_from=(State.SUSPENDED,), suspended_on=None)
    if product is None:
        return False
    if kind := product.kind:
        kind.resume(product.facts)
    _publish(ProductResumed(**product.identity), actor)
    return True


@transaction.atomic
def terminate_product(*, product_id: int, actor: Actor = SYSTEM) -> bool:
    """End an unpaid product (REN-051). System-only: billing decides; answers whether something changed.

    Its name and its place as the only one of its kind are free again. Publishes ProductTerminated.
    Raises NotFound, IllegalStep for a cancelled product.
    """
    product = _stepped(product_id, State.TERMINATED, suspended_on=None, ended_on=clock.today())
    if product is None:
        return False
    if kind := product.kind:
        kind.terminate(product.facts)
    _publish(ProductTerminated(**product.identity), actor)
    return True


@transaction.atomic
def cancel_product(*, product_id: int, actor: Actor = SYSTEM) -> bool:
    """End a product at its owner's wish, once that wish is confirmed (CAN-004). System-only: the confirmation.

    Answers whether something changed. Publishes ProductCancelled. Raises NotFound; IllegalStep for a terminated one.
    """
    product = _stepped(product_id, State.CANCELLED, suspended_on=None, ended_on=clock.today())
    if product is None:
        return False
    if kind := product.kind:
        kind.terminate(product.facts)
    _publish(ProductCancelled(**product.identity), actor)
    return True


def _stepped(
    product_id: int, target: State, *, only_from: tuple[State, ...] | None = None, **columns: Any
) -> Product | None:
    """The product after its step, None if it stands there already. The database decides which of two rivals steps."""
    allowed = only_from or sources_of(target)
    if Product.objects.filter(pk=product_id, state__in=list(allowed)).update(state=target, **columns):
        return Product.objects.get(pk=product_id)
    state = Product.objects.filter(pk=product_id).values_list("state", flat=True).first()
    if state is None:
        raise NotFound
    if state != target:
        raise IllegalStep
    return None


def _publish(event: ProductEvent, actor: Actor) -> None:
    events.publish(event, actor=actor)
