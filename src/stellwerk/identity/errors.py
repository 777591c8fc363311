"""What the codes of this room mean to a person, and the refusals that more than one file raises."""

from __future__ import annotations

from math import ceil

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import AccessDenied, DomainError, Gone, NotFound, RuleBroken, TooManyRequests, describe

LONG_WAIT_SECONDS = 120  # from here on a person reads minutes

describe(
    {
        "login_already_used": _("This login belongs to another account."),
        "credentials_invalid": _(
            "E-mail address and password do not belong together. Check both, or set a new password."
        ),
        "password_incorrect": _("This is not your current password. Nothing was changed."),
        "code_invalid": _("This code does not fit. Compare it with the e-mail and enter it again."),
        "code_expired": _("This code is no longer valid. Ask for a new one."),
        "passkey_refused": _("This passkey was not accepted. Try again, or choose another way to sign in."),
        "passkey_expired": _("The question to your device is older than five minutes, or was answered. Try again."),
        "passkey_unusable": _("The answer of your device cannot be used. Try again, or take another device."),
        "passkeys_need_a_name": _(
            "A passkey is bound to a name, and this instance was opened by its network address. "
            "Open it by its name, for example localhost instead of 127.0.0.1."
        ),
        "too_many_passkeys": _("An account has at most %(most)s passkeys. Remove one that you no longer use."),
        "passkey_already_used": _("This passkey is enrolled already."),
        "channel_unknown": _("Choose one of the offered ways."),
        "help_request_over": _("This request is decided already, or its 72 hours have passed."),
        "help_request_unknown_login": _("This login does not exist; the request can only be refused."),
        "login_required": _("An account needs a login. Change it instead of removing it."),
        "recovery_equals_login": _(
            "The recovery address must differ from your login: it has to work when the login does not."
        ),
        "login_equals_recovery": _(
            "This is your recovery address. Choose another login, or change the recovery address first."
        ),
        "login_withdrawn": _(
            "The mailbox of this login is gone, so the login must be replaced. Sign in with the rescue identifier that "
            "was sent to your mobile number; your password stays the same."
        ),
        "verification_already_open": _(
            "A help request for this sign-in is being handled already. Wait for its decision; it comes within 72 hours."
        ),
        "account_locked": _(
            "The password is right, but after too many failed attempts this account is locked for browsers it does not "
            "know. It opens on %(opens_at)s by itself, earlier from a browser you have used before, by an "
            "administrator of your organisation, or when you set a new password."
        ),
        "code_already_used": _("This code was used before. Wait for the next one."),
        "linking_expired": _("Begin again: linking takes a quarter of an hour at most."),
        "second_factor_off": _("The second factor is off. Add a method first."),
        "sms_not_available_in_country": _(
            "Codes by SMS are not sent to numbers of this country. Choose another method: an authenticator app needs "
            "no number."
        ),
        "sms_number_exists": _("A number for codes is set up already. Remove it before you add another one."),
        "second_factor_demanded": _(
            "%(organisations)s demands a second factor. Add another one before you remove this one."
        ),
        "too_many_attempts": _("Too many attempts. Try again in %(retry_after_seconds)s seconds."),
    }
)


class CredentialsInvalid(RuleBroken):
    """One answer for every wrong combination, so that nobody learns which logins exist (ID-034)."""

    code = "credentials_invalid"


class PasswordIncorrect(RuleBroken):
    """The password asked again inside a signed-in session was wrong; nothing was changed."""

    code = "password_incorrect"


class AccountLocked(RuleBroken):
    """Said only to whoever typed the right password in a browser that the account does not know (SEC-056)."""

    code = "account_locked"
    status = 403


class CodeInvalid(RuleBroken):
    code = "code_invalid"


class CodeExpired(Gone):
    code = "code_expired"


class PasskeyRefused(RuleBroken):
    """One answer for everything that does not fit, so that nobody learns which keys exist (ID-034)."""

    code = "passkey_refused"


class PasskeyExpired(Gone):
    """A question is answered once, within five minutes."""

    code = "passkey_expired"


class PasskeyUnusable(RuleBroken):
    """What a device made at enrolment is broken, or of a kind that cannot be checked."""

    code = "passkey_unusable"


class LinkingExpired(Gone):
    """The second half of linking a factor came too late, or without the first."""

    code = "linking_expired"


class TooManyAttempts(TooManyRequests):
    """SEC-059: sign-in, code and recovery forms are throttled."""

    code = "too_many_attempts"

    def sentence(self) -> str:
        """In minutes where nobody counts seconds."""
        if self.retry_after_seconds < LONG_WAIT_SECONDS:
            return super().sentence()
        minutes = ceil(self.retry_after_seconds / 60)
        return gettext("Too many attempts. Try again in %(minutes)s minutes.") % {"minutes": minutes}


class OAuthRefusal(Exception):
    """A refusal in the form of RFC 6749 5.2, not in the envelope of the REST interface. `text` is for developers."""

    def __init__(self, code: str, text: str = "", *, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status


# ── Approve ──────────────────────────────────────────────────────────────────────────────────────────────────────────

describe(
    {
        "link_expired": _("This link was used already or is older than five minutes. Show a new one on the computer."),
        "request_expired": _("This request is too old. Begin the sign-in again if it was yours."),
        "request_already_handled": _("This request was answered already, or a newer one took its place."),
        "number_wrong": _("This is not the number on the computer. Nothing was approved."),
        "signature_invalid": _("The signature does not belong to this device and this answer. Nothing was changed."),
        "signin_rejected": _("The sign-in was refused on your device."),
    }
)


class DeviceNotRecognised(DomainError):
    """A call that no device of ours signed. `reason`: signature_missing, signature_stale, signature_invalid,
    device_unknown, device_removed. `server_time` lets an honest device with a wrong clock try once more.
    """

    code = "not_authorized"
    status = 401
    text = _("This request needs the signature of a linked device.")
    scheme = "Stellwerk-Device"  # of the Authorization header

    def __init__(self, reason: str, *, server_time: int) -> None:
        super().__init__(reason=reason, server_time=server_time)


class LinkExpired(Gone):
    """SEC-014: used, unknown, or older than five minutes."""

    code = "link_expired"


class RequestExpired(Gone):
    """SEC-021: nobody answered within two minutes, or the browser did not go on in time."""

    code = "request_expired"


class RequestAlreadyHandled(NotFound):
    """SEC-021: answered by another device or otherwise, or replaced by a newer attempt."""

    code = "request_already_handled"
    text = _("This request was answered already, or a newer one took its place.")


def password_required() -> AccessDenied:
    """A token or a session is not enough for this."""
    return AccessDenied("password_required", text=_("Send the password of the account along, as “password”."))
