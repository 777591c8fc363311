"""Many invitations in one step: what will happen, what happened (ORG-041, ORG-043)."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, RuleBroken
from stellwerk.foundation.models import Message
from stellwerk.organisations import queries
from stellwerk.organisations.models import Invitation, InvitationList, InvitationListEntry, Membership
from stellwerk.organisations.queries import Prospect
from stellwerk.organisations.rules.invitation_lists import listed_people
from stellwerk.organisations.services import invitations
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_legal_representative_of,
    a_member_of,
    a_person,
    acting,
    an_organisation,
)

pytestmark = pytest.mark.django_db
LIST = "ben@example.ch;Ben;Gast\nmia@example.ch\nnobody\nBEN@example.ch\n"


def settings(role: str = Role.COLLABORATOR, **more) -> invitations.NewInvitation:
    return invitations.NewInvitation(email="", role=role, **more)


def started(organisation, text: str, *, by=None, offer=None):
    actor = by or a_legal_representative_of(organisation)
    people = queries.invited_people(actor, organisation.pk, people=listed_people(text))
    return invitations.invite_many(
        actor=actor, organisation_id=organisation.pk, people=people, settings=offer or settings()
    )


@pytest.fixture
def acme(db):
    return an_organisation()


@pytest.fixture
def owner(acme):
    return Membership.objects.get(organisation=acme).account


def test_the_preview_says_of_each_line_what_will_happen_org_041_org_043(acme):
    member = a_member_of(acme)
    actor = a_legal_representative_of(acme)
    invitations.invite(
        actor=actor, organisation_id=acme.pk, entries=invitations.NewInvitation(email="old@example.ch", role="normal")
    )
    text = f"new@example.ch\n{member.email.upper()}\nold@example.ch\nNew@Example.ch\nno address\na@b@c\n"

    prospects = [each.prospect for each in queries.invited_people(actor, acme.pk, people=listed_people(text))]

    assert prospects == [
        Prospect.NEW, Prospect.MEMBER, Prospect.AGAIN, Prospect.TWICE, Prospect.FAULTY, Prospect.FAULTY,
    ]  # fmt: skip


def test_the_preview_costs_two_statements_whatever_the_length(acme, django_assert_num_queries):
    actor = a_legal_representative_of(acme)
    people = listed_people("\n".join(f"p{number}@example.ch" for number in range(500)))

    with django_assert_num_queries(2):
        queries.invited_people(actor, acme.pk, people=people)


def test_only_managers_look_and_send_org_034(acme):
    mia = a_collaborator_of(acme)

    with pytest.raises(AccessDenied):
        queries.invited_people(mia, acme.pk, people=listed_people("a@example.ch"))
    with pytest.raises(AccessDenied):
        invitations.invite_many(actor=mia, organisation_id=acme.pk, people=[], settings=settings())


def test_an_administrator_cannot_send_a_list_of_legal_representatives_org_027(acme):
    admin = acting(a_member_of(acme, Role.ADMINISTRATOR), acme)

    with pytest.raises(AccessDenied) as refused:
        started(acme, "a@example.ch", by=admin, offer=settings(Role.LEGAL_REPRESENTATIVE))

    assert refused.value.reason == "legal_role_required"


def test_everybody_on_the_list_gets_the_same_offer_by_a_job_org_043(acme):
    made = started(acme, LIST, offer=settings(has_billing_access=True, receives_product_messages=False, language="de"))
    assert not Invitation.objects.exists(), "the page answers before the first mail"

    jobs.run_due_jobs()

    rows = queries.invitation_rows(acme.pk)
    assert {row.email for row in rows} == {"ben@example.ch", "mia@example.ch"}
    assert {(row.has_billing_access, row.receives_product_messages, row.language) for row in rows} == {
        (True, False, "de")
    }
    assert Message.objects.filter(template="organisations/email/invitation").count() == 2
    row = queries.invitation_list_row(acme.pk, made.pk)
    assert (row.is_finished, row.total, row.done, row.invited, row.refused) == (True, 2, 2, 2, 0)


def test_a_long_list_is_sent_in_portions(acme, monkeypatch):
    monkeypatch.setattr("stellwerk.organisations.services.invitations.many.PORTION", 2)
    made = started(acme, "\n".join(f"p{number}@example.ch" for number in range(5)))

    invitations.invite_portion(list_id=made.pk)

    row = queries.invitation_list_row(acme.pk, made.pk)
    assert (row.done, row.is_finished) == (2, False)
    jobs.run_due_jobs()
    assert queries.invitation_list_row(acme.pk, made.pk).invited == 5


def test_a_repeated_portion_invites_nobody_twice(acme):
    made = started(acme, LIST)
    jobs.run_due_jobs()

    invitations.invite_portion(list_id=made.pk)
    jobs.run_due_jobs()

    assert Message.objects.filter(template="organisations/email/invitation").count() == 2


def test_whoever_joined_meanwhile_is_passed_over_and_named(acme):
    made = started(acme, LIST)
    ben = a_person(email="ben@example.ch")
    Membership.objects.create(organisation=acme, account=ben, role="normal", created_at=clock.now())

    jobs.run_due_jobs()

    assert [(each.email, each.code) for each in queries.refused_entries(acme.pk, made.pk)] == [
        ("ben@example.ch", "already_member")
    ]
    assert queries.invitation_total(acme.pk) == 1


def test_a_sender_who_lost_the_right_meanwhile_invites_nobody_more(acme):
    admin = a_member_of(acme, Role.ADMINISTRATOR)
    made = started(acme, LIST, by=acting(admin, acme))
    Membership.objects.filter(account=admin).update(role=Role.COLLABORATOR)

    jobs.run_due_jobs()

    assert not Invitation.objects.exists()
    assert {each.code for each in queries.refused_entries(acme.pk, made.pk)} == {"administrator_required"}


def test_a_list_of_nobody_is_refused(acme):
    with pytest.raises(RuleBroken) as refused:
        started(acme, "nobody")

    assert refused.value.code == "nobody_to_invite"


def test_an_old_list_is_forgotten_with_its_addresses(acme):
    made = started(acme, LIST)
    jobs.run_due_jobs()

    with clock.travel_to(clock.now() + timedelta(days=31)):
        invitations.forget_old_lists()

    assert not InvitationList.objects.filter(pk=made.pk).exists()
    assert not InvitationListEntry.objects.exists()
    assert Invitation.objects.count() == 2, "the invitations stay"


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────

OFFER = {"role": "normal", "language": "en", "receives_billing_messages": "on"}


def page(acme) -> str:
    return f"/o/{acme.pk}/invitations/list"


def checked_in(html: str) -> str:
    return re.search(r'name="checked" value="(\w+)"', html)[1]


def test_a_list_is_looked_at_corrected_and_sent_without_losing_anything_org_043(client, acme, owner):
    client.force_login(owner)
    shown = client.post(page(acme), {**OFFER, "people": LIST, "do": "check"})
    html = shown.content.decode()
    assert shown.status_code == 200
    assert "2 people will be invited." in html
    assert "1 line is faulty" in html
    assert "nobody" in html

    corrected = LIST.replace("nobody", "noa@example.ch")
    again = client.post(page(acme), {**OFFER, "people": corrected, "do": "send", "checked": checked_in(html)})
    assert "The list was changed after it was checked" in again.content.decode()
    assert not InvitationList.objects.exists()

    sent = client.post(
        page(acme), {**OFFER, "people": corrected, "do": "send", "checked": checked_in(again.content.decode())}
    )
    jobs.run_due_jobs()

    assert sent.status_code == 302
    assert "3 people were invited." in client.get(sent["Location"]).content.decode()
    assert {row.receives_product_messages for row in queries.invitation_rows(acme.pk)} == {False}


def test_an_uploaded_file_stands_in_the_field_to_be_corrected(client, acme, owner):
    client.force_login(owner)
    file = SimpleUploadedFile("people.csv", "\ufeffE-Mail;Vorname\r\nzoë\r\nben@example.ch;Ben".encode("utf-16"))

    html = client.post(page(acme), {**OFFER, "file": file, "people": "mia@example.ch", "do": "check"}).content.decode()

    assert "2 people will be invited." in html
    assert "ben@example.ch;Ben\nmia@example.ch</textarea>" in html


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"PK\x03\x04", 422, "workbook"),
        (b"\x00\x00", 422, "no text"),
        (b"a" * 300_000, 413, "larger than 256 KiB"),
        (b"", 422, "Paste the people"),
        (b"<script>alert(1)</script>@x.ch", 200, "&lt;script&gt;"),
        (b"a\x01@example.ch\n=cmd()|x;@y", 200, "2 lines are faulty"),
    ],
)
def test_hostile_uploads_are_answered_with_a_sentence(client, acme, owner, content, status, sentence):
    client.force_login(owner)

    answer = client.post(page(acme), {**OFFER, "people": "", "file": SimpleUploadedFile("people.csv", content)})

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_the_progress_of_a_list_polls_until_it_is_done(client, acme, owner):
    client.force_login(owner)
    made = started(acme, LIST)
    where = f"/o/{acme.pk}/invitations/lists/{made.pk}"

    running = client.get(where, headers={"HX-Request": "true"}).content.decode()
    jobs.run_due_jobs()
    done = client.get(where, headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 1s"' in running
    assert "0 of 2" in running
    assert "every 1s" not in done


def test_the_list_of_another_organisation_does_not_exist(client, acme, owner):
    other = an_organisation("Other AG")
    made = started(other, LIST)
    client.force_login(owner)

    assert client.get(f"/o/{acme.pk}/invitations/lists/{made.pk}").status_code == 404
