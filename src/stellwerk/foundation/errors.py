"""Refusals a person can act on. The edge turns each into a page or into the error envelope of the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

_texts: dict[str, str | _StrPromise] = {}


def describe(texts: Mapping[str, str | _StrPromise]) -> None:
    """A room's `errors.py` says once what each of its codes means to a person; raising the code then suffices."""
    _texts.update(texts)


def described() -> dict[str, str | _StrPromise]:
    """All codes described so far, for the published list of errors."""
    return dict(_texts)


class DomainError(Exception):
    """A rule said no. `code` is stable snake_case, `text` is translated, `context` holds plain values."""

    code: str = "refused"
    status: ClassVar[int] = 400
    text: str | _StrPromise = _("This is not possible.")

    def __init__(
        self,
        code: str | None = None,
        *,
        text: str | _StrPromise | None = None,
        field_name: str | None = None,
        **context: Any,
    ) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.text = text if text is not None else _texts.get(self.code, self.text)
        self.field_name = field_name
        self.context = context

    def sentence(self) -> str:
        """The text in the active language with its values filled in."""
        return str(self.text) % self.context if self.context else str(self.text)


class NotFound(DomainError):
    """Unknown or not visible: foreign things do not exist."""

    code = "object_not_found"
    status = 404
    text = _("This does not exist, or it belongs to an organisation you do not work in.")


class AccessDenied(DomainError):
    """A known person lacks a right in an own organisation. `reason` names it, `granted_by` who can help."""

    code = "access_denied"
    status = 403
    text = _("You may not do this.")

    def __init__(self, reason: str, *, granted_by: tuple[str, ...] = (), text: str | _StrPromise | None = None) -> None:
        super().__init__(text=text, reason=reason, granted_by=list(granted_by))
        self.reason = reason

    def sentence(self) -> str:
        return str(self.text)


class RuleBroken(DomainError):
    """A business rule refuses the request."""


class Conflict(DomainError):
    code = "conflict"
    status = 409
    text = _("Somebody changed this in the meantime. Look at it again, then repeat your change.")


class Gone(DomainError):
    status = 410


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    text = _("Too many attempts. Wait %(retry_after_seconds)s seconds.")

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field. `rule` is the last part of `validation_rule_…` on the wire."""

    name: str
    rule: str
    text: str | _StrPromise
    values: tuple[str, ...] = field(default=())


class Invalid(DomainError):
    """Values of the request are refused, each with its field and its way out."""

    code = "validation_failed"
    status = 422
    text = _("Some entries need a correction.")

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = errors
