"""Words of this room for templates: durations, and the states of orders, documents and payments with their signals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from django import template
from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext

from stellwerk.billing.documents.formats import printed_vat_number
from stellwerk.billing.documents.references import printed_account, printed_reference
from stellwerk.billing.queries import state_words
from stellwerk.billing.queries.wording import period_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from stellwerk.billing.queries.prepaid import MovementRow

register = template.Library()


@register.filter
def duration(months: int) -> str:
    """1 month, 1 year, 3 years; 18 months stay months."""
    return period_text(months)


@register.simple_tag
def duration_options(offered: Iterable[int], chosen: int | None) -> SafeString:
    """What a select of durations offers. A page has hundreds of them, and a loop of its own would be a third of it."""
    return _options(tuple(offered), chosen, get_language())


@lru_cache(maxsize=1024)
def _options(offered: tuple[int, ...], chosen: int | None, _language: str | None) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((months, " selected" if months == chosen else "", period_text(months)) for months in offered),
    )


@register.filter
def tone_of(state: str, of: str) -> str:
    """The tone of a state; `of` is order, line, invoice or bank."""
    return state_words.tone(state, of=of)


@register.filter
def word_of(state: str, of: str) -> str:
    """The state in the active language."""
    return state_words.word(state, of=of)


@register.filter
def means(code: str) -> str:
    """A means of payment in the active language."""
    return state_words.means_name(code)


@register.filter
def movement(row: MovementRow) -> str:
    """What a movement of the prepaid account was for."""
    return state_words.movement_text(row)


@register.filter
def country(code: str) -> str:
    """A country by name in the active language."""
    return str(Locale.parse(get_language() or "en").territories.get(code, code))


@register.filter
def iban(account: str) -> str:
    """An IBAN in groups of four."""
    return printed_account(account)


@register.filter
def reference(number: str) -> str:
    """A payment reference, grouped as on the QR-bill."""
    return printed_reference(number)


@register.filter
def vat_number(number: str) -> str:
    """A VAT number as it is written in its country: that of a Swiss company with dots and suffix."""
    return printed_vat_number(number, get_language() or "en")


@register.simple_tag
def vat_label(category: str, rate_text: str) -> str:
    """What stands beside a VAT sum: the rate, or why there is none (INV-031)."""
    reasons = {
        "AE": gettext("VAT: reverse charge"),
        "O": gettext("Outside the scope of VAT"),
        "E": gettext("VAT-exempt"),
    }
    return reasons.get(category) or gettext("VAT %(rate)s") % {"rate": rate_text}
