"""Applications of developers, driven from outside: no cookies, their own secrets."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from django.test import Client

from stellwerk.identity.services.oauth.applications import NewApplication, register_application
from stellwerk.organisations.tests.builders import a_stranger_actor

BACK = "https://reports.example/back?from=stellwerk"
SCOPES = ("openid", "profile", "email", "accounts:read", "products")
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class App:
    """An application as its developer runs it: no cookies, a secret of its own."""

    def __init__(self, client_id, secret, redirect_uri):
        self.client_id, self.secret, self.redirect_uri = client_id, secret, redirect_uri
        self.http = Client()

    def address(self, **more):
        asked = {
            "client_id": self.client_id, "redirect_uri": self.redirect_uri, "response_type": "code", "state": "s-1",
            "scope": "openid email accounts:read", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
            "nonce": "n-1", **more,
        }  # fmt: skip
        return "/authorize?" + urlencode({name: value for name, value in asked.items() if value is not None})

    def basic(self):
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def ask(self, path="/token", **form):
        headers = self.basic() if self.secret else {}
        if not self.secret:
            form.setdefault("client_id", self.client_id)
        return self.http.post(path, form, headers=headers)

    def redeem(self, code, **more):
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER, **more,
        }  # fmt: skip
        return self.ask(**{name: value for name, value in form.items() if value is not None})

    def refresh(self, token, **more):
        return self.ask(grant_type="refresh_token", refresh_token=token, **more)


def an_application(owner, *, name="Reports", is_public=False, redirect_uri=BACK, scopes=SCOPES):
    entries = NewApplication(
        name=name, description="Draws figures.", redirect_uris=(redirect_uri,), scopes=scopes, is_public=is_public
    )
    made = register_application(actor=a_stranger_actor(owner), account_id=owner.pk, entries=entries)
    return App(made.client_id, made.secret, redirect_uri)


def answer_of(response):
    location = urlsplit(response["Location"])
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def a_code(browser, app, **more):
    allowed = browser.post(app.address(**more), {"decision": "allow"})
    assert allowed.status_code == 303, allowed.content
    return answer_of(allowed)["code"]


def tokens_of(browser, app, **more):
    answer = app.redeem(a_code(browser, app, **more))
    assert answer.status_code == 200, answer.content
    return answer.json()


def error_of(response):
    return f"{response.status_code} {response.json()['error']}"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
