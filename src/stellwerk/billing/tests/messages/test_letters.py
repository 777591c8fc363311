"""Messages about orders, documents and money: who gets which, and what they say."""

from datetime import date

import pytest
from django.utils.translation import override

from stellwerk.billing.documents.references import printed_reference
from stellwerk.billing.events import InvoiceIssued
from stellwerk.billing.models import Invoice
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.end_order import plan_order_deadlines
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, an_open_invoice, an_order
from stellwerk.foundation import clock
from stellwerk.foundation.activity import organisation_rows
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.events import publish
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    acting,
    an_organisation,
)
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
HOSTING = ("web-hosting", {})
DOMAIN = ("domain-ch", {"target": "huber-brot.ch"})


def letters(template):
    run_due_jobs()
    return list(Message.objects.filter(template=f"billing/email/{template}").order_by("pk"))


def letter(template):
    found = letters(template)
    assert len(found) == 1
    return found[0]


def transferred(invoice, amount_minor=None, name="x.xml", **more):
    row = Transfer(amount_minor=amount_minor or invoice.open_minor, reference=invoice.reference, **more)
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name=name)


def test_ntf_02_an_order_by_transfer_says_how_to_pay_it():
    with clock.travel_to(date(2026, 3, 10)):
        an_order(an_organisation(), HOSTING, DOMAIN)
        text = letter("order_placed")

    invoice = Invoice.objects.get()
    assert "2026-B000001" in text.subject
    assert "CHF 126.20" in text.subject
    for words in (
        "huber-brot.ch",
        printed_reference(invoice.reference),
        "CH44 3199 9123 0008 8901 2",
        "9 April 2026",
        "CHF\u00a0126.20",
    ):
        assert words in text.body


def test_ntf_02_an_order_from_the_balance_needs_no_account():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    an_order(acme, HOSTING, means="prepaid")

    text = letter("order_placed").body
    assert "CH44" not in text
    assert Invoice.objects.get().number in text
    assert letters("order_paid") == []
    assert "Web hosting" in letter("order_fulfilled").body


def test_ntf_02_a_paid_transfer_and_what_the_order_became_are_told():
    acme = an_organisation()
    an_order(acme, HOSTING, DOMAIN)
    transferred(Invoice.objects.get())
    a_domain_of(an_organisation("Faster GmbH"), name="huber-brot.ch")

    assert letter("order_paid")
    text = letter("order_fulfilled")
    assert text.subject.startswith("Part of the order")
    assert "huber-brot.ch" in text.body
    assert "prepaid account" in text.body
    assert len(letters("credit_note_issued")) == 1


def test_ntf_02_the_orderer_and_those_who_want_billing_messages_get_it_once_each():
    acme = an_organisation()
    boss, bookkeeper = a_legal_representative_of(acme), a_member_of(acme, billing=True)
    a_member_of(acme)  # no accounting right: no message
    Membership.objects.filter(account_id=boss.account_id).update(receives_billing_messages=False)
    an_order(acme, HOSTING, actor=acting(bookkeeper, acme))

    assert [message.account_id for message in letters("order_placed")] == [bookkeeper.pk]

    Membership.objects.filter(account_id=boss.account_id).update(receives_billing_messages=True)
    an_order(acme, DOMAIN, actor=acting(bookkeeper, acme))
    assert sorted(message.account_id for message in letters("order_placed")) == sorted(
        [bookkeeper.pk, bookkeeper.pk, boss.account_id]
    )


def test_ntf_05_only_the_orderer_is_reminded_and_told_of_the_end():
    acme = an_organisation()
    bookkeeper = a_member_of(acme, billing=True)
    with clock.travel_to(date(2026, 3, 1)):
        an_order(acme, HOSTING, actor=acting(bookkeeper, acme))
    with clock.travel_to(date(2026, 3, 4)):
        plan_order_deadlines()
        reminder = letter("order_reminder")
    assert reminder.account_id == bookkeeper.pk
    assert "31 March 2026" in reminder.body
    with clock.travel_to(date(2026, 4, 1)):
        plan_order_deadlines()
        assert letter("order_expired").account_id == bookkeeper.pk


def test_ntf_09_an_open_invoice_says_until_when_and_where_to():
    with clock.travel_to(date(2026, 3, 10)):
        invoice = an_open_invoice(an_organisation())
        text = letter("invoice_issued").body

    for words in (invoice.number, "CHF\u00a0108.82", "9 April 2026", printed_reference(invoice.reference)):
        assert words in text


def test_ntf_09_what_the_balance_pays_is_told_with_what_it_pays_for():
    acme = an_organisation()
    a_prepaid_balance(acme, 20000)
    domain = a_domain_of(acme, name="huber-brot.ch")
    entries = Selection(items=(DueChoice(product_id=domain.pk),), means="prepaid")
    pay_selection(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)

    assert Invoice.objects.get().number in letter("products_renewed").body
    assert letters("invoice_issued") == []


def test_ntf_09_can_be_switched_off():
    acme = an_organisation()
    Membership.objects.update(receives_billing_messages=False)
    an_open_invoice(acme)

    assert letters("invoice_issued") == []


def test_ntf_13_too_little_and_too_much_are_told_and_cannot_be_switched_off():
    acme = an_organisation()
    first, second = an_open_invoice(acme), an_open_invoice(acme)
    Membership.objects.update(receives_billing_messages=False)
    transferred(first, 10000)
    transferred(second, 11000, name="y.xml", servicer_reference="Y")

    short = letter("transfer_short").body
    assert "CHF\u00a0100.00" in short
    assert "CHF\u00a0108.82" in short
    assert "CHF 1.18" in letter("transfer_surplus").subject


def test_ntf_13_money_without_a_document_is_told():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    transferred(invoice)
    transferred(invoice, 10882, name="y.xml", servicer_reference="Y")

    assert letter("invoice_paid")
    assert "CHF 108.82" in letter("transfer_unmatched").subject


def test_a_payment_that_the_bank_took_back_is_told():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    transferred(invoice, servicer_reference="A1")
    transferred(invoice, 10882, name="y.xml", servicer_reference="A1", direction="DBIT", is_reversal=True)

    assert "CHF\u00a0108.82" in letter("payment_reversed").body


def test_ntf_14_a_top_up_that_arrived_is_told():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    top_up = request_top_up(actor=boss, organisation_id=acme.pk, amount_minor=5000, currency="CHF")
    row = Transfer(amount_minor=5000, reference=top_up.reference)
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name="x.xml")

    assert top_up.number in letter("prepaid_topped_up").body


def test_a_renewal_by_transfer_sends_its_invoice():
    acme = an_organisation()
    domain = a_domain_of(acme, name="huber-brot.ch")
    entries = Selection(items=(DueChoice(product_id=domain.pk),), means="bank_transfer")
    pay_selection(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)

    assert letter("invoice_issued")
    transferred(Invoice.objects.get())
    assert letter("products_renewed")
    assert letters("invoice_paid") == []
    assert Product.objects.get().expires_on > domain.expires_on


def test_ntf_41_every_message_names_its_organisation():
    acme = an_organisation("Bäckerei Huber AG")
    an_order(acme, HOSTING, DOMAIN)
    invoice = a_paid_invoice(acme)
    credit_invoice(invoice_id=invoice.pk, source="test:all")
    run_due_jobs()

    for message in Message.objects.filter(template__startswith="billing/"):
        assert "Bäckerei Huber AG" in message.body, message.template


@pytest.mark.parametrize("language", ["de", "fr", "it", "es"])
def test_every_message_is_written_in_the_readers_language(language):
    acme = an_organisation()
    account = Membership.objects.get(organisation=acme).account
    type(account).objects.filter(pk=account.pk).update(language=language)
    an_order(acme, HOSTING)
    transferred(Invoice.objects.get())
    a_paid_invoice(acme)
    run_due_jobs()

    for message in Message.objects.filter(template__startswith="billing/"):
        assert "Hello" not in message.body
        assert message.language == language


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "over CHF\N{NO-BREAK SPACE}1’226.85 was issued"),
        ("de", "über CHF\N{NO-BREAK SPACE}1’226.85"),
        ("fr", "1\N{NARROW NO-BREAK SPACE}226,85\N{NO-BREAK SPACE}CHF"),
    ],
)
def test_the_activity_log_writes_amounts_as_its_reader_does_org_100(language, sentence):
    """Stored without a language, read back without loss: rows of former releases read the same."""
    acme = an_organisation()
    publish(InvoiceIssued(organisation_id=acme.pk, invoice_id=1, number="2026-000001", amount_text="CHF 1’226.85"))

    with override(language):
        (line,) = [row.sentence for row in organisation_rows(acme.pk) if "2026-000001" in row.sentence]

    assert sentence in line
