"""Orders that come to nothing: cancelled by the buyer, or unpaid for too long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from stellwerk.billing import policy
from stellwerk.billing.events import OrderCancelled, OrderExpired, OrderReminderDue
from stellwerk.billing.models import Order
from stellwerk.billing.rules.order_states import UNPAID
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.order_addresses import forget_choice
from stellwerk.billing.services.settle import step_order
from stellwerk.foundation import clock, events, jobs
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

REMINDER_DAYS = (3, 10, 25)


@transaction.atomic
def cancel_order(*, actor: Actor, organisation_id: int, order_id: int) -> None:
    """Withdraw an unpaid order (ORD-021): its invoice is credited, what the balance paid of it comes back.

    A second call changes nothing. Publishes OrderCancelled. Refusals in order: not found, no_billing_right,
    order_state for an order that is paid or has ended.
    """
    require(policy.can_order(actor, organisation_id))
    order = Order.objects.select_for_update().filter(pk=order_id, organisation_id=organisation_id).first()
    if order is None:
        raise NotFound
    if order.state == Order.State.CANCELLED:
        return
    _end(order, Order.State.CANCELLED, actor)
    events.publish(OrderCancelled(organisation_id=organisation_id, order_id=order.pk, number=order.number), actor=actor)


@jobs.task("billing.expire_order")
@transaction.atomic
def expire_order(*, order_id: int) -> None:
    """End an order that was not paid in its 30 days (ORD-020). System-only: found by scanning.

    A second call, or one for an order paid meanwhile, changes nothing. Publishes OrderExpired.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state not in UNPAID or clock.today() <= order.expires_on:
        return
    _end(order, Order.State.EXPIRED, SYSTEM)
    events.publish(OrderExpired(organisation_id=order.organisation_id, order_id=order.pk, number=order.number))


@jobs.task("billing.remind_of_order")
@transaction.atomic
def remind_of_order(*, order_id: int) -> None:
    """Remind of an unpaid order on days 3, 10 and 25, once each (ORD-020). System-only: found by scanning.

    A day that was missed is made up once: after a pause the latest reminder stands for all. Publishes
    OrderReminderDue.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    days = (clock.today() - _placed_on(order)).days
    due = max((step for step in REMINDER_DAYS if step <= days), default=0)
    if order.state not in UNPAID or due <= order.reminded_days or clock.today() > order.expires_on:
        return
    order.reminded_days = due
    order.save(update_fields=["reminded_days"])
    events.publish(
        OrderReminderDue(organisation_id=order.organisation_id, order_id=order.pk, number=order.number, days=due)
    )


@transaction.atomic
def plan_order_deadlines() -> None:
    """Plan reminders and expiries that are due, one job for each order. System-only: runs every day."""
    today = clock.today()
    unpaid = Order.objects.filter(state__in=UNPAID)
    for order_id in _ids(unpaid.filter(expires_on__lt=today)):
        jobs.enqueue(expire_order, {"order_id": order_id}, unique_key=f"order:{order_id}")
    for step in REMINDER_DAYS:
        since = clock.now() - timedelta(days=step)
        for order_id in _ids(unpaid.filter(expires_on__gte=today, reminded_days__lt=step, placed_at__lte=since)):
            jobs.enqueue(remind_of_order, {"order_id": order_id}, unique_key=f"order:{order_id}:{step}")


def _ids(orders: QuerySet[Order]) -> list[int]:
    return list(orders.order_by("pk").values_list("pk", flat=True))


def _placed_on(order: Order) -> date:
    return order.placed_at.astimezone(clock.operator_zone()).date()


def _end(order: Order, state: str, actor: Actor) -> None:
    step_order(order=order, wanted=state)
    forget_choice(order=order)
    order.ended_at = clock.now()
    order.save(update_fields=["ended_at"])
    invoice = order.invoices.filter(corrects=None).first()
    if invoice is not None:
        with translation.override(invoice.language):
            note = _("The order %(number)s was not paid and has ended.") % {"number": order.number}
        credit_invoice(invoice_id=invoice.pk, source=f"order:{order.pk}:ended", note=note, actor=actor)
