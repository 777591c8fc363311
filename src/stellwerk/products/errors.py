"""Refusals of the products room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stellwerk.catalogue.errors import ProvisioningRefused
from stellwerk.foundation.errors import RuleBroken, describe

__all__ = ["INVISIBLE", "AlreadyExtended", "IllegalStep", "ProvisioningRefused", "TagExists"]

INVISIBLE = _("This contains invisible characters. Type it instead of pasting it.")

describe(
    {
        "country_not_available": _("The personal Suite is not offered in this country yet."),
        "personal_suite_limit_reached": _("There is a personal Suite for this account or this mobile number already."),
        "private_person_required": _("The personal Suite is for private people. Found an organisation for yourself."),
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
