"""Second factors for tests, made by the real services where a test does not begin after them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
from django.test import Client

from stellwerk.foundation import clock, secrets
from stellwerk.identity.models import TotpApp
from stellwerk.organisations.tests.builders import PASSWORD

if TYPE_CHECKING:
    from datetime import datetime

    from stellwerk.identity.models import Account


def a_totp_app_of(account: Account, *, name: str = "Phone") -> TotpApp:
    """An app that was linked some time ago: none of the codes of now is used up."""
    return TotpApp.objects.create(
        account=account,
        name=name,
        secret=secrets.encrypt(pyotp.random_base32()),
        created_at=clock.now(),
        last_used_step=0,
    )


def a_code_of(app: TotpApp, *, at: datetime | None = None) -> str:
    """What the app shows."""
    return pyotp.TOTP(secrets.decrypt(app.secret)).at(at or clock.now())


def next_code_of(app: TotpApp) -> str:
    """What the app shows in half a minute; a clock that is early."""
    return a_code_of(app, at=clock.now() + timedelta(seconds=30))


def sign_in_with_password(browser: Client, account: Account, **more: str):
    return browser.post("/sign-in", {"email": account.email, "password": PASSWORD, **more})


def a_waiting_browser(account: Account, **more: str) -> Client:
    """A browser that knew the password and is asked for the second factor."""
    browser = Client()
    answer = sign_in_with_password(browser, account, **more)
    assert answer["Location"] == "/sign-in/second-factor"
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get("/profile").status_code == 200
