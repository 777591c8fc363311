"""What a policy answers. One predicate serves pages, API, DAV and command line alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.foundation.errors import AccessDenied, NotFound

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, hidden (as if it did not exist), or denied with the reason and who can grant the right."""

    allowed: bool
    hidden: bool = False
    reason: str = ""
    granted_by: tuple[str, ...] = ()
    text: str | _StrPromise | None = None

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Decision(allowed=True)
HIDE = Decision(allowed=False, hidden=True)


def deny(reason: str, *, granted_by: tuple[str, ...] = (), text: str | _StrPromise | None = None) -> Decision:
    """A refusal towards somebody who may know that the thing exists."""
    return Decision(allowed=False, reason=reason, granted_by=granted_by, text=text)


def require(decision: Decision) -> None:
    """Let an allowed decision pass. Raises NotFound for a hidden thing, AccessDenied for a missing right."""
    if decision.allowed:
        return
    if decision.hidden:
        raise NotFound
    raise AccessDenied(decision.reason, granted_by=decision.granted_by, text=decision.text)
