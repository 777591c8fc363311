"""The cart: prices of the day, rules that name the line."""

from datetime import date

import pytest

from stellwerk.billing.models import CartLine
from stellwerk.billing.queries.cart import cart_quote
from stellwerk.billing.services import fill_cart
from stellwerk.billing.services.fill_cart import (
    NewCartLine,
    accept_cart_prices,
    add_to_cart,
    change_cart_line,
    empty_cart,
    remove_cart_line,
)
from stellwerk.billing.tests.builders import a_cart
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_legal_representative_of,
    a_member_of,
    acting,
    an_organisation,
    an_outsider,
)
from stellwerk.products.tests.builders import a_domain_of, a_suite_of

pytestmark = pytest.mark.django_db


def cart_of(organisation):
    return cart_quote(a_legal_representative_of(organisation), organisation.pk)


def refused(organisation, *lines):
    with pytest.raises((RuleBroken, Invalid)) as refusal:
        a_cart(organisation, *lines)
    return refusal.value


def test_the_cart_shows_lines_tax_and_totals_of_the_tariff():
    acme = an_organisation()
    a_cart(acme, ("web-hosting", {}), ("domain-ch", {"target": "huber-brot.ch"}), ("suite-pro", {"quantity": 5}))

    cart = cart_of(acme)

    assert [line.net_minor for line in cart.lines] == [10714, 960, 42660]
    totals = cart.quote.totals
    assert (totals.net_minor, totals.vat_minor, totals.gross_minor) == (54334, 4401, 58735)
    assert cart.is_orderable


def test_ord_008_a_line_offers_its_durations_with_price_and_new_expiry():
    acme = an_organisation()
    with clock.travel_to(date(2026, 11, 30)):
        a_cart(acme, ("domain-ch", {"target": "huber-brot.ch"}))
        choices = cart_of(acme).lines[0].choices

    assert [choice.period_months for choice in choices] == [12 * years for years in range(1, 11)]
    assert (choices[2].net_minor, choices[2].expires_on) == (2880, date(2029, 11, 30))


def test_ex_24_the_first_user_of_a_suite_standard_is_free():
    acme = an_organisation()
    a_cart(acme, ("suite-standard", {"quantity": 4, "period_months": 1}))

    totals = cart_of(acme).quote.totals
    assert (totals.net_minor, totals.vat_minor, totals.gross_minor) == (630, 51, 681)


def test_ex_24_too_small_an_amount_is_not_charged_monthly():
    problem = refused(an_organisation(), ("suite-standard", {"quantity": 2, "period_months": 1}))

    assert problem.code == "frequency_below_minimum"


def test_ord_007_a_second_suite_is_refused_when_one_is_owned_and_when_one_is_in_the_cart():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    a_suite_of(acme)
    assert refused(acme, ("suite-pro", {"quantity": 1})).code == "suite_already_exists"

    a_cart(other, ("suite-pro", {"quantity": 1}))
    assert refused(other, ("suite-standard", {"quantity": 2})).code == "suite_already_exists"
    assert CartLine.objects.count() == 1


def test_ord_007_a_domain_that_is_taken_or_in_the_cart_already_is_refused():
    acme = an_organisation()
    a_domain_of(an_organisation("Other GmbH"), name="taken.ch")
    assert refused(acme, ("domain-ch", {"target": "taken.ch"})).code == "domain_name_taken"

    a_cart(acme, ("domain-ch", {"target": "huber-brot.ch"}))
    assert refused(acme, ("domain-ch", {"target": "Huber-Brot.CH"})).code == "target_already_in_cart"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (("domain-ch", {"target": ""}), "target"),
        (("domain-ch", {"target": "huber-brot.de"}), "target"),
        (("domain-ch", {"target": "a.ch", "period_months": 11 * 12}), "period_months"),
        (("suite-standard", {"quantity": 1}), "quantity"),
        (("suite-pro", {"quantity": 301}), "quantity"),
        (("suite-pro", {"quantity": 0}), "quantity"),
        (("suite-pro", {"quantity": -3}), "quantity"),
        (("mail-service", {"quantity": 7}), "quantity"),
    ],
)
def test_a_line_outside_the_offer_is_refused_by_its_field(line, field):
    problem = refused(an_organisation(), line)

    assert field in [error.name for error in problem.errors]


def test_an_unknown_offer_is_refused():
    assert refused(an_organisation(), ("nothing", {})).code == "offer_unknown"


def test_ord_005_a_price_that_changed_is_shown_until_it_was_seen():
    acme = an_organisation()
    a_cart(acme, ("web-hosting", {}))
    hosting = Offer.objects.get(code="web-hosting")
    Price.objects.create(offer=hosting, currency="CHF", period_months=12, unit_minor=12000, valid_from=clock.today())

    line = cart_of(acme).lines[0]
    assert line.has_new_price
    assert (line.seen_net_minor, line.net_minor) == (10714, 12000)

    accept_cart_prices(actor=a_legal_representative_of(acme), organisation_id=acme.pk)
    assert not cart_of(acme).lines[0].has_new_price


def test_an_offer_withdrawn_meanwhile_is_named_at_its_line():
    acme = an_organisation()
    a_cart(acme, ("web-hosting", {}))
    Offer.objects.filter(code="web-hosting").update(withdrawn_on=clock.today())

    cart = cart_of(acme)
    assert cart.lines[0].problem.code == "offer_unknown"
    assert not cart.is_orderable


def test_lines_can_be_changed_and_taken_out():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    a_cart(acme, ("suite-pro", {"quantity": 1}), ("web-hosting", {}))
    first, second = cart_of(acme).lines

    values = {"actor": boss, "organisation_id": acme.pk}
    change_cart_line(**values, line_id=first.id, quantity=3, period_months=1)
    assert cart_of(acme).lines[0].net_minor == 2370
    with pytest.raises(Invalid):
        change_cart_line(**values, line_id=first.id, quantity=3, period_months=5)

    remove_cart_line(**values, line_id=second.id)
    assert len(cart_of(acme).lines) == 1
    empty_cart(**values)
    assert not cart_of(acme).is_orderable


def test_a_line_of_another_organisation_does_not_exist():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    a_cart(acme, ("web-hosting", {}))
    boss = a_legal_representative_of(other)

    with pytest.raises(NotFound):
        change_cart_line(
            actor=boss, organisation_id=other.pk, line_id=CartLine.objects.get().pk, quantity=1, period_months=12
        )
    remove_cart_line(actor=boss, organisation_id=other.pk, line_id=CartLine.objects.get().pk)
    assert CartLine.objects.count() == 1


def test_collaborators_fill_the_cart_externals_and_outsiders_do_not():
    acme = an_organisation()
    a_cart(acme, ("web-hosting", {}), actor=a_collaborator_of(acme))

    external = acting(a_member_of(acme, "external"), acme)
    entries = NewCartLine(offer_code="web-hosting", period_months=12)
    with pytest.raises(AccessDenied):
        add_to_cart(actor=external, organisation_id=acme.pk, entries=entries)
    with pytest.raises(NotFound):
        add_to_cart(actor=an_outsider(), organisation_id=acme.pk, entries=entries)
    with pytest.raises(NotFound):
        cart_quote(an_outsider(), acme.pk)


def test_a_full_cart_takes_no_more(monkeypatch):
    monkeypatch.setattr(fill_cart, "MOST_LINES", 3)
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    a_cart(acme, *[("web-hosting", {})] * 3, actor=boss)

    assert refused(acme, ("web-hosting", {})).code == "cart_full"


def test_a_cart_of_ten_lines_is_few_queries(django_assert_max_num_queries):
    acme = an_organisation()
    a_cart(acme, *[("web-hosting", {})] * 10)
    boss = a_legal_representative_of(acme)

    with django_assert_max_num_queries(6):
        cart_quote(boss, acme.pk)
