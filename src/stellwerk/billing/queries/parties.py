"""Who stands on a document, and which tax that brings: the operator from the settings, the customer from its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from stellwerk.billing.documents import references
from stellwerk.billing.queries.addresses import Invoiced
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.tax import Operator, Recipient, TaxCategory, TaxTreatment, tax_treatment
from stellwerk.billing.rules.tax_rates import STANDARD_RATES
from stellwerk.catalogue import queries as catalogue

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.organisations.queries import OrganisationRow

# Kinds of organisation that act as businesses in the sense of VAT Directive art. 44.
_BUSINESSES = ("company", "association", "public_body")
# "" is a number whose form and check digit are right; "valid" was also confirmed by the register. "pending" and
# "invalid" are charged VAT (VAT-010, VAT-011).
_TRUSTED_STATES = ("", "valid")


def treatment_for(recipient: OrganisationRow, *, on: date) -> TaxTreatment:
    """The VAT treatment of a sale to this organisation on the day of supply `on`. Raises BillingRefused."""
    country, postal_code = _taxed_at(recipient)
    return tax_treatment(
        Operator(
            country=str(settings.OPERATOR["country"]), is_oss_registered=bool(settings.OPERATOR["oss_registered"])
        ),
        Recipient(
            country=country,
            postal_code=postal_code,
            is_company=recipient.kind in _BUSINESSES,
            has_valid_vat_number=bool(recipient.vat_number) and recipient.vat_number_state in _TRUSTED_STATES,
        ),
        on=on,
    )


def _taxed_at(recipient: OrganisationRow) -> tuple[str, str]:
    """A business is where the invoiced address is (TAX-002). A private person is where it lives: a second address
    for its invoices is no evidence of another home (TAX-009).
    """
    if isinstance(recipient, Invoiced) and recipient.kind not in _BUSINESSES:
        return recipient.home_country, recipient.home_postal_code
    return recipient.country, recipient.postal_code


def shown_rate_bp(buyer: OrganisationRow | None, on: date) -> int:
    """The rate of prices with VAT in the shop: the buyer's, or the operator's country's for a visitor (UI-030).

    0 where no rate is known: a price shown is no document, and the order refuses with the reason.
    """
    try:
        if buyer is None:
            return STANDARD_RATES.rate_bp(str(settings.OPERATOR["country"]), on=on)
        return treatment_for(buyer, on=on).rate_bp
    except BillingRefused:
        return 0


catalogue.know_vat_rates(shown_rate_bp)


def seller_of(treatment: TaxTreatment) -> dict[str, Any]:
    """The operator as printed, with the number under which this tax stands: none outside the scope of VAT."""
    operator = settings.OPERATOR
    keys = ("name", "street", "building_number", "postal_code", "town", "country", "email",
            "registration_number")  # fmt: skip
    return {**{key: operator[key] for key in keys}, "vat_number": _seller_vat_number(treatment)}


def buyer_of(recipient: OrganisationRow, treatment: TaxTreatment) -> dict[str, Any]:
    """The customer as printed (INV-020, VAT-013)."""
    keys = ("name", "attention", "street", "building_number", "postal_code", "town", "country")
    is_numbered = treatment.category is not TaxCategory.OUTSIDE_SCOPE
    mailed = {"email": recipient.document_email} if isinstance(recipient, Invoiced) and recipient.document_email else {}
    return {
        **{key: getattr(recipient, key) for key in keys},
        **mailed,
        "vat_number": recipient.vat_number if is_numbered else "",
        "organisation_id": recipient.id,
    }


def iban_for(currency: str) -> str:
    """The operator's account that takes this currency, compact."""
    return str(settings.OPERATOR[f"iban_{currency.lower()}"]).replace(" ", "").upper()


def payment_reference(organisation_id: int, digits: int, *, iban: str) -> str:
    """QRR for a QR-IBAN, SCOR for any other account (QRB-002, QRB-005). Raises ValueError when a part is too long."""
    if references.is_qr_iban(iban):
        return references.qr_reference(organisation_id, digits)
    return references.creditor_reference(digits)


def operator_ibans() -> frozenset[str]:
    """All accounts whose statements may be imported."""
    return frozenset(
        account for currency in ("CHF", "EUR") for account in (iban_for(currency), payout_account(currency))
    )


def payout_account(currency: str) -> str:
    """The operator's account that pays withdrawals of this currency, compact; by default the one customers pay to."""
    own = str(settings.OPERATOR[f"payout_iban_{currency.lower()}"]).replace(" ", "").upper()
    return own or iban_for(currency)


def _seller_vat_number(treatment: TaxTreatment) -> str:
    if treatment.category is TaxCategory.OUTSIDE_SCOPE:
        return ""
    if treatment.ledger_key.startswith("oss:"):
        return str(settings.OPERATOR["oss_number"])
    return str(settings.OPERATOR["vat_number"])
