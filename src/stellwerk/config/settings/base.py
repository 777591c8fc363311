"""Settings shared by every way of running Stellwerk. What an operator may choose comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from stellwerk.config.settings.reading import address, choice, database, kept_secret, number, zone

SOURCE = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("STELLWERK_DATA", "var")).resolve()

SECRET_KEY = os.environ.get("STELLWERK_SECRET_KEY") or kept_secret(DATA / "secret.key")
# The first key encrypts, all of them decrypt: a key is rotated by putting a new one in front.
ENCRYPTION_KEYS = os.environ.get("STELLWERK_ENCRYPTION_KEYS", "").split() or [kept_secret(DATA / "encryption.key")]
# Signs the ID tokens of the OpenID Connect provider. Made at its first use; the same on every node.
OIDC_KEY_FILE = Path(os.environ.get("STELLWERK_OIDC_KEY_FILE") or DATA / "oidc.pem")

# From it the key is derived by which push services know this house (RFC 8292); a new one ends all subscriptions.
VAPID_SECRET = os.environ.get("STELLWERK_VAPID_SECRET") or kept_secret(DATA / "vapid.key")

DEBUG = False
SITE_URL = address("STELLWERK_URL")
ALLOWED_HOSTS = os.environ.get("STELLWERK_HOSTS", "127.0.0.1 localhost [::1]").split()
# A host that serves the commands of /api at its root as well, for example api.example.ch.
API_HOST = os.environ.get("STELLWERK_API_HOST", "")
# How many proxies of the operator stand before us; each appends to X-Forwarded-For. 0 believes the connection only.
TRUSTED_PROXIES = number("STELLWERK_TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "stellwerk.foundation",
    "stellwerk.identity",
    "stellwerk.organisations",
    "stellwerk.catalogue",
    "stellwerk.products",
    "stellwerk.billing",
    "stellwerk.help",
    "stellwerk.web",
    "stellwerk.api",
]

MIDDLEWARE = [
    "stellwerk.foundation.edge.middleware.RequestIdMiddleware",
    "stellwerk.foundation.edge.middleware.PublicSchemeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "stellwerk.api.gateway.ApiGateway",  # before everything that knows cookies: a session is nobody on /api
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "stellwerk.foundation.edge.session_cookie.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "stellwerk.web.middleware.ActorMiddleware",
    "stellwerk.identity.web.browsers.BrowserMiddleware",
    "stellwerk.web.errors.BareAnswers",
]

ROOT_URLCONF = "stellwerk.config.urls"
WSGI_APPLICATION = "stellwerk.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "stellwerk.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database(DATA / "stellwerk.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that will write waits for its turn at the start instead of failing at the end.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "foundation_cache"}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["stellwerk.identity.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "stellwerk.identity.hashers.PasswordRules"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("de", _("German")), ("fr", _("French")), ("it", _("Italian")), ("en", _("English")), ("es", _("Spanish"))]
USE_I18N = True
# Where a library and a room translate the same text, the room's words win.
LOCALE_PATHS = sorted(SOURCE.glob("*/locale"))
USE_TZ = True
# Business dates (expiry, due dates, invoice dates) are dates in the operator's zone: GEN-010.
TIME_ZONE = zone("STELLWERK_TIME_ZONE", "Europe/Zurich")
LANGUAGE_COOKIE_NAME = "language"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "files")}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A browser signs in anew after so many days, and after so many days without a visit.
SESSION_DAYS = number("STELLWERK_SESSION_DAYS", 30)
SESSION_IDLE_DAYS = number("STELLWERK_SESSION_IDLE_DAYS", 7)
SESSION_COOKIE_AGE = SESSION_DAYS * 86_400
SESSION_ENGINE = "stellwerk.foundation.edge.session_store"
# The prefix is a promise of the browser: no neighbouring host, such as a customer's site, has set this cookie.
SESSION_COOKIE_NAME = "__Host-session" if SITE_URL.startswith("https://") else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "stellwerk.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # TLS ends at the operator's proxy
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains and the preload list are the operator's: other things may be served there
    "security.W021",
    "security.W008",  # the proxy that ends TLS redirects
]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FORM_RENDERER = "stellwerk.foundation.edge.choices.FormRenderer"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Above the largest file that a form takes (16 MiB), so that the form itself can say what is too large.
LARGEST_UPLOAD_BYTES = 33_554_432
FILE_UPLOAD_HANDLERS = [
    "stellwerk.foundation.edge.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# The invoicing operator. An instance is one legal entity; its data stand on every document.
OPERATOR = {
    "name": os.environ.get("STELLWERK_OPERATOR_NAME", "Stellwerk Demo AG"),
    "street": os.environ.get("STELLWERK_OPERATOR_STREET", "Bahnhofstrasse"),
    "building_number": os.environ.get("STELLWERK_OPERATOR_BUILDING_NUMBER", "1"),
    "postal_code": os.environ.get("STELLWERK_OPERATOR_POSTAL_CODE", "3011"),
    "town": os.environ.get("STELLWERK_OPERATOR_TOWN", "Bern"),
    "country": os.environ.get("STELLWERK_OPERATOR_COUNTRY", "CH"),
    "vat_number": os.environ.get("STELLWERK_OPERATOR_VAT_NUMBER", "CHE-116.281.710 MWST"),
    "email": os.environ.get("STELLWERK_OPERATOR_EMAIL", "billing@stellwerk.example"),
    # A QR-IBAN takes 27-digit references (QRR); an ordinary IBAN takes RF references (SCOR): QRB-002.
    "iban_chf": os.environ.get("STELLWERK_OPERATOR_IBAN_CHF", "CH4431999123000889012"),
    "iban_eur": os.environ.get("STELLWERK_OPERATOR_IBAN_EUR", "CH5800791123000889012"),
    # The accounts that pay withdrawals, where they are not those that customers pay to: a QR-IBAN only receives.
    "payout_iban_chf": os.environ.get("STELLWERK_OPERATOR_PAYOUT_IBAN_CHF", ""),
    "payout_iban_eur": os.environ.get("STELLWERK_OPERATOR_PAYOUT_IBAN_EUR", ""),
    # Identifies the operator on documents outside the scope of VAT, which bear no VAT number.
    "registration_number": os.environ.get("STELLWERK_OPERATOR_REGISTRATION", "CHE-116.281.710"),
    # The one-stop shop's number stands on invoices to consumers in the EU.
    "oss_registered": choice("STELLWERK_OPERATOR_OSS", "yes", "no") == "yes",
    "oss_number": os.environ.get("STELLWERK_OPERATOR_OSS_NUMBER", "EU756000123"),
}
# Where these are not set, documents name a company that does not exist, and accounts that nobody owns.
OPERATOR_LACKS = [
    name
    for name in (f"STELLWERK_OPERATOR_{each}" for each in ("NAME", "VAT_NUMBER", "IBAN_CHF", "IBAN_EUR"))
    if not os.environ.get(name)
]

# Pages of the operator's own site, linked at the foot of every public page; what is empty is not shown (UI-031).
OPERATOR_LINKS = {
    "about": os.environ.get("STELLWERK_LINK_ABOUT", ""),
    "certificates": os.environ.get("STELLWERK_LINK_CERTIFICATES", ""),
    "support": os.environ.get("STELLWERK_LINK_SUPPORT", ""),
    "premium_support": os.environ.get("STELLWERK_LINK_PREMIUM_SUPPORT", ""),
    "partners": os.environ.get("STELLWERK_LINK_PARTNERS", ""),
    "report_abuse": os.environ.get("STELLWERK_LINK_REPORT_ABUSE", ""),
    "legal": os.environ.get("STELLWERK_LINK_LEGAL", ""),
    "imprint": os.environ.get("STELLWERK_LINK_IMPRINT", ""),
    "data_protection": os.environ.get("STELLWERK_LINK_DATA_PROTECTION", ""),
    "privacy": os.environ.get("STELLWERK_LINK_PRIVACY", ""),
    "status": os.environ.get("STELLWERK_LINK_STATUS", ""),
}

# The version of the terms that buyers accept; it is stored with every order (ORD-014).
TERMS_VERSION = os.environ.get("STELLWERK_TERMS_VERSION", "2026-01")

# "outbox" keeps every message on a page of its own; "smtp" sends e-mail as well.
NOTIFICATION_DRIVER = choice("STELLWERK_NOTIFICATION_DRIVER", "outbox", "smtp")
# Text messages: "outbox" shows them on the outbox page, "http" hands them to a gateway, "none" hides what needs them.
SMS_DRIVER = choice("STELLWERK_SMS_DRIVER", "outbox", "http", "none")
# Whose numbers may get codes as a second factor, by the country of the number (SEC-004).
SMS_COUNTRIES = os.environ.get("STELLWERK_SMS_COUNTRIES", "CH FR BE DE").split()
# Where the free personal Suite is offered, by the country of the person and of the number: list A (ID-013, Q10).
PERSONAL_SUITE_COUNTRIES = os.environ.get(
    "STELLWERK_PERSONAL_SUITE_COUNTRIES",
    "AT AU BE BL CA CH CL CO CR CZ DE DK EE ES FI FR GB GF GP GR HU IE IL IS IT JP KR LT LU LV MC MF MQ MX NC NL NO NZ "
    "PF PL PM PT RE SE SI SK TF TR US WF YT",
).split()
SMS_GATEWAY_URL = os.environ.get("STELLWERK_SMS_URL", "")
SMS_GATEWAY_TOKEN = os.environ.get("STELLWERK_SMS_TOKEN", "")
EMAIL_HOST = os.environ.get("STELLWERK_SMTP_HOST", "")
EMAIL_PORT = number("STELLWERK_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("STELLWERK_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("STELLWERK_SMTP_PASSWORD", "")
EMAIL_USE_TLS = choice("STELLWERK_SMTP_TLS", "no", "yes") == "yes"
DEFAULT_FROM_EMAIL = os.environ.get("STELLWERK_SENDER", "Stellwerk <no-reply@stellwerk.example>")
# The outbox shows sign-up codes: open without sign-in only while the server listens on this machine alone.
OUTBOX_IS_LOCAL = choice("STELLWERK_OUTBOX", "operator", "local") == "local"

# A MaxMind database (.mmdb) that tells where network addresses are; without one, places stay unknown.
PLACES_FILE = os.environ.get("STELLWERK_PLACES", "")

# A table of the operator that says which browsers are too old, instead of foundation/browsers.toml (UI-018, UI-019).
BROWSERS_FILE = os.environ.get("STELLWERK_BROWSERS", "")

# An account that strangers have locked opens by itself after so many hours (SEC-056).
ACCOUNT_LOCK_HOURS = number("STELLWERK_ACCOUNT_LOCK_HOURS", 24)

# After so many days a person is asked whether the data are still right (ID-048); 0 never asks.
DATA_CHECK_DAYS = number("STELLWERK_DATA_CHECK_DAYS", 180)

# How long an invitation to an organisation can be accepted (ORG-039).
INVITATION_DAYS = number("STELLWERK_INVITATION_DAYS", 14)

# What the last step of removing people asks for: the own "login", or the "password" (ORG-059).
REMOVAL_CONFIRMATION = choice("STELLWERK_REMOVAL_CONFIRMATION", "login", "password")

# Approve (SEC-014, SEC-021, SEC-022): how long a link and a request live, how long the browser may take after YES,
# how many requests of an account may be open.
APPROVE_LINK_SECONDS = number("STELLWERK_APPROVE_LINK_SECONDS", 300)
APPROVE_REQUEST_SECONDS = number("STELLWERK_APPROVE_REQUEST_SECONDS", 120)
APPROVE_FINALISE_SECONDS = number("STELLWERK_APPROVE_FINALISE_SECONDS", 30)
APPROVE_OPEN_REQUESTS = number("STELLWERK_APPROVE_OPEN_REQUESTS", 3)
# The push services that may be called: a host with all below it, or scheme and host. Nothing else is ever called.
PUSH_SERVICES = os.environ.get(
    "STELLWERK_PUSH_SERVICES",
    "fcm.googleapis.com push.services.mozilla.com push.apple.com notify.windows.com",
).split()

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "stellwerk.identity.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in"
USERSESSIONS_TRACK_ACTIVITY = False

LOGGING_CONFIG = None
