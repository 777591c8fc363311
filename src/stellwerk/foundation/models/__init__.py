"""Tables every room stands on."""

from stellwerk.foundation.models.events import Event
from stellwerk.foundation.models.idempotency import IdempotentCall, KeptAnswer
from stellwerk.foundation.models.jobs import Job, RecurringRun, WorkerBeat
from stellwerk.foundation.models.keys import KeyMark
from stellwerk.foundation.models.messages import Message
from stellwerk.foundation.models.seals import Seal, SealHorizon

__all__ = [
    "Event",
    "IdempotentCall",
    "Job",
    "KeptAnswer",
    "KeyMark",
    "Message",
    "RecurringRun",
    "Seal",
    "SealHorizon",
    "WorkerBeat",
]
