"""The picture of an account: set, replaced, removed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events, files, jobs
from stellwerk.foundation.decisions import require
from stellwerk.identity import policy, queries
from stellwerk.identity.events import ProfileChanged
from stellwerk.identity.models import Account
from stellwerk.identity.services import throttle
from stellwerk.identity.services.pictures.drawing import redrawn

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_COLUMNS = ("picture_file", "picture_sha256")


def set_picture(*, actor: Actor, account_id: int, content: bytes) -> Account:
    """Draw the upload anew and show it instead of the initials; the one before goes (ID-047).

    Refusals in order: policy, TooManyAttempts (drawing costs time and memory), Invalid for `picture`. Publishes
    ProfileChanged. The same picture again changes nothing that anybody sees.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    throttle.count(throttle.PICTURES_PER_ACCOUNT, str(account_id))
    drawn = redrawn(content)
    # A random name: neither person nor upload can be told from it, and no two uploads ever meet.
    stored = files.store(f"{queries.PICTURES}/{secrets.token_hex(16)}.webp", drawn)
    is_kept = False
    try:
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=account_id)
            discard_picture(account=account)
            account.picture_file, account.picture_sha256 = stored.name, stored.sha256
            account.save(update_fields=_COLUMNS)
            events.publish(ProfileChanged(account_id=account_id, fields="picture"), actor=actor)
        is_kept = True
    finally:
        if not is_kept:
            files.remove(stored.name)  # no row names it
    return account


@transaction.atomic
def remove_picture(*, actor: Actor, account_id: int) -> Account:
    """Back to the initials. Refusals: policy. Publishes ProfileChanged; without a picture nothing happens."""
    require(policy.can_manage_secrets_of(actor, account_id))
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.picture_file:
        discard_picture(account=account)
        account.save(update_fields=_COLUMNS)
        events.publish(ProfileChanged(account_id=account_id, fields="picture"), actor=actor)
    return account


def discard_picture(*, account: Account) -> None:
    """Take the picture off an account that the caller has locked and will save. System-only: a step of use cases.

    The file goes by a job of the same transaction: after a rollback it is still there, after a commit never.
    """
    if account.picture_file:
        jobs.enqueue(delete_picture_file, {"name": account.picture_file})
    account.picture_file = account.picture_sha256 = ""


def sweep_pictures() -> int:
    """Delete files that no row names: left behind by a process that died between file and row. Answers how many.

    System-only: clockwork. What is younger than a day may belong to an upload whose row is still to come.
    """
    strays = queries.stray_pictures()
    for name in strays:
        files.remove(name)
    return len(strays)


@jobs.external_task("identity.delete_picture_file")
def delete_picture_file(name: str) -> None:
    """A second call finds nothing to do."""
    files.remove(name)
