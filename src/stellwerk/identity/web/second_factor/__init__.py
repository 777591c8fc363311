"""Pages of the second factor: the step at sign-in, and the profile's overview with a page per method."""

from django.urls import path

from stellwerk.identity.web.second_factor import overview, steps, totp

urls = [
    path("sign-in/second-factor", steps.choose, name="second-factor"),
    path("sign-in/second-factor/cancel", steps.cancel, name="cancel-second-factor"),
    path("sign-in/second-factor/totp", totp.step, name="second-factor-totp"),
    path("2fa", overview.short_address, name="2fa"),
    path("profile/second-factor", overview.overview, name="second-factors"),
    path("profile/second-factor/default", overview.choose_default_method, name="default-second-factor"),
    path("profile/second-factor/totp/new", totp.new, name="new-totp"),
    path("profile/second-factor/<slug:method>/<int:factor_id>/removal", overview.removal, name="remove-second-factor"),
]

__all__ = ["urls"]
