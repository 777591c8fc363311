"""Withdrawing the balance in a browser: the customer's pages and the operator's, narrow and wide (PRE-011…013)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from stellwerk.billing.models import Withdrawal
from stellwerk.billing.tests.builders import a_prepaid_balance, a_withdrawal
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


def look_at(page, name):
    picture(page, name)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")])
def test_a_balance_is_withdrawn_and_the_operator_pays_it_out(page_at, live_server, transactional_db, width, scheme):
    founder = a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")
    organisation = an_organisation("Bäckerei Huber AG", of=founder, town="Bern")
    a_prepaid_balance(organisation, 12_350)
    a_withdrawal(organisation, holder="Otto Fremd")
    page_at.guard.expected = {400}  # the password is wrong once
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)

    page.goto(f"/o/{organisation.pk}/prepaid")
    look_at(page, f"prepaid-withdrawn-{width}-{scheme}")
    with page.expect_navigation():
        page.get_by_role("link", name="Withdraw balance").click()
    look_at(page, f"withdraw-{width}-{scheme}")
    page.get_by_label("IBAN").fill("CH93 0076 2011 6238 5295 7")
    page.get_by_label("Your password").fill("wrong")
    with page.expect_navigation():
        page.get_by_role("button", name="Withdraw", exact=True).click()
    look_at(page, f"withdraw-refused-{width}-{scheme}")
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Withdrawal 20")
    look_at(page, f"withdrawal-{width}-{scheme}")

    pay_out(page, founder, f"{width}-{scheme}")


def pay_out(page, operator, name):
    operator.is_operator = True
    operator.save()
    page.goto("/operator/withdrawals")
    expect(page.get_by_text("To be checked")).to_be_visible()
    look_at(page, f"payouts-{name}")
    page.get_by_label("Select all withdrawals").check()
    for each in Withdrawal.objects.all():
        expect(page.get_by_label(f"Select {each.number}")).to_be_checked()
    with page.expect_navigation():
        page.get_by_role("button", name="Make a file and mark as sent").click()
    expect(page.get_by_role("link", name="Download the file")).to_be_visible()
    look_at(page, f"payouts-sent-{name}")
    page.goto(f"/operator/withdrawals/{Withdrawal.objects.latest('pk').pk}")
    look_at(page, f"payout-{name}")
    with page.expect_navigation():
        page.get_by_role("button", name="Mark as paid out").click()
    expect(page.get_by_text("The withdrawal is paid out.")).to_be_visible()
