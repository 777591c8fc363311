"""Choices drawn without a template for each: five hundred boxes are a page's whole time otherwise."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.safestring import SafeString

_BOXES = ("django/forms/widgets/checkbox_option.html", "django/forms/widgets/radio_option.html")
_SELECT = "django/forms/widgets/select.html"


class FormRenderer(DjangoTemplates):
    """Django's own renderer, but for boxes and selects, whose HTML is the same."""

    def render(self, template_name: str, context: dict[str, Any], **more: Any) -> str:  # type: ignore[override]  # forms name no request
        widget = context.get("widget", {})
        if template_name in _BOXES and not widget.get("wrap_label"):
            return _box(widget)
        if template_name == _SELECT:
            return _select(widget)
        return super().render(template_name, context, **more)


def _box(widget: Mapping[str, Any]) -> SafeString:
    value = () if widget["value"] is None else (widget["value"],)
    attributes, values = _attributes(widget)
    drawn = '<input type="{}" name="{}"' + ' value="{}"' * len(value) + attributes + ">"
    return format_html(drawn, widget["type"], widget["name"], *value, *values)


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    attributes, values = _attributes(widget)
    return format_html('<select name="{}"' + attributes + ">{}</select>", widget["name"], *values, groups)


def _group(name: str | None, options: Iterable[Mapping[str, Any]]) -> SafeString:
    """All options by one call: two thousand people can stand in one select."""
    drawn: list[str] = []
    parts: list[object] = []
    for each in options:
        attributes, values = _attributes(each)
        drawn.append(f'<option value="{{}}"{attributes}>{{}}</option>')
        parts += (each["value"], *values, each["label"])
    shown = format_html("".join(drawn), *parts) if parts else format_html_join("", "", ())
    return format_html('<optgroup label="{}">{}</optgroup>', name, shown) if name else shown


def _attributes(widget: Mapping[str, Any]) -> tuple[str, list[object]]:
    """As `flatatt`: a format with places for those with a value by name, then for those that stand alone; and what
    goes there.
    """
    entries = sorted(widget["attrs"].items())
    valued = [each for each in entries if each[1] is not None and not isinstance(each[1], bool)]
    alone = [name for name, value in entries if value is True]
    return ' {}="{}"' * len(valued) + " {}" * len(alone), [*chain.from_iterable(valued), *alone]
