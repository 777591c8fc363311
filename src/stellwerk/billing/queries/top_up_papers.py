"""The paper of a deposit: payment details with QR-bill while it is announced, a receipt once it has come (PRE-007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext, override

from stellwerk.billing.documents.model import Category, Document, Kind, Line, Party, PaymentPart, Totals, VatGroup
from stellwerk.billing.queries.prepaid import TopUpRow, top_up_row
from stellwerk.foundation import clock
from stellwerk.organisations.queries import existing_organisation

if TYPE_CHECKING:
    from datetime import date, datetime

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow

_ADDRESS = ("name", "street", "building_number", "postal_code", "town", "country")


def top_up_pdf(actor: Actor, organisation_id: int, *, top_up_id: int) -> tuple[str, bytes]:
    """File name and PDF. Raises NotFound for another organisation's deposit."""
    from stellwerk.billing.documents.pdf import document_pdf  # loaded with the first document, like invoices

    top_up = top_up_row(actor, organisation_id, top_up_id=top_up_id)
    organisation = existing_organisation(organisation_id)
    document = _document(top_up, organisation)
    return f"{top_up.number}.pdf", document_pdf(document, rendered_at=top_up.credited_at or top_up.requested_at)


def payee() -> Party:
    """The operator, without the VAT number: a deposit is no supply yet."""
    return Party(
        **{key: str(settings.OPERATOR[key]) for key in _ADDRESS},
        email=str(settings.OPERATOR["email"]),
        registration_number=str(settings.OPERATOR["registration_number"]),
    )


def _document(top_up: TopUpRow, organisation: OrganisationRow) -> Document:
    with override(organisation.language):
        label = gettext("Top-up of the prepaid account")
    amount_minor, buyer = top_up.amount_minor, Party(**{key: getattr(organisation, key) for key in _ADDRESS})
    line = Line(
        product_name=label, unit_price_minor=amount_minor, net_minor=amount_minor, category=Category.OUTSIDE_SCOPE
    )
    came_on = _day(top_up.credited_at) if top_up.credited_at else None
    return Document(
        kind=Kind.RECEIPT if came_on else Kind.PRO_FORMA,
        number=top_up.number,
        issued_on=came_on or _day(top_up.requested_at),
        language=organisation.language,
        currency=top_up.currency,
        seller=payee(),
        buyer=buyer,
        lines=(line,),
        vat=(VatGroup(category=Category.OUTSIDE_SCOPE, net_minor=amount_minor, vat_minor=0),),
        totals=Totals(net_minor=amount_minor, vat_minor=0, gross_minor=amount_minor),
        paid_minor=amount_minor if came_on else 0,
        paid_on=came_on,
        payment=None if came_on else _payment_part(top_up, buyer),
        customer_number=str(organisation.id),
    )


def _payment_part(top_up: TopUpRow, debtor: Party) -> PaymentPart:
    return PaymentPart(iban=top_up.iban, reference=top_up.reference, creditor=payee(), debtor=debtor)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.operator_zone()).date()
