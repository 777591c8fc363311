"""Plain forms on top of services: the service judges, the form shows where it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import AccessDenied, DomainError, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.forms import BaseForm
    from django.utils.functional import _StrPromise


def text_field(
    label: str | _StrPromise, autocomplete: str, *, longest: int, required: bool = True, **more: Any
) -> forms.CharField:
    """A line of text; the browser fills it in where it knows `autocomplete`."""
    attributes = {"autocomplete": autocomplete}
    return forms.CharField(
        label=label, max_length=longest, required=required, widget=forms.TextInput(attributes), **more
    )


def email_field(label: str | _StrPromise, *, autocomplete: str = "username", **more: Any) -> forms.CharField:
    """An address that is judged by the service, so that every spelling gets the same sentence."""
    attributes = {"autocomplete": autocomplete, "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=254, widget=forms.EmailInput(attributes), **more)


def password_field(label: str | _StrPromise, **more: Any) -> forms.CharField:
    """The password a person has. What was typed is never sent back."""
    widget = forms.PasswordInput({"autocomplete": "current-password"})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


class NewPasswordField(forms.CharField):
    """A password to choose, with the rules shown."""

    def __init__(self, *, label: str | _StrPromise) -> None:
        super().__init__(label=label, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def get_bound_field(self, form: BaseForm, field_name: str) -> forms.BoundField:
        self.help_text = " ".join(password_validators_help_texts())  # in the language of this request
        return super().get_bound_field(form, field_name)


def code_field(*, is_focused: bool = True) -> forms.CharField:
    """Focused where it is the first thing to do; not where something above it must be read first."""
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": is_focused}
    return forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attributes))


def offer(form: BaseForm, name: str, *, choices: Iterable[tuple[Any, Any]]) -> None:
    """What the field of this name lets choose; known only when the form is made."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def correctable(refusal: DomainError) -> DomainError:
    """A refusal that the form can show. Raises NotFound and AccessDenied again: those are about the whole page."""
    if isinstance(refusal, NotFound | AccessDenied):
        raise refusal
    return refusal


def show_refusal(form: BaseForm, refusal: DomainError, *, names: Mapping[str, str] | None = None) -> None:
    """Put every refused field's sentence at its field, all else above the form. What was typed stays.

    `names` maps a name of the service to the field's, where they differ.
    """
    if not isinstance(refusal, Invalid):
        form.add_error(_field(form, refusal.field_name or ""), refusal.sentence())
        return
    for error in refusal.errors:
        form.add_error(_field(form, (names or {}).get(error.name, error.name)), str(error.text))


def _field(form: BaseForm, name: str) -> str | None:
    return name if name in form.fields else None
