"""What people change about themselves (ID-046…)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import policy
from stellwerk.identity.events import ProfileChanged
from stellwerk.identity.models import Account
from stellwerk.identity.rules import LANGUAGES, THEMES
from stellwerk.identity.services.entries import checked_birth, checked_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """None leaves a value as it is."""

    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    theme: str | None = None
    date_of_birth: date | Literal[""] | None = None  # empty: forget it


@transaction.atomic
def change_profile(*, actor: Actor, account_id: int, change: ProfileChange) -> Account:
    """Store the values that differ (ID-047, UI-026, UI-029). Login, recovery
    address and number have their own way, with a code (ID-049).

    Refusals in order: policy, Invalid with every refused field. Publishes ProfileChanged with the names of the
    changed fields, unless only language or theme changed.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = Account.objects.select_for_update().get(pk=account_id)
    changed = [name for name, value in _checked(change).items() if _set(account, name, value)]
    if changed:
        account.save(update_fields=changed)
    told = [name for name in changed if name not in ("language", "theme")]
    if told:
        events.publish(ProfileChanged(account_id=account.pk, fields=", ".join(told)), actor=actor)
    return account


@transaction.atomic
def confirm_data(*, actor: Actor, account_id: int) -> None:
    """Note that the person found the data right: the reminder waits for another term (ID-048). Refusals: policy."""
    require(policy.can_manage_secrets_of(actor, account_id))
    Account.objects.filter(pk=account_id).update(data_checked_at=clock.now())


def _set(account: Account, name: str, value: str | date | None) -> bool:
    if getattr(account, name) == value:
        return False
    setattr(account, name, value)
    return True


def _checked(change: ProfileChange) -> dict[str, str | date | None]:
    checks: dict[str, Callable[[Any], str | date | None]] = {
        "first_name": lambda value: checked_name("first_name", value),
        "last_name": lambda value: checked_name("last_name", value),
        "language": lambda value: _one_of("language", value, LANGUAGES),
        "theme": lambda value: _one_of("theme", value, THEMES),
        "date_of_birth": lambda value: checked_birth("date_of_birth", value or None),
    }
    values: dict[str, str | date | None] = {}
    refused: list[FieldError] = []
    for name, check in checks.items():
        value = getattr(change, name)
        if value is None:
            continue
        try:
            values[name] = check(value)
        except Invalid as bad:
            refused.extend(bad.errors)
    if refused:
        raise Invalid(*refused)
    return values


def _one_of(name: str, value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise Invalid(FieldError(name, "in", _("Choose one of the offered values."), values))
    return value
