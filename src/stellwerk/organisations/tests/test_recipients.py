"""Who is written to about money."""

import pytest

from stellwerk.foundation.actor import Role
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries import billing_recipients
from stellwerk.organisations.tests.builders import a_member_of, a_person, an_organisation

pytestmark = pytest.mark.django_db


def test_ntf_11_managers_and_bookkeepers_are_written_to_and_nobody_else(django_assert_num_queries):
    founder = a_person("Lena", "Huber", language="de")
    acme, other = an_organisation(of=founder), an_organisation("Other AG")
    administrator = a_member_of(acme, Role.ADMINISTRATOR)
    bookkeeper = a_member_of(acme, billing=True)
    a_member_of(acme)
    a_member_of(acme, Role.EXTERNAL)

    with django_assert_num_queries(1):
        found = billing_recipients([acme.pk, other.pk])

    assert [row.account_id for row in found[acme.pk]] == [founder.pk, administrator.pk, bookkeeper.pk]
    assert (found[acme.pk][0].name, found[acme.pk][0].language) == ("Lena Huber", "de")
    assert len(found[other.pk]) == 1


def test_a_person_who_wants_no_messages_is_told_apart():
    acme = an_organisation()
    Membership.objects.filter(organisation=acme).update(receives_billing_messages=False)

    assert [row.wants_messages for row in billing_recipients([acme.pk])[acme.pk]] == [False]
