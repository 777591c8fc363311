"""Somebody who is signed in, at a page of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.test import Client

from stellwerk.foundation.actor import Actor
from stellwerk.help.services import end_tour

if TYPE_CHECKING:
    from playwright.sync_api import Page


def sign_in(page: Page, account, *, origin: str, with_tour: bool = False) -> None:
    """As after the sign-in page: the session's cookie is in this browser. The tour of the first visit is over."""
    client = Client()
    client.force_login(account)
    if not with_tour:
        end_tour(actor=Actor(account_id=account.pk))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
