"""News about renewals becomes messages; the payment of an announcement becomes renewals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing import events
from stellwerk.billing.emails import renewals as emails
from stellwerk.billing.services.addresses import forget_product
from stellwerk.billing.services.renew import carry_out_renewals, withdraw_ended
from stellwerk.foundation.events import subscribes
from stellwerk.products.events import ProductCancelled, ProductGivenAway, ProductTerminated

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(events.InvoicePaid)
def renew_what_was_announced(event: events.InvoicePaid, _meta: Meta) -> None:
    carry_out_renewals(invoice_id=event.invoice_id)


@subscribes(ProductTerminated)
def withdraw_what_was_terminated(event: ProductTerminated, _meta: Meta) -> None:
    withdraw_ended(product_id=event.product_id)
    forget_product(organisation_id=event.organisation_id or 0, product_id=event.product_id)


@subscribes(ProductCancelled)
def withdraw_what_was_cancelled(event: ProductCancelled, _meta: Meta) -> None:
    withdraw_ended(product_id=event.product_id)
    forget_product(organisation_id=event.organisation_id or 0, product_id=event.product_id)


@subscribes(ProductGivenAway)
def forget_where_it_was_invoiced_to(event: ProductGivenAway, _meta: Meta) -> None:
    """The address stays with the giver, and the receiver chooses one of its own."""
    forget_product(organisation_id=event.organisation_id or 0, product_id=event.product_id)


@subscribes(events.ExpiryReminderDue)
def remind_of_the_expiry(event: events.ExpiryReminderDue, meta: Meta) -> None:
    emails.expiry_reminder(event, meta)


@subscribes(events.AutomaticRenewalDue)
def announce_the_charge(event: events.AutomaticRenewalDue, meta: Meta) -> None:
    emails.automatic_renewal_due(event, meta)


@subscribes(events.ProductsRenewed)
def confirm_the_renewal(event: events.ProductsRenewed, meta: Meta) -> None:
    emails.products_renewed(event, meta)


@subscribes(events.AutomaticRenewalFailed)
def tell_of_the_failed_charge(event: events.AutomaticRenewalFailed, meta: Meta) -> None:
    emails.automatic_renewal_failed(event, meta)


@subscribes(events.OverdueStepTaken)
def tell_of_the_overdue_products(event: events.OverdueStepTaken, meta: Meta) -> None:
    emails.overdue_step_taken(event, meta)


@subscribes(events.RenewalModesChanged)
def tell_of_the_switch(event: events.RenewalModesChanged, meta: Meta) -> None:
    emails.renewal_modes_changed(event, meta)
