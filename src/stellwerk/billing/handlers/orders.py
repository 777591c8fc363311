"""News about orders: what is paid is carried out, what cannot be is paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.events import OrderPaid
from stellwerk.billing.services.fulfil_order import fulfil_order, refund_line
from stellwerk.foundation import events
from stellwerk.products.events import ProvisioningFailed

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@events.subscribes(OrderPaid)
def carry_out_the_order(event: OrderPaid, _meta: Meta) -> None:
    fulfil_order(order_id=event.order_id)


@events.subscribes(ProvisioningFailed)
def pay_the_line_back(event: ProvisioningFailed, _meta: Meta) -> None:
    refund_line(source=event.source, reason=event.reason)
