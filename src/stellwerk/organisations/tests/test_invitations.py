"""Invitations: ORG-034…043, ID-005, and links that are over."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations import queries
from stellwerk.organisations.models import Invitation, Membership, Organisation
from stellwerk.organisations.services import invitations
from stellwerk.organisations.services.memberships import leave_organisation
from stellwerk.organisations.services.teams import create_team
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)

pytestmark = pytest.mark.django_db
GUEST = "ben.guest@example.ch"


def invite(organisation, email: str = GUEST, *, by=None, role: str = Role.COLLABORATOR, **more) -> Invitation:
    actor = by or a_legal_representative_of(organisation)
    entries = invitations.NewInvitation(email=email, role=role, **more)
    return invitations.invite(actor=actor, organisation_id=organisation.pk, entries=entries)


def link_of(invitation: Invitation) -> str:
    return queries.invitation_row(invitation.organisation_id, invitation.pk).link


def page_of(link: str) -> str:
    return f"/invitations/{link}"


def test_the_mail_names_organisation_inviter_role_and_validity_org_037():
    acme = an_organisation()
    invitation = invite(acme, language="de", first_name="Ben", last_name="Gast")
    jobs.run_due_jobs()

    mail = Message.objects.get(recipient=GUEST)
    assert mail.language == "de"
    for fact in ("Acme AG", "Anna Keller", "Ben Gast", page_of(link_of(invitation))):
        assert fact in mail.body
    assert not Membership.objects.filter(organisation=acme).exclude(role="owner").exists()


def test_a_new_person_joins_without_an_organisation_of_its_own_id_005_org_035(client):
    acme = an_organisation()
    link = link_of(invite(acme, has_billing_access=True))
    organisations = Organisation.objects.count()

    assert "Acme AG" in client.get(page_of(link)).content.decode()
    answer = client.post(
        f"{page_of(link)}/sign-up",
        {
            "first_name": "Ben",
            "last_name": "Guest",
            "phone": "+41791234567",
            "password": PASSWORD,
            "accepts_terms": "on",
        },
    )

    assert answer["Location"] == f"/o/{acme.pk}/"
    ben = Account.objects.get(email=GUEST)
    membership = Membership.objects.get(account=ben)
    assert (membership.role, membership.has_billing_access) == ("normal", True)
    assert Organisation.objects.count() == organisations
    assert client.get("/")["Location"] == f"/o/{acme.pk}/", "signed in at once"


def test_an_existing_person_accepts_and_the_inviter_sees_which_account_org_002_org_036_org_042(client):
    acme = an_organisation()
    ben = a_person("Ben", "Guest", email=GUEST)
    own = an_organisation("Own GmbH", of=ben)
    link = link_of(invite(acme, role=Role.ADMINISTRATOR))
    client.force_login(ben)

    answer = client.post(f"{page_of(link)}/acceptance")
    jobs.run_due_jobs()

    assert answer["Location"] == f"/o/{acme.pk}/"
    assert [row.name for row in queries.membership_rows(ben.pk)] == ["Acme AG", "Own GmbH"]
    told = Message.objects.get(template="organisations/email/invitation_accepted")
    assert GUEST in told.body
    assert own.pk != acme.pk


def test_a_visitor_with_an_account_signs_in_and_comes_back(client):
    acme = an_organisation()
    a_person(email=GUEST)
    link = link_of(invite(acme))

    page = client.get(page_of(link)).content.decode()
    to = re.search(r'href="(/sign-in\?[^"]+)"', page)[1].replace("&amp;", "&")
    shown = client.get(to)

    assert shown.context["next_url"] == page_of(link)
    assert GUEST in shown.content.decode()


def test_accepting_twice_is_answered_clearly(client):
    acme = an_organisation()
    ben = a_person(email=GUEST)
    link = link_of(invite(acme))
    client.force_login(ben)
    client.post(f"{page_of(link)}/acceptance")

    again = client.post(f"{page_of(link)}/acceptance")

    assert again.status_code == 410
    assert "accepted already" in again.content.decode()
    assert Membership.objects.filter(account=ben).count() == 1


def test_another_address_must_confirm_that_it_takes_the_invitation_over_org_042(client):
    acme = an_organisation()
    other = a_person(email="other@example.ch")
    link = link_of(invite(acme))
    client.force_login(other)

    page = client.get(page_of(link)).content.decode()
    assert GUEST in page
    assert "other@example.ch" in page
    assert client.post(f"{page_of(link)}/acceptance").status_code == 400
    assert client.post(f"{page_of(link)}/acceptance", {"confirms_transfer": "yes"}).status_code == 302
    assert queries.invitation_rows(acme.pk)[0].accepted_by_id == other.pk


def test_a_strict_invitation_is_for_the_invited_address_alone_org_042(client):
    acme = an_organisation()
    link = link_of(invite(acme, is_strict=True))
    client.force_login(a_person(email="other@example.ch"))

    answer = client.post(f"{page_of(link)}/acceptance", {"confirms_transfer": "yes"})

    assert answer.status_code == 400
    assert GUEST in answer.content.decode()


def test_a_member_cannot_take_over_an_invitation_meant_for_somebody_else(client):
    acme = an_organisation()
    mia = a_member_of(acme)
    link = link_of(invite(acme))
    client.force_login(mia)

    answer = client.post(f"{page_of(link)}/acceptance", {"confirms_transfer": "yes"})

    assert answer.status_code == 400
    assert queries.invitation_rows(acme.pk)[0].is_open


def test_resending_kills_the_earlier_link_and_restarts_the_validity_org_039(client):
    acme = an_organisation()
    start = clock.now()
    with clock.travel_to(start):
        invitation = invite(acme)
        old = link_of(invitation)
    with clock.travel_to(start + timedelta(days=13)):
        invitations.resend_invitation(
            actor=a_legal_representative_of(acme), organisation_id=acme.pk, invitation_id=invitation.pk
        )
        new = link_of(invitation)
    with clock.travel_to(start + timedelta(days=20)):
        assert client.get(page_of(old)).status_code == 410
        assert client.get(page_of(new)).status_code == 200
        jobs.run_due_jobs()
    assert Message.objects.filter(recipient=GUEST).count() == 2


def test_a_withdrawn_link_says_so_at_once_org_040(client):
    acme = an_organisation()
    invitation = invite(acme)
    link = link_of(invitation)

    invitations.withdraw_invitation(
        actor=a_legal_representative_of(acme), organisation_id=acme.pk, invitation_id=invitation.pk
    )

    answer = client.get(page_of(link))
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()
    jobs.run_due_jobs()
    assert not Message.objects.filter(recipient=GUEST).exists(), "an answered invitation is no longer mailed"


def test_an_invitation_expires_after_fourteen_days_org_039(client):
    acme = an_organisation()
    start = clock.now()
    with clock.travel_to(start):
        link = link_of(invite(acme))
    with clock.travel_to(start + timedelta(days=14, seconds=1)):
        answer = client.get(page_of(link))
        assert answer.status_code == 410
        assert "expired" in answer.content.decode()
        assert queries.invitation_rows(acme.pk)[0].is_expired


@pytest.mark.parametrize("link", ["x", "stw_inv_0", "stw_inv_" + "0" * 38, "%00", "a" * 2000])
def test_links_that_cannot_be_ours_do_not_exist(client, link):
    assert client.get(f"/invitations/{link}").status_code == 404


def test_declining_needs_no_account_and_grants_nothing_org_037(client):
    acme = an_organisation()
    link = link_of(invite(acme))

    assert client.post(f"{page_of(link)}/refusal").status_code == 200
    jobs.run_due_jobs()

    assert queries.invitation_rows(acme.pk)[0].state == "rejected"
    assert client.get(page_of(link)).status_code == 410
    assert Message.objects.filter(template="organisations/email/invitation_declined").count() == 1


def test_inviting_a_member_is_refused_org_041():
    acme = an_organisation()
    mia = a_member_of(acme)

    with pytest.raises(RuleBroken) as refused:
        invite(acme, mia.email.upper())

    assert refused.value.code == "already_member"


def test_a_second_invitation_replaces_the_settings_of_the_first_org_041():
    acme = an_organisation()
    first = invite(acme)
    old = link_of(first)

    second = invite(acme, role=Role.ADMINISTRATOR)

    assert second.pk == first.pk
    assert link_of(second) != old
    assert queries.invitation_total(acme.pk) == 1
    assert queries.invitation_rows(acme.pk)[0].role == Role.ADMINISTRATOR


def test_an_administrator_cannot_replace_an_offer_to_become_legal_representative_org_027():
    acme = an_organisation()
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)
    invite(acme, role=Role.LEGAL_REPRESENTATIVE)

    with pytest.raises(AccessDenied) as refused:
        invite(acme, by=admin)

    assert refused.value.reason == "legal_role_required"
    assert queries.invitation_rows(acme.pk)[0].role == Role.LEGAL_REPRESENTATIVE


def test_contact_preferences_of_the_invitation_hold_from_acceptance_on_org_034_org_052():
    acme = an_organisation()
    wishes = {"receives_billing_messages": False, "receives_billing_texts": True, "receives_product_messages": False}
    ben = a_person(email=GUEST)

    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link_of(invite(acme, **wishes)))

    membership = Membership.objects.get(account=ben)
    assert {name: getattr(membership, name) for name in wishes} == wishes


def test_invitations_are_listed_by_state_and_the_expired_ones_are_told_apart_org_038(client):
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    start = clock.now()
    with clock.travel_to(start - timedelta(days=20)):
        invite(acme, "late@example.ch")
    taken, refused, gone, _open = (invite(acme, f"{name}@example.ch") for name in ("taken", "refused", "gone", "open"))
    ben = a_person("Ben", "Other", email="ben.other@example.ch")
    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link_of(taken), confirms_transfer=True)
    invitations.decline_invitation(actor=a_stranger_actor(ben), raw_link=link_of(refused))
    invitations.withdraw_invitation(actor=boss, organisation_id=acme.pk, invitation_id=gone.pk)
    client.force_login(Account.objects.get(pk=boss.account_id))

    def shown(state: str) -> str:
        return client.get(f"/o/{acme.pk}/invitations?state={state}").content.decode()

    expected = {"open": "open", "expired": "late", "accepted": "taken", "rejected": "refused", "cancelled": "gone"}
    for state, name in expected.items():
        html = shown(state)
        assert [each for each in expected.values() if f"{each}@example.ch" in html] == [name]
    assert "ben.other@example.ch" in shown("accepted"), "the inviter sees which account accepted (ORG-042)"
    assert all(f"{name}@example.ch" in shown("all") for name in expected.values())


def test_several_invitations_are_sent_again_or_deleted_at_once_org_038(client):
    acme = an_organisation()
    made = [invite(acme, f"p{number}@example.ch") for number in range(3)]
    old = [link_of(each) for each in made]
    client.force_login(Membership.objects.get(organisation=acme).account)

    client.post(f"/o/{acme.pk}/invitations/resending", {"invitation": [made[0].pk, made[1].pk, "x"]})
    client.post(f"/o/{acme.pk}/invitations/withdrawal", {"invitation": [made[2].pk]})

    assert [client.get(page_of(link)).status_code for link in old] == [410, 410, 410]
    assert [queries.invitation_row(acme.pk, each.pk).state for each in made] == ["pending", "pending", "cancelled"]


def test_several_are_changed_all_or_none_org_038():
    acme, other = an_organisation(), an_organisation("Other AG")
    mine, foreign = invite(acme), invite(other, "foreign@example.ch")
    boss = a_legal_representative_of(acme)

    with pytest.raises(NotFound):
        invitations.withdraw_invitations(actor=boss, organisation_id=acme.pk, invitation_ids=[mine.pk, foreign.pk])

    assert queries.invitation_row(acme.pk, mine.pk).is_open


@pytest.mark.parametrize("change", [invitations.resend_invitation, invitations.withdraw_invitation])
@pytest.mark.parametrize("state", ["accepted", "rejected", "cancelled"])
def test_an_answered_invitation_is_neither_sent_again_nor_deleted_org_038(change, state):
    acme = an_organisation()
    invitation = invite(acme)
    Invitation.objects.update(state=state)

    with pytest.raises(RuleBroken) as refused:
        change(actor=a_legal_representative_of(acme), organisation_id=acme.pk, invitation_id=invitation.pk)

    assert refused.value.code == "invitation_answered"


def test_an_administrator_offers_every_role_but_legal_representative_org_027():
    acme = an_organisation()
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    invite(acme, by=admin, role=Role.ADMINISTRATOR)
    with pytest.raises(AccessDenied) as refused:
        invite(acme, "boss@example.ch", by=admin, role=Role.LEGAL_REPRESENTATIVE)

    assert refused.value.reason == "legal_role_required"


def test_a_pending_legal_representative_does_not_count_org_033():
    acme = an_organisation()
    invite(acme, role=Role.LEGAL_REPRESENTATIVE)

    with pytest.raises(RuleBroken) as refused:
        leave_organisation(actor=a_legal_representative_of(acme), organisation_id=acme.pk)

    assert refused.value.code == "last_legal_representative"


def test_teams_of_the_invitation_are_joined_on_acceptance_org_034():
    acme = an_organisation()
    team = create_team(actor=a_legal_representative_of(acme), organisation_id=acme.pk, name="Shop", color="blue")
    ben = a_person(email=GUEST)

    invitations.accept_invitation(actor=a_stranger_actor(ben), raw_link=link_of(invite(acme, team_ids=(team.pk,))))

    assert [person.account_id for person in queries.team_rows(acme.pk)[0].members] == [ben.pk]


def test_refused_entries_are_named_all_at_once():
    acme, other = an_organisation(), an_organisation("Other AG")
    foreign = create_team(actor=a_legal_representative_of(other), organisation_id=other.pk, name="Shop", color="blue")

    with pytest.raises(Invalid) as refused:
        invite(acme, "no address", role="king", language="xx", team_ids=(foreign.pk,))

    assert {error.name for error in refused.value.errors} == {"email", "role", "language", "teams"}


def test_a_name_of_an_inviter_with_line_breaks_never_becomes_a_header():
    acme = an_organisation("Acme AG\r\nBcc: all@example.ch")
    invite(acme)
    jobs.run_due_jobs()

    assert "\n" not in Message.objects.get(recipient=GUEST).subject


def test_a_link_is_stored_sealed_and_gone_once_answered():
    acme = an_organisation()
    invitation = invite(acme)
    link = link_of(invitation)

    assert link not in invitation.sealed_link
    invitations.accept_invitation(actor=a_stranger_actor(a_person(email=GUEST)), raw_link=link)
    assert link_of(invitation) == ""


def test_another_browser_than_the_inviters_answers_without_being_signed_in():
    acme = an_organisation()
    link = link_of(invite(acme))

    assert Client().post(f"{page_of(link)}/acceptance")["Location"] == "/sign-in"
