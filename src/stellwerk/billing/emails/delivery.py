"""How a message of this room reaches its readers: each once, each in their own language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import override

from stellwerk.billing.queries.letters import listed_items
from stellwerk.foundation import amounts, notify
from stellwerk.identity.queries import account_row
from stellwerk.organisations.queries import billing_recipients, organisation_row, text_recipients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from stellwerk.billing.queries.letters import ListedItem

FOLDER = "billing/email"
TEXTS_FOLDER = "billing/sms"
_LONGEST_IN_A_TEXT = 40  # characters of a name: a text message has 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message. `key` makes it unique for each reader, an event's id for instance.

    `dates` are ISO dates, `items` products as events carry them; both are put into words for each reader, as are
    amounts among the `values`. `worded` answers whatever else depends on the language.

    To everybody who sees the organisation's money and wants such messages, or to all of them when it `is_essential`;
    `account_id` gets it in any case, and alone where `is_personal`. `text_message` names the short form for those who
    asked for reminders as text messages too (ORG-052).
    """

    template: str
    organisation_id: int
    key: int
    values: Mapping[str, Any] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    items: Iterable[tuple[str, ...]] = ()
    worded: Callable[[], Mapping[str, Any]] | None = None
    is_essential: bool = False
    account_id: int | None = None
    is_personal: bool = False
    text_message: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    account_id: int
    email: str
    language: str
    name: str


def deliver(letter: Letter) -> None:
    """Hand the letter to the outbox for each reader, in the caller's transaction. A second call adds nothing."""
    organisation = organisation_row(letter.organisation_id)
    if organisation is None:
        return
    items = listed_items(letter.items)
    for reader in _readers(letter):
        context = {
            **_words(letter, items, reader.language),
            "name": reader.name,
            "organisation": organisation.name,
            "organisation_id": organisation.id,
            "lacks_vat_number": organisation.lacks_vat_number,
            "to_pay_url": f"{settings.SITE_URL}/o/{organisation.id}/to-pay",
        }
        notify.send(
            f"{FOLDER}/{letter.template}",
            recipient=reader.email,
            language=reader.language,
            context=context,
            organisation_id=organisation.id,
            account_id=reader.account_id,
            unique_key=f"{letter.template}:{letter.key}:{reader.account_id}",
        )
    if letter.text_message and notify.can_send_sms():
        _send_texts(letter, items, organisation.name)


def _send_texts(letter: Letter, items: Sequence[ListedItem], organisation_name: str) -> None:
    for reader in text_recipients(letter.organisation_id):
        notify.send_sms(
            f"{TEXTS_FOLDER}/{letter.text_message}",
            recipient=reader.phone,
            language=reader.language,
            context={
                **_words(letter, items, reader.language),
                "organisation": organisation_name[:_LONGEST_IN_A_TEXT],
            },
            account_id=reader.account_id,
            unique_key=f"sms:{letter.template}:{letter.key}:{reader.account_id}",
        )


def _words(letter: Letter, items: Sequence[ListedItem], language: str) -> dict[str, Any]:
    """What the letter tells, in the reader's language."""
    with override(language):
        return {
            **amounts_in_words(letter.values, language),
            **(letter.worded() if letter.worded else {}),
            **{name: in_words(day, language) for name, day in letter.dates.items()},
            "items": [{"name": each.title, "date": in_words(each.day, language)} for each in items],
        }


def in_words(day: str, language: str) -> str:
    """An ISO date as the language writes it; "" stays empty."""
    return notify.date_in_words(date.fromisoformat(day), language=language) if day else ""


def amounts_in_words(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values with each stored amount, `CHF 1’234.50`, as the language writes it."""
    with override(language):
        return {name: _amount_in_words(value) for name, value in values.items()}


def _amount_in_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _amount_in_words(each) for name, each in value.items()}
    found = amounts.read_back(value) if isinstance(value, str) else None
    return amounts.in_words(*found) if found else value


def _readers(letter: Letter) -> list[_Reader]:
    readers = {}
    orderer = account_row(letter.account_id) if letter.account_id is not None else None
    if orderer is not None:
        readers[orderer.id] = _Reader(orderer.id, orderer.email, orderer.language, orderer.display_name)
    if letter.is_personal:
        return list(readers.values())
    for each in billing_recipients([letter.organisation_id]).get(letter.organisation_id, []):
        if letter.is_essential or each.wants_messages:
            readers.setdefault(each.account_id, _Reader(each.account_id, each.email, each.language, each.name))
    return list(readers.values())
