"""Roles of members, representation, and what ends an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import email_field, offer, password_field, text_field
from stellwerk.organisations.forms.fields import last_day_field

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Role


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    has_billing_access = forms.BooleanField(
        label=_("May see and pay invoices"),
        required=False,
        help_text=_("A choice for collaborators. Administrators always may, externals never."),
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", choices=[(role.value, role.label) for role in roles])


class ConfirmationForm(forms.Form):
    """The last step of what cannot be undone: a tick, and the own login or password (ORG-059)."""

    understands = forms.BooleanField(
        label=_("I understand that the access ends at once."),
        error_messages={"required": _("Tick the box to go on.")},
    )
    login = email_field(_("Your e-mail address, to confirm"), autocomplete="off")
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
        offer(self, "person", choices=people)


class DeletionForm(forms.Form):
    """The last step of deleting an organisation (ORG-067)."""

    gives_up = forms.MultipleChoiceField(
        label=_("Rest on the prepaid account"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is too little to be paid out. Given up, it is gone for good."),
        error_messages={
            "required": _("Tick what you give up, or use the money first."),
            "invalid_choice": _("The balance has changed meanwhile. Look at the amount again."),
        },
    )
    typed_name = text_field(_("Name of the organisation"), "off", longest=150)
    wants_invoices = forms.BooleanField(
        label=_("Send me the paid invoices by e-mail"),
        required=False,
        initial=True,
        help_text=_("Afterwards you no longer reach them here."),
    )
    current_password = password_field(_("Your password"))

    def __init__(self, *args: Any, rests: list[tuple[str, str]], **kwargs: Any) -> None:
        """`rests`: what can be given up, each by its name for the service and the words of its tick."""
        super().__init__(*args, **kwargs)
        if rests:
            offer(self, "gives_up", choices=rests)
        else:
            del self.fields["gives_up"]


class StopForm(forms.Form):
    """Who asks for the end of all services (ORG-065)."""

    current_password = password_field(_("Your password"))


class LastDaysForm(forms.Form):
    """When a membership and the right to invoices end by themselves."""

    ends_on = last_day_field(label=_("Belongs to the organisation until"))
    billing_ends_on = last_day_field(label=_("Sees invoices until"))

    def __init__(self, *args: Any, has_billing_access: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_billing_access:
            del self.fields["billing_ends_on"]
