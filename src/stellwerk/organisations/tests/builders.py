"""People and organisations for tests, made by the real services. Builders set only what the sentence names."""

from __future__ import annotations

import itertools
from functools import cache

from django.contrib.auth.hashers import get_hasher

from stellwerk.foundation.actor import Actor, Role, Through
from stellwerk.identity.models import Account
from stellwerk.identity.services import create_account
from stellwerk.identity.services.entries import NewAccount, hashed_password
from stellwerk.organisations import queries
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.services import NewOrganisation, found_organisation

PASSWORD = "seven quiet herons cross"
_numbers = itertools.count(1)
_POSTAL_CODES = {
    "AT": "1010", "BE": "1000", "DE": "10115", "ES": "28001", "FR": "75001", "GB": "SW1A 1AA", "IT": "00100",
    "LI": "9490", "LU": "1111", "NL": "1012 AB", "PL": "00-001", "SE": "111 22", "US": "10001",
}  # fmt: skip


def a_person(first_name: str = "Anna", last_name: str = "Keller", *, email: str | None = None, **more) -> Account:
    address = email or f"{first_name}.{last_name}.{next(_numbers)}@example.ch".lower()
    return create_account(
        actor=Actor(through=Through.COMMAND_LINE),
        entries=NewAccount(
            email=address, password_hash=_hash(type(get_hasher())), first_name=first_name, last_name=last_name, **more
        ),
        is_confirmed=True,
    )


@cache
def _hash(hasher: type) -> str:
    """That of PASSWORD, judged and salted once for all: thousands of people are made, and few sign in."""
    somebody = NewAccount(email="somebody@example.ch", password=PASSWORD, first_name="Some", last_name="Body")
    return hashed_password(somebody)


def a_stranger_actor(account: Account) -> Actor:
    return Actor(account_id=account.pk, name=account.display_name)


def an_organisation(name: str = "Acme AG", *, of: Account | None = None, country: str = "CH", **more) -> Organisation:
    founder = of or a_person()
    entries = {
        "name": name, "kind": "company", "street": "Marktgasse", "building_number": "7",
        "postal_code": _POSTAL_CODES.get(country, "3011"), "town": "Bern", "country": country, **more,
    }  # fmt: skip
    return found_organisation(actor=a_stranger_actor(founder), entries=NewOrganisation(**entries))


def a_member_of(organisation: Organisation, role: Role = Role.COLLABORATOR, *, billing: bool = False) -> Account:
    account = a_person("Mia", "Meier")
    Membership.objects.create(
        organisation=organisation, account=account, role=role, has_billing_access=billing,
        created_at=organisation.created_at,
    )  # fmt: skip
    return account


def acting(account: Account, organisation: Organisation) -> Actor:
    """The account standing in the organisation with the role it really has there."""
    return queries.standing(a_stranger_actor(account), organisation.pk)


def a_legal_representative_of(organisation: Organisation) -> Actor:
    membership = Membership.objects.filter(organisation=organisation, role=Role.LEGAL_REPRESENTATIVE).first()
    return acting(membership.account, organisation)


def a_bookkeeper_of(organisation: Organisation) -> Actor:
    return acting(a_member_of(organisation, billing=True), organisation)


def a_collaborator_of(organisation: Organisation) -> Actor:
    return acting(a_member_of(organisation), organisation)


def an_outsider() -> Actor:
    return a_stranger_actor(a_person("Otto", "Aussen"))
