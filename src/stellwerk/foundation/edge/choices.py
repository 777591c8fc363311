"""Choices drawn without a template for each: five hundred boxes are a page's whole time otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
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
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget), groups)


def _group(name: str | None, options: Iterable[Mapping[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "", '<option value="{}"{}>{}</option>', ((each["value"], _attributes(each), each["label"]) for each in options)
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


def _attributes(widget: Mapping[str, Any]) -> SafeString:
    return flatatt({name: value for name, value in widget["attrs"].items() if value is not None})
