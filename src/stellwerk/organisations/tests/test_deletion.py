"""Deleting an organisation: everything in the way by name, then one last step that cannot be undone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from stellwerk.billing.services.pay_out import finish_withdrawal, send_withdrawals
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, a_withdrawal, an_open_invoice, an_order
from stellwerk.foundation import activity, clock, jobs
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import AccessDenied, DomainError, Gone, Invalid, NotFound, RuleBroken
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations import queries
from stellwerk.organisations.models import Invitation, Membership, Organisation
from stellwerk.organisations.services import deletion
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.services.memberships import leave_organisation
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)
from stellwerk.products.models import Product
from stellwerk.products.services import personal_suite
from stellwerk.products.services.lifecycle import cancel_product
from stellwerk.products.tests.builders import a_domain_of, a_product_of

pytestmark = pytest.mark.django_db


def page_of(acme) -> str:
    return reverse("organisations:delete", args=[acme.pk])


def a_browser_of(client, acme):
    client.force_login(Account.objects.get(pk=a_legal_representative_of(acme).account_id))
    return client


def delete(acme, *, actor=None, name="Acme AG", password=PASSWORD, **more):
    actor = actor or a_legal_representative_of(acme)
    deletion.delete_organisation(
        actor=actor, organisation_id=acme.pk, typed_name=name, current_password=password, **more
    )


def is_deleted(acme) -> bool:
    return Organisation.objects.get(pk=acme.pk).deleted_at is not None


def names_in_the_way(acme) -> list[tuple[str, str]]:
    me = a_legal_representative_of(acme).account_id
    return [(each.topic.value, each.name) for each in deletion.unmet_conditions(acme.pk, besides=me)]


def the_mail(template: str) -> Message:
    jobs.run_due_jobs()
    return Message.objects.get(template=f"organisations/email/{template}")


def test_org_063_an_empty_organisation_is_deleted_and_the_account_stays(client, acme):
    anna = a_legal_representative_of(acme)
    other = an_organisation("Second AG", of=Account.objects.get(pk=anna.account_id))
    browser = a_browser_of(client, acme)

    answer = browser.post(page_of(acme), {"typed_name": "acme ag", "current_password": PASSWORD})

    assert answer["Location"] == reverse("organisations:mine")
    assert is_deleted(acme)
    assert [row.organisation_id for row in queries.membership_rows(anna.account_id)] == [other.pk]
    assert browser.get(page_of(acme)).status_code == 404
    assert Account.objects.get(pk=anna.account_id).is_active


def test_org_064_each_unmet_condition_is_listed_by_name_with_a_link_and_without_a_delete_button(client, acme):
    a_member_of(acme)
    a_domain_of(acme, "acme.ch")
    unpaid = an_open_invoice(acme)
    a_prepaid_balance(acme, 1250)

    shown = a_browser_of(client, acme).get(page_of(acme)).content.decode()

    mia = Account.objects.get(first_name="Mia")
    domain = Product.objects.get(name="acme.ch")
    for address, name in (
        (f"/o/{acme.pk}/members/{mia.pk}/removal", "Mia Meier"),
        (f"/o/{acme.pk}/products/{domain.pk}", "acme.ch"),
        (f"/o/{acme.pk}/invoices/{unpaid.pk}", unpaid.number),
        (f"/o/{acme.pk}/prepaid/withdrawal?currency=CHF", "CHF\xa012.50"),
    ):
        assert f'<a href="{address}">{name}</a>' in shown
    assert "typed_name" not in shown


@pytest.mark.parametrize(
    ("topic", "make"),
    [
        ("people", a_member_of),
        ("products", a_product_of),
        ("orders", an_order),
        ("invoices", an_open_invoice),
        ("prepaid", lambda acme: a_prepaid_balance(acme, 100)),
        ("prepaid_rest", lambda acme: a_prepaid_balance(acme, 99)),
    ],
)
def test_org_064_as_long_as_one_condition_is_unmet_nothing_is_deleted(acme, topic, make):
    make(acme)

    with pytest.raises(RuleBroken) as refused:
        delete(acme)

    assert refused.value.code == "organisation_not_empty"
    assert topic in {each for each, _name in names_in_the_way(acme)}
    assert not is_deleted(acme)


def test_org_064_what_has_ended_or_is_paid_is_not_in_the_way(acme):
    product = a_product_of(acme)
    a_paid_invoice(acme)
    cancel_product(product_id=product.pk)

    assert names_in_the_way(acme) == []


def test_org_065_all_services_stop_after_the_password_and_a_confirmation_by_mail(client, acme):
    a_domain_of(acme, "acme.ch")
    a_product_of(acme)
    browser = a_browser_of(client, acme)

    browser.post(reverse("organisations:request-stop", args=[acme.pk]), {"current_password": PASSWORD})
    mailed = the_mail("stop_requested")
    link = re.search(r"/o/\d+/organisation/deletion/services/\S+", mailed.body)[0]
    browser.get(link)
    assert {each.state for each in Product.objects.all()} == {"active"}, "looking ends nothing (ORG-069)"
    browser.post(link)

    assert {each.state for each in Product.objects.all()} == {"cancelled"}
    assert names_in_the_way(acme) == []
    assert "acme.ch" in mailed.body


def test_org_069_without_the_mail_nothing_ends_and_a_wrong_password_sends_none(client, acme):
    a_product_of(acme)

    answer = a_browser_of(client, acme).post(
        reverse("organisations:request-stop", args=[acme.pk]), {"current_password": "wrong"}
    )

    jobs.run_due_jobs()
    assert answer.status_code == 400
    assert not Message.objects.filter(template__contains="stop_requested").exists()


def test_org_069_the_other_managers_are_told(acme):
    a_product_of(acme)
    ben = a_member_of(acme, role="admin")
    anna = a_legal_representative_of(acme)
    token = deletion.stop_token(organisation_id=acme.pk, account_id=anna.account_id)

    deletion.stop_services(actor=anna, organisation_id=acme.pk, token=token)

    assert the_mail("services_stopped").recipient == ben.email


def test_org_069_a_link_is_for_one_person_and_one_day(acme):
    a_product_of(acme)
    anna = a_legal_representative_of(acme)
    ben = acting(a_member_of(acme, role="owner"), acme)
    token = deletion.stop_token(organisation_id=acme.pk, account_id=anna.account_id)

    for actor, wrong in ((ben, token), (anna, token[:-2]), (anna, "x")):
        with pytest.raises(NotFound):
            deletion.stop_services(actor=actor, organisation_id=acme.pk, token=wrong)
    with clock.travel_to(clock.now() + timedelta(hours=25)), pytest.raises(Gone, match="stop_link_expired"):
        deletion.stop_services(actor=anna, organisation_id=acme.pk, token=token)

    assert Product.objects.get().state == "active"


def test_org_065_the_invoices_follow_by_mail_and_open_without_a_sign_in(client, acme):
    invoice = a_paid_invoice(acme)
    delete(acme, wants_invoices=True)
    jobs.run_due_jobs()

    mailed = Message.objects.get(template="billing/email/documents_of_deleted_organisation")
    link = re.search(r"(/api/2/invoicing/invoice/pdf/\S+)", mailed.body)[1]

    assert invoice.number in mailed.body
    with clock.travel_to(clock.now() + timedelta(days=29)):
        assert client.get(link).status_code == 200
    with clock.travel_to(clock.now() + timedelta(days=31)):
        assert client.get(link).status_code == 410


def test_org_066_prepaid_money_is_named_and_leads_to_its_withdrawal(acme):
    a_prepaid_balance(acme, 5000)
    (unmet,) = deletion.unmet_conditions(acme.pk, besides=a_legal_representative_of(acme).account_id)

    here = f"/o/{acme.pk}/prepaid/withdrawal?currency=CHF"
    assert (unmet.topic.value, unmet.name, unmet.url) == ("prepaid", "CHF 50.00", here)


def test_org_066_a_withdrawal_on_its_way_is_waited_for_and_named(client, acme):
    withdrawal = a_withdrawal(acme)

    (unmet,) = deletion.unmet_conditions(acme.pk, besides=a_legal_representative_of(acme).account_id)
    shown = a_browser_of(client, acme).get(page_of(acme)).content.decode()
    here = f"/o/{acme.pk}/prepaid/withdrawals/{withdrawal.pk}"
    assert (unmet.topic.value, unmet.name, unmet.url) == ("withdrawals", withdrawal.number, here)
    assert "Withdrawals on their way" in shown
    with pytest.raises(RuleBroken, match="organisation_not_empty"):
        delete(acme)

    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    assert [topic for topic, _name in names_in_the_way(acme)] == ["withdrawals"]
    finish_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk)

    delete(acme)
    assert is_deleted(acme)


def test_org_067_the_last_step_names_it_wants_the_password_and_mails_a_confirmation(client, acme):
    shown = a_browser_of(client, acme).get(page_of(acme)).content.decode()
    assert "Delete Acme AG?" in shown

    delete(acme)

    mailed = the_mail("organisation_deleted")
    assert mailed.subject == "Acme AG is deleted"
    assert "Anna Keller" in mailed.body


@pytest.mark.parametrize(
    ("more", "code"),
    [({"name": "Acme"}, "validation_failed"), ({"password": "wrong"}, "password_incorrect")],
)
def test_org_067_another_name_or_password_deletes_nothing(acme, more, code):
    with pytest.raises(DomainError) as refused:
        delete(acme, **more)

    assert refused.value.code == code
    assert not is_deleted(acme)


def test_org_067_the_field_says_what_is_wrong(client, acme):
    answer = a_browser_of(client, acme).post(page_of(acme), {"typed_name": "Bcme", "current_password": PASSWORD})

    assert answer.status_code == 422
    assert "Type the name of the organisation" in answer.content.decode()
    with pytest.raises(Invalid):
        delete(acme, name="Bcme")


@pytest.mark.parametrize("role", ["admin", "normal", "external"])
def test_org_063_only_a_legal_representative_deletes_q5(acme, role):
    with pytest.raises(AccessDenied) as refused:
        delete(acme, actor=acting(a_member_of(acme, role=role), acme))

    assert refused.value.context["reason"] == "legal_representative_required"


def test_org_063_neither_strangers_nor_the_clockwork_delete(acme):
    for actor in (a_stranger_actor(a_person()), SYSTEM):
        with pytest.raises(NotFound):
            delete(acme, actor=actor)


def test_org_068_the_organisation_of_a_personal_suite_is_not_deletable_here(client, acme):
    a_product_of(acme)
    Product.objects.update(offer_code=personal_suite.OFFER)

    with pytest.raises(RuleBroken) as refused:
        delete(acme)

    assert refused.value.code == "personal_suite_organisation"
    shown = a_browser_of(client, acme).get(page_of(acme)).content.decode()
    assert "belongs to a personal Suite" in shown
    assert "request-stop" not in shown
    assert "typed_name" not in shown


def test_org_063_invoices_and_log_stay_for_the_operator(acme):
    invoice = a_paid_invoice(acme)
    delete(acme)

    invoice.refresh_from_db()
    assert activity.organisation_rows(acme.pk)[0].sentence == "Anna Keller deleted the organisation Acme AG"
    assert invoice.organisation_id == acme.pk


def test_org_063_an_open_invitation_dies_with_the_organisation(acme):
    entries = NewInvitation(email="ben@example.ch", role="normal")
    invitation = invite(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)
    link = queries.invitation_row(acme.pk, invitation.pk).link
    delete(acme)

    with pytest.raises(Gone, match="invitation_withdrawn"):
        accept_invitation(actor=a_stranger_actor(a_person()), raw_link=link, confirms_transfer=True)

    assert Invitation.objects.get().state == "cancelled"
    assert not Membership.objects.filter(organisation=acme).exists()


@pytest.mark.parametrize("role", ["admin", "normal", "external"])
def test_org_061_anyone_leaves_and_org_062_sees_only_founding_and_invitations(client, acme, role):
    mia = a_member_of(acme, role=role)
    client.force_login(mia)

    leave_organisation(actor=acting(mia, acme), organisation_id=acme.pk)

    shown = client.get(reverse("organisations:mine")).content.decode()
    assert client.get("/")["Location"] == reverse("organisations:mine")
    assert "You belong to no organisation" in shown
    assert reverse("organisations:found") in shown
    assert client.get(f"/o/{acme.pk}/members").status_code == 404


def test_org_061_the_only_legal_representative_stays(acme):
    a_member_of(acme, role="admin")

    with pytest.raises(RuleBroken, match="last_legal_representative"):
        leave_organisation(actor=a_legal_representative_of(acme), organisation_id=acme.pk)
