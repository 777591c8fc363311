"""Money and documents for tests, made by the real services. Builders set only what the sentence names."""

from __future__ import annotations

import itertools

from stellwerk.billing.queries.quotes import PricedLine, quote_for
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.services.issue_invoices import Draft, issue_invoice
from stellwerk.billing.services.post import post
from stellwerk.foundation import clock
from stellwerk.organisations.queries import organisation_row

_numbers = itertools.count(1)


def a_line(net_minor: int = 10714, **more) -> PricedLine:
    values = {"product_name": "Web hosting", "quantity": 1, "unit_price_minor": net_minor, "net_minor": net_minor}
    return PricedLine(**{**values, **more})


HOSTING_WITH_CODE = a_line(9107, unit_price_minor=10714)
DOMAIN = a_line(960, product_name="Domain .ch", object_name="huber-brot.ch")


def a_draft(organisation, *lines, currency=None, **more) -> Draft:
    recipient = organisation_row(organisation.pk)
    currency = currency or recipient.currency
    # EX-05 unless told otherwise: net 100.67, VAT 8.15, gross 108.82.
    quote = quote_for(recipient, lines or (HOSTING_WITH_CODE, DOMAIN), currency=currency, on=clock.today())
    return Draft(**{"source": f"test:{next(_numbers)}", "recipient": recipient, "quote": quote, **more})


def an_open_invoice(organisation, *lines, **more):
    return issue_invoice(draft=a_draft(organisation, *lines, **more))


def a_prepaid_balance(organisation, amount_minor, currency="CHF") -> None:
    post(
        booking=Booking(
            reason="top_up",
            source=f"test:{next(_numbers)}",
            currency=currency,
            organisation_id=organisation.pk,
            legs=[
                Leg(operator_account(AccountKind.BANK, currency), prepaid_of(organisation.pk, currency), amount_minor)
            ],
        )
    )


def a_paid_invoice(organisation, *lines, **more):
    draft = a_draft(organisation, *lines, **more)
    a_prepaid_balance(organisation, draft.quote.gross_minor, draft.quote.currency)
    return issue_invoice(draft=a_draft(organisation, *lines, **more, prepaid_minor=draft.quote.gross_minor))
