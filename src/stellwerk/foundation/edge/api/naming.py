"""Refused fields by the names that the client sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stellwerk.foundation.errors import DomainError, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def wire_names(**names: str) -> Iterator[None]:
    """Around a service's call: its word for a field, and the wire's where it is another (API-029)."""
    try:
        yield
    except Invalid as refused:
        raise Invalid(*(replace(each, name=names.get(each.name, each.name)) for each in refused.errors)) from refused
    except DomainError as refused:
        refused.field_name = names.get(refused.field_name or "", refused.field_name)
        raise
