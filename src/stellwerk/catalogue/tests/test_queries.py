"""What is sold for how much on which day, and what a buyer may put into the cart."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from stellwerk.catalogue import queries, services
from stellwerk.catalogue.errors import OfferUnknown, PriceMissing
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation.errors import Invalid

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("offer", "months", "net_minor"),
    [
        ("suite-standard", 1, 210), ("suite-standard", 12, 2268), ("suite-pro", 1, 790), ("suite-pro", 12, 8532),
        ("domain-ch", 12, 960), ("domain-ch", 120, 9600), ("mail-service", 12, 1800), ("web-hosting", 1, 992),
        ("web-hosting", 12, 10714),
    ],
)  # fmt: skip
@pytest.mark.parametrize("currency", ["CHF", "EUR"])
def test_the_default_tariff_is_tt_1_in_both_currencies(offer, months, net_minor, currency):
    found = queries.price(offer, currency=currency, period_months=months, on=TODAY)

    assert found is not None
    assert (found.unit_minor, found.currency) == (net_minor, currency)


def test_lines_cost_what_the_worked_examples_say():
    def net(offer, quantity, months=12):
        return queries.line_net_minor(offer, currency="CHF", period_months=months, quantity=quantity, on=TODAY)

    assert net("suite-pro", 5) == 42660  # EX-01
    assert net("suite-pro", 3) == 25596  # EX-02
    assert net("suite-standard", 2) == 2268
    assert net("mail-service", 10) == 3600
    assert net("domain-ch", 1, 24) == 1920


def test_loading_the_defaults_again_changes_nothing_of_the_operators():
    Offer.objects.filter(code="web-hosting").update(names={"en": "Room for websites"})
    Price.objects.filter(offer__code="web-hosting").update(unit_minor=1)
    Offer.objects.filter(code="suite-pro").first()

    assert services.load_default_offers() == 0
    assert queries.offer("web-hosting").name == "Room for websites"
    assert queries.price("web-hosting", currency="CHF", period_months=12, on=TODAY).unit_minor == 1


def test_a_price_counts_from_its_day_until_the_next_begins_cat_014():
    offer = Offer.objects.get(code="web-hosting")
    for unit_minor, valid_from in [(12000, date(2027, 1, 1)), (None, date(2028, 1, 1))]:
        Price.objects.create(
            offer=offer, currency="CHF", period_months=12, unit_minor=unit_minor, valid_from=valid_from
        )

    def price_on(day):
        return queries.price("web-hosting", currency="CHF", period_months=12, on=day)

    assert price_on(date(2026, 12, 31)).unit_minor == 10714
    assert price_on(date(2027, 1, 1)).unit_minor == 12000
    assert price_on(date(2027, 12, 31)).unit_minor == 12000
    assert price_on(date(2028, 1, 1)) is None
    assert queries.price("web-hosting", currency="EUR", period_months=12, on=date(2028, 1, 1)).unit_minor == 10714
    with pytest.raises(PriceMissing):
        queries.line_net_minor("web-hosting", currency="CHF", period_months=12, quantity=1, on=date(2028, 6, 1))


def test_all_prices_of_a_day_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = queries.prices(currency="CHF", on=TODAY)

    assert len([code for code, _months in found if code == "domain-ch"]) == 10


def test_a_withdrawn_offer_leaves_the_shop_but_keeps_its_price_cat_008():
    Offer.objects.filter(code="web-hosting").update(withdrawn_on=TODAY)

    assert "web-hosting" not in [row.code for row in queries.offers(sold_on=TODAY)]
    assert queries.line_net_minor("web-hosting", currency="CHF", period_months=12, quantity=1, on=TODAY) == 10714
    with pytest.raises(OfferUnknown):
        chosen("web-hosting")


def chosen(offer, *, months=12, quantity=1, target=""):
    return queries.checked_choice(
        offer, currency="CHF", period_months=months, quantity=quantity, raw_target=target, on=TODAY
    )


def refused_fields(offer, **entries):
    with pytest.raises(Invalid) as refused:
        chosen(offer, **entries)
    return {error.name: error.rule for error in refused.value.errors}


def test_a_good_choice_knows_its_price_and_its_canonical_target():
    choice = chosen("domain-ch", months=24, target=" Huber-Brot.CH ")

    assert (choice.target, choice.net_minor, choice.offer.kind.code) == ("huber-brot.ch", 1920, "domain-name")


@pytest.mark.parametrize(
    ("offer", "entries", "fields"),
    [
        ("suite-standard", {"quantity": 1}, {"quantity": "between"}),
        ("suite-pro", {"quantity": 301}, {"quantity": "between"}),  # OFR-012
        ("mail-service", {"quantity": 4}, {"quantity": "between"}),  # OFR-031
        ("mail-service", {"quantity": 7}, {"quantity": "multiple_of"}),
        ("web-hosting", {"quantity": 2}, {"quantity": "between"}),
        ("web-hosting", {"months": 24}, {"period_months": "in"}),
        ("domain-ch", {"months": 132, "target": "huber.ch"}, {"period_months": "in"}),  # at most ten years
        ("domain-ch", {}, {"target": "required"}),
        ("domain-ch", {"target": "huber.com"}, {"target": "domain_name_ending"}),
        (
            "domain-ch",
            {"months": 1, "quantity": 3, "target": "-x-.ch"},
            {"period_months": "in", "quantity": "between", "target": "domain_name_hyphen"},
        ),
    ],
)
def test_a_choice_is_refused_field_by_field_ord_007(offer, entries, fields):
    assert refused_fields(offer, **entries) == fields


def test_an_unknown_offer_is_said_to_be_unknown():
    with pytest.raises(OfferUnknown):
        chosen("spaceship")


def test_texts_follow_the_active_language():
    with translation.override("de"):
        assert queries.offer("web-hosting").name == "Webhosting"
    with translation.override("fr"):
        assert queries.offer("web-hosting").name == "Hébergement web"
