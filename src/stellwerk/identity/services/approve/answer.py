"""The device's side: YES or NO, once, by the hand that holds the key (SEC-018…021, SEC-061, SEC-067)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.errors import DomainError, NotFound, RuleBroken
from stellwerk.identity.errors import RequestAlreadyHandled, RequestExpired
from stellwerk.identity.events.approve import SignInApproved, SignInRejected
from stellwerk.identity.models import ApprovalDevice, ApprovalRequest
from stellwerk.identity.rules import MOST_WRONG_NUMBERS, Decision, decision_text, is_signed_by

if TYPE_CHECKING:
    from uuid import UUID

    from stellwerk.foundation.actor import Actor

_LONGEST_SIGNATURE = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the answer. A wrong number must stay counted, so the refusal is for the caller to raise."""

    decision: Decision | None
    refusal: DomainError | None = None


@transaction.atomic
def answer_request(
    *, actor: Actor, device_id: int, uuid: UUID, decision: Decision, number: int | None, signature: str
) -> Answered:
    """Store the decision of a device. System-only: the signature is the right; no session is asked.

    The same answer of the same device again gets the same result. Refusals in order: `object_not_found` for another
    account's request, `signature_invalid`, `request_already_handled` (404), `request_expired` (410), `number_wrong`;
    the third wrong number refuses the sign-in. Publishes SignInApproved or SignInRejected.
    """
    device = ApprovalDevice.objects.select_related("account").filter(pk=device_id, removed_at=None).first()
    if device is None:
        raise NotFound
    # The row lock orders two devices that answer at the same moment: the second one finds the first one's decision.
    request = ApprovalRequest.objects.select_for_update().filter(uuid=uuid, account_id=device.account_id).first()
    if request is None:
        raise NotFound
    ends = int(request.expires_at.timestamp())
    text = decision_text(uuid=request.uuid, decision=decision, number=number, expires_at=ends)
    if not is_signed_by(device.public_key, text=text, signature=signature[:_LONGEST_SIGNATURE]):
        raise RuleBroken("signature_invalid")
    if request.decision == decision and request.decided_by_id == device.pk and request.proof:
        return Answered(decision)
    if request.decision or request.withdrawn_at is not None:
        raise RequestAlreadyHandled
    if request.expires_at <= clock.now():
        raise RequestExpired
    if decision is Decision.APPROVED and number != request.number:
        return _counted_wrong_number(actor, request, device)
    _decide(actor, request, device, decision=decision, proof=signature)
    return Answered(decision)


def _counted_wrong_number(actor: Actor, request: ApprovalRequest, device: ApprovalDevice) -> Answered:
    request.wrong_numbers += 1
    request.save(update_fields=["wrong_numbers"])
    left = MOST_WRONG_NUMBERS - request.wrong_numbers
    if left <= 0:
        _decide(actor, request, device, decision=Decision.REJECTED, proof="")
    return Answered(None, RuleBroken("number_wrong", attempts_left=max(left, 0)))


def _decide(actor: Actor, request: ApprovalRequest, device: ApprovalDevice, *, decision: Decision, proof: str) -> None:
    now = clock.now()
    request.decision, request.decided_by, request.decided_at, request.proof = decision, device, now, proof
    request.save(update_fields=["decision", "decided_by", "decided_at", "proof"])
    ApprovalDevice.objects.filter(pk=device.pk).update(last_used_at=now)
    kind = SignInApproved if decision is Decision.APPROVED else SignInRejected
    event = kind(account_id=device.account_id, device_id=device.pk, name=device.name)
    events.publish(event, actor=device.account.acting(actor))
