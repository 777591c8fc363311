"""Invitations that carry the last days of what they offer: set when accepted, refused when over (ORG-034, ORG-051)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.foundation import clock, jobs, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import Invalid, RuleBroken
from stellwerk.foundation.models import Message
from stellwerk.organisations import queries
from stellwerk.organisations.errors import InvitationOver
from stellwerk.organisations.models import Invitation, InvitationListEntry, Membership
from stellwerk.organisations.queries import Prospect
from stellwerk.organisations.rules.invitation_lists import listed_people
from stellwerk.organisations.services import invitations
from stellwerk.organisations.services.teams import create_team
from stellwerk.organisations.tests.builders import (
    a_person,
    a_stranger_actor,
)
from stellwerk.organisations.tests.house import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_still")]
LATER = TODAY + timedelta(days=10)


@pytest.fixture
def team(acme, boss):
    return create_team(actor=boss, organisation_id=acme.pk, name="Support", color="blue").pk


@pytest.fixture
def ben():
    return a_person("Ben", "Gast", email="ben@example.ch")


def invited(boss, **more) -> Invitation:
    entries = {"email": "ben@example.ch", "role": Role.COLLABORATOR, **more}
    return invitations.invite(
        actor=boss, organisation_id=boss.organisation_id, entries=invitations.NewInvitation(**entries)
    )


def accepted(invitation, account) -> Membership:
    invitations.accept_invitation(actor=a_stranger_actor(account), raw_link=secrets.decrypt(invitation.sealed_link))
    return Membership.objects.get(account=account)


def test_the_last_days_of_the_offer_hold_for_the_membership(acme, boss, team, ben):
    offer = {"has_billing_access": True, "team_ids": (team,)}
    days = {"ends_on": LATER, "billing_ends_on": TODAY, "teams_end_on": TODAY + timedelta(days=1)}

    membership = accepted(invited(boss, **offer, **days), ben)

    assert (membership.ends_on, membership.billing_ends_on) == (LATER, TODAY)
    assert [person.ends_on for person in queries.team_people(acme.pk, team)] == [days["teams_end_on"]]


def test_an_offer_that_would_have_ended_is_refused_with_a_sentence(client, boss, ben):
    invitation = invited(boss, ends_on=TODAY)
    link = secrets.decrypt(invitation.sealed_link)

    with clock.travel_to(TODAY + timedelta(days=1)):
        with pytest.raises(InvitationOver, match="invitation_last_day_over"):
            accepted(invitation, ben)
        page = client.get(f"/invitations/{link}")
        with pytest.raises(RuleBroken, match="invitation_last_day_over"):
            invitations.resend_invitation(actor=boss, organisation_id=boss.organisation_id, invitation_id=invitation.pk)

    assert page.status_code == 410
    assert "A new invitation with a later day is needed." in page.content.decode()
    assert not Membership.objects.filter(account=ben).exists()


def test_a_part_of_the_offer_that_would_have_ended_is_left_out(acme, boss, team, ben):
    parts = {"has_billing_access": True, "billing_ends_on": TODAY, "team_ids": (team,), "teams_end_on": TODAY}
    invitation = invited(boss, **parts)

    with clock.travel_to(TODAY + timedelta(days=1)):
        membership = accepted(invitation, ben)

        assert not membership.has_billing_access
        assert queries.team_people(acme.pk, team) == []


@pytest.mark.parametrize(
    ("field", "offer"),
    [
        ("ends_on", {"ends_on": TODAY - timedelta(days=1)}),
        ("ends_on", {"ends_on": LATER, "role": Role.ADMINISTRATOR}),
        ("billing_ends_on", {"billing_ends_on": LATER}),
        ("billing_ends_on", {"billing_ends_on": LATER, "has_billing_access": True, "role": Role.EXTERNAL}),
        ("teams_end_on", {"teams_end_on": LATER}),
    ],
)
def test_a_last_day_goes_with_what_can_end_and_is_not_over(boss, field, offer):
    with pytest.raises(Invalid) as refused:
        invited(boss, **offer)

    assert [error.name for error in refused.value.errors] == [field]


def test_mail_page_and_list_name_the_last_day(client, acme, boss):
    client.force_login(Membership.objects.get(account_id=boss.account_id).account)
    entries = {"email": "ben@example.ch", "role": "external", "ends_on": LATER.isoformat(), "language": "en"}

    assert client.post(f"/o/{acme.pk}/invitations/new", entries).status_code == 302
    jobs.run_due_jobs()

    sentence = "The membership ends by itself after 1 December 2026."
    assert sentence in Message.objects.get(recipient="ben@example.ch").body
    link = secrets.decrypt(Invitation.objects.get().sealed_link)
    offer = client.get(f"/invitations/{link}").content.decode()
    assert "The membership ends by itself after" in offer
    assert LATER.isoformat() in offer
    assert LATER.isoformat() in client.get(f"/o/{acme.pk}/invitations").content.decode()


def test_the_last_days_travel_on_the_wire(acme, boss, team):
    caller = Caller(a_token_of(Membership.objects.get(account_id=boss.account_id).account))
    days = {"ends_on": "2026-12-31", "billing_ends_on": "2026-12-30", "teams_end_on": "2026-12-29"}
    entries = {"email": "ben@example.ch", "role_type": "normal", "permissions": {"billing": True}, "teams": [team]}

    made = caller.post(f"1/accounts/{acme.pk}/invitations", {**entries, **days}).json()["data"]

    assert {name: made[name] for name in days} == days


def test_each_line_of_a_list_may_name_a_last_day_of_its_own_org_043(acme, boss):
    text = (
        "E-Mail;Vorname;Nachname;Bis\na@example.ch;Ada;Abt;24.12.2026\nb@example.ch;Bea;Benz;\n"
        "c@example.ch;;;bald\nd@example.ch;;;1.1.2001\n"
    )
    people = queries.invited_people(boss, acme.pk, people=listed_people(text))
    assert [each.prospect for each in people] == [Prospect.NEW, Prospect.NEW, Prospect.FAULTY, Prospect.FAULTY]
    assert [str(each.fault) for each in people[2:]] == [
        "Write the last day as 2026-12-31 or 31.12.2026.", "The last day is over. Name today or a later day."
    ]  # fmt: skip

    settings = invitations.NewInvitation(email="", role=Role.COLLABORATOR, ends_on=LATER)
    invitations.invite_many(actor=boss, organisation_id=acme.pk, people=people, settings=settings)
    jobs.run_due_jobs()

    made = dict(Invitation.objects.values_list("email", "ends_on"))
    assert made == {"a@example.ch": date(2026, 12, 24), "b@example.ch": LATER}


def test_a_line_whose_last_day_does_not_go_with_the_role_is_refused_alone_org_043(acme, boss):
    people = queries.invited_people(boss, acme.pk, people=listed_people("a@example.ch, 2026-12-24\nb@example.ch"))
    settings = invitations.NewInvitation(email="", role=Role.ADMINISTRATOR)

    invitations.invite_many(actor=boss, organisation_id=acme.pk, people=people, settings=settings)
    jobs.run_due_jobs()

    outcomes = dict(InvitationListEntry.objects.values_list("email", "code"))
    assert outcomes == {"a@example.ch": "invalid_ends_on", "b@example.ch": ""}
