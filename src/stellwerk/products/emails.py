"""One function per mail. Nothing is sent to people or organisations that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation import notify
from stellwerk.identity import queries as identity
from stellwerk.organisations import queries as organisations
from stellwerk.products.queries.holdings import NamedProduct, access_of_people

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta
    from stellwerk.products.events import ProductEvent

# The messages of this room; what fills up, and trials that end, come with the rooms that measure and give them.
TEMPLATES = ("product_activated", "product_blocked", "product_unblocked", "product_cancelled")


def product_news(event: ProductEvent, meta: Meta, *, template: str) -> None:
    """One of TEMPLATES to everybody concerned, each in their language. A second call adds nothing."""
    organisation = organisations.organisation_row(event.organisation_id or 0)
    if organisation is None:
        return
    wanting = [each.account_id for each in organisations.product_recipients(organisation.id)]
    product = NamedProduct(event.product_id, event.kind_code, event.name)
    readers = [each.account_id for each in access_of_people(organisation.id, wanting).values() if each.sees(product)]
    for account in identity.account_rows(readers).values():
        notify.send(
            f"products/email/{template}",
            recipient=account.email,
            language=account.language,
            context={
                "name": account.display_name,
                "product": event.name,
                "organisation": organisation.name,
                "organisation_id": organisation.id,
                "product_id": event.product_id,
                "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            },
            organisation_id=organisation.id,
            account_id=account.id,
            unique_key=f"{template}:{meta.event_id}:{account.id}",
        )
