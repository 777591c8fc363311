"""The hash chain over the activity log: whoever changes, removes or inserts an entry afterwards is found out (ORG-102).

Events are written by many transactions at once, so a chain from event to event would make each wait for the one before.
Instead a job seals them afterwards, in batches, in the order of their numbers. `stellwerk doctor` proves the chain and
names what differs. Somebody who can rewrite the whole database can rewrite the seals too: for that there is the newest
digest, which the operator keeps elsewhere and hands to `doctor` again.
"""

from stellwerk.foundation.seals.proof import differences, disagreement, waiting_since, waiting_total
from stellwerk.foundation.seals.sealing import NewestSeal, newest, seal_events

__all__ = ["NewestSeal", "differences", "disagreement", "newest", "seal_events", "waiting_since", "waiting_total"]
