"""Whatever happens in whatever order, each period is charged once, and the money adds up."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from stellwerk.billing.models import Invoice, Payment, Renewal
from stellwerk.billing.services.renew import change_renewals, play_organisations
from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, balance_of, with_balance
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import a_legal_representative_of
from stellwerk.products.models import Product, ProductExtension

FIRST_DAY = date(2026, 7, 1)
EXPIRY = date(2026, 7, 10)

ACTIONS = st.one_of(
    st.just(("run",)),
    st.just(("run again",)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("deposit"), st.sampled_from([1, 999, 1_072, 2_500])),
    st.tuples(st.just("switch"), st.booleans()),
)


@pytest.mark.slow  # forty stories
@pytest.mark.django_db
@settings(max_examples=40)
@given(st.lists(ACTIONS, max_size=25))
def test_renewing_in_any_interleaving_charges_each_period_once(actions):
    with transaction.atomic():
        play(actions)
        transaction.set_rollback(True)


def play(actions):
    """One organisation with two monthly hostings, 9.92 + 0.80 each, through a list of whatever may happen."""
    acme = an_organisation()
    products = [a_product_expiring(acme, EXPIRY, automatic=True, period_months=1) for _ in range(2)]
    actor, today, deposited = a_legal_representative_of(acme), FIRST_DAY, 0
    for name, *values in actions:
        with clock.travel_to(today):
            if name.startswith("run"):
                play_organisations(organisation_ids=[acme.pk])
            elif name == "deposit":
                with_balance(acme, values[0])
                deposited += values[0]
            elif name == "switch":
                change_renewals(
                    actor=actor, organisation_id=acme.pk, product_ids=[each.pk for each in products],
                    renews_automatically=values[0],
                )  # fmt: skip
            else:
                today += timedelta(days=values[0])
    check(acme, products, deposited)


def check(acme, products, deposited):
    renewals = list(Renewal.objects.order_by("pk"))
    periods = [(each.product_id, each.period_from) for each in renewals]
    assert len(set(periods)) == len(periods)
    for product in Product.objects.filter(pk__in=[each.pk for each in products]):
        mine = [each for each in renewals if each.product_id == product.pk]
        # Periods join without a gap and without an overlap, and the product is paid until the end of the last.
        assert [each.period_from for each in mine] == [EXPIRY, *[each.period_to for each in mine]][: len(mine)]
        assert product.expires_on == (mine[-1].period_to if mine else EXPIRY)
    assert ProductExtension.objects.count() == len(renewals)
    charged = sum(invoice.gross_minor for invoice in Invoice.objects.all())
    assert charged == (Payment.objects.aggregate(paid=Sum("amount_minor"))["paid"] or 0)
    assert balance_of(acme) == deposited - charged
    assert sum(invoice.lines.count() for invoice in Invoice.objects.all()) == len(renewals)
