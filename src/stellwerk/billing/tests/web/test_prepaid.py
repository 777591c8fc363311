"""The prepaid account on its page (PRE-002…007, PRE-020, EX-18)."""

import csv
import io

import pytest

from stellwerk.billing.models import TopUp
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.foundation.actor import SYSTEM
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db


def address(organisation, rest=""):
    return f"/o/{organisation.pk}/prepaid{rest}"


def test_the_page_shows_balance_and_movements_pre_002(bookkeeper, acme):
    invoice = a_paid_invoice(acme)
    note = credit_invoice(invoice_id=invoice.pk, source="test:credit")

    page = text_of(bookkeeper.get(address(acme)))

    assert 'Available</dt><dd><span class="money">CHF 108.82' in page
    assert f"Invoice {invoice.number} paid" in page
    assert f"Credit note {note.number}" in page
    assert "−108.82" in page


def test_an_untouched_account_stands_at_zero(bookkeeper, acme):
    page = text_of(bookkeeper.get(address(acme)))

    assert "CHF 0.00" in page
    assert "No movements yet" in page


@pytest.mark.parametrize(("typed", "minor"), [("0.10", 10), ("9’999", 999_900), ("100,5", 10_050), (" 12 ", 1200)])
def test_a_deposit_within_the_limits_is_announced_ex_18(bookkeeper, acme, typed, minor):
    sent = bookkeeper.post(address(acme, "/top-ups"), {"amount_minor": typed, "key": "topup_1"})

    top_up = TopUp.objects.get()
    assert top_up.amount_minor == minor
    assert sent["Location"] == address(acme, f"/top-ups/{top_up.pk}")


@pytest.mark.parametrize("typed", ["0.09", "9999.01", "", "-5", "1e3", "ten", "1.234", "\uff19"])
def test_any_other_amount_is_refused_beside_the_field_and_kept_ex_18(bookkeeper, acme, typed):
    answer = bookkeeper.post(address(acme, "/top-ups"), {"amount_minor": typed, "key": "topup_1"})

    assert answer.status_code in (400, 422)
    assert answer.context["form"].errors
    assert not TopUp.objects.exists()


def test_a_deposit_sent_twice_is_announced_once(bookkeeper, acme):
    sent = [bookkeeper.post(address(acme, "/top-ups"), {"amount_minor": "50", "key": "topup_1"}) for _ in range(2)]

    assert TopUp.objects.count() == 1
    assert sent[0]["Location"] == sent[1]["Location"]


def test_the_details_say_where_to_send_it_and_come_as_qr_bill_pay_011(bookkeeper, acme):
    bookkeeper.post(address(acme, "/top-ups"), {"amount_minor": "50", "key": "topup_1"})
    top_up = TopUp.objects.get()

    page = text_of(bookkeeper.get(address(acme, f"/top-ups/{top_up.pk}")))
    paper = bookkeeper.get(address(acme, f"/top-ups/{top_up.pk}/pdf"))

    assert "CH44 3199 9123 0008 8901 2" in page
    assert "CHF 50.00" in page
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_movements_are_downloaded_pre_020(bookkeeper, acme):
    a_prepaid_balance(acme, 5000)

    answer = bookkeeper.get(f"/o/{acme.pk}/prepaid.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][-2:] == ["CHF", "50.00"]


def test_a_payment_that_lacks_money_leads_to_a_top_up_by_what_is_missing_pay_016(bookkeeper, acme):
    a_prepaid_balance(acme, 1000)
    domain = a_domain_of(acme, "huber-brot.ch")

    to_pay = text_of(bookkeeper.get(f"/o/{acme.pk}/to-pay?filter=all&item=p{domain.pk}"))
    assert f'href="{address(acme)}?amount=38#top-up"' in to_pay, "10.38 with VAT"

    assert 'name="amount_minor" value="0.38"' in text_of(bookkeeper.get(address(acme, "?amount=38")))
    assert 'name="amount_minor" value' not in text_of(bookkeeper.get(address(acme, "?amount=1e9")))


def test_money_that_settled_nothing_names_the_invoice_it_was_sent_for_pre_002(bookkeeper, acme):
    """Too little, then what was asked, then the same once more: the bookkeeper finds each on the account."""
    invoice = an_open_invoice(acme)
    for number, minor in enumerate((500, 10_882, 10_882)):
        transfer = Transfer(amount_minor=minor, reference=invoice.reference, servicer_reference=f"T{number}")
        import_bank_file(actor=SYSTEM, content=camt053(transfer), file_name=f"{number}.xml")

    rows = bookkeeper.get(address(acme)).context["rows"]
    paper = bookkeeper.get(f"/o/{acme.pk}/invoices/{invoice.pk}").context["document"]

    assert [(row.amount_minor, row.document, row.invoice_id) for row in rows] == [
        (10_882, invoice.number, invoice.pk),
        (500, invoice.number, invoice.pk),
    ]
    assert [each.to_invoice_minor for each in paper.payments] == [10_882]


def test_another_organisations_deposit_does_not_exist(bookkeeper, stranger, acme):
    bookkeeper.post(address(acme, "/top-ups"), {"amount_minor": "50", "key": "topup_1"})
    top_up = TopUp.objects.get()

    for rest in ("", "/top-ups/{pk}", "/top-ups/{pk}/pdf"):
        assert stranger.get(address(acme, rest.format(pk=top_up.pk))).status_code == 404
    assert stranger.post(address(acme, "/top-ups"), {"amount_minor": "50"}).status_code == 404


def test_without_the_right_nothing_is_shown_or_announced_gen_002(collaborator, acme):
    assert collaborator.get(address(acme)).status_code == 403
    assert collaborator.post(address(acme, "/top-ups"), {"amount_minor": "50"}).status_code == 403
    assert not TopUp.objects.exists()


def test_the_page_stays_within_twelve_queries(bookkeeper, acme, django_assert_max_num_queries):
    for _ in range(3):
        a_paid_invoice(acme)
    bookkeeper.get(address(acme))  # the session remembers the organisation once

    with django_assert_max_num_queries(12):
        bookkeeper.get(address(acme))
