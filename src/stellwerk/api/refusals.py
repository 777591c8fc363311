"""Refusals as answers: one envelope for every error, the code stable, the description in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.api import json_answer
from stellwerk.foundation.errors import AccessDenied, DomainError, Invalid
from stellwerk.identity.errors import DeviceNotRecognised

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import _StrPromise


class NotAuthorized(DomainError):
    """No usable token. `reason` is one of API-011's words."""

    code = "not_authorized"
    status = 401
    text = _("This request needs a valid API token in its Authorization header.")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class MethodNotFound(DomainError):
    code = "method_not_found"
    status = 404
    text = _("There is no such command. The documentation lists them all.")


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    status = 405
    text = _("This command does not know the method. It knows: %(allowed)s.")

    def __init__(self, allowed: str) -> None:
        super().__init__(allowed=allowed)
        self.allowed = allowed


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415
    text = _("Send the body as application/json.")


class MalformedJson(DomainError):
    code = "malformed_json"
    status = 400
    text = _("The body is not valid JSON.")


class RequestTooLarge(DomainError):
    code = "request_too_large"
    status = 413
    text = _("The request is too large.")


class UnexpectedError(DomainError):
    """Our fault. Nothing of the request was carried out."""

    code = "unexpected_error"
    status = 500
    text = _("Something went wrong on our side and nothing was changed. Tell support the number of the request.")


def insufficient_scope(scope: str) -> AccessDenied:
    refusal = AccessDenied("insufficient_scope", text=_("The token lacks a scope this command needs."))
    refusal.context["scope"] = scope
    return refusal


def person_required() -> AccessDenied:
    """An application acts for itself; everything here belongs to people and their organisations."""
    return AccessDenied("person_required", text=_("This token stands for an application, not for a person."))


# Pages name the people; a program reads whom to ask in the sentence, too.
_WHOM_TO_ASK = {
    ("legal_representative",): _("You may not do this. Ask a legal representative."),
    ("legal_representative", "administrator"): _(
        "You may not do this. Ask a legal representative or an administrator."
    ),
}


def refusal_answer(refusal: DomainError) -> HttpResponse:
    """The envelope of an error. `errors` has one entry per refused field, `context` plain values."""
    answer = json_answer(
        {
            "result": "error",
            "error": {
                "code": refusal.code,
                "description": _description(refusal),
                "errors": _errors(refusal),
                "context": refusal.context,
            },
        },
        status=refusal.status,
    )
    if isinstance(refusal, NotAuthorized):
        answer["WWW-Authenticate"] = _challenge(refusal)
    if isinstance(refusal, DeviceNotRecognised):
        answer["WWW-Authenticate"] = refusal.scheme
    if isinstance(refusal, MethodNotAllowed):
        answer["Allow"] = refusal.allowed
    if "retry_after_seconds" in refusal.context:
        answer["Retry-After"] = str(refusal.context["retry_after_seconds"])
    return answer


def _description(refusal: DomainError) -> str:
    if isinstance(refusal, AccessDenied) and refusal.text == AccessDenied.text:
        return str(_WHOM_TO_ASK.get(tuple(refusal.context["granted_by"]), refusal.text))
    return refusal.sentence()


def _errors(refusal: DomainError) -> list[dict[str, Any]]:
    if isinstance(refusal, Invalid):
        return [
            _entry(f"validation_rule_{each.rule}", each.text, attribute=each.name, values=each.values)
            for each in refusal.errors
        ]
    if refusal.field_name:
        return [_entry(refusal.code, refusal.sentence(), attribute=refusal.field_name, values=())]
    return []


def _entry(code: str, text: str | _StrPromise, *, attribute: str, values: tuple[str, ...]) -> dict[str, Any]:
    context: dict[str, Any] = {"attribute": attribute}
    if values or code == "validation_rule_in":
        context["values"] = list(values)
    return {"code": code, "description": str(text), "context": context}


def _challenge(refusal: NotAuthorized) -> str:
    """RFC 6750 3: a request without a token gets no error code."""
    reason = refusal.context["reason"]
    return "Bearer" if reason == "token_missing" else f'Bearer error="invalid_token", error_description="{reason}"'
