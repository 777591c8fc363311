"""A whole answer kept for a day: the caller who did not hear it asks again and gets it, nothing is done twice.

The effect and its answer are stored in one transaction. A process that dies in between leaves only its claim, which
ends by itself; the next call with the key then does the work anew. Counts of failures outlive a refusal.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, lasting, secrets
from stellwerk.foundation.errors import Conflict, DomainError, TooManyRequests
from stellwerk.foundation.idempotency.keys import KeyReused, fingerprint
from stellwerk.foundation.models import KeptAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT_FOR = timedelta(hours=24)
CLAIM = timedelta(seconds=60)  # longer than any request lives
_RETRY_AFTER_SECONDS = 2


class KeyInProgress(Conflict):
    """The first call with this key is still at work."""

    code = "idempotency_key_in_progress"
    text = _("The first request with this Idempotency-Key is still running. Ask again in a moment.")

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=_RETRY_AFTER_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller heard, or would have heard."""

    status: int
    content: bytes
    is_replayed: bool = False


def answer_once(
    *,
    scope: str,
    key: str,
    request: Mapping[str, Any],
    do: Callable[[], Answer],
    refused: Callable[[DomainError], Answer],
) -> Answer:
    """Do it and keep the answer, or give the kept one.

    A refusal is an answer too and is kept, as `refused` words it; only those that invite to repeat (conflict, too
    many requests) and failures are not. Raises KeyReused when the key stands for another request, KeyInProgress while
    the first call runs.
    """
    asked = fingerprint(request)
    digest = hashlib.sha256(key.encode()).hexdigest()  # keys may be long, and may hold what a log must not
    claim = uuid.uuid4().hex
    kept = _claimed_or_kept(scope, digest, asked, claim)
    if kept is not None:
        return kept
    is_kept = False
    with lasting.watched() as counts:
        try:
            answer = _outcome(do, refused, counts, keep=partial(_keep, scope, digest, claim))
            is_kept = True
        finally:
            if not is_kept:
                KeptAnswer.objects.filter(scope=scope, key=digest, claim=claim).delete()
                counts.repeat()
    return answer


def forget_expired() -> None:
    """Remove the answers nobody may ask for any more."""
    KeptAnswer.objects.filter(created_at__lte=clock.now() - KEPT_FOR).delete()


def _claimed_or_kept(scope: str, digest: str, asked: str, claim: str) -> Answer | None:
    """None when the caller holds the claim now and must do the work."""
    row, is_new = KeptAnswer.objects.get_or_create(
        scope=scope,
        key=digest,
        defaults={
            "fingerprint": asked, "claim": claim, "claimed_at": clock.wall(), "created_at": clock.now(),
        },
    )  # fmt: skip
    if is_new:
        return None
    is_expired = row.created_at <= clock.now() - KEPT_FOR
    if not is_expired and row.fingerprint != asked:
        raise KeyReused
    if not is_expired and row.status is not None:
        return Answer(row.status, secrets.decrypt(row.content).encode(), is_replayed=True)
    if row.status is None and row.claimed_at > clock.wall() - CLAIM:
        raise KeyInProgress
    # Of several who find a dead claim or an old answer, the update lets one through.
    taken = KeptAnswer.objects.filter(pk=row.pk, claim=row.claim).update(
        fingerprint=asked, claim=claim, claimed_at=clock.wall(), created_at=clock.now(), status=None, content=""
    )
    if not taken:
        raise KeyInProgress
    return None


def _outcome(
    do: Callable[[], Answer],
    refused: Callable[[DomainError], Answer],
    counts: lasting.Watch,
    *,
    keep: Callable[[Answer], None],
) -> Answer:
    try:
        with transaction.atomic():
            answer = do()
            keep(answer)
    except (Conflict, TooManyRequests):
        raise
    except DomainError as refusal:
        # A transaction of its own: in one that had counted and undone it, the second count would wait for rivals who
        # wait for the end of that very transaction.
        with transaction.atomic():
            counts.repeat()
            answer = refused(refusal)
            keep(answer)
    return answer


def _keep(scope: str, digest: str, claim: str, answer: Answer) -> None:
    """Store the answer under our claim. If another call has taken over in the meantime, all of ours is undone."""
    kept = KeptAnswer.objects.filter(scope=scope, key=digest, claim=claim).update(
        status=answer.status,
        content=secrets.encrypt(answer.content.decode()),  # answers may show a new token for the only time
    )
    if not kept:
        raise KeyInProgress
