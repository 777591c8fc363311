"""Second factors: adding, using and removing them, and the sign-in that waits for one."""

from stellwerk.identity.rules import Method
from stellwerk.identity.services.second_factor.collection import add, choose_default
from stellwerk.identity.services.second_factor.pending import PendingSignIn, abandon, begin, complete, pending
from stellwerk.identity.services.second_factor.removal import remove

__all__ = [
    "Method",
    "PendingSignIn",
    "abandon",
    "add",
    "begin",
    "choose_default",
    "complete",
    "pending",
    "remove",
]
