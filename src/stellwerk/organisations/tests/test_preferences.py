"""Which messages somebody receives, per organisation (ORG-052…056)."""

import pytest

from stellwerk.foundation import jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, NotFound
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations import queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import invitations, memberships
from stellwerk.organisations.tests.builders import (
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme(db):
    return an_organisation()


@pytest.fixture
def owner(acme):
    return Membership.objects.get(organisation=acme).account


def wish(actor, acme, account, **more):
    wishes = memberships.Wishes(**{"billing": True, "products": True, **more})
    memberships.set_contact_preferences(actor=actor, organisation_id=acme.pk, account_id=account.pk, wishes=wishes)


@pytest.mark.parametrize("role", [Role.COLLABORATOR, Role.EXTERNAL])
def test_everybody_has_a_page_of_their_own_switches_org_052(client, acme, role):
    mia = a_member_of(acme, role)
    client.force_login(mia)

    assert "people who may see invoices; you may not." in client.get(f"/o/{acme.pk}/messages").content.decode()
    piece = client.post(f"/o/{acme.pk}/members/{mia.pk}/preferences/products", headers=HTMX)
    plain = client.post(f"/o/{acme.pk}/members/{mia.pk}/preferences/billing_texts", {"billing_texts": "on"})

    assert "Saved at" in piece.content.decode()
    assert plain["Location"] == f"/o/{acme.pk}/messages"
    row = queries.member_row(acme.pk, mia.pk)
    assert (row.receives_product_messages, row.receives_billing_texts) == (False, True)


def test_managers_set_those_of_others_and_the_log_says_who_did_org_052(acme, owner):
    mia = a_member_of(acme)

    wish(acting(owner, acme), acme, mia, billing=False, billing_texts=True)

    row = queries.member_row(acme.pk, mia.pk)
    assert (row.receives_billing_messages, row.receives_billing_texts) == (False, True)
    told = Event.objects.get(name="ContactPreferencesChanged")
    assert (told.actor_name, told.payload["receives_billing_texts"]) == ("Anna Keller", True)


def test_collaborators_set_only_their_own_and_strangers_none_org_052(acme, owner):
    mia = a_member_of(acme)

    with pytest.raises(AccessDenied):
        wish(acting(mia, acme), acme, owner, products=False)
    with pytest.raises(NotFound):
        wish(an_outsider(), acme, owner, products=False)


def test_preferences_hold_for_one_organisation_only_org_052(acme, owner):
    other = an_organisation("Other AG", of=owner)

    wish(acting(owner, acme), acme, owner, products=False)

    assert queries.member_row(other.pk, owner.pk).receives_product_messages


def test_the_only_legal_representative_sees_why_the_switch_is_grey_org_055(client, acme, owner):
    client.force_login(owner)
    alone = client.get(f"/o/{acme.pk}/messages").content.decode()
    a_member_of(acme, Role.LEGAL_REPRESENTATIVE)
    in_two = client.get(f"/o/{acme.pk}/messages").content.decode()

    sentence = "The only legal representative receives the billing messages."
    assert sentence in alone
    assert sentence not in in_two


def test_a_refused_switch_goes_back_and_says_why_org_055_org_056(client, acme, owner):
    client.force_login(owner)

    piece = client.post(f"/o/{acme.pk}/members/{owner.pk}/preferences/billing", headers=HTMX)

    html = piece.content.decode()
    assert piece.status_code == 400
    assert "The only legal representative receives" in html
    assert "Saved at" not in html
    assert queries.member_row(acme.pk, owner.pk).receives_billing_messages


def test_the_page_has_switches_and_no_save_button_but_for_browsers_without_script_org_056(client, acme, owner):
    client.force_login(owner)

    html = client.get(f"/o/{acme.pk}/messages").content.decode()

    assert html.count('hx-trigger="change"') >= 2
    assert html.count(">Save</button>") == html.count('class="btn small without-script" type="submit">Save</button>')


def test_where_no_text_message_can_be_sent_the_switch_is_not_offered(client, acme, owner, settings):
    settings.SMS_DRIVER = "none"
    client.force_login(owner)

    assert "billing_texts" not in client.get(f"/o/{acme.pk}/messages").content.decode()


def test_an_unknown_kind_of_message_does_not_exist(client, acme, owner):
    client.force_login(owner)

    assert client.post(f"/o/{acme.pk}/members/{owner.pk}/preferences/king").status_code == 404


def test_a_new_user_is_told_to_the_other_managers_who_wish_it_org_054(acme, owner):
    admin, silent, mia = a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme)
    wish(acting(owner, acme), acme, silent, products=False)
    entries = invitations.NewInvitation(email="ben@example.ch", role=Role.COLLABORATOR)
    made = invitations.invite(actor=acting(owner, acme), organisation_id=acme.pk, entries=entries)
    link = queries.invitation_row(acme.pk, made.pk).link

    invitations.accept_invitation(actor=a_stranger_actor(a_person(email="ben@example.ch")), raw_link=link)
    jobs.run_due_jobs()

    told = Message.objects.filter(template="organisations/email/newcomer").values_list("recipient", flat=True)
    assert list(told) == [admin.email]
    assert mia.email not in told
