"""EX-17: the calendar of one product, lived day by day by the real tasks and the real queue."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice
from stellwerk.billing.tasks import plan_renewal_day
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
from stellwerk.foundation.actor import Role
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_member_of

pytestmark = pytest.mark.django_db

EXPIRY = date(2026, 7, 15)


@pytest.mark.slow  # lives through months, day by day
def test_ex_17_an_unpaid_product_is_reminded_warned_suspended_and_terminated_on_its_days():
    acme = an_organisation()
    hosting = a_product_expiring(acme, EXPIRY, name="huber-brot.ch")

    the_house_lives_through(date(2026, 5, 14), date(2026, 8, 22))

    assert [(day, subject) for day, _, subject in letters("billing/email")] == [
        (date(2026, 6, 15), "huber-brot.ch (Web hosting) expires on 15 July 2026"),
        (date(2026, 7, 8), "huber-brot.ch (Web hosting) expires on 15 July 2026"),
        (date(2026, 7, 14), "huber-brot.ch (Web hosting) expires on 15 July 2026"),
        (date(2026, 7, 16), "huber-brot.ch (Web hosting) is overdue and will be suspended on 22 July 2026"),
        (date(2026, 7, 20), "huber-brot.ch (Web hosting) is overdue and will be suspended on 22 July 2026"),
        (date(2026, 7, 22), "huber-brot.ch (Web hosting) is suspended"),
        (date(2026, 8, 6), "huber-brot.ch (Web hosting) will be deleted on 21 August 2026"),
        (date(2026, 8, 16), "huber-brot.ch (Web hosting) will be deleted on 21 August 2026"),
        (date(2026, 8, 21), "huber-brot.ch (Web hosting) has ended"),
    ]
    assert [day for day, _ in published("ProductSuspended")] == [date(2026, 7, 22)]
    assert [day for day, _ in published("ProductTerminated")] == [date(2026, 8, 21)]
    hosting.refresh_from_db()
    assert (hosting.state, hosting.ended_on) == ("terminated", date(2026, 8, 21))
    assert Invoice.objects.count() == 0


@pytest.mark.slow  # lives through months, day by day
def test_ex_17_a_prepaid_account_that_never_suffices_is_tried_five_times_and_never_touched():
    acme = with_balance(an_organisation(), 5_000)
    a_product_expiring(acme, EXPIRY, automatic=True, name="huber-brot.ch")

    the_house_lives_through(date(2026, 6, 10), date(2026, 7, 15))

    failures = published("AutomaticRenewalFailed")
    assert [day for day, _ in failures] == [
        date(2026, 7, 1), date(2026, 7, 4), date(2026, 7, 8), date(2026, 7, 12), date(2026, 7, 14),
    ]  # fmt: skip
    first = failures[0][1]
    assert (first["amount_text"], first["balance_text"], first["missing_text"]) == (
        "CHF 115.82", "CHF 50.00", "CHF 65.82",
    )  # fmt: skip
    assert [payload["next_attempt_on"] for _, payload in failures] == [
        "2026-07-04", "2026-07-08", "2026-07-12", "2026-07-14", "",
    ]  # fmt: skip
    assert balance_of(acme) == 5_000
    subjects = [subject for day, _, subject in letters("billing/email") if day == date(2026, 7, 1)]
    assert subjects == [
        "huber-brot.ch (Web hosting) renews on 1 July 2026",
        "huber-brot.ch (Web hosting) could not be renewed",
    ]
    assert letters("automatic_renewal_due")[0][0] == date(2026, 6, 15)


def test_ren_053_money_that_comes_during_the_attempts_renews_at_the_next_one():
    acme = with_balance(an_organisation(), 5_000)
    hosting = a_product_expiring(acme, EXPIRY, automatic=True)
    the_house_lives_through(date(2026, 7, 1), date(2026, 7, 5))
    with_balance(acme, 20_000)

    the_house_lives_through(date(2026, 7, 6), date(2026, 7, 9))

    hosting.refresh_from_db()
    assert hosting.expires_on == date(2027, 7, 15)
    assert [day for day, _ in published("ProductsRenewed")] == [date(2026, 7, 8)]
    assert balance_of(acme) == 25_000 - 11_582


@pytest.mark.slow  # lives through months, day by day
def test_the_year_of_one_product_that_renews_by_itself():
    acme = with_balance(an_organisation(), 30_000)
    hosting = a_product_expiring(acme, EXPIRY, automatic=True, name="huber-brot.ch")

    the_house_lives_through(date(2026, 5, 1), date(2027, 7, 16))

    hosting.refresh_from_db()
    assert (hosting.expires_on, hosting.state) == (date(2028, 7, 15), "active")
    assert [(day, subject) for day, _, subject in letters("billing/email")] == [
        (date(2026, 6, 15), "huber-brot.ch (Web hosting) renews on 1 July 2026"),
        (date(2026, 7, 1), "huber-brot.ch (Web hosting) renews on 1 July 2026"),
        (date(2026, 7, 1), "huber-brot.ch (Web hosting) is renewed until 14 July 2027"),
        (date(2027, 6, 15), "huber-brot.ch (Web hosting) renews on 1 July 2027"),
        (date(2027, 7, 1), "huber-brot.ch (Web hosting) renews on 1 July 2027"),
        (date(2027, 7, 1), "huber-brot.ch (Web hosting) is renewed until 14 July 2028"),
    ]
    assert balance_of(acme) == 30_000 - 2 * 11_582


def test_ren_035_one_reminder_names_all_products_of_the_day_and_goes_to_all_who_want_it():
    acme = an_organisation()
    a_product_expiring(acme, EXPIRY, name="huber-brot.ch")
    a_product_expiring(acme, EXPIRY, name="holzofen-bern.ch")
    a_member_of(acme, billing=True)
    a_member_of(acme)
    silent = a_member_of(acme, Role.ADMINISTRATOR)
    Membership.objects.filter(account=silent).update(receives_billing_messages=False)

    the_house_lives_through(date(2026, 7, 8), date(2026, 7, 8))
    the_house_lives_through(date(2026, 7, 16), date(2026, 7, 16))

    reminders = letters("expiry_reminder")
    assert [subject for _, _, subject in reminders] == ["2 products of Acme AG expire soon"] * 2
    assert silent.email not in [recipient for _, recipient, _ in reminders]
    assert silent.email in [recipient for _, recipient, _ in letters("overdue_warning")]


def test_ren_024_a_house_that_was_closed_sends_one_reminder_and_makes_one_attempt():
    acme = with_balance(an_organisation(), 5_000)
    a_product_expiring(acme, EXPIRY, automatic=True)
    other = an_organisation("Other AG")
    a_product_expiring(other, EXPIRY)

    the_house_lives_through(date(2026, 7, 10), date(2026, 7, 11))

    assert [day for day, _ in published("AutomaticRenewalFailed")] == [date(2026, 7, 10)]
    assert [day for day, _ in published("ExpiryReminderDue")] == [date(2026, 7, 10)]


def test_a_second_run_on_the_same_day_changes_nothing():
    acme = with_balance(an_organisation(), 20_000)
    a_product_expiring(acme, EXPIRY, automatic=True)
    the_house_lives_through(date(2026, 7, 1), date(2026, 7, 1))
    before = (balance_of(acme), len(letters()), len(published("ProductsRenewed")))

    with clock.travel_to(date(2026, 7, 1)):
        plan_renewal_day()
        plan_renewal_day()
        jobs.run_due_jobs()

    assert (balance_of(acme), len(letters()), len(published("ProductsRenewed"))) == before
