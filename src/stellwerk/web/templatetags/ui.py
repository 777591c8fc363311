"""The design system's parts for templates. `docs/components.md` shows each with its use.

One tag, one part. Tags with a body (`{% note %} … {% endnote %}`) take it as their content; the others take values.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from stellwerk.foundation import labels
from stellwerk.web import denials, formats
from stellwerk.web.parts import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from django.core.paginator import Page
    from django.forms import BaseForm, BoundField
    from django.forms.boundfield import BoundWidget
    from django.template.context import Context
    from django.utils.safestring import SafeString

    from stellwerk.foundation.decisions import Decision
    from stellwerk.web.parts import TimelineEntry

register = template.Library()

# The octagon is the sign for stop, the half circle for waiting: a tone has a shape, so that colour is never alone.
SIGNAL_OF_TONE = {"info": "wait", "partner": "info", "access": "info", "demo": "info"}


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _use(shape: str, css_class: str) -> SafeString:
    # A long list has hundreds of them, and the address of a static file is worked out anew each time.
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css_class, static("build/sprite.svg"), shape
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of `frontend/icons.json`. Always beside words or inside a control with a label."""
    return _use(f"i-{name}", "i")


@register.simple_tag
def signal(name: str) -> SafeString:
    """The shape alone: good, wait, warn, bad, idle, info. Colour comes from the part around it."""
    return _use(f"s-{name}", "signal")


@register.simple_tag
def mark() -> SafeString:
    """The mark of the house: a line with its branch."""
    return _use("mark", "mark")


@register.simple_tag
def status(tone: str, text: str, *, badge: bool = False, shape: str = "") -> SafeString:
    """A signal with its word: quiet in tables and lists, `badge=True` beside a title."""
    return format_html(
        '<span class="status{} is-{}">{}<span>{}</span></span>',
        " badge" if badge else "",
        tone,
        signal(shape or SIGNAL_OF_TONE.get(tone, tone)),
        text,
    )


@register.inclusion_tag("ui/_face.html")
def face(person: Any, size: str = "") -> dict[str, Any]:
    """The picture of somebody with `initials` and perhaps a `picture_url`, else the initials. Decoration: the name
    stands beside it. `size` is empty, `small` or `large`.
    """
    return {"person": person, "size": size}


# ── figures and dates, each as tag and as filter (blocktranslate takes filters only) ─────────────────────────────────


@register.filter
def money(amount_minor: int | None, currency: str) -> str:
    if amount_minor is None:
        return ""
    return format_html('<span class="money">{}</span>', formats.money(amount_minor, currency))


@register.filter
def amount(amount_minor: int | None, currency: str) -> str:
    """The figure without its currency, for columns whose head names it."""
    return "" if amount_minor is None else formats.amount(amount_minor, currency)


@register.filter
def percent(rate_bp: int | None) -> str:
    return "" if rate_bp is None else formats.percent(rate_bp)


@register.filter
def number(value: int | None) -> str:
    return "" if value is None else formats.number(value)


@register.filter(is_safe=True)
def as_label(text: object) -> str:
    """The text with the colon of a label before its value; `{% filter as_label %}` for one with markup."""
    return labels.as_label(text)


def _time(value: date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def date_medium(value: date | None) -> str:
    return _time(value, formats.date_medium(value)) if value else ""


@register.filter
def date_long(value: date | None) -> str:
    return _time(value, formats.date_long(value)) if value else ""


@register.filter
def moment_medium(value: datetime | None) -> str:
    return _time(value, formats.moment_medium(value)) if value else ""


@register.filter
def moment_long(value: datetime | None) -> str:
    return _time(value, formats.moment_long(value)) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    return _time(value, formats.clock_time(value)) if value else ""


@register.filter
def relative_days(value: date | None) -> str:
    return formats.relative_days(value) if value else ""


_TAGS: dict[str, Callable[..., str]] = {
    "money": money,
    "amount": amount,
    "percent": percent,
    "number": number,
    "date_medium": date_medium,
    "date_long": date_long,
    "moment_medium": moment_medium,
    "moment_long": moment_long,
    "clock_time": clock_time,
    "relative_days": relative_days,
}
for _name, _function in _TAGS.items():
    register.simple_tag(_function, name=_name)


# ── layout ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _unless_blank(html: str) -> str:
    """The text as it was rendered (so that it stays marked as escaped), or nothing if it holds only spaces."""
    return html if html.strip() else ""


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str) -> str:
    """What the page put into `{% block name %}`, wherever the frame needs it and as often; empty if it did not."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return _unless_blank(block.render(context)) if block else ""


@register.simple_tag
def crumb(label: str, url: str) -> SafeString:
    """A parent in `{% block crumbs %}`; the page itself is added by the frame."""
    return format_html('<li><a href="{}">{}</a></li>', url, label)


@register.inclusion_tag("ui/_tab.html")
def tab(label: str, url: str, *, current: bool = False, count: int | None = None) -> dict[str, Any]:
    """A tab in `{% block tabs %}`: a link; the panel is another address."""
    return {"tab": {"label": label, "url": url, "current": current, "count": count}}


# ── what somebody may not do ─────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def who_can(context: Context, roles: Iterable[str]) -> str:
    """Who in the organisation has one of these roles, by name, as a sentence; empty where none is known."""
    return denials.who_can(context.get("request"), tuple(roles))


@register.inclusion_tag("ui/_denied.html", takes_context=True)
def denied(context: Context, decision: Decision, label: str, icon: str = "", *, entry: bool = False) -> dict[str, Any]:
    """A control that this person may not use: grey, focusable, with the missing right and who can give it (UI-015).

    `entry=True` inside a menu, where the reason stands below; else a button that says it on hover, focus and touch.
    """
    request = context.get("request")
    known = vars(request) if request else {}
    known["denied_controls"] = known.get("denied_controls", 0) + 1
    return {
        "label": label,
        "icon": icon,
        "entry": entry,
        "number": known["denied_controls"],
        "reason": denials.why_not(decision.reason, str(decision.text or "")),
        "who": denials.who_can(request, decision.granted_by),
    }


# ── parts with a body ────────────────────────────────────────────────────────────────────────────────────────────────


def _part(part: str, **values: Any) -> SafeString:
    return render_to_string(f"ui/_{part}.html", values)


@register.simple_block_tag
def note(content: str, tone: str = "info", title: str = "", *, alert: bool = False) -> SafeString:
    """A note inside a page; it concerns only what stands below it. `alert=True` is read out at once."""
    shape = "info" if tone == "info" else SIGNAL_OF_TONE.get(tone, tone)
    return _part("note", tone=tone, shape=shape, title=title, body=_unless_blank(content), alert=alert)


@register.simple_block_tag
def empty(content: str, title: str, text: str = "") -> SafeString:
    """What would be here, one sentence of use, one action (the body: links and buttons)."""
    return _part("empty", title=title, text=text, body=_unless_blank(content))


@register.simple_block_tag
def row_menu(content: str, name: str, label: str = "") -> SafeString:
    """⋮ with "Actions for name". The body is `<li>` entries: open, change, look, line, destroy."""
    return _part(
        "row_menu", label=label or gettext("Actions for %(name)s") % {"name": name}, body=_unless_blank(content)
    )


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A `<dialog id=name>`; the title is a question, the body the consequence and a form with `.btn-row`."""
    return _part("dialog", name=name, title=title, body=_unless_blank(content))


@register.simple_block_tag
def shown_once(content: str, secret: str, name: str = "secret") -> SafeString:
    """A secret that is never shown again. The body is the form "I have stored it"."""
    return _part("shown_once", secret=secret, name=name, body=_unless_blank(content))


# ── parts without a body ─────────────────────────────────────────────────────────────────────────────────────────────


TONE_OF_LEVEL = {"success": "good", "info": "info", "debug": "idle", "warning": "warn", "error": "bad"}


@register.filter
def tone_of_level(level_tag: str) -> str:
    """The tone of a message of Django's messages framework."""
    return TONE_OF_LEVEL.get(level_tag, "info")


@register.inclusion_tag("ui/_toast.html")
def toast(tone: str, text: str, undo_url: str = "", undo_label: str = "") -> dict[str, Any]:
    return {
        "tone": tone,
        "shape": SIGNAL_OF_TONE.get(tone, tone),
        "text": text,
        "undo_url": undo_url,
        "undo_label": undo_label,
    }


@register.inclusion_tag("ui/_steps.html")
def steps(labels: Iterable[str], current: int) -> dict[str, Any]:
    """Stations of a wizard; `current` counts from 1."""
    states = [
        Step(label=label, state="done" if at < current else "current" if at == current else "ahead")
        for at, label in enumerate(labels, start=1)
    ]
    return {"steps": states, "current": current, "total": len(states)}


@register.inclusion_tag("ui/_timeline.html")
def timeline(entries: Iterable[TimelineEntry]) -> dict[str, Any]:
    """Newest first; the filled station is the latest."""
    return {"entries": entries}


@register.inclusion_tag("ui/_pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Pages of 50; the rest of the address stays as it is."""
    return {"page": page, "query": context["request"].GET}


@register.inclusion_tag("ui/_switch.html", takes_context=True)
def switch(context: Context, name: str, label: str, *, checked: bool, **options: str) -> dict[str, Any]:
    """A setting that saves at once. Options: `hint`, `url` (where it posts), `target` (what the answer replaces), and
    `refused`, the reason why it cannot be changed now.
    """
    known = {"hint": "", "url": "", "target": "", "refused": ""}
    return {
        "name": name,
        "label": label,
        "checked": checked,
        "csrf_token": context.get("csrf_token"),
        **known,
        **options,
    }


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

MANY_CHOICES = 6  # more of them stand in columns
_SHAPE_OF_WIDGET = {
    "CheckboxInput": "checkbox",
    "CheckboxSelectMultiple": "choices",
    "RadioSelect": "choices",
    "Select": "select",
    "NullBooleanSelect": "select",
}


@register.inclusion_tag("ui/_field.html")
def field(
    bound: BoundField, *, width: str = "", hint: str = "", is_titled: bool = False, is_one_of: bool = False
) -> dict[str, Any]:
    """Label above, control, hint and error below. `width`: short (codes, postal codes), medium, or by content.

    `is_titled`: the heading above says what the legend would repeat to the eye. `is_one_of`: something is asked for,
    here or in another field, so that "(optional)" would mislead.
    """
    if bound.is_hidden:
        shape = "hidden"
    else:
        shape = next(
            (
                _SHAPE_OF_WIDGET[kind.__name__]
                for kind in type(bound.field.widget).__mro__
                if kind.__name__ in _SHAPE_OF_WIDGET
            ),
            "input",
        )
    choices = bound.subwidgets if shape == "choices" else ()
    return {
        "field": bound, "shape": shape, "width": width, "hint": hint or bound.help_text, "boxes": _boxes(choices),
        "many": len(choices) > MANY_CHOICES, "is_titled": is_titled,
        "is_optional": not bound.field.required and not is_one_of,
    }  # fmt: skip


def _boxes(choices: Iterable[BoundWidget]) -> SafeString:
    """Without a template: an organisation may have five hundred teams to tick."""
    return format_html_join(
        "",
        '<div class="choice">{}<label for="{}">{}</label></div>',
        ((each.tag(), each.id_for_label, each.choice_label) for each in choices),
    )


@register.inclusion_tag("ui/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """The summary above a form: how many fields, and a link to each. Takes the focus when the page opens."""
    faulty = [bound for bound in form.visible_fields() if bound.errors]
    return {"form": form, "faulty": faulty, "count": len(faulty)}
