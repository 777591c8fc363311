"""What follows from news of the rooms below, and what those rooms ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.events import subscribes
from stellwerk.identity.queries import suite_people
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.queries import planned_ends
from stellwerk.organisations.services import deletion, departures, invitations, team_rights
from stellwerk.products import emails, queries
from stellwerk.products.events import (
    ProductActivated,
    ProductCancelled,
    ProductResumed,
    ProductSuspended,
    ProductTerminated,
    ProductTransferCancelled,
    ProductTransferCompleted,
    ProductTransferDeclined,
    ProductTransferExpired,
    ProductTransferResent,
    ProductTransferStarted,
)
from stellwerk.products.queries.endings import ending_access
from stellwerk.products.services.departures import GrantsOfTheGone
from stellwerk.products.services.lifecycle import cancel_product
from stellwerk.products.services.offered import OfferedRights
from stellwerk.products.services.personal_suite import OFFER, release_personal_suite
from stellwerk.products.services.team_rights import GrantsOfTeams

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.events import Meta


invitations.register(OfferedRights())
departures.register(GrantsOfTheGone())
team_rights.register(GrantsOfTeams())
planned_ends.register(ending_access)


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


@subscribes(ProductActivated)
def tell_that_it_is_active(event: ProductActivated, meta: Meta) -> None:
    """ORG-054."""
    emails.product_news(event, meta, template="product_activated")


@subscribes(ProductSuspended)
def tell_that_it_is_blocked(event: ProductSuspended, meta: Meta) -> None:
    emails.product_news(event, meta, template="product_blocked")


@subscribes(ProductResumed)
def tell_that_it_is_unblocked(event: ProductResumed, meta: Meta) -> None:
    emails.product_news(event, meta, template="product_unblocked")


@subscribes(ProductCancelled)
def tell_that_it_is_cancelled(event: ProductCancelled, meta: Meta) -> None:
    emails.product_news(event, meta, template="product_cancelled")


@subscribes(ProductTerminated)
def tell_that_it_is_terminated(event: ProductTerminated, meta: Meta) -> None:
    """Ended for non-payment: for those who use it the same as cancelled."""
    emails.product_news(event, meta, template="product_cancelled")


@subscribes(ProductTransferStarted)
def tell_that_a_transfer_is_started(event: ProductTransferStarted, meta: Meta) -> None:
    """TRF-016, as all that follow here."""
    emails.transfer_started(event, meta)


@subscribes(ProductTransferStarted)
def mail_the_link_of_a_transfer(event: ProductTransferStarted, meta: Meta) -> None:
    emails.transfer_offer(event, meta)


@subscribes(ProductTransferResent)
def mail_the_link_of_a_transfer_again(event: ProductTransferResent, meta: Meta) -> None:
    emails.transfer_offer(event, meta)


@subscribes(ProductTransferCancelled)
def tell_that_a_transfer_is_cancelled(event: ProductTransferCancelled, meta: Meta) -> None:
    emails.transfer_ended(event, meta, how="cancelled")


@subscribes(ProductTransferDeclined)
def tell_that_a_transfer_is_declined(event: ProductTransferDeclined, meta: Meta) -> None:
    emails.transfer_ended(event, meta, how="declined")


@subscribes(ProductTransferExpired)
def tell_that_a_transfer_has_expired(event: ProductTransferExpired, meta: Meta) -> None:
    emails.transfer_ended(event, meta, how="expired")


@subscribes(ProductTransferCompleted)
def tell_both_sides_of_the_move(event: ProductTransferCompleted, meta: Meta) -> None:
    """OWN-004: the receiver is told to check the holder."""
    emails.transfer_completed(event, meta)


@deletion.register
def products_in_the_way(organisation_id: int) -> Iterable[deletion.Unmet]:
    """ORG-064; a personal Suite ends on its own path (ORG-068)."""
    for pk, name, offer in queries.kept_products(organisation_id):
        topic = deletion.Topic.PERSONAL_SUITE if offer == OFFER else deletion.Topic.PRODUCTS
        yield deletion.Unmet(topic, name, f"/o/{organisation_id}/products/{pk}")


@deletion.register_stopper
def cancel_everything(actor: Actor, organisation_id: int) -> None:
    """ORG-065. The personal Suite is not among what can be stopped here."""
    for pk, _name, offer in queries.kept_products(organisation_id):
        if offer != OFFER:
            cancel_product(product_id=pk, actor=actor)
