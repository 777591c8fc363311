"""The switch of the automatic renewal: who may, until when, one or many."""

from datetime import date

import pytest

from stellwerk.billing import policy
from stellwerk.billing.services.renew import change_renewal, change_renewals
from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, letters, published
from stellwerk.foundation import activity, clock, jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, NotFound, RuleBroken
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    a_member_of,
    acting,
    an_outsider,
)
from stellwerk.products import services as product_services

pytestmark = pytest.mark.django_db

EXPIRY = date(2026, 7, 15)
LAST_DAY_TO_ENABLE = date(2026, 7, 1)


def switched(actor, organisation, product, *, on=True):
    return change_renewal(actor=actor, organisation_id=organisation.pk, product_id=product.pk, renews_automatically=on)


def test_ex_17_it_is_switched_on_with_exactly_fourteen_days_left_and_refused_a_day_later():
    acme = an_organisation()
    actor = a_legal_representative_of(acme)
    in_time, late = a_product_expiring(acme, EXPIRY), a_product_expiring(acme, EXPIRY)

    with clock.travel_to(LAST_DAY_TO_ENABLE):
        assert switched(actor, acme, in_time) == "changed"
    with clock.travel_to(date(2026, 7, 2)), pytest.raises(RuleBroken) as refused:
        switched(actor, acme, late)

    assert refused.value.code == "autorenew_too_late"
    assert "Fewer than 14 days" in refused.value.sentence()
    in_time.refresh_from_db()
    late.refresh_from_db()
    assert (in_time.renews_automatically, late.renews_automatically) == (True, False)


def test_ren_005_it_is_switched_off_at_any_time_and_what_is_on_stays_on():
    acme = an_organisation()
    actor = a_bookkeeper_of(acme)
    hosting = a_product_expiring(acme, EXPIRY, automatic=True)

    with clock.travel_to(date(2026, 7, 14)):
        assert switched(actor, acme, hosting) == "unchanged"
        assert switched(actor, acme, hosting, on=False) == "changed"
        assert switched(actor, acme, hosting, on=False) == "unchanged"


def test_ren_012_a_bulk_change_says_for_each_product_what_became_of_it():
    acme, other = an_organisation(), an_organisation("Other AG")
    actor = a_legal_representative_of(acme)
    changed = a_product_expiring(acme, date(2027, 1, 1), name="a.ch")
    unchanged = a_product_expiring(acme, date(2027, 1, 1), automatic=True)
    late = a_product_expiring(acme, EXPIRY)
    ended = a_product_expiring(acme, date(2027, 1, 1))
    foreign = a_product_expiring(other, date(2027, 1, 1))
    product_services.cancel_product(product_id=ended.pk)
    ids = [changed.pk, unchanged.pk, late.pk, ended.pk, foreign.pk, 4711]

    with clock.travel_to(date(2026, 7, 2)):
        results = change_renewals(actor=actor, organisation_id=acme.pk, product_ids=ids, renews_automatically=True)
        jobs.run_due_jobs()

    assert [
        (each.product_id, each.outcome, each.refused_because and each.refused_because.code) for each in results
    ] == [
        (changed.pk, "changed", None),
        (unchanged.pk, "unchanged", None),
        (late.pk, "refused", "autorenew_too_late"),
        (ended.pk, "refused", "product_not_renewable"),
        (foreign.pk, "refused", "object_not_found"),
        (4711, "refused", "object_not_found"),
    ]
    foreign.refresh_from_db()
    assert not foreign.renews_automatically
    assert [payload["items"] for _, payload in published("RenewalModesChanged")] == [
        [["a.ch", "2027-01-01", "web-hosting"]]
    ]


def test_ntf_33_the_change_is_told_and_stands_in_the_activity_log():
    acme = an_organisation()
    actor = a_legal_representative_of(acme)
    hosting = a_product_expiring(acme, EXPIRY, name="huber-brot.ch")

    with clock.travel_to(LAST_DAY_TO_ENABLE):
        switched(actor, acme, hosting)
        switched(actor, acme, hosting, on=False)
        jobs.run_due_jobs()

    assert [subject for _, _, subject in letters("renewal_modes_changed")] == [
        "huber-brot.ch (Web hosting) renews automatically from now on",
        "huber-brot.ch (Web hosting) no longer renews automatically",
    ]
    newest = activity.organisation_rows(acme.pk)[0]
    assert "huber-brot.ch" in newest.sentence


def test_other_means_than_the_prepaid_account_do_not_renew_by_themselves_yet():
    acme = an_organisation()
    hosting = a_product_expiring(acme, date(2027, 1, 1))

    with pytest.raises(RuleBroken) as refused:
        change_renewal(
            actor=a_legal_representative_of(acme), organisation_id=acme.pk, product_id=hosting.pk,
            renews_automatically=True, means="bank_transfer",
        )  # fmt: skip

    assert refused.value.code == "means_unknown"


def test_only_managers_and_bookkeepers_may_switch():
    acme = an_organisation()
    hosting = a_product_expiring(acme, date(2027, 1, 1))
    administrator = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    assert policy.can_change_renewal(administrator, acme.pk)
    assert policy.can_change_renewal(a_bookkeeper_of(acme), acme.pk)
    with pytest.raises(AccessDenied):
        switched(a_collaborator_of(acme), acme, hosting)
    with pytest.raises(NotFound):
        switched(an_outsider(), acme, hosting)
    with pytest.raises(NotFound):
        switched(a_legal_representative_of(an_organisation("Other AG")), acme, hosting)
