"""A label before its value, as each language writes it."""

from __future__ import annotations

from django.utils.translation import gettext


def as_label(text: object) -> str:
    """`Street:`, in French with a space before the colon that does not break."""
    # Translators: a label and its colon; the value follows after a space.
    return gettext("%(label)s:") % {"label": text}
