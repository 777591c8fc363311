"""Paying what was ticked on "To pay": one payment, one invoice for each address (BIL-004, 005, 008, 009, 012, 013)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from stellwerk.billing import policy
from stellwerk.billing.errors import InsufficientBalance, refusal
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.addresses import address_id_of, has_address
from stellwerk.billing.queries.due_items import DueChoice, InvoicePart, RenewalLine, SelectionQuote, quoted_selection
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.rules.prepaid import payment_shares
from stellwerk.billing.services.issue_invoices import DUE_DAYS, Draft, issue_invoices
from stellwerk.billing.services.post import lock_prepaid
from stellwerk.billing.services.renew import NewRenewal, record_renewals
from stellwerk.billing.services.settle import lock_invoices, take_from_balance
from stellwerk.billing.services.withdraw_renewals import withdraw_lines
from stellwerk.foundation import clock, idempotency
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert_many
from stellwerk.organisations import queries as organisations
from stellwerk.products.queries import owned_products

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow

MEANS = ("prepaid", "bank_transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to pay and how. `replaces_announcements` takes back transfers announced for the same products (BIL-012).

    `address_id` sends all renewals to one billing address; None leaves each product its own (BIL-062). `uses_balance`
    pays as much as the balance holds and leaves the rest to the transfer (PAY-016). Open invoices in a
    selection by transfer stay as they are: each has its own reference. `expected_days` is the sum of the expiry days
    that were shown, as ordinals: a colleague who renewed one of them meanwhile moved it, at the same price.
    """

    items: tuple[DueChoice, ...]
    means: str
    expected_gross_minor: int | None = None
    expected_days: int | None = None
    replaces_announcements: bool = False
    uses_balance: bool = False
    billing_reference: str = ""
    address_id: int | None = None


@transaction.atomic
def pay_selection(*, actor: Actor, organisation_id: int, entries: Selection, key: str | None = None) -> list[Invoice]:
    """Pay the ticked items; answers the new invoices, none when only open ones were paid.

    From the balance products are extended at once. By transfer their renewals are announced for 30 days and carried
    out when the money has come. A second call with the same `key` answers the first invoices. Refusals in order: not
    found, no_billing_right, validation_failed (`means`, `billing_address_id`), nothing_selected, those of
    `selection_quote`, cart_changed, due_changed, change_locked, already_renewed, insufficient_balance.
    """
    require(policy.can_pay(actor, organisation_id))
    if entries.means not in MEANS:
        raise Invalid(FieldError("means", "in", _("Choose prepaid account or bank transfer."), MEANS))
    recipient = organisations.existing_organisation(organisation_id)
    return idempotency.once(
        scope=f"organisation:{organisation_id}",
        key=key,
        request={"do": "pay_selection", **asdict(entries), "items": _whatever_their_order(entries.items)},
        do=lambda: _paid(actor, recipient, entries),
        ref=_named,
        load=_loaded,
    )


def _whatever_their_order(items: Sequence[DueChoice]) -> list[dict[str, object]]:
    """What is paid stands elsewhere in the list afterwards: sent again, "all" is the same payment in another order."""
    return [asdict(each) for each in sorted(items, key=lambda each: (each.product_id or 0, each.invoice_id or 0))]


def _named(invoices: list[Invoice]) -> str:
    """Issued together, so they have consecutive numbers: the first and how many."""
    return f"{invoices[0].pk}:{len(invoices)}" if invoices else ""


def _loaded(ref: str) -> list[Invoice]:
    if not ref:
        return []
    pk, _colon, count = ref.partition(":")
    first = Invoice.objects.get(pk=pk)
    numbers = range(first.sequence_number, first.sequence_number + int(count or 1))
    alike = Invoice.objects.filter(kind=Invoice.Kind.INVOICE, year=first.year, sequence_number__in=numbers)
    return list(alike.order_by("sequence_number"))


def _paid(actor: Actor, recipient: OrganisationRow, entries: Selection) -> list[Invoice]:
    if entries.address_id is not None and not has_address(recipient.id, entries.address_id):
        raise Invalid(FieldError("billing_address_id", "in", _("Choose one of the billing addresses.")))
    selection = quoted_selection(recipient.id, items=entries.items, address_id=entries.address_id)
    if entries.expected_gross_minor not in (None, selection.gross_minor):
        raise refusal("cart_changed", expected_minor=entries.expected_gross_minor, gross_minor=selection.gross_minor)
    days = sum(each.product.expires_on.toordinal() for each in selection.renewals)
    if entries.expected_days not in (None, days):
        raise refusal("due_changed")
    locked = _lock(selection)
    _free_announced(selection, entries, actor)
    key = prepaid_of(recipient.id, selection.currency)
    balance_minor = lock_prepaid(keys=[key])[key]
    _refuse_renewed(selection, recipient.id)
    is_prepaid = entries.means == "prepaid"
    if is_prepaid and balance_minor < selection.gross_minor:
        raise InsufficientBalance(
            balance_text=amount_text(balance_minor, selection.currency),
            amount_text=amount_text(selection.gross_minor, selection.currency),
        )
    if is_prepaid:
        for invoice_id, _number, _open_minor in selection.invoices:
            take_from_balance(invoice=locked[invoice_id], actor=actor)
    uses_balance = is_prepaid or entries.uses_balance
    return _renewed(actor, selection, entries, balance_minor if uses_balance else 0)


def _lock(selection: SelectionQuote) -> dict[int, Invoice]:
    """Open invoices that are paid, and those whose announcement may end: documents before balances."""
    announced = {each.announced_invoice_id for each in selection.renewals if each.announced_invoice_id is not None}
    return lock_invoices(invoice_ids=announced | {invoice_id for invoice_id, _number, _open in selection.invoices})


def _free_announced(selection: SelectionQuote, entries: Selection, actor: Actor) -> None:
    taken = [each.product.id for each in selection.renewals if each.announced_invoice_id is not None]
    if not taken:
        return
    being_paid = {invoice_id for invoice_id, _number, _open_minor in selection.invoices}
    is_paid_itself = any(each.announced_invoice_id in being_paid for each in selection.renewals)
    if is_paid_itself or not entries.replaces_announcements:  # what is paid is not credited in the same breath
        raise refusal("change_locked", product_ids=taken)
    rows = Renewal.objects.filter(product_id__in=taken, state=Renewal.State.ANNOUNCED).order_by("pk")
    withdraw_lines(renewals=list(rows), actor=actor)


def _refuse_renewed(selection: SelectionQuote, organisation_id: int) -> None:
    """The balance is locked, so whoever paid or gave away these products a moment ago has finished: two clicks pay
    once, and nobody pays for what has moved to another organisation.
    """
    ids = [each.product.id for each in selection.renewals]
    if {each.organisation_id for each in owned_products(ids).values()} - {organisation_id}:
        raise NotFound
    live = Renewal.objects.filter(product_id__in=ids, state__in=[Renewal.State.ANNOUNCED, Renewal.State.DONE])
    renewed = frozenset(live.values_list("product_id", "period_from"))
    for each in selection.renewals:
        if (each.product.id, each.product.expires_on) in renewed:
            raise refusal("already_renewed", name=each.product.title)


def _renewed(actor: Actor, selection: SelectionQuote, entries: Selection, available_minor: int) -> list[Invoice]:
    """One invoice for each billing address; the balance pays one after the other as far as it goes."""
    paid = []
    for part in selection.parts:
        shares = payment_shares(part.quote.gross_minor, available_minor=available_minor)
        available_minor -= shares.prepaid_minor
        paid.append((part, shares.prepaid_minor))
    costly = [each for each in paid if each[0].quote.gross_minor]
    drafts = [_draft(part, entries, prepaid_minor) for part, prepaid_minor in costly]
    issued = issue_invoices(drafts=drafts, actor=actor) if drafts else []
    by_address = {address_id_of(part.recipient): each for (part, _), each in zip(costly, issued, strict=True)}
    for part, prepaid_minor in paid:
        invoice = by_address.get(address_id_of(part.recipient))
        if prepaid_minor == part.quote.gross_minor:
            record_renewals(entries=[_new(each, invoice) for each in part.renewals], actor=actor)
        else:
            _announce(part.renewals, part.recipient.id, invoice)
    return issued


def _draft(part: InvoicePart, entries: Selection, prepaid_minor: int) -> Draft:
    first = part.renewals[0].product
    return Draft(
        # A product is renewed once for each period; a number counts the announcements that came to nothing.
        source=f"renewal:{first.id}:{first.expires_on}:{_earlier_attempts(first.id, first.expires_on)}",
        recipient=part.recipient,
        quote=part.quote,
        prepaid_minor=prepaid_minor,
        billing_reference=entries.billing_reference,
    )


def _earlier_attempts(product_id: int, period_from: date) -> int:
    return Renewal.objects.filter(product_id=product_id, period_from=period_from).count()


def _new(each: RenewalLine, invoice: Invoice | None) -> NewRenewal:
    return NewRenewal(
        product=each.product,
        period_to=each.period_to,
        period_months=each.period_months,
        invoice_id=invoice.pk if invoice else None,
        keeps_period=each.keeps_period,
    )


def _announce(lines: Sequence[RenewalLine], organisation_id: int, invoice: Invoice | None) -> None:
    now = clock.now()
    insert_many(
        [
            Renewal(
                organisation_id=organisation_id,
                product_id=each.product.id,
                period_from=each.product.expires_on,
                period_to=each.period_to,
                period_months=each.period_months,
                keeps_period=each.keeps_period,
                state=Renewal.State.ANNOUNCED,
                invoice=invoice,
                ends_on=clock.today() + timedelta(days=DUE_DAYS),
                created_at=now,
            )
            for each in lines
        ]
    )
