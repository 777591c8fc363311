"""Plain forms of the catalogue; the rules are asked of the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stellwerk.catalogue.kinds import Target, Unit, period_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stellwerk.catalogue.queries import OfferRow

FIRST_CHOICE_MONTHS = 12
_QUANTITY_LABELS = {Unit.USER: _("Users"), Unit.ADDRESS: _("Addresses"), Unit.PIECE: _("Quantity")}


class ConfigureForm(forms.Form):
    """What the buyer chooses of one offer: only the fields that leave a choice are shown."""

    offer_code = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, entries: Mapping[str, Any] | None = None, *, offer: OfferRow, periods_months: Iterable[int]
    ) -> None:
        initial = {"offer_code": offer.code, "quantity": offer.minimum_quantity, "period_months": FIRST_CHOICE_MONTHS}
        super().__init__(entries, initial=initial)
        kind = offer.kind
        if kind.target is not Target.NONE:
            self.fields["target"] = forms.CharField(
                label=str(kind.target_label or ""),
                help_text=str(kind.target_hint or ""),
                required=kind.target is Target.REQUIRED,
                widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
            )
        self.fields["period_months"] = forms.TypedChoiceField(
            label=_("Duration"), coerce=int, choices=[(months, period_text(months)) for months in periods_months]
        )
        self.fields["quantity"] = self._quantity(offer)

    @staticmethod
    def _quantity(offer: OfferRow) -> forms.IntegerField:
        bounds = {"min": offer.minimum_quantity, "step": offer.quantity_step, "inputmode": "numeric"}
        if offer.maximum_quantity is not None:
            bounds["max"] = offer.maximum_quantity
        widget = forms.HiddenInput() if offer.has_one_quantity else forms.NumberInput(bounds)
        return forms.IntegerField(label=_QUANTITY_LABELS[offer.unit], widget=widget)
