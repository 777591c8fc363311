"""Renewals by bank transfer: announced, paid late, never paid (REN-053, REN-057, BIL-012, BIL-013)."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.tests.renewals.builders import (
    a_product_expiring,
    an_organisation,
    balance_of,
    letters,
    published,
    the_house_lives_through,
    with_balance,
)
from stellwerk.foundation import clock, jobs
from stellwerk.organisations.tests.builders import a_legal_representative_of
from stellwerk.products import services as product_services

pytestmark = pytest.mark.django_db

EXPIRY = date(2026, 7, 15)


def announced(organisation, product, *, on):
    """Somebody chose the bank transfer on "To pay"; the open invoice."""
    with clock.travel_to(on):
        (invoice,) = pay_selection(
            actor=a_legal_representative_of(organisation),
            organisation_id=organisation.pk,
            entries=Selection(items=(DueChoice(product_id=product.pk),), means="bank_transfer"),
        )
    return invoice


def paid_from_the_balance(organisation, invoice, *, on):
    with_balance(organisation, invoice.gross_minor)
    with clock.travel_to(on):
        pay_invoice(
            actor=a_legal_representative_of(organisation), organisation_id=organisation.pk, invoice_id=invoice.pk
        )
        jobs.run_due_jobs()


def test_ren_053_a_payment_during_the_suspension_resumes_at_once_from_the_old_expiry_ex_17():
    acme = an_organisation()
    hosting = a_product_expiring(acme, EXPIRY)
    the_house_lives_through(date(2026, 7, 22), date(2026, 7, 31))
    hosting.refresh_from_db()
    assert (hosting.state, hosting.suspended_on) == ("suspended", date(2026, 7, 22))

    invoice = announced(acme, hosting, on=date(2026, 8, 1))
    paid_from_the_balance(acme, invoice, on=date(2026, 8, 1))

    hosting.refresh_from_db()
    assert (hosting.state, hosting.expires_on) == ("active", date(2027, 7, 15))
    assert Renewal.objects.get().state == "done"
    assert [day for day, _ in published("ProductResumed")] == [date(2026, 8, 1)]
    assert next(subject for _, _, subject in letters("products_renewed")).endswith("is renewed until 14 July 2027")
    the_house_lives_through(date(2026, 8, 2), date(2026, 8, 22))
    hosting.refresh_from_db()
    assert hosting.state == "active"


def test_ren_057_an_announced_transfer_postpones_the_suspension_by_seven_days():
    acme = an_organisation()
    hosting, other = a_product_expiring(acme, EXPIRY), a_product_expiring(acme, EXPIRY)
    announced(acme, hosting, on=date(2026, 7, 18))

    the_house_lives_through(date(2026, 7, 20), date(2026, 7, 29))

    suspended = [(day, payload["product_id"]) for day, payload in published("ProductSuspended")]
    assert suspended == [(date(2026, 7, 22), other.pk), (date(2026, 7, 29), hosting.pk)]


def test_an_announced_transfer_stops_the_automatic_charge_and_the_reminders():
    acme = with_balance(an_organisation(), 20_000)
    hosting = a_product_expiring(acme, EXPIRY, automatic=True)
    announced(acme, hosting, on=date(2026, 6, 20))

    the_house_lives_through(date(2026, 6, 30), date(2026, 7, 2))

    assert balance_of(acme) == 20_000
    assert letters("billing/email/automatic") == []


def test_ren_054_nobody_owes_what_was_terminated_while_its_transfer_was_announced():
    acme = an_organisation()
    hosting = a_product_expiring(acme, EXPIRY)
    invoice = announced(acme, hosting, on=date(2026, 8, 10))

    the_house_lives_through(date(2026, 8, 10), date(2026, 8, 21))

    hosting.refresh_from_db()
    invoice.refresh_from_db()
    assert (hosting.state, invoice.open_minor) == ("terminated", 0)
    assert Renewal.objects.get().state == "withdrawn"
    assert Invoice.objects.get(kind="credit_note").gross_minor == invoice.gross_minor


def test_money_for_a_product_that_was_cancelled_meanwhile_lies_on_the_prepaid_account():
    acme = an_organisation()
    hosting, kept = a_product_expiring(acme, EXPIRY), a_product_expiring(acme, EXPIRY)
    with clock.travel_to(date(2026, 7, 1)):
        (invoice,) = pay_selection(
            actor=a_legal_representative_of(acme),
            organisation_id=acme.pk,
            entries=Selection(
                items=(DueChoice(product_id=hosting.pk), DueChoice(product_id=kept.pk)), means="bank_transfer"
            ),
        )
        with_balance(acme, invoice.gross_minor)
        pay_invoice(actor=a_legal_representative_of(acme), organisation_id=acme.pk, invoice_id=invoice.pk)
        product_services.cancel_product(product_id=hosting.pk)
        jobs.run_due_jobs()

    kept.refresh_from_db()
    assert kept.expires_on == date(2027, 7, 15)
    assert balance_of(acme) == 11_582
    assert sorted(Renewal.objects.values_list("state", flat=True)) == ["done", "withdrawn"]
