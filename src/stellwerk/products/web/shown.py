"""Products as pages show them: words for states, tones, periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from stellwerk.foundation import clock
from stellwerk.products.queries.attention import SOON_DAYS
from stellwerk.products.rules import State

if TYPE_CHECKING:
    from stellwerk.products.queries import ProductRow


@dataclass(frozen=True, slots=True)
class Sign:
    """A tone of the design system with its word: colour never says it alone."""

    tone: str
    text: str


def state_names() -> dict[State, str]:
    return {
        State.PROVISIONING: _("Being set up"),
        State.ACTIVE: _("Active"),
        State.SUSPENDED: _("Suspended"),
        State.TERMINATED: _("Terminated"),
        State.CANCELLED: _("Cancelled"),
    }


def sign_of(row: ProductRow) -> Sign:
    """The one badge of a product: what is most pressing about it."""
    days = (row.expires_on - clock.today()).days
    if row.state is State.ACTIVE and days <= 0:
        return Sign("bad", _("Overdue"))
    if row.state is State.ACTIVE and days <= SOON_DAYS and not row.renews_automatically:
        return Sign("warn", _("Expires soon"))
    tones = {State.ACTIVE: "good", State.SUSPENDED: "bad", State.PROVISIONING: "info"}
    return Sign(tones.get(row.state, "idle"), state_names()[row.state])


def renewal_text(row: ProductRow) -> str:
    return _("Automatic") if row.renews_automatically else _("Manual")
