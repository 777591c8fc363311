"""Who asked for billing reminders as text messages (ORG-052)."""

from __future__ import annotations

from dataclasses import dataclass

from stellwerk.identity import queries as identity
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries.organisations import billing_recipients


@dataclass(frozen=True, slots=True)
class TextRecipientRow:
    """A person who sees the organisation's money and has a confirmed mobile number."""

    account_id: int
    phone: str
    language: str


def text_recipients(organisation_id: int) -> list[TextRecipientRow]:
    """Three queries, whatever the number of people."""
    wished = set(
        Membership.objects.filter(organisation_id=organisation_id, receives_billing_texts=True).values_list(
            "account_id", flat=True
        )
    )
    if not wished:
        return []
    readers = billing_recipients([organisation_id]).get(organisation_id, [])
    wanted = {each.account_id: each for each in readers if each.account_id in wished}
    phones = identity.confirmed_mobiles(wanted)
    return [
        TextRecipientRow(number, phones[number], each.language) for number, each in wanted.items() if number in phones
    ]
