"""One function per mail. Nothing is sent to people or organisations that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import clock, notify
from stellwerk.identity import queries as identity
from stellwerk.organisations import queries as organisations
from stellwerk.products.queries.holdings import NamedProduct, access_of_people
from stellwerk.products.queries.transfers import transfer_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.events import Meta
    from stellwerk.products.events import ProductEvent, ProductTransferCompleted, ProductTransferEvent
    from stellwerk.products.queries.transfers import TransferRow

# The messages of this room; what fills up, and trials that end, come with the rooms that measure and give them.
TEMPLATES = ("product_activated", "product_blocked", "product_unblocked", "product_cancelled")
MOST_NAMED = 20  # products in one mail


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
                "product": _called(event, account.language),
                "organisation": organisation.name,
                "organisation_id": organisation.id,
                "product_id": event.product_id,
                "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            },
            organisation_id=organisation.id,
            account_id=account.id,
            unique_key=f"{template}:{meta.event_id}:{account.id}",
        )


def _called(event: ProductEvent, language: str) -> str:
    """What nobody named is stored under the name of its kind, in the language that was spoken at that moment."""
    kind = kinds().get(event.kind_code)
    if kind is None or event.name not in kind.name.as_data().values():
        return event.name
    return kind.name.as_data()[language]


def transfer_started(event: ProductTransferEvent, meta: Meta) -> None:
    """To the managers of the giver (TRF-016); the receiver has `transfer_offer`."""
    row = transfer_row(event.organisation_id or 0, event.transfer_id)
    if row is not None and row.is_open:
        more = {"transfer_id": row.id, "email": row.email, "expires_at": row.expires_at}
        _to_managers("transfer_started", row.giver_id, event.names, meta, also=row.started_by_id, **more)


def transfer_offer(event: ProductTransferEvent, meta: Meta) -> None:
    """The link, to the address that the giver named. Over meanwhile: no mail."""
    row = transfer_row(event.organisation_id or 0, event.transfer_id)
    if row is not None and row.email and row.link:
        _to_receiver("transfer_offer", row, event, meta, link=row.link)


def transfer_ended(event: ProductTransferEvent, meta: Meta, *, how: str) -> None:
    """Cancelled, declined or expired: to the managers of the giver, and where it was mailed (TRF-016)."""
    row = transfer_row(event.organisation_id or 0, event.transfer_id)
    if row is None:
        return
    _to_managers("transfer_ended", row.giver_id, event.names, meta, also=row.started_by_id, how=how)
    if row.email and how == "cancelled":
        _to_receiver("transfer_withdrawn", row, event, meta)


def transfer_completed(event: ProductTransferCompleted, meta: Meta) -> None:
    """To both sides; the receiver is told to check holder and renewal (OWN-004, TRF-010, TRF-016)."""
    row = transfer_row(event.organisation_id or 0, event.transfer_id)
    if row is None:
        return
    sides = {"giver": event.giver, "receiver": event.receiver, "transfer_id": event.transfer_id}
    _to_managers("transfer_completed", row.giver_id, event.names, meta, also=row.started_by_id, **sides)
    also = row.ended_by_id or 0
    _to_managers("transfer_received", event.receiver_id, event.told_names, meta, also=also, **sides)


def _to_managers(
    template: str, organisation_id: int, names: Sequence[str], meta: Meta, *, also: int, **more: Any
) -> None:
    """To managers who wish the messages about products, and to whoever acted as long as that person is a member."""
    organisation = organisations.organisation_row(organisation_id)
    if organisation is None:
        return
    readers = {each.account_id for each in organisations.product_recipients(organisation_id) if each.is_manager}
    if organisations.has_member(organisation_id, also):
        readers.add(also)
    for account in identity.account_rows(readers).values():
        notify.send(
            f"products/email/{template}",
            recipient=account.email,
            language=account.language,
            context={
                "name": account.display_name,
                "organisation": organisation.name,
                "organisation_id": organisation_id,
                **_of_transfer(names, meta, account.language, more),
            },
            organisation_id=organisation_id,
            account_id=account.id,
            unique_key=f"{template}:{meta.event_id}:{account.id}",
        )


def _to_receiver(template: str, row: TransferRow, event: ProductTransferEvent, meta: Meta, **more: Any) -> None:
    told = {"giver": row.giver, "expires_at": row.expires_at, **more}
    names = [each.told_name for each in row.products]
    notify.send(
        f"products/email/{template}",
        recipient=row.email,
        language=row.language,
        context=_of_transfer(names, meta, row.language, told),
        organisation_id=event.organisation_id,
        unique_key=f"{template}:{meta.event_id}",
    )


def _of_transfer(names: Sequence[str], meta: Meta, language: str, more: dict[str, Any]) -> dict[str, Any]:
    last = more.get("expires_at")
    last_day = notify.date_in_words(last.astimezone(clock.operator_zone()).date(), language=language) if last else ""
    return {
        "names": list(names[:MOST_NAMED]),
        "more": max(0, len(names) - MOST_NAMED),
        "actor": meta.actor_name,
        "when": notify.moment_in_words(meta.occurred_at, language=language),
        "last_day": last_day,
        **more,
    }
