"""Moving products between organisations: start, answer, end (ORG-098, TRF-001…016)."""

from stellwerk.products.services.transfers.answer import accept_transfer, decline_transfer, transfer_behind
from stellwerk.products.services.transfers.close import cancel_transfer, expire_transfers, resend_transfer
from stellwerk.products.services.transfers.obstacles import Verdict, transfer_verdicts
from stellwerk.products.services.transfers.rooms import Room, register
from stellwerk.products.services.transfers.start import NewTransfer, start_transfer

__all__ = [
    "NewTransfer",
    "Room",
    "Verdict",
    "accept_transfer",
    "cancel_transfer",
    "decline_transfer",
    "expire_transfers",
    "register",
    "resend_transfer",
    "start_transfer",
    "transfer_behind",
    "transfer_verdicts",
]
