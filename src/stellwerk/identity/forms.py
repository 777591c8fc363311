"""Forms of the identity pages. They know labels and shapes; services judge the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from stellwerk.foundation.edge.forms import NewPasswordField, code_field, email_field, offer, password_field
from stellwerk.identity.queries import scope_rows, sync_scope_rows
from stellwerk.identity.rules import LOCK_CHOICES, LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stellwerk.identity.services.password_reset import ResetOption
    from stellwerk.identity.services.workplaces import Workplace


class SignInForm(forms.Form):
    email = email_field(_("E-mail address"), autocomplete="username webauthn")  # passkeys are offered with the logins
    password = password_field(
        _("Password"),
        help_text=_("Use the password of your account, not that of a mailbox."),
    )


class ResetRequestForm(forms.Form):
    email = email_field(_("Login"))


class ResetOptionForm(forms.Form):
    """One of the ways that are offered, by its channel."""

    channel = forms.ChoiceField(label=_("Send the code"), widget=forms.RadioSelect)

    def __init__(self, *values: Any, options: Iterable[ResetOption], **more: Any) -> None:
        super().__init__(*values, **more)
        names = {
            "email": _("By e-mail to the login %(value)s"),
            "recovery_email": _("By e-mail to the recovery address %(value)s"),
            "sms": _("By text message to %(value)s"),
        }
        choices = [(each.channel, names[each.channel] % {"value": each.masked}) for each in options]
        offer(self, "channel", choices=choices)
        if choices:
            self.initial.setdefault("channel", choices[0][0])


class FindLoginForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("With country code, for example +41 79 123 45 67."),
    )
    channel = forms.ChoiceField(
        label=_("Send the login"),
        choices=[("sms", _("By text message to this number")), ("email", _("By e-mail to the stored addresses"))],
        initial="sms",
        widget=forms.RadioSelect,
    )


class FindLoginByAddressForm(forms.Form):
    recovery_email = email_field(_("Recovery address"), autocomplete="email")


class ResetForm(forms.Form):
    code = code_field()
    new_password = NewPasswordField(label=_("New password"))


class ProfileForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("Nobody but you sees it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Appearance"),
        choices=[("automatic", _("Automatic")), ("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("Automatic follows your device."),
    )


class PictureForm(forms.Form):
    """The service judges the content; whatever name and type the browser declares are not looked at."""

    picture = forms.FileField(
        label=_("New picture"),
        max_length=None,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP, at most 5 MB; best at least 210 pixels wide and high. The middle is shown."),
    )


class PasswordForm(forms.Form):
    current_password = password_field(_("Current password"))
    new_password = NewPasswordField(label=_("New password"))


class SecretForm(forms.Form):
    """What every new secret asks for: a name to recognise it by, and the password once more."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "off"}))
    current_password = password_field(_("Your password, once more"))


class ReentryForm(forms.Form):
    """The password once more, inside a signed-in session."""

    current_password = password_field(_("Your password, once more"))


class StepForm(forms.Form):
    """The last step of a sign-in, whatever the method."""

    trusts_browser = forms.BooleanField(
        label=_("Do not ask again in this browser for 30 days"),
        required=False,
        help_text=_("Only on a device that nobody else uses."),
    )


class FactorForm(StepForm):
    """The code of a second factor."""

    code = code_field()
    field_order = ("code", "trusts_browser")


class RecoveryCodeForm(StepForm):
    """One of the ten; not only digits."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Recovery code"),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    field_order = ("code", "trusts_browser")


class SmsNumberForm(ReentryForm):
    """A number for codes, and the password once more."""

    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("With country code, for example +41 79 123 45 67."),
    )
    field_order = ("phone", "current_password")


class PasskeyStepForm(StepForm):
    """The device's answer, which the script puts into the field."""

    answer = forms.CharField(
        max_length=20_000,
        widget=forms.HiddenInput,
        error_messages={"required": _("Your device gave no answer. Try again, or choose another way.")},
    )


class PasskeyNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "off"}))


class TotpForm(SecretForm):
    """A new application: the name to recognise it by, the code it shows, and the password once more."""

    code = code_field(is_focused=False)  # the image above comes first
    field_order = ("code", "name", "current_password")


def scope_choices() -> list[tuple[str, str]]:
    return [(row.code, f"{row.words} ({row.code})") for row in scope_rows()]


def sync_scope_choices() -> list[tuple[str, str]]:
    return [(row.code, row.words) for row in sync_scope_rows()]


def end_field() -> forms.DateField:
    """The last day something works, or nothing."""
    return forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Without a date it is valid until you revoke it."),
    )


class TokenForm(SecretForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A token never reaches more than you yourself may do."),
    )
    organisation_id = forms.ChoiceField(
        label=_("Organisation"),
        required=False,
        help_text=_("A token for one organisation opens neither the others nor your profile."),
    )
    expires_on = end_field()
    field_order = ("name", "organisation_id", "scopes", "expires_on", "current_password")

    def __init__(self, *args: Any, workplaces: Sequence[Workplace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(place.id), place.name) for place in workplaces]
        offer(self, "organisation_id", choices=[("", _("All of mine")), *places])


class LoginChangeForm(ReentryForm):
    new_login = email_field(_("New login"), autocomplete="off")
    repeated = email_field(_("New login, once more"), autocomplete="off")
    field_order = ("new_login", "repeated", "current_password")


class RecoveryEmailForm(ReentryForm):
    new_email = email_field(_("New recovery address"), autocomplete="email")
    field_order = ("new_email", "current_password")


class PhoneChangeForm(ReentryForm):
    new_phone = forms.CharField(
        label=_("New mobile number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("With country code, for example +41 79 123 45 67."),
    )
    field_order = ("new_phone", "current_password")


class CodeForm(forms.Form):
    code = code_field()


class SecurityForm(forms.Form):
    """What a person is told of sign-ins, and when strangers are locked out."""

    alerts = forms.ChoiceField(
        label=_("Mails about sign-ins"),
        choices=[
            ("every", _("Every sign-in")),
            ("unusual", _("Failed sign-ins, new browsers and new places")),
            ("none", _("None")),
        ],
        widget=forms.RadioSelect,
    )
    locks_after = forms.TypedChoiceField(
        label=_("Lock for unknown browsers"),
        coerce=lambda raw: None if raw == "never" else int(raw),
        help_text=_("Browsers you have used before, passkeys and approvals go on."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after = ngettext_lazy("After %(count)s failed attempt", "After %(count)s failed attempts in a row", "count")
        choices = [(number, after % {"count": number}) for number in LOCK_CHOICES]
        offer(self, "locks_after", choices=[*choices, ("never", _("Never"))])


class ApplicationPasswordForm(SecretForm):
    scopes = forms.MultipleChoiceField(
        label=_("For"),
        choices=sync_scope_choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["calendar", "contacts"],
    )
    is_read_only = forms.BooleanField(
        label=_("Read only"), required=False, help_text=_("The program sees everything and changes nothing.")
    )
    expires_on = end_field()
    field_order = ("name", "scopes", "is_read_only", "expires_on", "current_password")


class ConsentForm(forms.Form):
    """Nothing to fill in, unless the application wants to be sure who answers."""

    current_password = password_field(_("Your password, once more"))

    def __init__(self, *args: Any, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["current_password"]


class DeviceForm(forms.Form):
    user_code = forms.CharField(
        label=_("Code on the device"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ApplicationFactsForm(SecretForm):
    """What the owner of an application may enter at any time."""

    description = forms.CharField(
        label=_("Description"), max_length=500, help_text=_("What it does for those who let it in, in one sentence.")
    )
    redirect_uris = forms.CharField(
        label=_("Redirect addresses"),
        required=False,
        max_length=6_000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_("One per line. People are led back to exactly one of these."),
    )


class ApplicationForm(ApplicationFactsForm):
    """A new application. Kind and scopes stay: people let it in as what it is."""

    kind = forms.ChoiceField(
        label=_("Where it runs"),
        choices=[
            ("confidential", _("On a server of yours, with a secret")),
            ("public", _("On the devices of its users, without a secret")),
        ],
        widget=forms.RadioSelect,
        initial="confidential",
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The most it may ever ask for."),
    )
    field_order = ("name", "description", "kind", "redirect_uris", "scopes", "current_password")


class ApplicationEditForm(ApplicationFactsForm):
    post_logout_redirect_uris = forms.CharField(
        label=_("Addresses after signing out"),
        required=False,
        max_length=6_000,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
        help_text=_("One per line. An application that signs people out here may lead them back to one of these."),
    )
    field_order = ("name", "description", "redirect_uris", "post_logout_redirect_uris", "current_password")


class HelpRequestForm(forms.Form):
    """Who asks, how to answer, and what helps to recognise the person."""

    login = email_field(_("Login"))
    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, widget=forms.TextInput({"autocomplete": "name"})
    )
    contact = email_field(_("E-mail address for the answer"), autocomplete="email")
    story = forms.CharField(
        label=_("What happened, and how can we recognise you?"), max_length=2_000, widget=forms.Textarea({"rows": 5})
    )


class HelpDecisionForm(forms.Form):
    request = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    note = forms.CharField(label=_("How was the person verified?"), max_length=2_000)
