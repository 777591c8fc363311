"""Who may look into the shop. Outside of an organisation everybody may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import ALLOW, HIDE, Decision, deny

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def can_browse(actor: Actor, organisation_id: int) -> Decision:
    """Members browse and fill the cart, externals do not (GEN-002)."""
    if not actor.works_in(organisation_id):
        return HIDE
    if actor.role is Role.EXTERNAL:
        text = _("Externals do not order for this organisation.")
        return deny("member_required", granted_by=("legal_representative", "administrator"), text=text)
    return ALLOW
