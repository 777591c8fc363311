"""Money and documents for tests, made by the real services. Builders set only what the sentence names."""

from __future__ import annotations

import itertools

from stellwerk.billing.queries.quotes import PricedLine, quote_for
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart
from stellwerk.billing.services.issue_invoices import Draft, issue_invoice
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.services.post import post
from stellwerk.billing.services.withdraw import NewWithdrawal, book_withdrawal
from stellwerk.foundation import clock
from stellwerk.organisations.queries import organisation_row
from stellwerk.organisations.tests.builders import a_legal_representative_of

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


def a_cart(organisation, *lines, actor=None) -> None:
    """Fills the cart with (offer code, more) pairs; a web hosting and a domain, both for a year, unless told."""
    actor = actor or a_legal_representative_of(organisation)
    for offer_code, more in lines or (("web-hosting", {}), ("domain-ch", {"target": f"name-{next(_numbers)}.ch"})):
        entries = NewCartLine(**{"offer_code": offer_code, "period_months": 12, **more})
        add_to_cart(actor=actor, organisation_id=organisation.pk, entries=entries)


def an_order(organisation, *lines, means="bank_transfer", actor=None, key=None, **more):
    """An order of a filled cart; from the balance it needs `a_prepaid_balance` first."""
    actor = actor or a_legal_representative_of(organisation)
    a_cart(organisation, *lines, actor=actor)
    entries = Checkout(means=means, accepts_terms=True, **more)
    return place_order(actor=actor, organisation_id=organisation.pk, entries=entries, key=key)


IBAN = "CH9300762011623852957"


def a_withdrawal(organisation, amount_minor=5000, *, actor=None, **more):
    """Requested with as much money as it takes; without a password, which `request_withdrawal` asks for."""
    a_prepaid_balance(organisation, amount_minor, more.get("currency", "CHF"))
    values = {"amount_minor": amount_minor, "currency": "CHF", "holder": organisation.name, "iban": IBAN, **more}
    actor = actor or a_legal_representative_of(organisation)
    return book_withdrawal(actor=actor, organisation_id=organisation.pk, payable=NewWithdrawal(**values))
