"""Invitations to join an organisation: sending, answering, taking back (ORG-034…043)."""

from stellwerk.organisations.services.invitations.answer import (
    accept_invitation,
    accept_with_new_account,
    decline_invitation,
    invitation_offer,
)
from stellwerk.organisations.services.invitations.entries import NewInvitation
from stellwerk.organisations.services.invitations.many import forget_old_lists, invite_many, invite_portion
from stellwerk.organisations.services.invitations.product_rights import (
    OfferableProduct,
    ProductRights,
    names_of,
    offerable_products,
    register,
)
from stellwerk.organisations.services.invitations.send import (
    invite,
    resend_invitation,
    resend_invitations,
    withdraw_invitation,
    withdraw_invitations,
)

__all__ = [
    "NewInvitation",
    "OfferableProduct",
    "ProductRights",
    "accept_invitation",
    "accept_with_new_account",
    "decline_invitation",
    "forget_old_lists",
    "invitation_offer",
    "invite",
    "invite_many",
    "invite_portion",
    "names_of",
    "offerable_products",
    "register",
    "resend_invitation",
    "resend_invitations",
    "withdraw_invitation",
    "withdraw_invitations",
]
