"""Invitations to join an organisation: sending, answering, taking back (ORG-034…043)."""

from stellwerk.organisations.services.invitations.answer import (
    accept_invitation,
    accept_with_new_account,
    decline_invitation,
    invitation_offer,
)
from stellwerk.organisations.services.invitations.send import (
    NewInvitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)

__all__ = [
    "NewInvitation",
    "accept_invitation",
    "accept_with_new_account",
    "decline_invitation",
    "invitation_offer",
    "invite",
    "resend_invitation",
    "withdraw_invitation",
]
