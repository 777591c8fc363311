"""Fields that several forms share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


LONGEST_NAME = 100


def last_day_field(*, label: str | _StrPromise, **more: Any) -> forms.DateField:
    """The last day of something that may end by itself."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **more)
