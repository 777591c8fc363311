"""From the cart to a binding order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from stellwerk.billing import policy
from stellwerk.billing.errors import InsufficientBalance, refusal
from stellwerk.billing.events import OrderPlaced
from stellwerk.billing.models import Cart, CartLine, Order, OrderLine
from stellwerk.billing.queries.addresses import POSTAL, invoiced_at, row_of
from stellwerk.billing.queries.cart import CartQuote, quoted_cart
from stellwerk.billing.queries.quotes import quote_for
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.rules.consumer_rights import has_right_of_withdrawal
from stellwerk.billing.rules.numbers import LONGEST_REFERENCE, document_number
from stellwerk.billing.rules.prepaid import payment_shares
from stellwerk.billing.services.issue_invoices import DUE_DAYS, Draft, issue_invoice
from stellwerk.billing.services.numbers import take_numbers
from stellwerk.billing.services.order_addresses import keep_address
from stellwerk.billing.services.post import lock_prepaid
from stellwerk.billing.services.settle import order_is_paid, step_order
from stellwerk.foundation import clock, events, idempotency
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError, FieldError, Invalid, NotFound, RuleBroken
from stellwerk.foundation.months import months_later
from stellwerk.foundation.orm import insert
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.locks import hold_open

if TYPE_CHECKING:
    from stellwerk.billing.queries.quotes import PricedLine
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow

SERIES = "order"
MARK = "B"
MEANS = ("prepaid", "bank_transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """The buyer's last word. `expected_gross_minor` is the total that was shown; another one is refused, and so is
    another billing address than `expected_address_id`.

    `uses_balance` pays as much as the balance holds and leaves the rest to the transfer (PAY-016).
    """

    means: str
    accepts_terms: bool
    expected_gross_minor: int | None = None
    expected_address_id: int | None = None
    uses_balance: bool = False
    billing_reference: str = ""
    wants_immediate_start: bool = False
    renews_automatically: bool = False


@transaction.atomic
def place_order(*, actor: Actor, organisation_id: int, entries: Checkout, key: str | None = None) -> Order:
    """Order what the cart holds and empty it (ORD-012…017, 022, 025).

    From the balance or free of charge the order is paid at once and its invoice is issued paid; by bank transfer the
    invoice is issued open, with its reference. A second call with the same `key` answers the first order. Publishes
    OrderPlaced, and OrderPaid where paid. Refusals in order: not found, no_billing_right, validation_failed (`means`,
    `accepts_terms`, `billing_reference`, `wants_immediate_start`), cart_empty, cart_line_refused or the line's own
    code with `line` and `name`, the tax's code, cart_changed, insufficient_balance.
    """
    require(policy.can_order(actor, organisation_id))
    recipient = organisations.organisation_row(organisation_id)
    if recipient is None:
        raise NotFound
    _refuse_entries(entries, recipient)
    return idempotency.once(
        scope=f"organisation:{organisation_id}",
        key=key,
        request={"do": "place_order", **asdict(entries)},
        do=lambda: _placed(actor, recipient, entries),
        ref=lambda order: str(order.pk),
        load=lambda pk: Order.objects.get(pk=pk),
    )


def _refuse_entries(entries: Checkout, recipient: OrganisationRow) -> None:
    errors = []
    if entries.means not in MEANS:
        errors.append(FieldError("means", "in", _("Choose prepaid account or bank transfer."), MEANS))
    if not entries.accepts_terms:
        errors.append(FieldError("accepts_terms", "accepted", _("Accept the terms of service to order.")))
    if len(entries.billing_reference) > LONGEST_REFERENCE:
        text = _("The billing reference may have at most %(maximum)s characters.") % {"maximum": LONGEST_REFERENCE}
        errors.append(FieldError("billing_reference", "max_length", text, (str(LONGEST_REFERENCE),)))
    is_protected = has_right_of_withdrawal(is_individual=recipient.is_individual, country=recipient.country)
    if is_protected and not entries.wants_immediate_start:
        text = _("Ask for the start before the withdrawal period of 14 days ends, or wait until it has ended.")
        errors.append(FieldError("wants_immediate_start", "accepted", text))
    if errors:
        raise Invalid(*errors)


def _placed(actor: Actor, organisation: OrganisationRow, entries: Checkout) -> Order:
    hold_open(organisation.id)
    recipient = _recipient_of_cart(organisation)
    with translation.override(recipient.language):  # documents speak the customer's language (GEN-014)
        cart = quoted_cart(recipient.id)
    _refuse_cart(cart, entries)
    key = prepaid_of(recipient.id, cart.currency)
    balance_minor = lock_prepaid(keys=[key])[key] if cart.gross_minor else 0
    prepaid_minor = _prepaid_minor(cart, entries, balance_minor)
    order = _stored(actor, cart, entries)
    keep_address(order=order, address_id=cart.address_id)
    lines = _stored_lines(order, cart)
    _empty(cart)
    placed = OrderPlaced(organisation_id=recipient.id, order_id=order.pk, number=order.number)
    events.publish(placed, actor=actor)
    is_paid = prepaid_minor == cart.gross_minor
    if cart.gross_minor:
        priced = [_dated(each.line, line, is_paid=is_paid) for each, line in zip(cart.quote.lines, lines, strict=True)]
        draft = Draft(
            source=f"order:{order.pk}",
            recipient=recipient,
            quote=quote_for(recipient, priced, currency=cart.currency, on=clock.today()),
            prepaid_minor=prepaid_minor,
            order_id=order.pk,
            order_number=order.number,
            billing_reference=entries.billing_reference,
        )
        issue_invoice(draft=draft, actor=actor)
    if is_paid:
        order_is_paid(order=order, actor=actor)
    else:
        step_order(order=order, wanted=Order.State.PAYMENT_PENDING)
    return order


def _recipient_of_cart(organisation: OrganisationRow) -> OrganisationRow:
    """Whom the invoice will name. The cart stays locked: two checkouts take turns."""
    cart = Cart.objects.select_for_update().filter(organisation_id=organisation.id).first()
    address = cart.billing_address if cart else None
    return invoiced_at(organisation, row_of(address) if address else None)


def _empty(cart: CartQuote) -> None:
    """The next order begins with the organisation's own address again."""
    CartLine.objects.filter(pk__in=[line.id for line in cart.lines]).delete()
    if cart.address_id != POSTAL:
        Cart.objects.filter(organisation_id=cart.organisation_id).update(billing_address=None)


def _refuse_cart(cart: CartQuote, entries: Checkout) -> None:
    if not cart.lines:
        raise refusal("cart_empty")
    for line in cart.lines:
        if line.problem is not None:
            raise _named(line.problem, line.position, line.target or line.offer_name)
    if cart.problem is not None:
        raise cart.problem
    if entries.expected_gross_minor not in (None, cart.gross_minor):
        raise refusal("cart_changed", expected_minor=entries.expected_gross_minor, gross_minor=cart.gross_minor)
    if entries.expected_address_id not in (None, cart.address_id):
        raise refusal("cart_changed", expected_address_id=entries.expected_address_id, address_id=cart.address_id)


def _named(problem: DomainError, position: int, name: str) -> DomainError:
    """The same code, with the line it is about (ORD-007)."""
    if isinstance(problem, Invalid):
        reason = " ".join(str(each.text) for each in problem.errors)
        return refusal("cart_line_refused", line=position, name=name, reason=reason)
    return RuleBroken(
        problem.code,
        text=_("Line %(line)s, %(name)s: %(reason)s"),
        line=position,
        name=name,
        reason=problem.sentence(),
    )


def _prepaid_minor(cart: CartQuote, entries: Checkout, balance_minor: int) -> int:
    """What the balance pays now: all of it, nothing, or what it holds beside a transfer (EX-09)."""
    if entries.means == "prepaid":
        if balance_minor < cart.gross_minor:
            raise InsufficientBalance(
                balance_text=amount_text(balance_minor, cart.currency),
                amount_text=amount_text(cart.gross_minor, cart.currency),
            )
        return cart.gross_minor
    if not entries.uses_balance:
        return 0
    return payment_shares(cart.gross_minor, available_minor=balance_minor).prepaid_minor


def _stored(actor: Actor, cart: CartQuote, entries: Checkout) -> Order:
    numbers = take_numbers(series=SERIES)
    totals = cart.quote.totals
    return insert(
        Order(
            organisation_id=cart.organisation_id,
            number=document_number(numbers.year, numbers.first, mark=MARK),
            state=Order.State.AWAITING_PAYMENT,
            means=entries.means if cart.gross_minor else Order.Means.FREE,
            currency=cart.currency,
            net_minor=totals.net_minor,
            vat_minor=totals.vat_minor,
            gross_minor=totals.gross_minor,
            billing_reference=entries.billing_reference,
            terms_version=settings.TERMS_VERSION,
            wants_immediate_start=entries.wants_immediate_start,
            renews_automatically=entries.renews_automatically,
            placed_by_id=actor.account_id,
            placed_at=clock.now(),
            expires_on=clock.today() + timedelta(days=DUE_DAYS),
        )
    )


def _stored_lines(order: Order, cart: CartQuote) -> list[OrderLine]:
    return [
        insert(
            OrderLine(
                order=order,
                position=line.position,
                offer_code=line.offer_code,
                kind_code=line.offer.kind_code if line.offer else "",
                product_name=line.offer_name,
                target=line.target,
                quantity=line.quantity,
                period_months=line.period_months,
                net_minor=line.net_minor,
            )
        )
        for line in cart.lines
    ]


def _dated(line: PricedLine, stored: OrderLine, *, is_paid: bool) -> PricedLine:
    """The service period, where it begins today (ORD-024); a transfer is waited for, so its day is not known yet."""
    named = replace(line, order_line_id=stored.pk)
    today = clock.today()
    return named.dated(today, months_later(today, stored.period_months)) if is_paid else named
