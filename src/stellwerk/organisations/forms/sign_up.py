"""A stranger becomes a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import NewPasswordField, code_field, email_field, text_field
from stellwerk.organisations import queries
from stellwerk.organisations.forms.coordinates import AddressForm
from stellwerk.organisations.forms.fields import LONGEST_NAME


class PersonForm(forms.Form):
    """Who becomes a customer."""

    first_name = text_field(_("First name"), "given-name", longest=LONGEST_NAME)
    last_name = text_field(_("Last name"), "family-name", longest=LONGEST_NAME)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("With its country code, for example +41 79 123 45 67. It helps you to find your sign-in again."),
    )
    password = NewPasswordField(label=_("Password"))
    accepts_terms = forms.BooleanField(
        label=_("I have read the general terms and accept them."),
        error_messages={"required": _("Read the general terms and tick the box.")},
    )


class OrganisationNameField(forms.CharField):
    """Needed by every kind but a private person: the page marks it as optional while that kind is chosen."""

    optional_for = queries.INDIVIDUAL  # read by ui/_field.html

    def __init__(self) -> None:
        super().__init__(
            label=_("Name of the organisation"),
            max_length=150,
            required=False,
            widget=forms.TextInput({"autocomplete": "organization"}),
            help_text=_("Not needed for a private person."),
        )


class SignUpForm(PersonForm, AddressForm):
    """Everything at once: nothing is revealed by a script, so that nothing needs one (ID-007)."""

    email = email_field(_("E-mail address"), autocomplete="email")
    kind = forms.ChoiceField(label=_("For whom do you sign up?"), choices=queries.kind_choices, initial="company")
    company_name = OrganisationNameField()
    vat_number = text_field(_("VAT number"), "off", longest=40, required=False)
    field_order = (
        "first_name", "last_name", "email", "phone", "password", "kind", "company_name", "vat_number", "street",
        "building_number", "postal_code", "town", "country", "accepts_terms",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "It becomes your sign-in. Choose one that does not depend on what you buy here, for example that of your "
            "internet provider: should you lose a domain one day, you can still sign in."
        )
        self.fields["vat_number"].help_text = _("If you have one, for example DE136695976 or CHE-107.787.577.")

    def clean(self) -> dict[str, Any]:
        entries = super().clean() or self.cleaned_data
        is_personal = entries.get("kind") == queries.INDIVIDUAL
        if not is_personal and not entries.get("company_name") and "company_name" not in self.errors:
            self.add_error("company_name", _("Enter the name of the organisation. Only a private person needs none."))
        return entries


class CodeForm(forms.Form):
    code = code_field()
