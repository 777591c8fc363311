"""Several people at the same moment: what a lock is for. On PostgreSQL, where writers really run side by side."""

import itertools
import threading

import pytest
from django.db import connection

from stellwerk.billing.queries.ledger import prepaid_statement
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.foundation.actor import SYSTEM, Actor, Role
from stellwerk.foundation.errors import DomainError
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services.closing import close_account
from stellwerk.organisations import queries
from stellwerk.organisations.models import Invitation, Membership, Organisation
from stellwerk.organisations.services import memberships
from stellwerk.organisations.services.deletion import delete_organisation
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.services.sign_up import finish_sign_up, start_sign_up
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)
from stellwerk.organisations.tests.test_sign_up import new_sign_up
from stellwerk.products.models import Product
from stellwerk.products.services.activate import NewProduct, activate_product

pytestmark = [pytest.mark.postgresql_only, pytest.mark.django_db(transaction=True)]


def all_at_once(*calls) -> list[str]:
    """Start every call at the same barrier; "done" or the refusal's code of each."""
    barrier = threading.Barrier(len(calls))
    outcomes: list[str] = []

    def run(call) -> None:
        try:
            barrier.wait(timeout=10)
            call()
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes)


def two_representatives():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)
    ben = a_person("Ben", "Boss")
    Membership.objects.create(
        organisation=acme, account=ben, role=Role.LEGAL_REPRESENTATIVE, created_at=acme.created_at
    )
    return acme, anna, acting(ben, acme)


def a_membership(account, acme, role: str) -> None:
    Membership.objects.create(organisation=acme, account=account, role=role, created_at=acme.created_at)


def legal_count(acme) -> int:
    return Membership.objects.filter(organisation=acme, role=Role.LEGAL_REPRESENTATIVE).count()


@pytest.mark.parametrize("attempt", range(5))
def test_two_representatives_who_leave_at_once_do_not_both_succeed_q2(attempt):
    acme, anna, ben = two_representatives()

    outcomes = all_at_once(
        lambda: memberships.leave_organisation(actor=anna, organisation_id=acme.pk),
        lambda: memberships.leave_organisation(actor=ben, organisation_id=acme.pk),
    )

    assert outcomes == ["done", "last_legal_representative"]
    assert legal_count(acme) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_two_representatives_who_remove_each_other_do_not_both_succeed_q2(attempt):
    acme, anna, ben = two_representatives()

    outcomes = all_at_once(
        lambda: memberships.remove_member(actor=anna, organisation_id=acme.pk, account_id=ben.account_id),
        lambda: memberships.remove_member(actor=ben, organisation_id=acme.pk, account_id=anna.account_id),
    )

    assert outcomes == ["done", "object_not_found"], "the removed one no longer belongs here"
    assert legal_count(acme) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_one_leaves_while_the_other_is_demoted_q2(attempt):
    acme, anna, ben = two_representatives()

    outcomes = all_at_once(
        lambda: memberships.leave_organisation(actor=anna, organisation_id=acme.pk),
        lambda: memberships.change_role(
            actor=ben, organisation_id=acme.pk, account_id=ben.account_id, role=Role.ADMINISTRATOR
        ),
    )

    assert outcomes == ["done", "last_legal_representative"]
    assert legal_count(acme) == 1


ENDINGS = ("leave", "remove", "demote", "close")


def ending(kind: str, acme, me, other):
    """One way for a legal representative to go; `me` acts, and `remove` concerns the other."""
    here = {"organisation_id": acme.pk}
    ways = {
        "leave": lambda: memberships.leave_organisation(actor=me, **here),
        "remove": lambda: memberships.remove_member(actor=me, account_id=other.account_id, **here),
        "demote": lambda: memberships.change_role(actor=me, account_id=me.account_id, role=Role.ADMINISTRATOR, **here),
        "close": lambda: close_account(actor=me, account_id=me.account_id, current_password=PASSWORD),
    }
    return ways[kind]


@pytest.mark.parametrize(("mine", "theirs"), list(itertools.combinations_with_replacement(ENDINGS, 2)))
def test_no_pair_of_endings_at_once_leaves_the_organisation_without_a_legal_representative_org_031(mine, theirs):
    acme, anna, ben = two_representatives()

    outcomes = all_at_once(ending(mine, acme, anna, ben), ending(theirs, acme, ben, anna))

    active = Membership.objects.filter(
        organisation=acme, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
    ).count()
    assert active >= 1, outcomes
    assert "done" in outcomes


def test_several_pairs_at_once_leave_one_legal_representative_org_031():
    acme, anna, ben = two_representatives()
    more = [a_person(f"P{number}", "Boss") for number in range(4)]
    for each in more:
        a_membership(each, acme, Role.LEGAL_REPRESENTATIVE)
    people = [anna, ben, *(acting(each, acme) for each in more)]
    rivals = [*people[1:], people[0]]

    all_at_once(
        *(
            ending(ENDINGS[number % 3], acme, me, other)
            for number, (me, other) in enumerate(zip(people, rivals, strict=True))
        )
    )

    assert legal_count(acme) >= 1


def test_several_are_removed_by_two_at_once_without_waiting_for_each_other():
    acme, anna, ben = two_representatives()
    crowd = [a_person(f"P{number}", "Crowd") for number in range(6)]
    for each in crowd:
        a_membership(each, acme, Role.COLLABORATOR)
    numbers = [each.pk for each in crowd]

    outcomes = all_at_once(
        lambda: memberships.remove_members(actor=anna, organisation_id=acme.pk, account_ids=numbers),
        lambda: memberships.remove_members(actor=ben, organisation_id=acme.pk, account_ids=numbers[::-1]),
    )

    assert outcomes == ["done", "object_not_found"]
    assert Membership.objects.filter(organisation=acme).count() == 2


def test_one_link_accepted_by_two_accounts_at_once_joins_one():
    acme = an_organisation()
    entries = NewInvitation(email="ben@example.ch", role="normal")
    invitation = invite(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)
    link = queries.invitation_row(acme.pk, invitation.pk).link
    people = [a_stranger_actor(a_person()) for _ in range(4)]

    outcomes = all_at_once(
        *(lambda actor=actor: accept_invitation(actor=actor, raw_link=link, confirms_transfer=True) for actor in people)
    )

    assert outcomes == ["done"] + ["invitation_accepted"] * 3
    assert Membership.objects.filter(organisation=acme).count() == 2


def test_one_address_invited_by_many_at_once_has_one_invitation():
    acme = an_organisation()
    anna = a_legal_representative_of(acme)
    entries = NewInvitation(email="ben@example.ch", role="normal")

    outcomes = all_at_once(*(lambda: invite(actor=anna, organisation_id=acme.pk, entries=entries) for _ in range(4)))

    assert outcomes == ["done"] * 4
    assert Invitation.objects.count() == 1


def test_a_code_sent_twice_at_once_makes_one_account():
    number = start_sign_up(actor=Actor(), entries=new_sign_up())
    code = Message.objects.latest("pk").subject.split()[0]

    outcomes = all_at_once(
        *(lambda: finish_sign_up(actor=Actor(), confirmation_id=number, code=code) for _ in range(4))
    )

    assert outcomes == ["code_expired"] * 3 + ["done"]
    assert Account.objects.count() == 1
    assert not Confirmation.objects.exists()


def test_org_064_an_invitation_accepted_while_the_organisation_is_deleted_does_not_slip_in():
    for _ in range(5):
        acme = an_organisation()
        anna = a_legal_representative_of(acme)
        entries = NewInvitation(email="ben@example.ch", role="normal")
        invitation = invite(actor=anna, organisation_id=acme.pk, entries=entries)
        link = queries.invitation_row(acme.pk, invitation.pk).link
        ben = a_stranger_actor(a_person())

        outcomes = all_at_once(
            lambda acme=acme, anna=anna: close(acme, anna),
            lambda ben=ben, link=link: accept_invitation(actor=ben, raw_link=link, confirms_transfer=True),
        )

        assert outcomes in (["done", "invitation_withdrawn"], ["done", "organisation_not_empty"])
        is_deleted = Organisation.objects.get(pk=acme.pk).deleted_at is not None
        assert Membership.objects.filter(organisation=acme).exists() != is_deleted


def test_org_064_a_product_that_comes_while_the_organisation_is_deleted_does_not_slip_in():
    for _ in range(5):
        acme = an_organisation()
        anna = a_legal_representative_of(acme)
        entries = NewProduct(
            organisation_id=acme.pk, offer_code="web-hosting", period_months=12, quantity=1, source=f"order:{acme.pk}"
        )

        outcomes = all_at_once(
            lambda acme=acme, anna=anna: close(acme, anna),
            lambda entries=entries: activate_product(actor=SYSTEM, entries=entries),
        )

        assert outcomes in (["done", "organisation_deleted"], ["done", "organisation_not_empty"])
        is_deleted = Organisation.objects.get(pk=acme.pk).deleted_at is not None
        assert Product.objects.filter(organisation_id=acme.pk).exists() != is_deleted


def test_del_007_two_deletions_at_once_give_a_rest_up_once():
    for _ in range(3):
        acme = an_organisation()
        anna = a_legal_representative_of(acme)
        a_prepaid_balance(acme, 40)

        outcomes = all_at_once(*[lambda acme=acme, anna=anna: close(acme, anna, "CHF 0.40")] * 2)

        assert outcomes == ["done", "object_not_found"]
        assert [each.amount_minor for each in prepaid_statement(acme.pk, currency="CHF")] == [-40, 40]


def close(acme, anna, *gives_up) -> None:
    delete_organisation(
        actor=anna, organisation_id=acme.pk, typed_name=acme.name, current_password=PASSWORD, gives_up=gives_up
    )
