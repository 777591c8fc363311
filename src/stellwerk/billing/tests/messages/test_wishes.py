"""Every message about money, and who gets it by the contact preferences (ORG-052, ORG-053)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from stellwerk.billing import events
from stellwerk.billing.emails.delivery import FOLDER
from stellwerk.billing.models import Invoice
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.end_order import cancel_order, plan_order_deadlines
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_out import return_withdrawal, send_withdrawals
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, a_withdrawal, an_open_invoice, an_order
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.foundation.events import publish
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, acting, an_organisation
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
HOSTING = ("web-hosting", {})
TEMPLATES = Path(__file__).parents[2] / "templates" / FOLDER
ITEMS = (("shop.ch", "2026-12-31"),)

# Whoever sees money and wishes the messages; the orderer of an order in any case.
WISHED = {
    "invoice_issued", "credit_note_issued", "invoice_paid", "prepaid_topped_up", "automatic_renewal_due",
    "products_renewed", "renewal_modes_changed", "expiry_reminder",
}  # fmt: skip
OF_ORDERS = {"order_placed", "order_paid", "order_fulfilled", "order_cancelled"}
# Whoever sees money, wished or not: somebody has to act, or money moves that nobody expects (NTF-10, 11, 13, 14).
ESSENTIAL = {
    "transfer_short", "transfer_surplus", "transfer_unmatched", "payment_reversed", "automatic_renewal_failed",
    "overdue_warning", "overdue_suspension", "overdue_termination_warning", "overdue_termination",
    "withdrawal_requested", "withdrawal_sent", "withdrawal_returned",
}  # fmt: skip
# The orderer alone (NTF-05).
PERSONAL = {"order_reminder", "order_expired"}
# To whoever deleted the organisation: it has nobody else, and the preference went with it (ORG-065).
FAREWELL = {"documents_of_deleted_organisation"}
# To an address for documents, which belongs to no person here (BIL-061).
TO_ADDRESSES = {"document_to_its_address"}


def test_every_message_about_money_goes_to_those_who_see_it_and_wish_it_org_053():
    """New invoice, payment received or booked to the prepaid account and out of it, order cancelled, renewal planned
    and done.
    """
    acme = an_organisation()
    boss, people = a_legal_representative_of(acme), people_of(acme)

    walk_through_orders(acme, acting(people.clerk, acme))
    walk_through_payments(acme, boss)
    walk_through_renewals(acme, boss)
    run_due_jobs()

    wishing, seeing = {boss.account_id, people.bookkeeper.pk}, {boss.account_id, *(each.pk for each in people.paying)}
    orderer = {people.clerk.pk}
    readers = ((WISHED, wishing), (OF_ORDERS, wishing | orderer), (ESSENTIAL, seeing), (PERSONAL, orderer))
    expected = {template: accounts for templates, accounts in readers for template in templates}
    assert told() == expected
    templates = {each.stem for each in TEMPLATES.glob("[!_]*.txt")}
    assert expected.keys() | FAREWELL | TO_ADDRESSES == templates, "a message is not walked"


def told() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for template, account_id in Message.objects.filter(template__startswith=FOLDER).values_list(
        "template", "account_id"
    ):
        found.setdefault(template.rpartition("/")[2], set()).add(account_id)
    return found


def people_of(acme) -> SimpleNamespace:
    """The clerk, who orders, and an administrator wish no messages; two more people see no money at all."""
    clerk, bookkeeper = a_member_of(acme, billing=True), a_member_of(acme, billing=True)
    quiet = a_member_of(acme, Role.ADMINISTRATOR)
    a_member_of(acme)
    a_member_of(acme, Role.EXTERNAL)
    Membership.objects.filter(account__in=[clerk, quiet]).update(receives_billing_messages=False)
    return SimpleNamespace(clerk=clerk, bookkeeper=bookkeeper, paying=(clerk, bookkeeper, quiet))


def walk_through_orders(acme, clerk) -> None:
    an_order(acme, HOSTING, actor=clerk)
    transferred(Invoice.objects.latest("pk"), name="order.xml")
    withdrawn = an_order(acme, HOSTING, actor=clerk)
    cancel_order(actor=clerk, organisation_id=acme.pk, order_id=withdrawn.pk)
    with clock.travel_to(date(2030, 3, 1)):
        an_order(acme, HOSTING, actor=clerk)
    for day in (date(2030, 3, 4), date(2030, 4, 1)):
        with clock.travel_to(day):
            plan_order_deadlines()
            run_due_jobs()


def walk_through_payments(acme, boss) -> None:
    short, surplus, taken_back = (an_open_invoice(acme) for _ in range(3))
    transferred(short, 10000, name="short.xml")
    transferred(surplus, surplus.open_minor + 100, name="surplus.xml")
    transferred(taken_back, name="paid.xml", servicer_reference="A1")
    back = {"direction": "DBIT", "is_reversal": True, "servicer_reference": "A1"}
    transferred(taken_back, 10882, name="back.xml", **back)
    transferred(surplus, 10882, name="unmatched.xml", servicer_reference="B1")
    credit_invoice(invoice_id=a_paid_invoice(acme).pk, source="test:all")
    top_up = request_top_up(actor=boss, organisation_id=acme.pk, amount_minor=5000, currency="CHF")
    row = Transfer(amount_minor=5000, reference=top_up.reference, servicer_reference="T1")
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name="top-up.xml")
    withdrawal = a_withdrawal(acme, actor=boss)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    return_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk, reason="The account is closed.")


def walk_through_renewals(acme, boss) -> None:
    a_prepaid_balance(acme, 20000)
    entries = Selection(items=(DueChoice(product_id=a_domain_of(acme).pk),), means="prepaid")
    pay_selection(actor=boss, organisation_id=acme.pk, entries=entries)
    about = {"organisation_id": acme.pk, "items": ITEMS}
    amounts = {"amount_text": "CHF 100.00", "balance_text": "CHF 0.00", "missing_text": "CHF 100.00"}
    publish(events.ExpiryReminderDue(**about))
    publish(events.AutomaticRenewalDue(**about, amount_text="CHF 100.00", charged_on="2026-12-17"))
    publish(events.AutomaticRenewalFailed(**about, **amounts, names="shop.ch", next_attempt_on="2026-12-20"))
    publish(events.RenewalModesChanged(**about, renews_automatically=True))
    for step in ("warning", "suspension", "termination_warning", "termination"):
        publish(events.OverdueStepTaken(**about, step=step, follows_on="2027-01-15"))


def transferred(invoice, amount_minor=None, *, name, **more) -> None:
    values = {"amount_minor": amount_minor or invoice.open_minor, "servicer_reference": name, **more}
    row = Transfer(reference=invoice.reference, **values)
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name=name)
