"""Which news of products is mailed, and to whom (ORG-052, ORG-054)."""

from pathlib import Path

import pytest

from stellwerk.foundation import jobs, notify, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)
from stellwerk.products import services
from stellwerk.products.emails import TEMPLATES
from stellwerk.products.tests.builders import a_domain_of, a_product_of, given, granted

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[1] / "templates" / "products" / "email"


@pytest.fixture
def acme(db):
    return an_organisation()


def mailed(template: str) -> set[str]:
    jobs.run_due_jobs()
    return set(Message.objects.filter(template=f"products/email/{template}").values_list("recipient", flat=True))


def test_activated_blocked_unblocked_and_cancelled_are_told_org_054(acme):
    owner = Membership.objects.get(organisation=acme).account
    domain = a_domain_of(acme, "shop.ch")
    assert mailed("product_activated") == {owner.email}

    services.suspend_product(product_id=domain.pk)
    assert mailed("product_blocked") == {owner.email}
    services.resume_product(product_id=domain.pk)
    assert mailed("product_unblocked") == {owner.email}
    services.cancel_product(product_id=domain.pk)
    assert mailed("product_cancelled") == {owner.email}


def test_an_unnamed_product_is_called_by_its_kind_in_the_readers_language():
    acme = an_organisation(of=a_person(language="fr"))
    product = a_product_of(acme, "web-hosting")

    assert mailed("product_activated")
    assert Message.objects.latest("pk").subject == "Hébergement web est actif"
    services.suspend_product(product_id=product.pk)
    assert mailed("product_blocked")
    assert "Le produit Hébergement web de l’organisation" in Message.objects.latest("pk").body


def test_a_product_ended_for_non_payment_is_told_like_a_cancelled_one_org_054(acme):
    domain = a_domain_of(acme, "shop.ch")
    services.suspend_product(product_id=domain.pk)

    services.terminate_product(product_id=domain.pk)

    assert mailed("product_cancelled")


def test_only_those_who_see_it_and_wish_it_are_told_org_052(acme):
    owner = Membership.objects.get(organisation=acme).account
    admin, user, other = a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme), a_member_of(acme)
    Membership.objects.filter(account=admin).update(receives_product_messages=False)
    domain = a_domain_of(acme, "shop.ch")
    granted(a_legal_representative_of(acme), domain, to=user.pk)

    services.suspend_product(product_id=domain.pk)

    told = mailed("product_blocked")
    assert told == {owner.email, user.email}
    assert other.email not in told


def test_every_message_about_products_goes_to_those_who_see_them_and_wish_it_org_054(acme):
    """Activated, cancelled, blocked and unblocked products, and a new user. Nothing fills up yet, nor is on trial."""
    boss, guest = a_legal_representative_of(acme), a_person("Ben", "Gast")
    admin, silent, user, quiet, nobody = (
        a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme, Role.ADMINISTRATOR), a_member_of(acme),
        a_member_of(acme), a_member_of(acme),
    )  # fmt: skip
    Membership.objects.filter(account__in=[silent, quiet]).update(receives_product_messages=False)
    for each in (user, quiet):
        given(boss, acme, kind="domain-name", to=each.pk)

    domain = a_domain_of(acme, "shop.ch")
    services.suspend_product(product_id=domain.pk)
    services.resume_product(product_id=domain.pk)
    services.cancel_product(product_id=domain.pk)
    invitation = invite(
        actor=acting(admin, acme), organisation_id=acme.pk, entries=NewInvitation(email=guest.email, role="normal")
    )
    accept_invitation(actor=a_stranger_actor(guest), raw_link=secrets.decrypt(invitation.sealed_link))
    jobs.run_due_jobs()

    found: dict[str, set[int]] = {}
    for template, account_id in Message.objects.values_list("template", "account_id"):
        found.setdefault(template, set()).add(account_id)
    seeing = {boss.account_id, admin.pk, user.pk}
    # Transfers are told to whoever may answer them: test_transfer_messages.
    templates = {f"products/email/{each.stem}" for each in FOLDER.glob("product_*.txt")}
    assert {template: found[template] for template in templates} == dict.fromkeys(templates, seeing)
    assert found["organisations/email/newcomer"] == {boss.account_id}, "the inviter has a message of their own"
    assert found["organisations/email/invitation_accepted"] == {admin.pk}
    assert nobody.pk not in set().union(*found.values())


@pytest.mark.parametrize("template", TEMPLATES)
def test_it_speaks_five_languages(template):
    context = {
        "name": "Lena", "product": "shop.ch", "organisation": "Acme AG", "organisation_id": 1, "product_id": 2,
        "when": "1.7.2026",
    }  # fmt: skip
    subjects = set()
    for language in ("en", "de", "fr", "it", "es"):
        notify.send(f"products/email/{template}", recipient="l@example.ch", language=language, context=context)
        message = Message.objects.latest("pk")
        subjects.add(message.subject)
        assert "shop.ch" in message.body
        assert "Acme AG" in message.body

    assert len(subjects) == 5
