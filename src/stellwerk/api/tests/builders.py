"""Callers of the interface, with tokens made by the real service."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from stellwerk.foundation.actor import Actor
from stellwerk.identity.models import Account
from stellwerk.identity.rules import SCOPES
from stellwerk.identity.services import create_token

EVERY_SCOPE = tuple(SCOPES)


def a_token_of(account: Account, *scopes: str) -> str:
    """The value of a new token; with every scope when none is named."""
    _stored, raw = create_token(
        actor=Actor(account_id=account.pk), account_id=account.pk, name="curl", scopes=scopes or EVERY_SCOPE
    )
    return raw


class Caller:
    """curl with a token: `caller.get("1/accounts")`."""

    def __init__(self, token: str | None = None, **headers: str) -> None:
        self.headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **headers}
        self.client = Client(raise_request_exception=False)

    def get(self, command: str, **headers: str) -> HttpResponse:
        return self.send("GET", command, **headers)

    def post(self, command: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", command, body, **headers)

    def send(self, method: str, command: str, body: Any = None, *, kind: str = "application/json", **headers: str):
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        all_headers = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, f"/api/{command}", raw, content_type=kind if raw else "", headers=all_headers
        )


def code_of(answer: HttpResponse) -> str:
    """The status and code of a refusal in one word: `404 object_not_found`."""
    return f"{answer.status_code} {answer.json()['error']['code']}"


def refused_fields(answer: HttpResponse) -> list[tuple[str, str]]:
    """Each refused field with the last part of its code: `("name", "max")`."""
    return [
        (each["context"]["attribute"], each["code"].removeprefix("validation_rule_"))
        for each in answer.json()["error"]["errors"]
    ]


def reason_of(answer: HttpResponse) -> str:
    return answer.json()["error"]["context"]["reason"]
