"""What billing refuses, in words. Codes are stable (commerce §17, without the E_); texts are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import DomainError, Gone, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

TEXTS: Mapping[str, _StrPromise] = {
    "autorenew_too_late": _(
        "Fewer than %(days)s days remain until %(name)s expires. Renew it first, then switch automatic renewal on."
    ),
    "already_renewed": _("%(name)s has just been renewed for this period. Look at the list again."),
    "bank_account_foreign": _("The file is about the account %(iban)s, which is not ours. Nothing was booked."),
    "bank_entry_decided": _("Somebody has decided about this money already."),
    "bank_file_too_large": _("The file is larger than %(maximum_mib)s MiB. Nothing was booked."),
    "billing_address_in_use": _(
        "%(name)s is in use. Choose the address that takes its place; issued documents keep their text."
    ),
    "billing_addresses_full": _("An organisation keeps at most %(maximum)s additional billing addresses."),
    "cart_empty": _("The cart is empty. Choose an offer first."),
    "cart_full": _("The cart holds at most %(maximum)s lines. Order these first."),
    "cart_line_refused": _("Line %(line)s, %(name)s: %(reason)s"),
    "cart_changed": _("Prices or contents changed since you looked. Check the cart again, then order."),
    "change_locked": _("A payment for this product is already announced or running. Wait for it or withdraw it."),
    "credit_exceeds_invoice": _("More than was invoiced cannot be credited."),
    "due_changed": _("Somebody has renewed part of this selection since you looked. Look at the list again."),
    "horizon": _("This product can be paid at most %(horizon_months)s months ahead."),
    "frequency_below_minimum": _("So small an amount cannot be paid this often. Choose a longer period."),
    "insufficient_balance": _("The prepaid balance of %(balance_text)s is too small for %(amount_text)s. Top it up."),
    "invoice_not_open": _("The invoice %(number)s is not open any more."),
    "means_unknown": _("This means of payment is not offered. Choose prepaid account or bank transfer."),
    "nothing_selected": _("Nothing is selected. Choose at least one item."),
    "order_state": _("The order has gone on in the meantime; this is not possible any more."),
    "oss_not_registered": _("We cannot sell to private persons in your country yet."),
    "period_not_offered": _("%(offer_name)s cannot be paid for %(period_months)s months at a time."),
    "product_not_renewable": _("%(name)s cannot be renewed."),
    "quantity_range": _("%(offer_name)s is sold in quantities from %(minimum)s to %(maximum)s."),
    "reference_length": _("The billing reference may have at most %(maximum)s characters."),
    "suite_already_exists": _("Your organisation already has a Suite. Add users to it instead."),
    "target_already_in_cart": _("%(target)s is already in the cart."),
    "target_missing": _("%(offer_name)s needs a name, a domain for instance."),
    "terms_not_accepted": _("Accept the terms of service to order."),
    "topup_out_of_range": _("A top-up lies between %(minimum_text)s and %(maximum_text)s."),
    "topup_means_refused": _("This means of payment cannot top up the prepaid account."),
    "means_currency_refused": _("This currency is not accepted here. Choose CHF or EUR."),
    "currency_mix": _("All items of one payment need the same currency."),
    "holder_invalid": _("Enter the name as the bank knows it, in Latin letters and at most 70 characters."),
    "iban_invalid": _("This is not a valid IBAN. Compare it with your bank’s papers."),
    "iban_country_refused": _("Choose an account in Switzerland or Liechtenstein for CHF, in the SEPA area for EUR."),
    "iban_takes_references_only": _("This is a QR-IBAN, for QR-bills only. Enter the account’s ordinary IBAN."),
    "withdrawal_too_small": _("At least %(minimum_text)s can be withdrawn."),
    "withdrawal_under_way": _("The withdrawal %(number)s has gone to the bank and cannot be called back any more."),
    "withdrawal_decided": _("The withdrawal %(number)s has been dealt with meanwhile. Look at the list again."),
    "withdrawals_unchosen": _("Choose the withdrawals for the file first."),
    "withdrawal_reason_missing": _("Say why; the organisation reads it."),
    "vat_rate_unknown": _("No VAT rate is known for your country yet. Tell us, we will add it."),
    "invoice_incomplete": _("The document cannot be issued: %(field)s is missing or wrong."),
}


class InsufficientBalance(RuleBroken):
    """The prepaid account does not hold what is asked of it (PRE-018)."""

    code = "insufficient_balance"
    text = TEXTS["insufficient_balance"]


class LinkExpired(Gone):
    """A signed link is older than its ten minutes."""

    code = "link_expired"
    text = _("This link has expired. Open the document again from the list.")


def refusal(code: str, **context: Any) -> DomainError:
    """The refusal of a rule with its text. Codes without a text of their own say that it is not possible."""
    return RuleBroken(code, text=TEXTS.get(code), **context)
