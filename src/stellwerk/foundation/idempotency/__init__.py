"""One key, one effect. `once` is for services and loads the first result; `answer_once` is for whole answers."""

from stellwerk.foundation.idempotency.answers import Answer, KeyInProgress, answer_once, forget_expired
from stellwerk.foundation.idempotency.keys import KeyReused, fingerprint, once

__all__ = ["Answer", "KeyInProgress", "KeyReused", "answer_once", "fingerprint", "forget_expired", "once"]
