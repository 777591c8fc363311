"""Plain forms of the products room; the services judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from stellwerk.products.rules import MOST_OF_A_TAG_NAME

if TYPE_CHECKING:
    from django.http import QueryDict

COLOR_NAMES = {
    "grey": _("Grey"),
    "blue": _("Blue"),
    "green": _("Green"),
    "amber": _("Amber"),
    "violet": _("Violet"),
    "teal": _("Teal"),
}


class TagForm(forms.Form):
    name = forms.CharField(label=_("Name of the tag"), max_length=MOST_OF_A_TAG_NAME)
    color = forms.ChoiceField(label=_("Colour"), choices=list(COLOR_NAMES.items()), initial="blue")


class NameForm(forms.Form):
    internal_name = forms.CharField(
        label=_("Name among your own products"),
        max_length=100,
        required=False,
        help_text=_("Leave it empty to return to the original name."),
    )


class AccessForm(forms.Form):
    """Whose rights on a product, and which; exactly the ticked ones hold afterwards."""

    def __init__(
        self, entries: QueryDict | None, *, people: list[tuple[int, str]], rights: list[tuple[str, str]]
    ) -> None:
        super().__init__(entries, initial={"rights": [rights[0][0]]})
        self.fields["person"] = forms.TypedChoiceField(label=_("Person"), coerce=int, choices=people)
        self.fields["rights"] = forms.MultipleChoiceField(
            label=_("Rights"), widget=forms.CheckboxSelectMultiple, choices=rights
        )
