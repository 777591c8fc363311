"""Which entries of the log somebody asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from stellwerk.foundation import clock
from stellwerk.foundation.activity.kinds import actions, logged_names
from stellwerk.foundation.searching import words_to_find

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)  # at the edge of the calendar no other zone has the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What an entry must have. Empty values ask nothing.

    `search`: every word in the sentence, in a name or in a stored value. `without_kind`: everything but that kind.
    `person` and `product`: part of a name, also of one that is gone. `account_id`: who acted or was acted upon.
    `since` and `until` are days of the operator's zone, both included.
    """

    search: str = ""
    kind: str = ""
    without_kind: str = ""
    action: str = ""
    person: str = ""
    product: str = ""
    account_id: int | None = None
    product_id: int | None = None
    since: date | None = None
    until: date | None = None

    def condition(self) -> Q:
        found = Q(
            name__in=[self.action] if self.action else logged_names(kind=self.kind, without_kind=self.without_kind)
        )
        for word in words_to_find(self.search):
            found &= _has_word(word)
        if self.person:
            found &= Q(actor_name__icontains=self.person) | Q(payload__person__icontains=self.person)
        if self.product:
            of_a_product = Q(payload__has_key="product_id", payload__name__icontains=self.product)
            found &= of_a_product | Q(payload__names__icontains=self.product)
        if self.account_id is not None:
            found &= Q(account_id=self.account_id) | Q(payload__account_id=self.account_id)
        if self.product_id is not None:
            found &= Q(payload__product_id=self.product_id)
        if self.since is not None:
            found &= Q(occurred_at__gte=_midnight(max(self.since, _FIRST_DAY)))
        if self.until is not None:
            found &= Q(occurred_at__lt=_midnight(min(self.until, _LAST_DAY) + timedelta(days=1)))
        return found

    def is_narrow(self) -> bool:
        return self != Narrowing()


def _has_word(word: str) -> Q:
    """In a name, in a stored value, or in the sentence as the active language has it."""
    # SQLite keeps JSON as it was written: letters beyond ASCII are escaped in it.
    spellings = {word, json.dumps(word)[1:-1]}
    needle = word.casefold()
    told = [name for name, sentence in actions().items() if needle in sentence.casefold()]
    found = Q(actor_name__icontains=word) | Q(name__in=told)
    for spelling in sorted(spellings):
        found |= Q(payload__icontains=spelling)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.operator_zone()).astimezone(UTC)
