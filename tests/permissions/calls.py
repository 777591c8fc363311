"""Calls a route as somebody and says in one word what happened. Nothing of a call remains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from stellwerk.api import commands
from stellwerk.foundation import rate_limits
from stellwerk.foundation.actor import Actor
from stellwerk.identity.rules import SCOPES
from stellwerk.identity.services import create_token
from tests.permissions import entries
from tests.permissions.routes import Route
from tests.permissions.world import World

SIGN_IN_STATUS, REFUSED_STATUS, HIDDEN_STATUS, UNKNOWN_METHOD_STATUS = 401, 403, 404, 405
UNEXPECTED_STATUS = 500
# A scope that no command asks for: what such a token may do needs no scope.
NO_SCOPE = "openid"


@dataclass
class Caller:
    """Everybody of the world, signed in once and with a token each."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # One for all: a new client would load every middleware again.
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        for role, account in self.world.people.items():
            browser = Client()
            browser.force_login(account)
            self.cookies[role] = browser.cookies[settings.SESSION_COOKIE_NAME].value
            self.tokens[role] = self.token(account.pk, SCOPES)
        self.tokens["unscoped"] = self.token(self.world.people["owner"].pk, [NO_SCOPE])

    def call(self, route: Route, role: str, values: dict[str, object]) -> HttpResponse:
        """The answer to the route as `role`; the transaction is rolled back, so that the next call finds the same."""
        with transaction.atomic():
            answer = self._command(route, role, values) if route.is_command else self._page(route, role, values)
            transaction.set_rollback(True)
        return answer

    def _command(self, route: Route, role: str, values: dict[str, object]) -> HttpResponse:
        rate_limits.forget_all()
        token = self.tokens.get(role)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = b"" if route.method == "GET" else orjson.dumps(self.body(route))
        return self.client.generic(
            route.method, route.filled(values), body, content_type="application/json", headers=headers
        )

    def _page(self, route: Route, role: str, values: dict[str, object]) -> HttpResponse:
        self.client.cookies.clear()
        if role in self.cookies:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        form = {name: self._value(entry) for name, entry in entries.FORMS.get(route.address, {}).items()}
        if route.method == "GET":
            return self.client.get(route.filled(values))
        return self.client.post(route.filled(values), form)

    def body(self, route: Route) -> Any:
        if str(route) in entries.BODIES:
            return self._value(entries.BODIES[str(route)])
        found = commands.find(route.address.removeprefix("/api/"))
        assert found is not None
        _endpoint, operation = found.command.methods[route.method]
        for model in operation.models:
            if model.__ninja_param_source__ == "body":
                schema = model.model_json_schema()
                (name,) = schema["properties"]
                return entries.made_up(schema["properties"][name], schema.get("$defs", {}))
        return {}

    def _value(self, entry: Any) -> Any:
        return entry(self.world) if callable(entry) else entry

    @staticmethod
    def token(account_id: int, scopes: Any) -> str:
        actor = Actor(account_id=account_id)
        return create_token(actor=actor, account_id=account_id, name="matrix", scopes=scopes)[1]


def outcome(answer: HttpResponse) -> str:
    """The word of the tables, or the bare status of a fault of ours."""
    status = answer.status_code
    if status == UNEXPECTED_STATUS:
        return f"broken ({status})"
    if status == SIGN_IN_STATUS or answer.get("Location", "").startswith(settings.LOGIN_URL):
        return "sign-in"
    return {REFUSED_STATUS: "refused", HIDDEN_STATUS: "hidden"}.get(status, "ok")


def knows_method(answer: HttpResponse) -> bool:
    return answer.status_code != UNKNOWN_METHOD_STATUS
