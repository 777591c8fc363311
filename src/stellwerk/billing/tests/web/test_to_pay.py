"""To pay on its page: filters, selection, sums, means, paying, the renewal switch (BIL-001…024, REN-007…010)."""

from datetime import date, timedelta

import pytest

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.services.issue_invoices import DUE_DAYS
from stellwerk.billing.tests.builders import a_prepaid_balance, an_open_invoice
from stellwerk.billing.tests.web.conftest import founder_of, signed_in
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.billing.tests.web.test_ordering import plain
from stellwerk.foundation import clock
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.services import create_tag, set_product_tags
from stellwerk.products.tests.builders import a_domain_of, a_product_of

pytestmark = pytest.mark.django_db
BOUGHT_ON = date(2026, 1, 10)
LATER = date(2026, 11, 20)  # the domain expires on 10 January 2027, within two months


@pytest.fixture(autouse=True)
def autumn():
    with clock.travel_to(LATER):
        yield


@pytest.fixture
def domain(acme) -> Product:
    with clock.travel_to(BOUGHT_ON):
        return a_domain_of(acme, "huber-brot.ch")


@pytest.fixture
def hosting(acme) -> Product:
    with clock.travel_to(date(2026, 3, 1)):
        return a_product_of(acme, "web-hosting", name="holzofen.ch")


def address(organisation, rest=""):
    return f"/o/{organisation.pk}/to-pay{rest}"


def names(answer) -> list[str]:
    return [item.row.name for item in answer.context["rows"]]


def paid(client, organisation, *products, **more):
    fields = {"item": [f"p{each.pk}" for each in products], "means": "prepaid", "keeps_periods": "yes",
              "key": "payment_1", **more}  # fmt: skip
    return client.post(address(organisation), fields)


def test_the_list_opens_with_the_next_two_months_bil_002_bil_003(bookkeeper, acme, domain, hosting):
    assert names(bookkeeper.get(address(acme))) == ["huber-brot.ch"]
    assert names(bookkeeper.get(address(acme, "?filter=all"))) == ["huber-brot.ch", "holzofen.ch"]


def test_the_list_is_narrowed_by_tag_org_088(bookkeeper, acme, domain, hosting):
    boss = a_legal_representative_of(acme)
    shop, empty = (create_tag(actor=boss, organisation_id=acme.pk, name=name) for name in ("Shop", "Empty"))
    set_product_tags(actor=boss, organisation_id=acme.pk, product_id=hosting.pk, tag_ids=[shop])

    assert names(bookkeeper.get(address(acme, f"?filter=all&tag={shop}"))) == ["holzofen.ch"]
    assert names(bookkeeper.get(address(acme, "?filter=all&tag=x"))) == ["huber-brot.ch", "holzofen.ch"]
    nothing = plain(bookkeeper.get(address(acme, f"?filter=all&tag={empty}")))
    assert "Nothing with the tag Empty is due in this time." in nothing


def test_the_filter_chosen_last_is_remembered_bil_003(bookkeeper, acme, domain, hosting):
    bookkeeper.get(address(acme, "?filter=all"))

    assert len(names(bookkeeper.get(address(acme)))) == 2


def test_what_is_overdue_is_said_and_always_shown(bookkeeper, acme, domain):
    with clock.travel_to(date(2027, 1, 13)):
        page = plain(bookkeeper.get(address(acme, "?filter=overdue")))

    assert "huber-brot.ch" in page
    assert "3 days overdue" in page


def test_an_empty_list_leads_on(bookkeeper, acme):
    assert "Nothing is due in this time" in plain(bookkeeper.get(address(acme)))
    assert "Nothing to pay" in plain(bookkeeper.get(address(acme, "?filter=all")))


def test_a_row_shows_expiry_duration_amount_and_renewal_bil_001(bookkeeper, acme, domain):
    page = plain(bookkeeper.get(address(acme)))

    assert "10 Jan 2027 in 51 days" in page
    assert "Manual" in page
    assert "until 9 Jan 2028 9.60" in page


def test_the_sum_follows_ticks_and_durations_without_script_bil_022(bookkeeper, acme, domain, hosting):
    """EX-12 in part: a domain for three years and a hosting for one."""
    query = f"?filter=all&item=p{domain.pk}&item=p{hosting.pk}&months-p{domain.pk}=36"

    page = plain(bookkeeper.get(address(acme, query)))

    assert "2 of 2 selected" in page
    assert "Net, 2 products 135.94 VAT 8.1 % 11.01 Total CHF 146.95" in page
    assert "until 9 Jan 2030 28.80" in page


def test_the_same_sums_come_as_a_piece_for_htmx(bookkeeper, acme, domain):
    piece = bookkeeper.get(address(acme, f"/sums?item=p{domain.pk}&months-p{domain.pk}=24"))

    assert "<html" not in text_of(piece)
    assert f'id="net-p{domain.pk}" hx-swap-oob="innerHTML">19.20' in text_of(piece)
    assert "CHF 20.76" in plain(piece)


def test_nonsense_in_the_address_selects_nothing(bookkeeper, acme, domain):
    query = f"?filter=soon&item=p0&item=x&item=&item=p{domain.pk + 99}&months-p{domain.pk}=7"

    page = plain(bookkeeper.get(address(acme, query)))

    assert "0 of 1 selected" in page
    assert "Select what you want to pay." in page


def test_the_balance_pays_and_renews_at_once_bil_013(bookkeeper, acme, domain):
    a_prepaid_balance(acme, 5000)

    sent = paid(bookkeeper, acme, domain)

    invoice = Invoice.objects.get()
    assert sent["Location"] == f"/o/{acme.pk}/invoices/{invoice.pk}"
    assert "Paid. The products are renewed." in plain(bookkeeper.get(sent["Location"]))
    domain.refresh_from_db()
    assert domain.expires_on == date(2028, 1, 10)


def test_a_transfer_announces_and_the_row_says_so_bil_012(bookkeeper, acme, domain):
    sent = paid(bookkeeper, acme, domain, means="bank_transfer")

    assert "Transfer CHF 10.38" in plain(bookkeeper.get(sent["Location"]))
    page = plain(bookkeeper.get(address(acme)))
    assert "Payment announced" in page
    assert "Announced by bank transfer. Paying now withdraws the announcement." in page
    assert f"Invoice {Invoice.objects.get().number}" in page


def test_an_announced_product_is_paid_otherwise_after_confirmation_bil_012(bookkeeper, acme, domain):
    paid(bookkeeper, acme, domain, means="bank_transfer")
    a_prepaid_balance(acme, 5000)

    refused = paid(bookkeeper, acme, domain, key="payment_2")
    assert refused.status_code == 400
    assert "already announced" in plain(refused)

    confirmed = paid(bookkeeper, acme, domain, key="payment_2", replaces_announcements="yes")
    assert confirmed.status_code == 302
    domain.refresh_from_db()
    assert domain.expires_on == date(2028, 1, 10)


def test_the_confirmation_stays_ticked_while_the_sums_change_bil_012(bookkeeper, acme, domain):
    """The sums are drawn anew at every tick, this one included."""
    paid(bookkeeper, acme, domain, means="bank_transfer")
    ticked = '<input type="checkbox" name="replaces_announcements" id="replaces" value="yes" checked>'
    fields = {"item": f"p{domain.pk}", "means": "bank_transfer"}

    def sums(**more):
        return bookkeeper.post(address(acme, "/sums"), {**fields, **more}).content.decode()

    assert ticked not in sums()
    assert ticked in sums(replaces_announcements="yes")
    assert ticked in paid(bookkeeper, acme, domain, means="carrots", replaces_announcements="yes").content.decode()


def test_a_renewal_ticked_with_the_invoice_that_announces_it_is_paid_once_bil_012(bookkeeper, acme, domain):
    paid(bookkeeper, acme, domain, means="bank_transfer")
    invoice = Invoice.objects.get()
    a_prepaid_balance(acme, invoice.gross_minor)
    both = {"item": [f"p{domain.pk}", f"i{invoice.pk}"], "means": "prepaid", "key": "payment_2"}

    selection = bookkeeper.post(address(acme, "/sums"), both).context["selection"]
    assert (selection.count, selection.gross_minor, selection.has_announced) == (2, invoice.gross_minor, False)

    assert bookkeeper.post(address(acme), both).status_code == 302
    run_due_jobs()
    domain.refresh_from_db()
    assert domain.expires_on == date(2028, 1, 10)
    assert [(each.pk, each.open_minor) for each in Invoice.objects.all()] == [(invoice.pk, 0)]


def test_an_announced_renewal_is_not_offered_a_second_time_elsewhere_bil_012(acme, domain):
    """The domain ends on 9 January, the invoice of 15 December is payable until the 14th."""
    with clock.travel_to(date(2026, 12, 15)):
        owner = signed_in(founder_of(acme))
        paid(owner, acme, domain, means="bank_transfer")
        invoice = Invoice.objects.get()
        here = f"/o/{acme.pk}/invoices/{invoice.pk}"

        start = owner.get(f"/o/{acme.pk}/")
        product = owner.get(f"/o/{acme.pk}/products/{domain.pk}").content.decode()
        paper = plain(owner.get(here))

    assert f"Renewal announced: invoice {invoice.number} over CHF 10.38 must still be paid." in plain(start)
    assert f"Pay invoice {invoice.number}" in start.text
    assert "Renew huber-brot.ch" not in start.text
    assert f"when the money for invoice {invoice.number} has arrived" in product
    assert f'href="{here}"' in product
    assert "What it renews is paid for until 9 January 2027" in paper


def test_a_colleague_who_renewed_meanwhile_leaves_nothing_to_pay_twice(bookkeeper, acme, domain):
    """Both pages showed the same domain at the same price; a second year was nobody's wish."""
    a_prepaid_balance(acme, 5000)
    page = bookkeeper.get(address(acme, f"?filter=all&item=p{domain.pk}")).context["selection"]
    shown = {"expected_gross_minor": page.gross_minor, "expected_days": page.expiry_days}

    first, second = (paid(bookkeeper, acme, domain, key=key, **shown) for key in ("payment_1", "payment_2"))

    assert (first.status_code, second.status_code) == (302, 400)
    assert "Somebody has renewed part of this selection since you looked." in plain(second)
    assert f'name="expected_days" value="{second.context["selection"].expiry_days}"' in second.text, "now as it stands"
    domain.refresh_from_db()
    assert domain.expires_on == date(2028, 1, 10)


def test_an_invoice_that_is_due_before_the_product_ends_says_nothing_of_it_bil_012(bookkeeper, acme, domain):
    paid(bookkeeper, acme, domain, means="bank_transfer")

    assert "What it renews" not in plain(bookkeeper.get(f"/o/{acme.pk}/invoices/{Invoice.objects.get().pk}"))


def test_a_double_submit_pays_once(bookkeeper, acme, domain):
    a_prepaid_balance(acme, 5000)

    first, second = (paid(bookkeeper, acme, domain) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Renewal.objects.count() == 1


def test_part_from_the_balance_part_by_transfer_pay_016(bookkeeper, acme, domain):
    a_prepaid_balance(acme, 500)

    sent = paid(bookkeeper, acme, domain, means="bank_transfer", use_balance="yes")

    assert "Transfer CHF 5.38" in plain(bookkeeper.get(sent["Location"]))


@pytest.mark.parametrize(
    ("entries", "status", "sentence"),
    [
        ({"item": []}, 400, "Nothing is selected."),
        ({"means": ""}, 422, "correction"),
        ({"means": "cowries"}, 422, "correction"),
        ({"means": "prepaid"}, 400, "too small"),
        ({"means": "bank_transfer", "expected_gross_minor": "1"}, 400, "changed"),
    ],
)
def test_what_stands_in_the_way_is_said_and_the_selection_stays(bookkeeper, acme, domain, entries, status, sentence):
    answer = paid(bookkeeper, acme, domain, **entries)

    assert answer.status_code == status
    assert sentence in plain(answer)
    assert [item.is_selected for item in answer.context["rows"]] == ["item" not in entries]
    assert not Invoice.objects.exists()


def test_open_invoices_stand_in_the_list_and_are_paid_from_the_balance(bookkeeper, acme):
    with clock.travel_to(LATER - timedelta(days=DUE_DAYS)):
        invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 20000)
    assert "One open invoice, with VAT 108.82" in plain(bookkeeper.get(address(acme, f"?item=i{invoice.pk}")))

    sent = bookkeeper.post(address(acme), {"item": f"i{invoice.pk}", "means": "prepaid", "key": "payment_1"})

    assert sent["Location"] == address(acme)
    assert Invoice.objects.get().open_minor == 0


def test_an_open_invoice_by_transfer_keeps_its_own_reference(bookkeeper, acme):
    invoice = an_open_invoice(acme)

    assert "Transfer each invoice with its own QR-bill" in plain(bookkeeper.get(address(acme, f"?item=i{invoice.pk}")))
    sent = bookkeeper.post(address(acme), {"item": f"i{invoice.pk}", "means": "bank_transfer", "key": "payment_1"})

    assert sent["Location"] == f"/o/{acme.pk}/invoices?status=open"


def test_the_switch_of_a_row_is_turned_on_and_off_ren_009_ren_010(bookkeeper, acme, domain):
    path = address(acme, f"/renewals/{domain.pk}")

    on = bookkeeper.post(path, {"automatic": "yes"}, follow=True)
    assert "Automatic, 27 Dec 2026" in plain(on)

    off = bookkeeper.post(path, {"automatic": "no"}, follow=True)
    assert "Automatic renewal is off." in plain(off)


def test_too_late_the_switch_is_greyed_with_its_reason_ren_007(bookkeeper, acme, domain):
    with clock.travel_to(date(2026, 12, 28)):
        page = plain(bookkeeper.get(address(acme)))
        refused = bookkeeper.post(address(acme, f"/renewals/{domain.pk}"), {"automatic": "yes"}, follow=True)

    assert "Fewer than 14 days remain. Renew first, then switch it on." in page
    assert not Product.objects.get().renews_automatically
    assert "14" in plain(refused)


def test_things_of_others_do_not_exist(bookkeeper, stranger, acme, domain):
    foreign = a_domain_of(an_organisation("Elsewhere AG"), "elsewhere.ch")

    assert stranger.get(address(acme)).status_code == 404
    assert stranger.post(address(acme, f"/renewals/{domain.pk}"), {"automatic": "yes"}).status_code == 404
    assert bookkeeper.post(address(acme, f"/renewals/{foreign.pk}"), {"automatic": "yes"}).status_code == 404
    assert "Nothing is selected." in plain(paid(bookkeeper, acme, foreign))


def test_without_the_right_there_is_no_list_gen_002(collaborator, acme, domain):
    assert collaborator.get(address(acme)).status_code == 403
    assert collaborator.get(address(acme, "/sums")).status_code == 403
    assert paid(collaborator, acme, domain).status_code == 403


def test_a_company_without_vat_number_is_asked_for_it_bil_011(bookkeeper, acme, domain):
    acme.country = "DE"
    acme.save()

    assert "Your VAT number is missing." in plain(bookkeeper.get(address(acme)))


def test_the_page_stays_within_twelve_queries(bookkeeper, acme, django_assert_max_num_queries):
    with clock.travel_to(BOUGHT_ON):
        domains = [a_domain_of(acme, f"name-{number}.ch") for number in range(20)]
    an_open_invoice(acme)
    a_prepaid_balance(acme, 500)
    bookkeeper.get(address(acme))  # the session remembers the organisation once
    query = "?" + "&".join(f"item=p{each.pk}" for each in domains)

    with django_assert_max_num_queries(12):
        page = bookkeeper.get(address(acme, query))
    assert "20 of 21 selected" in plain(page)
    with django_assert_max_num_queries(12):
        bookkeeper.get(address(acme, "/sums" + query))
