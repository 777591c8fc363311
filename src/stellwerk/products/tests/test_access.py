"""Who sees and may do what: managers all, others what was granted, strangers nothing (ORG-023…024, ORG-045…051)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stellwerk.foundation import activity
from stellwerk.foundation.actor import Actor, Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound
from stellwerk.organisations.services.memberships import remove_member
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_member_of,
    acting,
    an_organisation,
    an_outsider,
)
from stellwerk.products import queries, services
from stellwerk.products.models import ProductGrant
from stellwerk.products.rules import ALL_RIGHTS, Right
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def hosting(acme):
    return a_product_of(acme, name="shop.ch")


def names_seen_by(actor: Actor, organisation) -> list[str]:
    return [row.title for row in queries.product_rows(actor, organisation.pk)]


def test_managers_see_everything_without_a_grant_org_024(acme, boss, hosting):
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    assert names_seen_by(boss, acme) == names_seen_by(admin, acme) == ["shop.ch"]
    assert queries.rights_of(boss, acme.pk, product_id=hosting.pk) == ALL_RIGHTS


@pytest.mark.parametrize("role", [Role.COLLABORATOR, Role.EXTERNAL])
def test_others_see_what_was_granted_and_at_once_nothing_more_when_it_is_taken_org_051(acme, boss, hosting, role):
    person = a_member_of(acme, role)
    a_product_of(acme, name="other.ch")
    actor = acting(person, acme)
    assert names_seen_by(actor, acme) == []

    granted(boss, hosting, to=person.pk, rights=[Right.STATISTIC])
    assert names_seen_by(actor, acme) == ["shop.ch"]
    assert queries.product_row(actor, acme.pk, product_id=hosting.pk).rights == {Right.STATISTIC}

    services.withdraw_access(actor=boss, organisation_id=acme.pk, product_id=hosting.pk, account_id=person.pk)
    services.withdraw_access(actor=boss, organisation_id=acme.pk, product_id=hosting.pk, account_id=person.pk)
    assert names_seen_by(actor, acme) == []
    assert [row.sentence for row in activity.rows_about(acme.pk, product_id=hosting.pk)[:2]] == [
        "Anna Keller withdrew the access of Mia Meier to shop.ch",
        "Anna Keller gave Mia Meier access to shop.ch: figures",
    ]


def test_granting_sets_exactly_these_rights(acme, boss, hosting):
    person = a_member_of(acme)
    for rights in ([Right.TECHNICAL], [Right.TECHNICAL, Right.STATISTIC], [Right.STATISTIC], [Right.STATISTIC], []):
        granted(boss, hosting, to=person.pk, rights=rights)

        rows = queries.grant_rows(boss, acme.pk, account_id=person.pk)
        assert {row.right for row in rows} == set(rights)


def test_a_right_that_the_kind_does_not_offer_is_refused_org_047(acme, boss):
    with pytest.raises(Invalid) as refused:
        granted(boss, a_domain_of(acme), to=a_member_of(acme).pk, rights=[Right.SALE])
    assert refused.value.errors[0].name == "rights"


def test_whoever_sees_everything_needs_no_grant(acme, boss, hosting):
    with pytest.raises(Invalid, match="validation_failed"):
        granted(boss, hosting, to=a_member_of(acme, Role.ADMINISTRATOR).pk)


def test_nobody_grants_to_strangers_or_on_strangers_products(acme, boss, hosting):
    with pytest.raises(NotFound):
        granted(boss, hosting, to=an_outsider().account_id)
    foreign = a_product_of(an_organisation("Fremde AG"))
    with pytest.raises(NotFound):
        granted(boss, foreign, to=a_member_of(acme).pk)
    with pytest.raises(NotFound):
        services.grant_access(
            actor=boss, organisation_id=acme.pk, product_id=foreign.pk, account_id=a_member_of(acme).pk,
            rights=[Right.TECHNICAL],
        )  # fmt: skip


def test_only_managers_grant_and_look_at_grants(acme, hosting):
    collaborator = a_collaborator_of(acme)

    with pytest.raises(AccessDenied):
        granted(collaborator, hosting, to=collaborator.account_id)
    with pytest.raises(AccessDenied):
        queries.grant_rows(collaborator, acme.pk)
    with pytest.raises(NotFound):
        queries.grant_rows(an_outsider(), acme.pk)


def test_whoever_left_gets_nothing_back_by_returning(acme, boss, hosting):
    person = a_member_of(acme)
    granted(boss, hosting, to=person.pk)
    remove_member(actor=boss, organisation_id=acme.pk, account_id=person.pk)

    assert not ProductGrant.objects.filter(account=person).exists()


def test_a_stranger_finds_nothing(acme, hosting):
    for actor in (an_outsider(), Actor(), replace(an_outsider(), organisation_id=acme.pk)):
        with pytest.raises(NotFound):
            queries.product_listing(actor, acme.pk)
        with pytest.raises(NotFound):
            queries.product_row(actor, acme.pk, product_id=hosting.pk)
        with pytest.raises(NotFound):
            services.rename_product(actor=actor, organisation_id=acme.pk, product_id=hosting.pk, internal_name="Mine")
        assert not queries.sees_product(actor, acme.pk, product_id=hosting.pk)


@pytest.mark.parametrize("door", ["tags", "rename", "set tags"])
def test_the_statistic_right_only_looks_org_047(acme, boss, hosting, door):
    person = a_member_of(acme)
    granted(boss, hosting, to=person.pk, rights=[Right.STATISTIC])
    actor = acting(person, acme)
    calls = {
        "tags": lambda: services.create_tag(actor=actor, organisation_id=acme.pk, name="Mine"),
        "rename": lambda: services.rename_product(
            actor=actor, organisation_id=acme.pk, product_id=hosting.pk, internal_name="Mine"
        ),
        "set tags": lambda: services.set_product_tags(
            actor=actor, organisation_id=acme.pk, product_id=hosting.pk, tag_ids=[]
        ),
    }

    with pytest.raises(AccessDenied) as refused:
        calls[door]()
    assert refused.value.context["granted_by"] == ["legal_representative", "administrator"]


def test_a_token_without_write_scope_reads_only(acme, boss, hosting):
    reader = replace(boss, scopes=frozenset({"products:read"}))

    assert names_seen_by(reader, acme) == ["shop.ch"]
    with pytest.raises(AccessDenied, match="access_denied"):
        services.rename_product(actor=reader, organisation_id=acme.pk, product_id=hosting.pk, internal_name="Mine")
