"""Rights on products that an invitation carries (ORG-034, ORG-037, ORG-045)."""

import pytest

from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid
from stellwerk.foundation.models import Event
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import invitations
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)
from stellwerk.products import queries, services
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db
GUEST = "ben.guest@example.ch"


@pytest.fixture
def acme(db):
    return an_organisation()


def invited(organisation, offered, *, role: str = Role.EXTERNAL):
    entries = invitations.NewInvitation(email=GUEST, role=role, product_rights=offered)
    boss = a_legal_representative_of(organisation)
    made = invitations.invite(actor=boss, organisation_id=organisation.pk, entries=entries)
    return organisations.invitation_row(organisation.pk, made.pk).link


def test_rights_of_an_invitation_are_granted_on_acceptance_and_not_before_org_037(acme):
    shop, domain = a_product_of(acme), a_domain_of(acme)
    ben = a_person(email=GUEST)
    link = invited(acme, {shop.pk: ["statistic", "technical"], domain.pk: ["technical"]})
    assert not ProductGrant.objects.exists(), "nothing is granted before acceptance"

    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link)

    here = acting(ben, acme)
    assert {row.id for row in queries.product_rows(here, acme.pk)} == {shop.pk, domain.pk}
    assert queries.rights_of(here, acme.pk, product_id=shop.pk) == {"technical", "statistic"}
    assert queries.rights_of(here, acme.pk, product_id=domain.pk) == {"technical"}
    told = Event.objects.filter(name="AccessGranted").values_list("actor_name", flat=True)
    assert set(told) == {"Anna Keller"}, "the log names who gave it: the inviter"


def test_a_declined_invitation_grants_nothing_org_037(acme):
    link = invited(acme, {a_product_of(acme).pk: ["technical"]})

    invitations.decline_invitation(actor=a_stranger_actor(a_person(email=GUEST)), raw_link=link)

    assert not ProductGrant.objects.exists()


def test_a_product_that_ended_meanwhile_is_passed_over(acme):
    shop, domain = a_product_of(acme), a_domain_of(acme)
    ben = a_person(email=GUEST)
    link = invited(acme, {shop.pk: ["technical"], domain.pk: ["technical"]})
    Product.objects.filter(pk=shop.pk).update(state="cancelled", ended_on=shop.started_on)

    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link)

    assert [grant.product_id for grant in ProductGrant.objects.all()] == [domain.pk]


def test_products_of_others_and_rights_that_are_not_offered_are_refused(acme):
    foreign = a_product_of(an_organisation("Other AG"))

    for offered in ({foreign.pk: ["technical"]}, {a_product_of(acme).pk: ["king"]}):
        with pytest.raises(Invalid) as refused:
            invited(acme, offered)
        assert [error.name for error in refused.value.errors] == ["products"]


def test_a_manager_needs_no_rights_and_gets_none_org_024(acme):
    ben = a_person(email=GUEST)
    link = invited(acme, {a_product_of(acme).pk: ["technical"]}, role=Role.ADMINISTRATOR)

    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link)

    assert not ProductGrant.objects.exists()


def test_whoever_may_not_invite_learns_of_no_product(acme):
    a_product_of(acme)
    mia = acting(a_member_of(acme), acme)

    with pytest.raises(AccessDenied):
        invitations.offerable_products(mia, acme.pk)


def test_the_page_offers_products_by_name_and_keeps_what_was_ticked_org_034(client, acme):
    shop = a_product_of(acme)
    services.rename_product(
        actor=a_legal_representative_of(acme), organisation_id=acme.pk, product_id=shop.pk, internal_name="Shop"
    )
    client.force_login(Membership.objects.get(organisation=acme).account)
    page, ticked = f"/o/{acme.pk}/invitations/new", f"{shop.pk}:technical"

    assert "Shop" in client.get(page).content.decode()
    refused = client.post(page, {"email": "nobody", "role": "external", "language": "en", "products": [ticked]})
    assert f'value="{ticked}" id="product-{shop.pk}-technical" checked' in refused.content.decode()
    client.post(page, {"email": GUEST, "role": "external", "language": "en", "products": [ticked]})

    row = organisations.invitation_rows(acme.pk)[0]
    assert row.product_rights == {shop.pk: ["technical"]}
    assert row.receives_billing_messages is False, "the boxes of the page decide, not the defaults"


def test_the_page_of_a_removal_names_the_rights_that_end_org_058(client, acme):
    boss, mia = a_legal_representative_of(acme), a_member_of(acme)
    for name in ("shop.ch", "brot.ch"):
        granted(boss, a_domain_of(acme, name), to=mia.pk)
    client.force_login(Membership.objects.get(organisation=acme, role="owner").account)

    html = client.get(f"/o/{acme.pk}/members/{mia.pk}/removal").content.decode()

    assert "The rights on brot.ch, shop.ch" in html
