"""Why something cannot be sold or set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import FieldError, Invalid, RuleBroken

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class OfferUnknown(RuleBroken):
    """No such offer, or it is no longer sold (CAT-008)."""

    code = "offer_unknown"
    text = _("This offer is not sold, or is sold no longer.")


class PriceMissing(RuleBroken):
    """The offer has no price in this currency, for this period, on this day."""

    code = "price_missing"
    text = _("This offer is not sold for this duration at the moment.")


class ProvisioningRefused(RuleBroken):
    """A kind cannot set the product up: for good, with a reason for the buyer (ORD-023). Its line is refunded.

    A fault that may pass (a registry that does not answer) is another exception: the job then tries again.
    """

    code = "provisioning_refused"
    text = _("The product could not be set up.")


_DOMAIN_NAME_TEXTS = {
    "required": _("Enter a domain name."),
    "domain_name_characters": _("A domain name consists of letters, digits and hyphens. Remove all other characters."),
    "domain_name_hyphen": _("A domain name neither begins nor ends with a hyphen, nor has two in the third place."),
    "domain_name_length": _("A part of a domain name has %(least)s to %(most)s characters."),
    "domain_name_ending": _("Enter a name with its ending, for example huber-brot.ch."),
    "domain_name_reserved": _("This name is reserved and cannot be registered."),
}


def domain_name_invalid(rule: str, values: tuple[str, ...]) -> Invalid:
    """The refusal of a domain name as the error of the field `target`."""
    text: str | _StrPromise = _DOMAIN_NAME_TEXTS[rule]
    if rule == "domain_name_length":
        text = str(text) % {"least": values[0], "most": values[1]}
    if rule == "domain_name_ending" and values:
        text = _("Enter a name that ends with %(ending)s, without www and the like.") % {"ending": values[0]}
    return Invalid(FieldError("target", rule, text, values))
