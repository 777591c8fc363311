"""Pages of the second factor: the step at sign-in, and the profile's overview with a page per method."""

from django.urls import path

from stellwerk.identity.web.second_factor import overview, passkeys, recovery_codes, removal, sms, steps, totp

urls = [
    path("sign-in/second-factor", steps.choose, name="second-factor"),
    path("sign-in/second-factor/cancel", steps.cancel, name="cancel-second-factor"),
    path("sign-in/second-factor/totp", totp.step, name="second-factor-totp"),
    path("sign-in/second-factor/sms", sms.step, name="second-factor-sms"),
    path("sign-in/second-factor/sms/message", sms.send, name="send-second-factor-sms"),
    path("sign-in/second-factor/recovery-code", recovery_codes.step, name="second-factor-recovery-code"),
    path("sign-in/second-factor/passkey", passkeys.step, name="second-factor-passkey"),
    path("2fa", overview.short_address, name="2fa"),
    path("profile/second-factor", overview.overview, name="second-factors"),
    path("profile/second-factor/default", overview.choose_default_method, name="default-second-factor"),
    path("profile/second-factor/new-phone", overview.new_phone, name="new-phone"),
    path("profile/second-factor/totp/new", totp.new, name="new-totp"),
    path("profile/second-factor/passkey/new", passkeys.new, name="new-passkey"),
    path("profile/second-factor/passkey/new/device", passkeys.device, name="new-passkey-device"),
    path("profile/second-factor/passkey/<int:passkey_id>", passkeys.passkey, name="passkey"),
    path("profile/second-factor/sms/new", sms.new, name="new-sms-number"),
    path("profile/second-factor/sms/new/code", sms.confirm, name="confirm-sms-number"),
    path("profile/second-factor/recovery-codes", recovery_codes.new, name="recovery-codes"),
    path("profile/second-factor/recovery-codes/file", recovery_codes.file, name="recovery-codes-file"),
    path("profile/second-factor/<slug:method>/<int:factor_id>/removal", removal.removal, name="remove-second-factor"),
]

__all__ = ["urls"]
