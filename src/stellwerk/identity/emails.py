"""One function per mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from stellwerk.foundation import notify, places
from stellwerk.identity import queries

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta
    from stellwerk.identity.events import TokenDeactivated, TokenGoesIdle
    from stellwerk.identity.services.guard import FailuresRow


def password_changed(account_id: int, meta: Meta) -> None:
    """To the login and the recovery address, whoever changed the password (ID-060, ID-071)."""
    account = queries.account_row(account_id)
    if account is None:
        return
    data = queries.sign_in_data(account_id)
    for kind, recipient in (("login", account.email), ("recovery", data.recovery_email)):
        if not recipient:
            continue
        notify.send(
            "identity/email/password_changed",
            recipient=recipient,
            language=account.language,
            context={
                "name": account.display_name,
                "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            },
            account_id=account.id,
            unique_key=f"password_changed:{meta.event_id}:{kind}",
        )


def signed_in(account_id: int, *, device: str, news: str, meta: Meta) -> None:
    """Where and with what somebody signed in (ID-035, SEC-055)."""
    _security_mail(
        "signed_in", account_id, key=f"signed_in:{meta.event_id}", at=meta.occurred_at, device=device, news=news,
        address=meta.address,
    )  # fmt: skip


def sign_ins_failed(account_id: int, failures: FailuresRow) -> None:
    """So many wrong passwords since the last such mail, and the latest of them (ID-036)."""
    _security_mail(
        "sign_ins_failed", account_id, key=f"sign_ins_failed:{account_id}:{failures.at.timestamp()}", at=failures.at,
        device=failures.device, address=failures.address, count=failures.count,
    )  # fmt: skip


def account_locked(account_id: int, *, failures: int, meta: Meta) -> None:
    """The account is closed to unknown browsers, and how it opens again (SEC-056)."""
    _security_mail(
        "account_locked", account_id, key=f"account_locked:{meta.event_id}", at=meta.occurred_at, count=failures,
        hours=settings.ACCOUNT_LOCK_HOURS, address=meta.address,
    )  # fmt: skip


def sign_in_blocked(account_id: int, *, meta: Meta) -> None:
    """Somebody knows the password, but the lock kept them out. One mail an hour."""
    hour = int(meta.occurred_at.timestamp()) // 3600
    key = f"sign_in_blocked:{account_id}:{hour}"
    _security_mail("sign_in_blocked", account_id, key=key, at=meta.occurred_at, address=meta.address)


def account_unlocked(account_id: int, *, meta: Meta) -> None:
    """Who opened the account again (SEC-057)."""
    key = f"account_unlocked:{meta.event_id}"
    _security_mail("account_unlocked", account_id, key=key, at=meta.occurred_at, by=meta.actor_name)


def second_factor_added(account_id: int, *, factor: str, is_first: bool, meta: Meta) -> None:
    """What protects the account changed (SEC-006)."""
    key = f"second_factor_added:{meta.event_id}"
    _security_mail("second_factor_added", account_id, key=key, at=meta.occurred_at, factor=factor, is_first=is_first)


def second_factor_removed(account_id: int, *, factor: str, is_last: bool, meta: Meta) -> None:
    """SEC-007: removal is announced, the last one with a warning."""
    key = f"second_factor_removed:{meta.event_id}"
    _security_mail("second_factor_removed", account_id, key=key, at=meta.occurred_at, factor=factor, is_last=is_last)


def second_factor_failed(account_id: int, *, meta: Meta) -> None:
    """The password was right, the second factor was not. One mail an hour."""
    key = f"second_factor_failed:{account_id}:{int(meta.occurred_at.timestamp()) // 3600}"
    _security_mail("second_factor_failed", account_id, key=key, at=meta.occurred_at, address=meta.address)


def recovery_codes_made(account_id: int, *, meta: Meta) -> None:
    """SEC-032."""
    key = f"recovery_codes_made:{meta.event_id}"
    _security_mail("recovery_codes_made", account_id, key=key, at=meta.occurred_at)


def recovery_code_used(account_id: int, *, left: int, meta: Meta) -> None:
    """With how many remain (SEC-031)."""
    key = f"recovery_code_used:{meta.event_id}"
    _security_mail("recovery_code_used", account_id, key=key, at=meta.occurred_at, left=left)


def _security_mail(name: str, account_id: int, *, key: str, at: datetime, **context: Any) -> None:
    account = queries.account_row(account_id)
    if account is None:
        return
    address = context.get("address") or ""
    notify.send(
        f"identity/email/{name}",
        recipient=account.email,
        language=account.language,
        context={
            **context,
            "name": account.display_name,
            "when": notify.moment_in_words(at, language=account.language),
            "address": address,
            "place": places.place_of(address, account.language),
        },
        account_id=account.id,
        unique_key=key,
    )


def token_goes_idle(event: TokenGoesIdle, meta: Meta) -> None:
    """To the owner, 30 days before a year without use is over (API-007)."""
    ends_at = datetime.fromisoformat(event.ends_at)
    key = f"token_goes_idle:{meta.event_id}"
    _security_mail("token_goes_idle", event.account_id, key=key, at=ends_at, token=event.name)


def token_deactivated(event: TokenDeactivated, meta: Meta) -> None:
    """To the owner, when a year without use is over (API-007)."""
    key = f"token_deactivated:{meta.event_id}"
    _security_mail("token_deactivated", event.account_id, key=key, at=meta.occurred_at, token=event.name)
