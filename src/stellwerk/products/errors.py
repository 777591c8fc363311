"""Refusals of the products room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stellwerk.catalogue.errors import ProvisioningRefused
from stellwerk.foundation.errors import DomainError, Gone, RuleBroken, describe

__all__ = [
    "INVISIBLE",
    "AlreadyExtended",
    "IllegalStep",
    "NotTransferable",
    "ProvisioningRefused",
    "TagExists",
    "TransferOver",
]

INVISIBLE = _("This contains invisible characters. Type it instead of pasting it.")

describe(
    {
        "country_not_available": _("The personal Suite is not offered in this country yet."),
        "personal_suite_limit_reached": _("There is a personal Suite for this account or this mobile number already."),
        "private_person_required": _("The personal Suite is for private people. Found an organisation for yourself."),
        "product_not_transferable": _("Products of this kind stay with their organisation."),
        "suite_not_transferable": _("A Suite stays with its organisation; it cannot be moved."),
        "transfer_unpaid": _("Something is unpaid or a payment is announced. It must be settled before the move."),
        "transfer_already_started": _("This is in an open transfer already. Cancel that one first."),
        "transfer_not_running": _("Only what is active or suspended can be moved."),
        "transfer_to_itself": _("The products belong to this organisation already. Choose another one."),
        "transfer_closed": _("This transfer is over: it was completed, cancelled or declined, or it has expired."),
        "transfer_without_email": _("This transfer has no e-mail address. Hand its link over yourself."),
        "nothing_to_transfer": _("Nothing is selected that can be moved."),
        "too_many_to_transfer": _("At most %(most)s products can be moved in one step. Select fewer."),
    }
)


class IllegalStep(RuleBroken):
    """The product's state does not allow it: a final state is never left."""

    code = "product_state"
    text = _("The state of the product does not allow this.")


class AlreadyExtended(RuleBroken):
    """The time is paid already, by something else."""

    code = "already_extended"
    text = _("The product is paid for this time already.")


class TagExists(RuleBroken):
    """Names differ in more than case (ORG-087)."""

    code = "tag_exists"
    text = _("There is a tag of this name already.")


class NotTransferable(DomainError):
    """A product stays where it is (409); the code says why (TRF-002, TRF-011)."""

    code = "product_not_transferable"
    status = 409


class TransferOver(Gone):
    """The link leads to no open transfer. One answer for used, cancelled, declined, expired and unknown ones."""

    code = "transfer_over"
    text = _(
        "This link does not work: it was used, cancelled or has expired. Ask the person who gave it to you for a new "
        "one."
    )
