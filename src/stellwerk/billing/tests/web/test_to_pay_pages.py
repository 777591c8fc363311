"""To pay with more than one page: what is ticked goes along, and the sum shown is the sum paid (BIL-004, UI-004)."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.services.addresses import choose_product_address
from stellwerk.billing.services.issue_invoices import DUE_DAYS
from stellwerk.billing.tests.address_book.builders import an_address
from stellwerk.billing.tests.builders import a_prepaid_balance, an_open_invoice
from stellwerk.billing.tests.web.test_ordering import plain
from stellwerk.foundation import clock
from stellwerk.foundation.edge.paging import PAGE_SIZE
from stellwerk.foundation.months import months_later
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.services import create_tag, set_product_tags
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
MANY = PAGE_SIZE + 10
NET_MINOR = 960  # a .ch domain for a year


@pytest.fixture(autouse=True)
def autumn():
    with clock.travel_to(TODAY):
        yield


@pytest.fixture
def domains(acme) -> list[Product]:
    """As many as do not fit one page; the one bought first expires first."""
    return domains_of(acme, MANY)


def domains_of(organisation, count) -> list[Product]:
    return Product.objects.bulk_create(
        Product(
            organisation=organisation, kind_code="domain", offer_code="domain-ch", name=f"name-{number}.ch",
            quantity=1, period_months=12, started_on=date(2026, 1, 1), expires_on=date(2026, 12, 1 + number % 20),
            anchor_day=1 + number % 20, state="active", source=f"{organisation.pk}:{number}", has_unique_name=True,
            created_at=clock.now(),
        )
        for number in range(count)
    )  # fmt: skip


def address(organisation, rest=""):
    return f"/o/{organisation.pk}/to-pay{rest}"


def fields_of(answer) -> dict[str, list[str]]:
    """What a browser would send from the form as it stands, without script."""
    form = re.search(r'<form id="due-form".*?</form>', answer.text, re.DOTALL)[0]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([a-z_-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") == "hidden" or " checked" in tag):
            fields.setdefault(said["name"], []).append(said.get("value", "on"))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        fields[name] = [re.search(r'value="([^"]*)" selected', options)[1]]
    return fields


def sent(client, organisation, answer, **more):
    """The form, sent with a button or a change."""
    return client.post(address(organisation), {**fields_of(answer), **more}, follow=True)


def shown(answer) -> list[str]:
    return [item.row.name for item in answer.context["rows"]]


def paid_amount() -> int:
    return sum(Invoice.objects.values_list("gross_minor", flat=True))


def test_a_long_list_comes_in_pages_by_the_day_things_expire(bookkeeper, acme, domains):
    first, second = (bookkeeper.get(address(acme, f"?page={number}")) for number in (1, 2))

    by_day = sorted(domains, key=lambda each: (each.expires_on, each.pk))
    assert shown(first) + shown(second) == [each.name for each in by_day]
    assert len(shown(second)) == MANY - PAGE_SIZE
    assert f"51 to {MANY} of {MANY}" in plain(second)


def test_an_invoice_stands_among_the_products_on_the_page_of_its_day(bookkeeper, acme):
    domains_of(acme, MANY * 2)
    with clock.travel_to(date(2026, 12, 9) - timedelta(days=DUE_DAYS)):
        invoice = an_open_invoice(acme)

    pages = [bookkeeper.get(address(acme, f"?page={number}")) for number in (1, 2, 3)]

    rows = [item.row for page in pages for item in page.context["rows"]]
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)
    assert [row.invoice_id for row in rows if row.invoice_id] == [invoice.pk]
    assert len({row.product_id for row in rows}) == MANY * 2 + 1


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99", "9" * 30])
def test_a_page_that_there_is_not_is_the_nearest_one(bookkeeper, acme, domains, asked):
    assert shown(bookkeeper.get(address(acme, f"?page={asked}")))


def test_what_is_ticked_goes_along_to_the_next_page_without_script_and_is_paid(bookkeeper, acme, domains):
    a_prepaid_balance(acme, 100_000)
    first = bookkeeper.get(address(acme))
    here = first.context["rows"][0].key
    ticked = sent(bookkeeper, acme, first, item=[here], go="2")
    there = ticked.context["rows"][3].key
    assert f"1 of {MANY} selected" in plain(ticked)

    summed = sent(bookkeeper, acme, ticked, item=[there], go="2")
    assert f"2 of {MANY} selected" in plain(summed)
    assert summed.context["selection"].gross_minor == 2 * NET_MINOR + 156  # 8.1 % of 19.20, rounded once
    sent(bookkeeper, acme, summed)

    assert sorted(f"p{each}" for each in Renewal.objects.values_list("product_id", flat=True)) == sorted([here, there])
    assert paid_amount() == summed.context["selection"].gross_minor


def test_everything_is_selected_on_all_pages_but_what_is_taken_out_again(bookkeeper, acme, domains):
    a_prepaid_balance(acme, 100_000)
    everything = sent(bookkeeper, acme, bookkeeper.get(address(acme)), select="all")
    assert f"{MANY} of {MANY} selected" in plain(everything)
    assert all(item.is_selected for item in everything.context["rows"])

    kept = fields_of(everything)["item"]
    without_one = sent(bookkeeper, acme, everything, item=kept[1:], go="2")
    without_two = sent(bookkeeper, acme, without_one, item=fields_of(without_one)["item"][1:], go="1")
    assert f"{MANY - 2} of {MANY} selected" in plain(without_two)
    assert not without_two.context["rows"][0].is_selected
    sent(bookkeeper, acme, without_two)

    assert Renewal.objects.count() == MANY - 2
    assert paid_amount() == without_two.context["selection"].gross_minor
    assert kept[0] not in {f"p{each}" for each in Renewal.objects.values_list("product_id", flat=True)}


def test_everything_means_what_the_filter_shows(bookkeeper, acme, domains):
    """ORG-088: narrowed by tag, and by words."""
    boss = a_legal_representative_of(acme)
    shop = create_tag(actor=boss, organisation_id=acme.pk, name="Shop")
    set_product_tags(actor=boss, organisation_id=acme.pk, product_id=domains[7].pk, tag_ids=[shop])
    an_open_invoice(acme)

    for query, count in ((f"tag={shop}", 1), ("q=name-1", 11), ("filter=overdue", 0), ("filter=all", MANY + 1)):
        page = bookkeeper.get(address(acme, f"?{query}&everything=yes"))
        assert page.context["selection"].count == page.context["row_count"] == count, query


def test_everything_costs_what_its_items_cost_one_by_one(bookkeeper, acme, domains):
    """Alike products are summed together; one with a longer duration or another address is not, and one that the
    ticked invoice renews costs nothing beside it (BIL-012).
    """
    longer, elsewhere, announced = domains[:3]
    choose_product_address(
        actor=a_legal_representative_of(acme), organisation_id=acme.pk, product_ids=[elsewhere.pk],
        address_id=an_address(acme, "Filiale Genf"),
    )  # fmt: skip
    bookkeeper.post(address(acme), {"item": f"p{announced.pk}", "means": "bank_transfer"})
    invoice = Invoice.objects.get()
    one_by_one = ".".join([f"i{invoice.pk}", *(f"p{each.pk}" for each in domains)])
    asked = f"?filter=all&durations=p{longer.pk}-36"

    together = bookkeeper.get(address(acme, f"{asked}&everything=yes")).context["selection"]
    each = bookkeeper.get(address(acme, f"{asked}&marked={one_by_one}")).context["selection"]

    assert (together.count, together.renewals) == (MANY + 1, MANY - 1) == (each.count, each.renewals)
    assert together.totals == each.totals
    assert together.totals.net_minor == (MANY + 1) * NET_MINOR
    assert (together.gross_minor, together.has_announced) == (each.gross_minor, False)
    assert [part.recipient.name for part in together.parts] == [part.recipient.name for part in each.parts]
    assert together.changes_durations


def test_a_selection_is_emptied_on_all_pages(bookkeeper, acme, domains):
    everything = bookkeeper.get(address(acme, "?everything=yes"))

    assert f"0 of {MANY} selected" in plain(sent(bookkeeper, acme, everything, select="none"))


def test_a_duration_chosen_on_one_page_holds_on_the_next_and_in_the_payment_bil_022(bookkeeper, acme, domains):
    a_prepaid_balance(acme, 100_000)
    first = bookkeeper.get(address(acme))
    key = first.context["rows"][0].key

    second = sent(bookkeeper, acme, first, item=[key], go="2", **{f"months-{key}": "36"})
    assert second.context["selection"].totals.net_minor == 3 * NET_MINOR
    assert "durations=" in second.redirect_chain[-1][0]
    sent(bookkeeper, acme, second)

    product = Product.objects.get(pk=key[1:])
    assert product.expires_on == months_later(date(2026, 12, 1), 36)
    assert paid_amount() == second.context["selection"].gross_minor


def test_a_changed_sum_is_shown_before_it_is_paid(bookkeeper, acme, domains):
    """Another one was ordered meanwhile: what was agreed to is not what would be paid."""
    a_prepaid_balance(acme, 100_000)
    everything = bookkeeper.get(address(acme, "?filter=all&everything=yes"))
    Product.objects.filter(pk=domains[0].pk).update(state="terminated", ended_on=TODAY)

    refused = sent(bookkeeper, acme, everything)

    assert refused.status_code == 400
    assert "changed" in plain(refused)
    assert f"{MANY - 1} of {MANY - 1} selected" in plain(refused)
    assert not Invoice.objects.exists()


def test_the_pieces_of_a_tick_follow_the_page_and_count_the_others(bookkeeper, acme, domains):
    second = bookkeeper.get(address(acme, "?everything=yes&page=2"))
    fields = fields_of(second)

    piece = bookkeeper.post(address(acme, "/sums"), {**fields, "item": fields["item"][1:]})

    assert piece.context["selection"].count == MANY - 1
    assert {f"net-{item.key}" for item in second.context["rows"]} == set(re.findall(r'id="(net-[^"]+)"', piece.text))
    assert not Invoice.objects.exists()


def test_a_selection_too_long_for_an_address_is_shown_without_one(bookkeeper, acme):
    domains_of(acme, PAGE_SIZE + 1)
    first = bookkeeper.get(address(acme))
    marked = ".".join(f"p{number}" for number in range(1, 1500))

    answer = bookkeeper.post(address(acme), {**fields_of(first), "marked": marked, "go": "2"})

    assert answer.status_code == 200
    assert answer.context["page"].number == 2
    assert fields_of(answer)["marked"][0].count("p") > 1000


def test_the_switch_of_a_row_keeps_page_and_selection(bookkeeper, acme, domains):
    second = bookkeeper.get(address(acme, "?everything=yes&page=2"))
    product = second.context["rows"][0].row.product_id

    answer = bookkeeper.post(address(acme, f"/renewals/{product}"), {**fields_of(second), "automatic": "yes"})

    assert parse_qs(urlsplit(answer["Location"]).query) == {
        "filter": ["next_two_months"], "page": ["2"], "everything": ["yes"], "means": ["bank_transfer"],
        "keeps_periods": ["yes"],
    }  # fmt: skip


def test_nonsense_in_a_selection_ticks_nothing_and_things_of_others_are_not_paid(bookkeeper, acme, domains):
    foreign = a_domain_of(an_organisation("Elsewhere AG"), "elsewhere.ch")
    query = f"?marked=p{foreign.pk}.p0.x.i9.p-1&durations=p1-0.q&here=&page=2"

    page = bookkeeper.get(address(acme, query))

    assert f"0 of {MANY} selected" in plain(page)


def test_many_pages_cost_twelve_statements_whatever_is_selected(
    bookkeeper, acme, domains, django_assert_max_num_queries
):
    an_open_invoice(acme)
    bookkeeper.get(address(acme))  # the session remembers the organisation once

    for query in ("?page=2", "?page=2&everything=yes", f"?marked=p{domains[3].pk}"):
        with django_assert_max_num_queries(12):
            bookkeeper.get(address(acme, query))
