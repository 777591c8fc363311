"""What the tables themselves refuse, whatever the services forget."""

import itertools

import pytest

from stellwerk.foundation import clock
from stellwerk.organisations.models import Invitation, InvitationList, Membership, Organisation, Team, TeamMember
from stellwerk.organisations.tests.builders import a_member_of, an_organisation
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
_digests = (f"digest-{number}" for number in itertools.count())


def an_invitation_of(email, organisation, **entries):
    return Invitation.objects.create(
        organisation=organisation, email=email, role="normal", digest=next(_digests), invited_by_id=1,
        created_at=clock.now(), sent_at=clock.now(), expires_at=clock.now(), **entries,
    )  # fmt: skip


def a_team(name, organisation):
    return Team.objects.create(organisation=organisation, name=name, created_at=clock.now(), updated_at=clock.now())


def test_an_organisation_is_invoiced_in_francs_or_euros():
    acme = an_organisation()

    with refused_by("organisation_currency_is_sold"):
        Organisation.objects.filter(pk=acme.pk).update(currency="USD")


def test_an_organisation_has_a_name():
    acme = an_organisation()

    with refused_by("organisation_has_a_name"):
        Organisation.objects.filter(pk=acme.pk).update(name="")


def test_a_person_has_one_role_in_an_organisation():
    """ORG-019"""
    acme = an_organisation()
    mia = a_member_of(acme)

    with refused_by("one_membership_per_person"):
        Membership.objects.create(organisation=acme, account=mia, role="admin", created_at=clock.now())


def test_externals_never_see_invoices():
    """ORG-025"""
    acme = an_organisation()
    mia = a_member_of(acme)

    with refused_by("externals_never_see_billing"):
        Membership.objects.filter(account=mia).update(role="external", has_billing_access=True)


def test_an_address_has_one_open_invitation_however_it_is_written():
    acme = an_organisation()
    an_invitation_of("mia@example.ch", acme)

    with refused_by("one_pending_invitation_per_address"):
        an_invitation_of("Mia@Example.ch", acme)


def test_an_address_may_be_invited_again_after_declining():
    acme = an_organisation()
    an_invitation_of("mia@example.ch", acme, state="rejected")

    assert an_invitation_of("mia@example.ch", acme).pk


def test_a_team_name_is_used_once_however_it_is_written():
    acme = an_organisation()
    a_team("Support", acme)

    with refused_by("one_team_per_name"):
        a_team("support", acme)


def test_a_person_is_once_in_a_team():
    acme = an_organisation()
    mia = a_member_of(acme)
    membership = Membership.objects.get(account=mia)
    support = a_team("Support", acme)
    TeamMember.objects.create(team=support, membership=membership)

    with refused_by("once_in_a_team"):
        TeamMember.objects.create(team=support, membership=membership)


def test_a_person_stands_once_in_an_invitation_list():
    """ORG-043"""
    made = InvitationList.objects.create(
        organisation=an_organisation(), settings={}, started_by_id=1, started_by_name="Anna", through="browser",
        created_at=clock.now(),
    )  # fmt: skip
    made.entries.create(email="ben@example.ch")

    with refused_by("once_in_an_invitation_list"):
        made.entries.create(email="ben@example.ch")
