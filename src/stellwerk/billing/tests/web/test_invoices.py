"""Documents on pages: the list, one as paper, its PDF, paying it (INV-004…007, INV-016, BIL, GEN-002)."""

import csv
import io
from datetime import date

import pytest

from stellwerk.billing.models import Invoice
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.tests.builders import a_line, a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db


def address(organisation, rest=""):
    return f"/o/{organisation.pk}/invoices{rest}"


def text_of(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_the_list_shows_number_state_and_total_inv_004(bookkeeper, acme):
    open_one, paid_one = an_open_invoice(acme), a_paid_invoice(acme)

    shown = bookkeeper.get(address(acme))

    page = text_of(shown)
    assert open_one.number in page
    assert paid_one.number in page
    assert "CHF 108.82" in page
    assert [row.status for row in shown.context["rows"]] == ["paid", "open"]


def test_the_list_narrows_by_state_period_and_words_inv_004(bookkeeper, acme):
    an_open_invoice(acme)
    paid_one = a_paid_invoice(acme, a_line(960, object_name="holzofen.ch"))

    def numbers(query):
        return [row.number for row in bookkeeper.get(address(acme, query)).context["rows"]]

    assert numbers("?status=paid") == [paid_one.number]
    assert numbers("?status=overdue") == []
    assert numbers("?q=OFEN.ch") == [paid_one.number]
    assert numbers(f"?q={paid_one.number}") == [paid_one.number]
    assert numbers("?to_on=2020-01-01") == []
    assert numbers(f"?from_on={paid_one.issued_on}&to_on={paid_one.issued_on}&status=paid") == [paid_one.number]


def test_nonsense_in_the_address_narrows_nothing(bookkeeper, acme):
    an_open_invoice(acme)

    shown = bookkeeper.get(address(acme, "?status=eaten&from_on=yesterday&q=%00&page=minus"))

    assert shown.status_code == 200


def test_an_empty_list_says_what_will_be_there(bookkeeper, acme):
    assert "No invoices yet" in text_of(bookkeeper.get(address(acme)))
    assert "No document matches" in text_of(bookkeeper.get(address(acme, "?q=nothing")))


def test_an_open_invoice_says_what_to_transfer_pay_011(bookkeeper, acme):
    invoice = an_open_invoice(acme)

    page = text_of(bookkeeper.get(address(acme, f"/{invoice.pk}")))

    assert 'Transfer <span class="money">CHF 108.82</span>' in page
    assert "CH44 3199 9123 0008 8901 2" in page
    assert "VAT 8.1 % on 100.67" in page


def test_the_paper_ends_a_period_on_the_last_covered_day_inv_017(bookkeeper, acme):
    line = a_line(960, period_from=date(2026, 11, 12), period_to=date(2027, 11, 12))
    invoice = an_open_invoice(acme, line)

    page = text_of(bookkeeper.get(address(acme, f"/{invoice.pk}")))

    assert '12 Nov 2026</time> – <time datetime="2027-11-11">11 Nov 2027' in page


def test_a_settled_invoice_shows_its_payments(bookkeeper, acme):
    page = text_of(bookkeeper.get(address(acme, f"/{a_paid_invoice(acme).pk}")))

    assert "Settled" in page
    assert "−108.82" in page
    assert "Transfer" not in page


def test_a_credited_invoice_leads_to_its_credit_note_and_back(bookkeeper, acme):
    invoice = an_open_invoice(acme)
    note = credit_invoice(invoice_id=invoice.pk, source="test:credit")

    credited = text_of(bookkeeper.get(address(acme, f"/{invoice.pk}")))
    shown = text_of(bookkeeper.get(address(acme, f"/{note.pk}")))

    assert f'href="/o/{acme.pk}/invoices/{note.pk}"' in credited
    assert f'href="/o/{acme.pk}/invoices/{invoice.pk}"' in shown
    assert f"Credit note {note.number}" in shown


def test_the_pdf_is_handed_out_under_its_number_inv_005(bookkeeper, acme):
    invoice = an_open_invoice(acme)

    answer = bookkeeper.get(address(acme, f"/{invoice.pk}/pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert invoice.number in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


def test_the_balance_pays_an_invoice_once_however_often_it_is_sent(bookkeeper, acme):
    invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 20000)

    for _ in range(2):
        sent = bookkeeper.post(address(acme, f"/{invoice.pk}/payment"), {"key": "payment_1"})
        assert sent["Location"] == address(acme, f"/{invoice.pk}")

    invoice.refresh_from_db()
    assert invoice.open_minor == 0
    assert invoice.payments.count() == 1


def test_a_small_balance_pays_its_part_pre_008(bookkeeper, acme):
    invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 5000)

    bookkeeper.post(address(acme, f"/{invoice.pk}/payment"), {"key": "payment_1"})

    page = text_of(bookkeeper.get(address(acme, f"/{invoice.pk}")))
    assert "CHF 58.82 open" in page.replace('<span class="money">', "").replace("</span>", "")


def test_an_empty_balance_is_refused_in_words(bookkeeper, acme):
    invoice = an_open_invoice(acme)

    shown = bookkeeper.post(address(acme, f"/{invoice.pk}/payment"), {"key": "payment_1"}, follow=True)

    assert "too small" in text_of(shown)
    assert Invoice.objects.get().open_minor == 10882


def test_the_list_is_downloaded_as_it_is_narrowed_inv_006(bookkeeper, acme):
    an_open_invoice(acme, billing_reference="=HYPERLINK(1)")
    a_paid_invoice(acme)

    answer = bookkeeper.get(f"/o/{acme.pk}/invoices.csv?status=open")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Number"
    assert len(rows) == 2
    assert rows[1][1] == "Invoice"
    assert rows[1][-4:] == ["100.67", "8.15", "108.82", "108.82"]
    assert rows[1][5] == "'=HYPERLINK(1)", "a spreadsheet must not take it for a formula"


@pytest.mark.parametrize("rest", ["", "/{pk}", "/{pk}/pdf", ".csv"])
def test_without_the_right_the_page_says_who_can_give_it_gen_002(collaborator, acme, rest):
    invoice = an_open_invoice(acme)

    answer = collaborator.get(address(acme, rest.format(pk=invoice.pk)))

    assert answer.status_code == 403
    assert "These people can give you the right: Anna Keller." in text_of(answer)


@pytest.mark.parametrize("rest", ["", "/{pk}", "/{pk}/pdf", ".csv"])
def test_another_organisation_does_not_exist_inv_016(stranger, acme, rest):
    invoice = an_open_invoice(acme)

    assert stranger.get(address(acme, rest.format(pk=invoice.pk))).status_code == 404


def test_another_organisations_document_does_not_exist_in_ones_own(bookkeeper, acme):
    foreign = an_open_invoice(an_organisation("Elsewhere AG"))

    for rest in ("", "/pdf"):
        assert bookkeeper.get(address(acme, f"/{foreign.pk}{rest}")).status_code == 404
    assert bookkeeper.post(address(acme, f"/{foreign.pk}/payment")).status_code == 404


def test_pages_stay_within_twelve_queries(bookkeeper, acme, django_assert_max_num_queries):
    invoices = [an_open_invoice(acme, *[a_line(100)] * 3) for _ in range(30)]

    with django_assert_max_num_queries(12):
        bookkeeper.get(address(acme))
    with django_assert_max_num_queries(12):
        bookkeeper.get(address(acme, f"/{invoices[0].pk}"))
