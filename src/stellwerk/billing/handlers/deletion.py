"""What billing has to say when an organisation is deleted (ORG-064…066)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.emails import farewell
from stellwerk.billing.queries.leftovers import leftovers
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.prepaid import is_forfeitable
from stellwerk.billing.services import addresses
from stellwerk.billing.services.forfeit_rests import forfeit_rests
from stellwerk.foundation.events import subscribes
from stellwerk.organisations.events import OrganisationDeleted
from stellwerk.organisations.queries.closing_statement import register_sections
from stellwerk.organisations.services import deletion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.events import Meta

_TOPICS = {
    "order": deletion.Topic.ORDERS,
    "invoice": deletion.Topic.INVOICES,
    "prepaid": deletion.Topic.PREPAID,
    "rest": deletion.Topic.PREPAID_REST,
    "withdrawal": deletion.Topic.WITHDRAWALS,
}


@deletion.register
def money_in_the_way(organisation_id: int) -> Iterable[deletion.Unmet]:
    """Orders under way, unpaid invoices, and money that still belongs to the organisation."""
    for left in leftovers(organisation_id):
        kind = "rest" if left.kind == "prepaid" and is_forfeitable(left.amount_minor) else left.kind
        pages = {
            "order": f"orders/{left.id}",
            "invoice": f"invoices/{left.id}",
            "prepaid": f"prepaid/withdrawal?currency={left.currency}",
            "rest": "prepaid",  # too little for a withdrawal
            "withdrawal": f"prepaid/withdrawals/{left.id}",
        }
        name = left.number or amount_text(left.amount_minor, left.currency)
        yield deletion.Unmet(_TOPICS[kind], name, f"/o/{organisation_id}/{pages[kind]}")


@deletion.register_forfeiter
def forfeit_what_is_too_little(actor: Actor, organisation_id: int, *, names: Collection[str]) -> None:
    """DEL-007: the names of prepaid rests are their amounts."""
    forfeit_rests(actor=actor, organisation_id=organisation_id, amounts=names)


register_sections(farewell.closing_sections)  # DEL-009


@subscribes(OrganisationDeleted)
def forget_the_addresses(event: OrganisationDeleted, _meta: Meta) -> None:
    """Nobody is invoiced any more; what was issued keeps its text."""
    addresses.forget_addresses(organisation_id=event.organisation_id or 0)


@subscribes(OrganisationDeleted)
def send_the_invoices_along(event: OrganisationDeleted, meta: Meta) -> None:
    """ORG-065: the person no longer reaches them."""
    if event.wants_invoices:
        farewell.documents_of_deleted_organisation(event, meta)
