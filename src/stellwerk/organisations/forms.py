"""Forms of the organisation pages. They know labels and shapes; services judge the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import NewPasswordField, code_field, email_field, password_field
from stellwerk.organisations import queries
from stellwerk.organisations.rules.addresses import POSTAL_CODES
from stellwerk.organisations.rules.country_names import country_choices
from stellwerk.organisations.rules.invitation_lists import LARGEST_BYTES

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.functional import _StrPromise

    from stellwerk.foundation.actor import Role
    from stellwerk.organisations.services.invitations import OfferableProduct


LONGEST_NAME = 100
COLOR_NAMES = {
    "blue": _("Blue"),
    "green": _("Green"),
    "amber": _("Amber"),
    "purple": _("Purple"),
    "teal": _("Teal"),
    "red": _("Red"),
}


def _text(
    label: str | _StrPromise, autocomplete: str, *, longest: int, required: bool = True, **more: Any
) -> forms.CharField:
    attributes = {"autocomplete": autocomplete}
    return forms.CharField(
        label=label, max_length=longest, required=required, widget=forms.TextInput(attributes), **more
    )


def last_day_field(*, label: str | _StrPromise, **more: Any) -> forms.DateField:
    """The last day of something that may end by itself."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **more)


class AddressForm(forms.Form):
    """A structured postal address, as QR-bills need it."""

    street = _text(_("Street"), "address-line1", longest=70)
    building_number = _text(_("Number"), "off", longest=16, required=False)
    postal_code = _text(_("Postal code"), "postal-code", longest=16, required=False)
    town = _text(_("Town"), "address-level2", longest=35)
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select({"autocomplete": "country"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices(get_language() or "en")  # type: ignore[attr-defined]
        # Some countries have no postal codes; everywhere else the form says that one is needed.
        country = self.data.get("country") or self.initial.get("country") or ""
        self.fields["postal_code"].required = country in POSTAL_CODES


class OrganisationForm(AddressForm):
    """Coordinates of an organisation (ORG-003, ORG-011)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=queries.kind_choices)
    name = _text(_("Name"), "organization", longest=150)
    attention = _text(_("Attention of"), "off", longest=100, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    vat_number = _text(
        _("VAT number"),
        "off",
        longest=40,
        required=False,
        help_text=_(
            "For companies, associations and public bodies. With a country prefix, for example DE136695976. "
            "Swiss companies leave it empty."
        ),
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


class PersonForm(forms.Form):
    """Who becomes a customer."""

    first_name = _text(_("First name"), "given-name", longest=LONGEST_NAME)
    last_name = _text(_("Last name"), "family-name", longest=LONGEST_NAME)
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


class SignUpForm(PersonForm, AddressForm):
    """Everything at once: nothing is revealed by a script, so that nothing needs one (ID-007)."""

    email = email_field(_("E-mail address"), autocomplete="email")
    kind = forms.ChoiceField(label=_("For whom do you sign up?"), choices=queries.kind_choices, initial="company")
    company_name = _text(_("Name of the organisation"), "organization", longest=150, required=False)
    vat_number = _text(_("VAT number"), "off", longest=40, required=False)
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
        self.fields["company_name"].help_text = _("Not needed for a private person.")
        self.fields["vat_number"].help_text = _("If you have one, for example DE136695976 or CHE-107.787.577.")


class CodeForm(forms.Form):
    code = code_field()


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
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["teams"].choices = list(teams.items())  # type: ignore[attr-defined]
        self.fields["products"].choices = [  # type: ignore[attr-defined]
            (f"{each.product_id}:{right}", name) for each in products for right, name in each.rights
        ]
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
    first_name = _text(_("First name"), "off", longest=LONGEST_NAME, required=False)
    last_name = _text(_("Last name"), "off", longest=LONGEST_NAME, required=False)


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


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    has_billing_access = forms.BooleanField(
        label=_("May see and pay invoices"),
        required=False,
        help_text=_("A choice for collaborators. Administrators always may, externals never."),
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class ConfirmationForm(forms.Form):
    """The last step of what cannot be undone: a tick, and the own login or password (ORG-059)."""

    understands = forms.BooleanField(
        label=_("I understand that the access ends at once."),
        error_messages={"required": _("Tick the box to go on.")},
    )
    login = email_field(_("Your own e-mail address"), autocomplete="off")
    current_password = password_field(_("Your password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login" if settings.REMOVAL_CONFIRMATION == "password" else "current_password"]

    @property
    def proof(self) -> forms.BoundField:
        return self["login"] if "login" in self.fields else self["current_password"]


class AppointmentForm(forms.Form):
    """Which member becomes a legal representative (ORG-032)."""

    person = forms.TypedChoiceField(label=_("Member"), coerce=int)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class DeletionForm(forms.Form):
    """The last step of deleting an organisation (ORG-067)."""

    typed_name = _text(_("Name of the organisation"), "off", longest=150)
    wants_invoices = forms.BooleanField(
        label=_("Send me the paid invoices by e-mail"),
        required=False,
        initial=True,
        help_text=_("Afterwards you no longer reach them here."),
    )
    current_password = password_field(_("Your password"))


class StopForm(forms.Form):
    """Who asks for the end of all services (ORG-065)."""

    current_password = password_field(_("Your password"))


class TeamForm(forms.Form):
    name = _text(_("Name"), "off", longest=100)
    color = forms.ChoiceField(label=_("Colour"), choices=list(COLOR_NAMES.items()))
    leader = forms.TypedChoiceField(
        label=_("Leader"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("The contact for what the team does. It gives no further rights."),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people:
            self.fields["leader"].choices = [("", _("Nobody")), *people]  # type: ignore[attr-defined]
        else:
            self.fields["leader"].widget = forms.HiddenInput()


class LastDaysForm(forms.Form):
    """When a membership and the right to invoices end by themselves."""

    ends_on = last_day_field(label=_("Belongs to the organisation until"))
    billing_ends_on = last_day_field(label=_("Sees invoices until"))

    def __init__(self, *args: Any, has_billing_access: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_billing_access:
            del self.fields["billing_ends_on"]


class TeamLastDayForm(forms.Form):
    """Until when somebody is in a team."""

    ends_on = last_day_field(label=_("In the team until"), help_text=_("Empty: without end."))


class TeamsForm(forms.Form):
    """All teams of one person."""

    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, teams: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].choices = list(teams.items())  # type: ignore[attr-defined]


class TeamMembersForm(forms.Form):
    """Who else joins a team."""

    people = forms.MultipleChoiceField(label=_("Add people"), widget=forms.CheckboxSelectMultiple)
    ends_on = last_day_field(
        label=_("Until"), help_text=_("The last day. Without one it holds until somebody decides otherwise.")
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        return [int(raw) for raw in self.cleaned_data["people"]]
