"""What happens to a member's account, in the logs of the member's organisations (ORG-101)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.foundation.actor import Actor, Role, Through
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta
    from stellwerk.organisations.events.member_news import MemberNews


@transaction.atomic
def note_for_organisations(*, kind: type[MemberNews], account_id: int, meta: Meta) -> None:
    """One entry in each organisation the person is a member of now. System-only: follows events of the account.

    An external's account is not the organisation's business (SEC-057). Publishes events of `kind`.
    """
    rows = (
        Membership.objects.filter(unended(), account_id=account_id, organisation__deleted_at=None)
        .exclude(role=Role.EXTERNAL)
        .order_by("pk")
    )
    columns = ("organisation_id", "account__first_name", "account__last_name", "account__email")
    news = [
        kind(organisation_id=place, account_id=account_id, person=f"{first} {last}".strip() or email)
        for place, first, last, email in rows.values_list(*columns)
    ]
    who = Actor(
        account_id=meta.account_id, name=meta.actor_name, address=meta.address, through=Through.SYSTEM
    )  # fmt: skip
    events.publish_many(news, actor=who)
