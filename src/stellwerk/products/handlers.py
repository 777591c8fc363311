"""What follows from news of the rooms below, and what those rooms ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.events import subscribes
from stellwerk.identity.queries import suite_people
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.events import MemberLeft, MemberRemoved
from stellwerk.products import queries
from stellwerk.products.events import ProductCancelled, ProductTerminated
from stellwerk.products.services.access import forget_person
from stellwerk.products.services.personal_suite import release_personal_suite

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(MemberRemoved)
def forget_who_was_removed(event: MemberRemoved, meta: Meta) -> None:  # noqa: ARG001  every handler takes it
    """Access ended with the membership; the grants go too, so that a return begins with none."""
    forget_person(organisation_id=event.organisation_id or 0, account_id=event.account_id)


@subscribes(MemberLeft)
def forget_who_left(event: MemberLeft, meta: Meta) -> None:  # noqa: ARG001  every handler takes it
    forget_person(organisation_id=event.organisation_id or 0, account_id=event.account_id)


@subscribes(ProductTerminated)
def release_what_was_terminated(event: ProductTerminated, meta: Meta) -> None:  # noqa: ARG001  every handler takes it
    release_personal_suite(product_id=event.product_id)


@subscribes(ProductCancelled)
def release_what_was_cancelled(event: ProductCancelled, meta: Meta) -> None:  # noqa: ARG001  every handler takes it
    release_personal_suite(product_id=event.product_id)


@suite_people.register
def people_of_an_organisation_with_a_suite(account_id: int) -> bool:
    """ID-083: they know their login as the address of the Suite."""
    return queries.has_suite(row.organisation_id for row in organisations.membership_rows(account_id))
