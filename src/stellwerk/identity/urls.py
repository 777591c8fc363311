"""Addresses of the identity room. The `account_…` names are those django-allauth asks for."""

from django.urls import include, path

from stellwerk.identity.web import (
    alerts,
    application_passwords,
    compromised,
    find_login,
    help_pages,
    outbox,
    profile,
    recovery,
    second_factor,
    sign_in,
    sign_in_data,
    tokens,
)

own = [
    path("signed-out", sign_in.signed_out, name="signed-out"),
    path("forgotten/options", recovery.options, name="reset-options"),
    path("forgotten/login", find_login.find, name="find-login"),
    path("forgotten/login/sent", find_login.sent, name="find-login-sent"),
    path("forgotten/code", recovery.reset, name="reset-code"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", profile.password, name="password"),
    path("profile/sessions", profile.session_list, name="sessions"),
    path("profile/sessions/others/end", profile.end_other_sessions, name="end-other-sessions"),
    path("profile/sessions/<int:session_id>/end", profile.end_session, name="end-session"),
    path("profile/alerts", alerts.alerts, name="alerts"),
    path("profile/alerts/unlock", alerts.unlock, name="unlock"),
    path("profile/tokens", tokens.tokens, name="tokens"),
    path("profile/tokens/revocation", tokens.revocation, name="tokens-revocation"),
    path("profile/application-passwords", application_passwords.passwords, name="application-passwords"),
    path(
        "profile/application-passwords/revocation",
        application_passwords.revocation,
        name="application-passwords-revocation",
    ),
    path("profile/compromised", compromised.password, name="compromised"),
    path("profile/compromised/secrets", compromised.secrets, name="compromised-secrets"),
    path("profile/compromised/secrets/tokens", compromised.delete_tokens, name="compromised-tokens"),
    path(
        "profile/compromised/secrets/application-passwords",
        compromised.delete_application_passwords,
        name="compromised-application-passwords",
    ),
    path("profile/compromised/review", compromised.review, name="compromised-review"),
    path("profile/compromised/done", compromised.done, name="compromised-done"),
    path("help/login-and-mailbox", help_pages.login_and_mailbox, name="login-and-mailbox"),
    path("profile/sign-in-data", sign_in_data.overview, name="sign-in-data"),
    path(
        "profile/sign-in-data/recovery-email/removal", sign_in_data.remove_recovery_email, name="remove-recovery-email"
    ),
    path("profile/sign-in-data/<slug:change>", sign_in_data.start, name="change"),
    path("profile/sign-in-data/<slug:change>/code", sign_in_data.confirm, name="change-code"),
    path("profile/sign-in-data/<slug:change>/cancellation", sign_in_data.cancel, name="cancel-change"),
    *second_factor.urls,
    path("outbox", outbox.outbox, name="outbox"),
]

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-out", sign_in.sign_out, name="account_logout"),
    path("forgotten", recovery.request_reset, name="account_reset_password"),
    path("", include((own, "identity"))),
]
