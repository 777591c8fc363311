"""Who an organisation is and where: address, kind, numbers, logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import offer, text_field
from stellwerk.organisations import queries
from stellwerk.organisations.rules.addresses import POSTAL_CODES
from stellwerk.organisations.rules.country_names import country_choices


class AddressForm(forms.Form):
    """A structured postal address, as QR-bills need it."""

    street = text_field(_("Street"), "address-line1", longest=70)
    building_number = text_field(_("Number"), "off", longest=16, required=False)
    postal_code = text_field(_("Postal code"), "postal-code", longest=16, required=False)
    town = text_field(_("Town"), "address-level2", longest=35)
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select({"autocomplete": "country"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "country", choices=country_choices(get_language() or "en"))
        # Some countries have no postal codes; everywhere else the form says that one is needed.
        country = self.data.get("country") or self.initial.get("country") or ""
        self.fields["postal_code"].required = country in POSTAL_CODES


class OrganisationForm(AddressForm):
    """Coordinates of an organisation (ORG-003, ORG-011)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=queries.kind_choices)
    name = text_field(_("Name"), "organization", longest=150)
    attention = text_field(_("Attention of"), "off", longest=100, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    vat_number = text_field(
        _("VAT number"),
        "off",
        longest=40,
        required=False,
        help_text=_("If you have one, for example DE136695976 or CHE-107.787.577."),
    )
    field_order = (
        "kind", "name", "attention", "street", "building_number", "postal_code", "town", "country", "phone",
        "vat_number",
    )  # fmt: skip


class OrganisationEditForm(OrganisationForm):
    """The logo goes with the same form, so that what was typed meanwhile is not lost (ORG-015)."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Landscape format: JPEG, PNG or WebP, at most 5 MB."),
    )
    accepts_terms = forms.BooleanField(label=_("I have read the general terms and accept them."), required=False)
