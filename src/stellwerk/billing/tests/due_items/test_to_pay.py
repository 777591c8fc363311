"""To pay: what is due, what a selection costs, and what its payment does."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.queries.due_items import DueChoice, selection_quote
from stellwerk.billing.queries.due_rows import DueScope, Until, due_page
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.renew import carry_out_renewals
from stellwerk.billing.services.withdraw_renewals import plan_announcement_deadlines, withdraw_announcement
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_line, a_prepaid_balance, an_open_invoice
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import RuleBroken
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Event
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    an_organisation,
)
from stellwerk.products.models import Product
from stellwerk.products.services import suspend_product, terminate_product
from stellwerk.products.tests.builders import a_domain_of, a_product_of

pytestmark = pytest.mark.django_db
STARTED_ON = date(2025, 11, 30)
TODAY = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def today():
    with clock.travel_to(TODAY):
        yield


def started(build, *arguments, on=STARTED_ON, **more):
    with clock.travel_to(on):
        return build(*arguments, **more)


def rows(organisation, until="next_two_months"):
    scope = DueScope(until=Until(until))
    return due_page(a_legal_representative_of(organisation), organisation.pk, scope=scope).rows


def chosen(*products, **more):
    return tuple(DueChoice(product_id=product.pk, **more) for product in products)


def paid(organisation, items, *, means="prepaid", actor=None, key=None, **more):
    entries = Selection(items=items, means=means, **more)
    actor = actor or a_legal_representative_of(organisation)
    return next(iter(pay_selection(actor=actor, organisation_id=organisation.pk, entries=entries, key=key)), None)


def expiry(product):
    return Product.objects.get(pk=product.pk).expires_on


def transferred(invoice):
    row = Transfer(amount_minor=invoice.open_minor, reference=invoice.reference)
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name="x.xml")
    run_due_jobs()


def test_ex_17_a_product_appears_two_calendar_months_before_its_expiry():
    acme = an_organisation()
    started(a_product_of, acme, on=date(2025, 7, 15))

    with clock.travel_to(date(2026, 5, 14)):
        assert rows(acme) == []
        assert len(rows(acme, "all")) == 1
    with clock.travel_to(date(2026, 5, 15)):
        assert [row.due_on for row in rows(acme)] == [date(2026, 7, 15)]


def test_bil_003_overdue_items_are_always_among_them():
    acme = an_organisation()
    late = started(a_product_of, acme, on=date(2025, 10, 1))
    started(a_product_of, acme, on=date(2026, 1, 1))

    assert [row.product_id for row in rows(acme)] == [late.pk]
    assert [(row.product_id, row.state) for row in rows(acme, "overdue")] == [(late.pk, "overdue")]
    assert len(rows(acme, "all")) == 2


def test_bil_001_a_row_tells_what_is_due_and_the_durations_to_choose_from():
    acme = an_organisation()
    started(a_domain_of, acme, name="huber-brot.ch")

    row = rows(acme)[0]

    assert (row.name, row.offer_name, row.amount_minor, row.period_months) == ("huber-brot.ch", "Domain .ch", 960, 12)
    assert [choice.expires_on for choice in row.choices][:3] == [
        date(2027, 11, 30),
        date(2028, 11, 30),
        date(2029, 11, 30),
    ]
    assert row.state == "due"


def test_bil_023_durations_beyond_the_horizon_are_not_offered_and_refused():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")

    assert max(choice.period_months for choice in rows(acme)[0].choices) == 9 * 12
    with pytest.raises(RuleBroken) as refused:
        paid(acme, chosen(domain, period_months=120))
    assert refused.value.code == "horizon"


def test_open_invoices_are_due_too():
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    row = rows(acme)[0]
    assert (row.invoice_id, row.amount_minor, row.due_on) == (invoice.pk, 10882, date(2026, 11, 14))


def test_due_rows_take_the_same_queries_for_one_and_for_twenty(django_assert_max_num_queries):
    acme = an_organisation()
    for _ in range(20):
        started(a_product_of, acme)
    boss = a_legal_representative_of(acme)

    with django_assert_max_num_queries(6):
        assert len(due_page(boss, acme.pk, scope=DueScope()).rows) == 20


def test_ex_12_years_in_advance_and_a_suite_are_one_invoice():
    acme = an_organisation()
    a_prepaid_balance(acme, 100_000)
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    hosting = started(a_product_of, acme)
    suite = started(a_product_of, acme, "suite-pro", quantity=5)
    items = (*chosen(domain, period_months=36), *chosen(hosting, suite))

    quote = selection_quote(a_legal_representative_of(acme), acme.pk, items=items)
    assert (quote.totals.net_minor, quote.totals.vat_minor, quote.gross_minor) == (56254, 4557, 60811)

    invoice = paid(acme, items, expected_gross_minor=60811)

    assert Invoice.objects.count() == 1
    assert (invoice.net_minor, invoice.vat_minor, invoice.gross_minor, invoice.open_minor) == (56254, 4557, 60811, 0)
    assert expiry(domain) == date(2029, 11, 30)
    assert expiry(hosting) == expiry(suite) == date(2027, 11, 30)
    assert prepaid_balances(acme.pk) == {"CHF": 100_000 - 60811}
    assert next((line.period_from, line.period_to) for line in invoice.lines.order_by("position")) == (
        date(2026, 11, 30), date(2029, 11, 30),
    )  # fmt: skip


def test_ex_12_the_domain_alone():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")

    quote = selection_quote(a_legal_representative_of(acme), acme.pk, items=chosen(domain, period_months=36))
    assert (quote.totals.net_minor, quote.gross_minor) == (2880, 3113)


def test_ex_04_a_year_paid_for_a_monthly_product_is_appended():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    with clock.travel_to(date(2026, 3, 10)):
        hosting = a_product_of(acme, period_months=1)
    with clock.travel_to(date(2026, 3, 20)):
        invoice = paid(acme, chosen(hosting, period_months=12))

    assert (invoice.net_minor, invoice.gross_minor) == (10714, 11582)
    assert expiry(hosting) == date(2027, 4, 10)
    assert Product.objects.get().period_months == 12


def test_bil_024_this_time_only_keeps_the_recurring_period():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    with clock.travel_to(date(2026, 3, 10)):
        hosting = a_product_of(acme, period_months=1)
    with clock.travel_to(date(2026, 3, 20)):
        paid(acme, chosen(hosting, period_months=12, keeps_period=False))

    assert expiry(hosting) == date(2027, 4, 10)
    assert Product.objects.get().period_months == 1


def test_bil_012_an_invoice_that_is_paid_is_not_withdrawn_by_the_same_payment():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    invoice = paid(acme, chosen(domain), means="bank_transfer")
    a_prepaid_balance(acme, 10_000)

    with pytest.raises(RuleBroken) as refused:
        paid(acme, (*chosen(domain), DueChoice(invoice_id=invoice.pk)), replaces_announcements=True)

    assert refused.value.code == "change_locked"
    assert prepaid_balances(acme.pk) == {"CHF": 10_000}


def test_bil_012_a_transfer_announces_and_the_money_extends():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")

    invoice = paid(acme, chosen(domain, period_months=36), means="bank_transfer")

    assert invoice.open_minor == 3113
    assert expiry(domain) == date(2026, 11, 30)
    states = {row.product_id: row.state for row in rows(acme) if row.product_id}
    assert states == {domain.pk: "announced"}

    transferred(invoice)
    assert expiry(domain) == date(2029, 11, 30)
    assert Renewal.objects.get().state == "done"


def test_carrying_out_twice_extends_once():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    invoice = paid(acme, chosen(domain), means="bank_transfer")
    transferred(invoice)

    carry_out_renewals(invoice_id=invoice.pk)
    run_due_jobs()

    assert expiry(domain) == date(2027, 11, 30)
    assert Event.objects.filter(name="ProductsRenewed").count() == 1


def test_bil_012_an_announced_product_is_locked_until_the_announcement_is_replaced():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    domain, hosting = started(a_domain_of, acme, name="huber-brot.ch"), started(a_product_of, acme)
    announced = paid(acme, chosen(domain, hosting), means="bank_transfer")

    with pytest.raises(RuleBroken) as refused:
        paid(acme, chosen(domain))
    assert refused.value.code == "change_locked"

    paid(acme, chosen(domain), replaces_announcements=True)

    assert expiry(domain) == date(2027, 11, 30)
    assert Invoice.objects.get(pk=announced.pk).open_minor == announced.gross_minor - 1038
    transferred(Invoice.objects.get(pk=announced.pk))
    assert expiry(hosting) == date(2027, 11, 30)
    assert expiry(domain) == date(2027, 11, 30)


def test_an_announcement_can_be_taken_back():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    invoice = paid(acme, chosen(domain), means="bank_transfer")
    boss = a_legal_representative_of(acme)

    withdraw_announcement(actor=boss, organisation_id=acme.pk, invoice_id=invoice.pk)

    assert Invoice.objects.get(pk=invoice.pk).open_minor == 0
    assert [row.state for row in rows(acme)] == ["due"]
    with pytest.raises(RuleBroken):
        withdraw_announcement(actor=boss, organisation_id=acme.pk, invoice_id=invoice.pk)


def test_bil_012_an_announcement_ends_after_thirty_days():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    paid(acme, chosen(domain), means="bank_transfer")
    with clock.travel_to(date(2026, 11, 14)):
        plan_announcement_deadlines()
        run_due_jobs()
        assert Renewal.objects.get().state == "announced"
    with clock.travel_to(date(2026, 11, 15)):
        plan_announcement_deadlines()
        run_due_jobs()

    assert Renewal.objects.get().state == "withdrawn"
    assert Invoice.objects.get(kind="invoice").open_minor == 0


def test_ren_053_paying_a_suspended_product_reactivates_it_from_the_old_expiry():
    """EX-17: paid on 2026-08-01 for a year, the expiry becomes 2027-07-15."""
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    hosting = started(a_product_of, acme, on=date(2025, 7, 15))
    with clock.travel_to(date(2026, 7, 22)):
        suspend_product(product_id=hosting.pk)
    with clock.travel_to(date(2026, 8, 1)):
        assert rows(acme)[0].state == "suspended"
        paid(acme, chosen(hosting))

    assert expiry(hosting) == date(2027, 7, 15)
    assert Product.objects.get().state == "active"


def test_money_for_a_product_that_ended_meanwhile_is_the_customers():
    acme = an_organisation()
    domain = started(a_domain_of, acme, name="huber-brot.ch")
    invoice = paid(acme, chosen(domain), means="bank_transfer")
    terminate_product(product_id=domain.pk)

    transferred(invoice)

    assert prepaid_balances(acme.pk) == {"CHF": 1038}
    assert Renewal.objects.get().state == "withdrawn"


def test_the_balance_pays_open_invoices_and_renewals_together():
    acme = an_organisation()
    a_prepaid_balance(acme, 30000)
    hosting, invoice = started(a_product_of, acme), an_open_invoice(acme, a_line(1000))

    new = paid(acme, (*chosen(hosting), DueChoice(invoice_id=invoice.pk)))

    assert Invoice.objects.get(pk=invoice.pk).open_minor == 0
    assert prepaid_balances(acme.pk) == {"CHF": 30000 - 1081 - new.gross_minor}


def test_pre_010_too_small_a_balance_pays_nothing_of_a_selection():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    hosting = started(a_product_of, acme)

    with pytest.raises(RuleBroken) as refused:
        paid(acme, chosen(hosting))

    assert refused.value.code == "insufficient_balance"
    assert prepaid_balances(acme.pk) == {"CHF": 5000}
    assert not Renewal.objects.exists()


def test_ex_09_a_part_from_the_balance_the_rest_by_transfer():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    hosting = started(a_product_of, acme)

    invoice = paid(acme, chosen(hosting), means="bank_transfer", uses_balance=True)

    assert (invoice.gross_minor, invoice.open_minor) == (11582, 6582)
    transferred(invoice)
    assert expiry(hosting) == date(2027, 11, 30)


def test_a_selection_paid_twice_with_one_key_is_paid_once():
    acme = an_organisation()
    a_prepaid_balance(acme, 50000)
    hosting = started(a_product_of, acme)

    assert paid(acme, chosen(hosting), key="k") == paid(acme, chosen(hosting), key="k")
    assert expiry(hosting) == date(2027, 11, 30)
