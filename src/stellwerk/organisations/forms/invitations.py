"""What an invitation offers, to one person or to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import email_field, offer, text_field
from stellwerk.organisations.forms.fields import LONGEST_NAME, last_day_field
from stellwerk.organisations.rules.invitation_lists import LARGEST_BYTES

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from stellwerk.foundation.actor import Role
    from stellwerk.organisations.services.invitations import OfferableProduct


class OfferForm(forms.Form):
    """What an invitation offers, the same for one person and for many (ORG-034, ORG-043)."""

    role = forms.ChoiceField(label=_("Role"))
    has_billing_access = forms.BooleanField(
        label=_("May see and pay invoices"),
        required=False,
        help_text=_("A choice for collaborators. Administrators always may, externals never."),
    )
    ends_on = last_day_field(
        label=_("Belongs to the organisation until"),
        help_text=_("For collaborators and externals. Empty: without end."),
    )
    billing_ends_on = last_day_field(label=_("Sees invoices until"))
    teams_end_on = last_day_field(label=_("In the teams until"))
    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)
    products = forms.MultipleChoiceField(label=_("Products"), required=False, widget=forms.CheckboxSelectMultiple)
    receives_billing_messages = forms.BooleanField(
        label=_("Billing messages"), required=False, help_text=_("New invoices, payments, renewals, orders.")
    )
    receives_billing_texts = forms.BooleanField(
        label=_("Billing reminders as text messages too"),
        required=False,
        help_text=_("Once the person has confirmed a mobile number."),
    )
    receives_product_messages = forms.BooleanField(
        label=_("Product messages"),
        required=False,
        help_text=_("Activated, cancelled, blocked and unblocked products, new people."),
    )
    language = forms.ChoiceField(label=_("Language of the e-mail"), choices=settings.LANGUAGES)

    def __init__(
        self,
        *args: Any,
        roles: tuple[Role, ...],
        teams: dict[int, str],
        products: list[OfferableProduct],
        has_texts: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offerable = products
        offer(self, "role", choices=[(role.value, role.label) for role in roles])
        offer(self, "teams", choices=list(teams.items()))
        offer(self, "products", choices=[(value, name) for each in products for value, _anchor, name in each.boxes()])
        absent = {
            "teams": not teams,
            "teams_end_on": not teams,
            "products": not products,
            "receives_billing_texts": not has_texts,
        }
        for name, is_absent in absent.items():
            if is_absent:
                del self.fields[name]

    def ticked_rights(self) -> set[str]:
        """`product:right` of every ticked box, for the page that shows them by product."""
        return set(self["products"].value() or ()) if "products" in self.fields else set()

    def entries(self) -> dict[str, Any]:
        """The values as the service takes them."""
        values = dict(self.cleaned_data)
        rights: dict[int, list[str]] = {}
        for each in values.pop("products", ()):
            product_id, _colon, right = each.partition(":")
            rights.setdefault(int(product_id), []).append(right)
        team_ids = tuple(int(raw) for raw in values.pop("teams", ()))
        return {**values, "team_ids": team_ids, "product_rights": rights}


class InvitationForm(OfferForm):
    """An offer to join, to one person (ORG-034)."""

    email = email_field(_("E-mail address"), autocomplete="off")
    first_name = text_field(_("First name"), "off", longest=LONGEST_NAME, required=False)
    last_name = text_field(_("Last name"), "off", longest=LONGEST_NAME, required=False)


class InvitationListForm(OfferForm):
    """The same offer to many people, pasted or from a file (ORG-043)."""

    people = forms.CharField(
        label=_("People"),
        required=False,
        max_length=LARGEST_BYTES,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
        help_text=_(
            "One person per line: the address, then first and last name if you have them, separated by semicolon, tab "
            "or comma. A last day of the membership may follow, for example 31.12.2026. At most 500 people."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"}),
        help_text=_("CSV from your spreadsheet, at most 256 KiB. A first line with column heads is understood."),
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """The size is judged before a byte is read."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST_BYTES:
            raise ValidationError(LIST_TEXTS["too_large"], code="too_large")
        return file

    def entries(self) -> dict[str, Any]:
        return {name: value for name, value in super().entries().items() if name not in ("people", "file")}


LIST_TEXTS = {
    "too_large": _("This list is larger than 256 KiB. Split it."),
    "too_many": _("This list names more than 500 people. Split it."),
    "workbook": _("This is a workbook of a spreadsheet. Save it as CSV, then choose that file."),
    "encoding": _("This file is no text. Save the list as CSV in UTF-8."),
    "empty": _("Paste the people to invite, or choose a file."),
}
