"""One key, one effect: a repeated call loads the first result instead of doing the work again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock
from stellwerk.foundation.errors import Conflict
from stellwerk.foundation.models import IdempotentCall

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class KeyReused(Conflict):
    """The same key came with another request."""

    code = "idempotency_key_reused"
    text = _("This Idempotency-Key was used for another request. Choose a new key.")


def once(
    *,
    scope: str,
    key: str | None,
    request: Mapping[str, Any],
    do: Callable[[], T],
    ref: Callable[[T], str],
    load: Callable[[str], T],
) -> T:
    """Do it, or load what the first call with this key did. Without a key the work is simply done.

    The key is written in the caller's transaction: a crash frees it, and a rival with the same key waits for the
    outcome. Raises KeyReused when the key stands for another request.
    """
    if key is None:
        return do()
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("once() needs the caller's transaction")
    call, is_new = IdempotentCall.objects.select_for_update().get_or_create(
        scope=scope, key=key, defaults={"fingerprint": fingerprint(request), "created_at": clock.now()}
    )
    if not is_new:
        if call.fingerprint != fingerprint(request):
            raise KeyReused(key=key)
        return load(call.result_ref)
    result = do()
    call.result_ref = ref(result)
    call.save(update_fields=["result_ref"])
    return result


def fingerprint(request: Mapping[str, Any]) -> str:
    """A digest of what was asked, independent of key order.

    Keyed with the secret of the instance: a body may hold a password, which a plain digest would let readers of the
    database try out.
    """
    asked = json.dumps(request, sort_keys=True, default=str)
    return salted_hmac("stellwerk.idempotency", asked, algorithm="sha256").hexdigest()
