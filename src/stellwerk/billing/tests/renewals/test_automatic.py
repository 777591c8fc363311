"""Automatic renewal from the prepaid account: amounts, grouping, prices, failures."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice, InvoiceLine, Payment, Renewal
from stellwerk.billing.services.renew import play_organisations
from stellwerk.billing.tests.renewals.builders import (
    a_product_expiring,
    an_organisation,
    balance_of,
    letters,
    published,
    the_house_lives_through,
    with_balance,
)
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation import clock, health, jobs
from stellwerk.foundation.models import Job
from stellwerk.foundation.orm import WORTH_A_COPY
from stellwerk.organisations.tests.builders import a_person

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


def test_ren_016_all_items_of_an_organisation_share_a_payment_and_an_invoice_ex_12():
    """The figures of EX-12, as products that renew by themselves."""
    acme = with_balance(an_organisation(), 60_811)
    a_product_expiring(acme, EXPIRY, automatic=True, offer="domain-ch", name="huber-brot.ch", period_months=36)
    a_product_expiring(acme, EXPIRY, automatic=True)
    a_product_expiring(acme, EXPIRY, automatic=True, offer="suite-pro", quantity=5)
    other = with_balance(an_organisation("Other AG"), 20_000)
    a_product_expiring(other, EXPIRY, automatic=True)

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    invoice = Invoice.objects.get(organisation=acme)
    assert (invoice.net_minor, invoice.vat_minor, invoice.gross_minor) == (56_254, 4_557, 60_811)
    assert [line.net_minor for line in invoice.lines.order_by("position")] == [2_880, 10_714, 42_660]
    assert Payment.objects.filter(organisation=acme).count() == 1
    assert balance_of(acme) == 0
    assert sorted(Invoice.objects.values_list("sequence_number", flat=True)) == [1, 2]


def test_pre_010_one_centime_too_little_debits_nothing_of_the_whole_group():
    acme = with_balance(an_organisation(), 60_810)
    a_product_expiring(acme, EXPIRY, automatic=True, offer="domain-ch", name="huber-brot.ch", period_months=36)
    a_product_expiring(acme, EXPIRY, automatic=True)
    a_product_expiring(acme, EXPIRY, automatic=True, offer="suite-pro", quantity=5)

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    assert (balance_of(acme), Invoice.objects.count(), Renewal.objects.count()) == (60_810, 0, 0)
    assert published("AutomaticRenewalFailed")[0][1]["missing_text"] == "CHF 0.01"


def test_ren_022_an_attempt_takes_the_price_of_its_day():
    acme = with_balance(an_organisation(), 5_000)
    a_product_expiring(acme, EXPIRY, automatic=True)
    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)
    hosting = Offer.objects.get(code="web-hosting")
    Price.objects.create(offer=hosting, currency="CHF", period_months=12, unit_minor=4_000, valid_from=date(2026, 7, 3))

    the_house_lives_through(date(2026, 7, 2), date(2026, 7, 5))

    assert InvoiceLine.objects.get().net_minor == 4_000
    assert Invoice.objects.get().issued_on == date(2026, 7, 4)


def test_ex_21_the_anchor_day_survives_the_short_month():
    acme = with_balance(an_organisation(), 10_000)
    hosting = a_product_expiring(acme, date(2027, 1, 31), automatic=True, period_months=1)

    the_house_lives_through(date(2027, 1, 15), date(2027, 4, 20))

    expiries = Renewal.objects.order_by("pk").values_list("period_to", flat=True)
    assert list(expiries) == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    hosting.refresh_from_db()
    assert hosting.anchor_day == 31


def test_euros_are_charged_in_euros():
    firm = with_balance(an_organisation("Firma GmbH", country="DE", postal_code="10115", town="Berlin"), 20_000, "EUR")
    a_product_expiring(firm, EXPIRY, automatic=True)

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    assert Invoice.objects.get().currency == "EUR"


def test_a_product_switched_off_is_not_charged():
    acme = with_balance(an_organisation(), 20_000)
    a_product_expiring(acme, EXPIRY)

    the_house_lives_through(FIRST_ATTEMPT, EXPIRY)

    assert (balance_of(acme), Invoice.objects.count()) == (20_000, 0)


def test_a_failing_organisation_is_parked_and_reported_and_the_others_are_renewed():
    good = [with_balance(an_organisation(f"Good {number}"), 20_000) for number in range(3)]
    for organisation in good:
        a_product_expiring(organisation, EXPIRY, automatic=True)
    bad = with_balance(an_organisation("Bad AG"), 20_000)
    broken = a_product_expiring(bad, EXPIRY, automatic=True, period_months=12)
    type(broken).objects.filter(pk=broken.pk).update(period_months=7)  # nobody sells seven months

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)
    for hour in range(1, 10):  # each try waits longer
        with clock.travel_to(clock.now().replace(2026, 7, 1, 12 + hour)):
            jobs.run_due_jobs()

    assert [balance_of(each) for each in good] == [20_000 - 11_582] * 3
    assert balance_of(bad) == 20_000
    parked = Job.objects.exclude(parked_at=None)
    assert [(job.kind, job.arguments) for job in parked] == [("billing.renew_batch", {"organisation_ids": [bad.pk]})]
    assert any("billing.renew_batch" in finding.text for finding in health.findings())
    assert sorted(Invoice.objects.values_list("sequence_number", flat=True)) == [1, 2, 3]


def test_the_count_of_statements_does_not_depend_on_the_size_of_the_batch(django_assert_max_num_queries):
    sizes, counts, founder = (WORTH_A_COPY, 3 * WORTH_A_COPY), [], a_person()
    for size in sizes:
        organisations = [with_balance(an_organisation(f"F {number}", of=founder), 20_000) for number in range(size)]
        for organisation in organisations:
            a_product_expiring(organisation, EXPIRY, automatic=True)
        with clock.travel_to(FIRST_ATTEMPT), django_assert_max_num_queries(200) as captured:
            play_organisations(organisation_ids=[each.pk for each in organisations])
        counts.append(len(captured))

    # SQLite splits the insert of wide rows after some dozens; the first batch also opens the operator's accounts.
    assert counts[1] <= counts[0]
    assert Renewal.objects.count() == sum(sizes)


def test_ntf_08_the_confirmation_names_invoice_amount_and_new_expiry():
    from stellwerk.foundation.models import Message

    acme = with_balance(an_organisation(), 20_000)
    a_product_expiring(acme, EXPIRY, automatic=True, name="huber-brot.ch")

    the_house_lives_through(FIRST_ATTEMPT, FIRST_ATTEMPT)

    body = Message.objects.get(template__contains="products_renewed").body
    number = Invoice.objects.get().number
    assert "huber-brot.ch (Web hosting): 14 July 2027" in body
    assert "CHF\u00a0115.82" in body
    assert number in body
    assert "VAT number" not in body  # ORG-018: a Swiss company is not asked for one
    assert [day for day, _, _ in letters("automatic_renewal_due")] == [FIRST_ATTEMPT]
