"""Carrying out a paid order: every line on its own, what cannot be done is paid back (ORD-022…024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from stellwerk.billing.events import OrderFulfilled
from stellwerk.billing.models import Invoice, Order, OrderLine
from stellwerk.billing.services.addresses import forget_product
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.order_addresses import hand_on_address
from stellwerk.billing.services.settle import step_order
from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.organisations import queries as organisations
from stellwerk.products import services as products
from stellwerk.products.errors import ProvisioningRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_SOURCE = "order-line:"


@transaction.atomic
def fulfil_order(*, order_id: int, actor: Actor = SYSTEM) -> None:
    """Activate the product of every line of a paid order. System-only: follows OrderPaid.

    A line that can never be done is credited to the prepaid account, the others go on; a fault that may pass raises
    and is tried again as a whole, without a second effect. A second call changes nothing. Publishes OrderFulfilled.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state != Order.State.PAID:
        return
    step_order(order=order, wanted=Order.State.FULFILLING)
    language = _language(order)
    lines = list(order.lines.filter(state=OrderLine.State.WAITING).order_by("position"))
    with translation.override(language):
        failed = [line for line in lines if not _is_activated(line, order, actor)]
        _give_back(order, failed)
    product_ids = [line.product_id for line in lines if line.product_id is not None]
    hand_on_address(order=order, product_ids=product_ids, actor=actor)
    is_whole = not failed
    step_order(order=order, wanted=Order.State.FULFILLED if is_whole else Order.State.PARTLY_FULFILLED)
    if len(failed) == len(lines) and failed:
        step_order(order=order, wanted=Order.State.REFUNDED)
    order.ended_at = clock.now()
    order.save(update_fields=["ended_at"])
    events.publish(
        OrderFulfilled(
            organisation_id=order.organisation_id,
            order_id=order.pk,
            number=order.number,
            failed_lines=tuple(line.position for line in failed),
        ),
        actor=actor,
    )


@transaction.atomic
def refund_line(*, source: str, reason: str) -> None:
    """A product that was being set up outside will never be ready: its line is paid back. System-only: follows
    ProvisioningFailed. A second call, or one for a product no order made, changes nothing.
    """
    raw_id = source.removeprefix(LINE_SOURCE)
    if raw_id == source:
        return
    order_id = OrderLine.objects.values_list("order_id", flat=True).get(pk=int(raw_id))
    order = Order.objects.select_for_update().get(pk=order_id)
    line = order.lines.get(pk=int(raw_id))
    if line.state != OrderLine.State.FULFILLED:
        return
    line.state, line.failure = OrderLine.State.FAILED, reason[:200]
    line.save(update_fields=["state", "failure"])
    forget_product(organisation_id=order.organisation_id, product_id=line.product_id or 0)
    with translation.override(_language(order)):
        _give_back(order, [line])


def _language(order: Order) -> str:
    recipient = organisations.organisation_row(order.organisation_id)
    return recipient.language if recipient else "en"


def _is_activated(line: OrderLine, order: Order, actor: Actor) -> bool:
    entries = products.NewProduct(
        organisation_id=order.organisation_id,
        offer_code=line.offer_code,
        period_months=line.period_months,
        quantity=line.quantity,
        source=f"{LINE_SOURCE}{line.pk}",
        name=line.target,
        renews_automatically=order.renews_automatically,
    )
    try:
        line.product_id = products.activate_product(actor=actor, entries=entries)
        line.state = OrderLine.State.FULFILLED
    except ProvisioningRefused as refused:
        line.state, line.failure = OrderLine.State.FAILED, refused.sentence()[:200]
    line.save(update_fields=["state", "product_id", "failure"])
    return line.state == OrderLine.State.FULFILLED


def _give_back(order: Order, failed: Sequence[OrderLine]) -> None:
    """A credit note over the failed lines; what cost nothing needs none."""
    invoice = order.invoices.filter(kind=Invoice.Kind.INVOICE).first()
    charged = [line for line in failed if line.net_minor]
    if invoice is None or not charged:
        return
    positions = list(
        invoice.lines.filter(order_line__in=[line.pk for line in charged]).values_list("position", flat=True)
    )
    reasons = " ".join(line.failure for line in charged)
    note = _("Part of the order %(number)s could not be carried out. %(reason)s") % {
        "number": order.number,
        "reason": reasons,
    }
    source = f"{LINE_SOURCE}{charged[0].pk}:failed"  # a line fails once, so its first one names the note
    credit_invoice(invoice_id=invoice.pk, positions=positions, source=source, note=note)
