"""The file that pays withdrawals, made from what was stored when they were sent: the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.billing import policy
from stellwerk.billing.bank.payment_file import CreditTransfer, PaymentOrder, payment_file
from stellwerk.billing.models import Withdrawal
from stellwerk.foundation import clock, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def payment_order(actor: Actor, file_id: str) -> bytes:
    """The whole file, also when some of its payments have come back since. Raises NotFound for an unknown one."""
    require(policy.can_pay_out(actor))
    rows = list(Withdrawal.objects.filter(file_id=file_id).exclude(sent_at=None).order_by("pk"))
    if not rows or rows[0].sent_at is None:
        raise NotFound
    initiator = str(settings.OPERATOR["name"])
    transfers = [
        CreditTransfer(
            end_to_end_id=row.number,
            amount_minor=row.amount_minor,
            currency=row.currency,
            paid_from=row.paid_from,
            holder=row.holder,
            address=row.holder_address or {},
            iban=secrets.decrypt(row.sealed_iban),
            text=f"{initiator}: {row.number}",
        )
        for row in rows
    ]
    order = PaymentOrder(
        message_id=file_id,
        created_at=rows[0].sent_at,
        pay_on=rows[0].sent_at.astimezone(clock.operator_zone()).date(),
        initiator=initiator,
        transfers=transfers,
    )
    return payment_file(order)
