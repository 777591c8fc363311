"""What can stand in the log: kinds, which group, and actions, one for each event with a sentence (ORG-101)."""

from __future__ import annotations

import re
from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOTED_ELSEWHERE = "sign_in"  # of a member's account, in the logs of the member's organisations
_KINDS = {
    NOTED_ELSEWHERE: _("Sign-ins and passwords"),
    "members": _("People"),
    "teams": _("Teams"),
    "security": _("Security"),
    "product": _("Products"),
    "billing": _("Orders, invoices and money"),
    "messages": _("Messages sent"),
    "organisation": _("Organisation"),
}


def kinds() -> list[tuple[str, str]]:
    """Code and name of each kind that an organisation's log knows."""
    return [(code, str(name)) for code, name in _KINDS.items()]


def kind_name(code: str) -> str:
    return str(_KINDS.get(code, code))


def actions() -> dict[str, str]:
    """Everything that appears in the log: the event's name and its sentence with “…” for what differs."""
    blank: dict[str, str] = defaultdict(lambda: "…")
    return {name: str(events.type_named(name).sentence) % blank for name in logged_names()}  # type: ignore[union-attr]


def action_code(name: str) -> str:
    """An event's name on the wire: `RoleChanged` is `role_changed`."""
    return _WORD.sub("_", name).lower()


def action_named(code: str) -> str | None:
    """The event's name of such a code; None for one that is unknown."""
    return next((name for name in logged_names() if action_code(name) == code), None)


def logged_names(*, kind: str = "", without_kind: str = "") -> list[str]:
    """The names of the events that appear in the log, of one kind, of all, or of all but one."""
    return [
        name
        for name, each in events.every_type().items()
        if each.sentence is not None and (not kind or each.kind == kind) and each.kind != without_kind
    ]
