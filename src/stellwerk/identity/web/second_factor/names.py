"""What the methods are called on pages, and which page each has at sign-in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stellwerk.identity.services.second_factor import Method

METHOD_NAMES = {
    Method.APPROVE: _("Approval on your phone"),
    Method.PASSKEY: _("Passkey or security key"),
    Method.TOTP: _("Code from an authenticator app"),
    Method.SMS: _("Code by SMS"),
    Method.RECOVERY_CODE: pgettext_lazy("second factor", "Recovery code"),
}
