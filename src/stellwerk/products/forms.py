"""Plain forms of the products room; the services judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import NewPasswordField, code_field, email_field
from stellwerk.organisations import queries as organisations
from stellwerk.products.rules import MOST_OF_A_TAG_NAME
from stellwerk.products.services import Holder

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

COLOR_NAMES = {
    "grey": _("Grey"),
    "blue": _("Blue"),
    "green": _("Green"),
    "amber": _("Amber"),
    "violet": _("Violet"),
    "teal": _("Teal"),
}


class TagForm(forms.Form):
    name = forms.CharField(label=_("Name of the tag"), max_length=MOST_OF_A_TAG_NAME)
    color = forms.ChoiceField(label=_("Colour"), choices=list(COLOR_NAMES.items()), initial="blue")


class NameForm(forms.Form):
    internal_name = forms.CharField(
        label=_("Name among your own products"),
        max_length=100,
        required=False,
        help_text=_("Leave it empty to return to the original name."),
    )


class AccessForm(forms.Form):
    """Whose rights on a product, and which; exactly the ticked ones hold afterwards."""

    def __init__(
        self,
        entries: QueryDict | None,
        *,
        holders: list[tuple[str, list[tuple[str, str]]]],
        rights: list[tuple[str, str]],
    ) -> None:
        super().__init__(entries, initial={"rights": [rights[-1][0]]})
        self.fields["holder"] = forms.ChoiceField(label=_("Person or team"), choices=holders)
        self.fields["rights"] = forms.MultipleChoiceField(
            label=_("Rights"), widget=forms.CheckboxSelectMultiple, choices=rights
        )
        self.fields["ends_on"] = last_day_field()

    def holder(self) -> Holder:
        """The person or the team that was chosen."""
        sort, _dash, number = self.cleaned_data["holder"].partition("-")
        return Holder(team_id=int(number)) if sort == "team" else Holder(account_id=int(number))


def last_day_field() -> forms.DateField:
    """The last day of something that may end by itself."""
    return forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day. Without one it holds until somebody withdraws it."),
    )


def _text(label: str | _StrPromise, autocomplete: str, *, longest: int, required: bool = True) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget)


def _mobile() -> forms.CharField:
    return forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("With its country code, for example +41 79 123 45 67. A code is sent to it as a text message."),
    )


class PersonalSignUpForm(forms.Form):
    """Somebody who signs up for the free Suite: always a private person (ID-011)."""

    first_name = _text(_("First name"), "given-name", longest=100)
    last_name = _text(_("Last name"), "family-name", longest=100)
    email = email_field(_("E-mail address"), autocomplete="email")
    phone = _mobile()
    password = NewPasswordField(label=_("Password"))
    street = _text(_("Street"), "address-line1", longest=70)
    building_number = _text(_("Number"), "off", longest=16, required=False)
    postal_code = _text(_("Postal code"), "postal-code", longest=16, required=False)
    town = _text(_("Town"), "address-level2", longest=35)
    country = forms.CharField(label=_("Country"), max_length=2)
    accepts_terms = forms.BooleanField(
        label=_("I have read the general terms and accept them."),
        error_messages={"required": _("Read the general terms and tick the box.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        names = [(code, organisations.country_name(code, language)) for code in settings.PERSONAL_SUITE_COUNTRIES]
        # Any country is taken here: the service says of the others that the Suite is not offered there yet.
        choices = sorted(names, key=lambda choice: choice[1])
        self.fields["country"].widget = forms.Select({"autocomplete": "country"}, choices=choices)
        self.fields["email"].help_text = _("It becomes your sign-in. Choose one that you keep whatever happens here.")


class PersonalPhoneForm(forms.Form):
    phone = _mobile()


class CodeForm(forms.Form):
    code = code_field()


class TransferForm(forms.Form):
    """How the receiver comes to the products, and what the giver has read (TRF-003, TRF-004)."""

    email = email_field(_("E-mail address of the receiver"), autocomplete="off")
    accepts_terms = forms.BooleanField(label=_("I have read the general terms and accept them."), required=False)
    confirms_warnings = forms.BooleanField(label=_("I have read what follows from the move."), required=False)

    def __init__(self, entries: QueryDict | None, *, receivers: list[tuple[str, str]]) -> None:
        super().__init__(entries, initial={"way": "link"})
        ways = [
            ("link", _("By a link that I hand over myself")),
            ("email", _("By a link in an e-mail")),
            ("direct", _("At once, to another organisation of mine")),
        ]
        self.fields["way"] = forms.ChoiceField(
            label=_("How shall the receiver get the products?"),
            widget=forms.RadioSelect,
            choices=ways if receivers else ways[:2],
        )
        self.fields["email"].required = False
        self.fields["email"].help_text = _("For the way by e-mail. The link is valid for 14 days.")
        self.fields["receiver"] = forms.ChoiceField(
            label=_("Your other organisation"),
            choices=[("", _("Choose …")), *receivers],
            required=False,
            help_text=_("For the way at once. The move is complete when you send this form."),
        )
