"""Replacing the legal representative in two steps, and the rule that there is always one (ORG-031…033)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import invitations, memberships
from stellwerk.organisations.services.account_closing import last_representations, leave_everywhere
from stellwerk.organisations.tests.builders import a_member_of, acting, an_organisation

pytestmark = pytest.mark.django_db
NOT_YET = "Not yet: this is the only legal representative."


@pytest.fixture
def acme(db):
    return an_organisation()


@pytest.fixture
def owner(acme):
    return Membership.objects.get(organisation=acme).account


def guide(acme) -> str:
    return f"/o/{acme.pk}/legal-representative"


def role_of(account, acme) -> str:
    return Membership.objects.get(organisation=acme, account=account).role


def test_the_second_step_is_grey_with_its_reason_until_the_first_is_done_org_032(client, acme, owner):
    mia = a_member_of(acme)
    client.force_login(owner)
    before = client.get(guide(acme)).content.decode()
    assert NOT_YET in before
    assert "/demotion" not in before

    client.post(f"{guide(acme)}/appointment", {"person": mia.pk})

    after = client.get(guide(acme)).content.decode()
    assert NOT_YET not in after
    assert f"{guide(acme)}/{owner.pk}/demotion" in after
    client.post(f"{guide(acme)}/{owner.pk}/demotion")
    assert (role_of(mia, acme), role_of(owner, acme)) == (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR)


def test_in_a_large_organisation_the_new_one_is_found_by_name_org_032(client, acme, owner):
    """The choice holds fifty; whoever is beyond them is found, stays chosen, and can be appointed."""
    accounts = Account.objects.bulk_create(
        Account(email=f"person{number}@example.ch", first_name="Anna", last_name=f"Meier {number:03}")
        for number in range(60)
    )
    Membership.objects.bulk_create(
        Membership(organisation=acme, account=each, role=Role.COLLABORATOR, created_at=acme.created_at)
        for each in accounts
    )
    last = accounts[-1]
    client.force_login(owner)

    first = client.get(guide(acme)).content.decode()
    assert "Find the others with the field above." in first
    assert "Meier 059" not in first
    found = client.get(f"{guide(acme)}?find=meier+059", headers={"HX-Request": "true"}).content.decode()
    assert "Anna Meier 059 (Collaborator)" in found
    assert "<html" not in found
    kept = client.get(f"{guide(acme)}?find=meier+001&person={last.pk}").content.decode()
    assert f'<option value="{last.pk}" selected>' in kept
    nobody = client.get(f"{guide(acme)}?find=zebra").content.decode()
    assert "Nobody matches." in nobody
    client.post(f"{guide(acme)}/appointment", {"person": last.pk})
    assert role_of(last, acme) == Role.LEGAL_REPRESENTATIVE
    refused = client.post(f"{guide(acme)}/appointment", {"person": last.pk})
    assert refused.status_code == 422, "who has the role already is no choice"
    assert client.post(f"{guide(acme)}/appointment", {"person": 987_654}).status_code == 422


def test_an_open_invitation_does_not_open_the_second_step_org_033(client, acme, owner):
    entries = invitations.NewInvitation(email="next@example.ch", role=Role.LEGAL_REPRESENTATIVE)
    invitations.invite(actor=acting(owner, acme), organisation_id=acme.pk, entries=entries)
    client.force_login(owner)

    shown = client.get(guide(acme)).content.decode()

    assert "next@example.ch" in shown
    assert NOT_YET in shown


def test_the_second_step_forced_open_is_refused_org_031(client, acme, owner):
    client.force_login(owner)

    answer = client.post(f"{guide(acme)}/{owner.pk}/demotion")

    assert answer.status_code == 400
    assert role_of(owner, acme) == Role.LEGAL_REPRESENTATIVE


def test_an_administrator_reads_who_can_help_org_027(client, acme):
    admin = a_member_of(acme, Role.ADMINISTRATOR)
    client.force_login(admin)

    shown = client.get(guide(acme)).content.decode()

    assert "Only a legal representative can do this: Anna Keller." in shown
    assert client.post(f"{guide(acme)}/appointment", {"person": admin.pk}).status_code == 403


def test_nobody_is_promoted_by_way_of_demotion(client, acme, owner):
    mia = a_member_of(acme)
    client.force_login(owner)

    client.post(f"{guide(acme)}/{mia.pk}/demotion")

    assert role_of(mia, acme) == Role.COLLABORATOR


def test_the_invitation_of_the_guide_begins_with_the_role(client, acme, owner):
    client.force_login(owner)

    html = client.get(f"/o/{acme.pk}/invitations/new?role=owner").content.decode()

    assert '<option value="owner" selected>' in html


PEOPLE = 4
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["leave", "remove", "promote", "demote", "close"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, PEOPLE - 1),
    ),
    max_size=12,
)


def do(step: str, organisation, me: Account, other: Account) -> None:
    here, where = acting(me, organisation), {"organisation_id": organisation.pk}
    if step == "leave":
        memberships.leave_organisation(actor=here, **where)
    elif step == "remove":
        memberships.remove_member(actor=here, account_id=other.pk, **where)
    elif step == "close":
        if not last_representations(me.pk, locks=True):
            leave_everywhere(account_id=me.pk)
    else:
        role = Role.LEGAL_REPRESENTATIVE if step == "promote" else Role.COLLABORATOR
        memberships.change_role(actor=here, account_id=other.pk, role=role, **where)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do_there_is_always_a_legal_representative_org_031(a_house, steps):
    """Any sequence of removals, role changes, departures and closed accounts."""
    organisation, people = a_house
    memberships_of(organisation, people)
    for step, me, other in steps:
        try:
            do(step, organisation, people[me], people[other])
        except DomainError:
            continue
        finally:
            assert Membership.objects.filter(
                organisation=organisation, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
            ).exists()


@pytest.fixture
def a_house(db):
    organisation = an_organisation()
    people = [Membership.objects.get(organisation=organisation).account]
    people += [a_member_of(organisation) for _ in range(PEOPLE - 1)]
    return organisation, people


def memberships_of(organisation, people) -> None:
    """Everybody back in the first state: two of four answer for the organisation."""
    Membership.objects.filter(organisation=organisation).delete()
    for number, account in enumerate(people):
        role = Role.LEGAL_REPRESENTATIVE if number < 2 else Role.COLLABORATOR
        Membership.objects.create(
            organisation=organisation, account=account, role=role, created_at=organisation.created_at
        )
