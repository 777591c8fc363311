"""Automatic renewal from the prepaid account."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice, Payment, Renewal
from stellwerk.billing.tests.renewals.builders import (
    a_product_expiring,
    an_organisation,
    balance_of,
    published,
    the_house_lives_through,
    with_balance,
)

pytestmark = pytest.mark.django_db

EXPIRY = date(2026, 7, 15)
FIRST_ATTEMPT = date(2026, 7, 1)


def test_ren_006_a_product_is_renewed_fourteen_days_before_its_expiry_from_the_old_expiry():
    acme = with_balance(an_organisation(), 20_000)
    hosting = a_product_expiring(acme, EXPIRY, automatic=True)

    the_house_lives_through(date(2026, 6, 29), date(2026, 7, 3))

    hosting.refresh_from_db()
    assert hosting.expires_on == date(2027, 7, 15)
    invoice = Invoice.objects.get()
    assert (invoice.issued_on, invoice.net_minor, invoice.vat_minor, invoice.gross_minor) == (
        FIRST_ATTEMPT, 10_714, 868, 11_582,
    )  # fmt: skip
    assert (invoice.open_minor, balance_of(acme)) == (0, 20_000 - 11_582)
    assert Payment.objects.get().amount_minor == 11_582
    renewal = Renewal.objects.get()
    assert (renewal.state, renewal.period_from, renewal.period_to) == ("done", EXPIRY, date(2027, 7, 15))
    assert [day for day, _ in published("ProductsRenewed")] == [FIRST_ATTEMPT]
