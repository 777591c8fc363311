"""What shell and start page know of an organisation, read once a request and only when asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from stellwerk.billing.queries.renewals import announcements
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.billing.queries.renewals import Announcement
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import MembershipRow
    from stellwerk.products.queries import AttentionRow, GroupCount


class House:
    """The organisation a request stands in, seen by its actor."""

    def __init__(self, actor: Actor, organisation_id: int | None, *, is_operator: bool = False) -> None:
        self.actor = actor
        self.organisation_id = organisation_id
        self.is_operator = is_operator
        self.flags: tuple[str, ...] = ()  # what a page wants to know of the person beside the memberships

    @cached_property
    def memberships(self) -> list[MembershipRow]:
        if not self.actor.account_id:
            return []
        return organisations.membership_rows(self.actor.account_id, flags=self.flags)

    @cached_property
    def membership(self) -> MembershipRow | None:
        """The person's standing in the organisation of the address."""
        return next((row for row in self.memberships if row.organisation_id == self.organisation_id), None)

    @cached_property
    def counts(self) -> list[GroupCount]:
        return products.group_counts(self.actor, self.organisation_id) if self.organisation_id else []

    @cached_property
    def attention(self) -> list[AttentionRow]:
        return products.needs_attention(self.actor, self.organisation_id) if self.organisation_id else []

    @cached_property
    def announced(self) -> dict[int, Announcement]:
        """The open invoices that renew what needs attention, by product (BIL-012)."""
        if self.organisation_id is None or not self.attention:
            return {}
        return announcements(self.actor, self.organisation_id, product_ids=[row.product_id for row in self.attention])


def house_of(request: HttpRequest) -> House:
    """The same object for the whole request, so that shell and page share what was read."""
    known: House | None = getattr(request, "house", None)
    if known is None:
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
        is_operator = bool(getattr(request.user, "is_operator", False))
        known = House(actor, actor.organisation_id if actor.role else None, is_operator=is_operator)
        request.house = known  # type: ignore[attr-defined]  # kept beside the actor
    return known
