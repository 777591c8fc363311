"""Forms of the accounting pages. They know labels and shapes; services judge the values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stellwerk.billing.queries.addresses import LARGEST_NUMBER
from stellwerk.billing.queries.invoices import InvoiceFilter, Status
from stellwerk.billing.rules.numbers import LONGEST_REFERENCE
from stellwerk.billing.services.pay_out import LONGEST_REASON
from stellwerk.catalogue.kinds import Target
from stellwerk.foundation.edge.forms import email_field, offer, password_field, text_field
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from stellwerk.billing.queries.addresses import AddressRow
    from stellwerk.catalogue.queries import OfferRow

CREDIT_NOTES = "credit_note"  # a choice of the filter beside the states
LARGEST_BANK_FILE_BYTES = 16 * 1024 * 1024
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_GROUPING = str.maketrans("", "", " \u00a0\u202f'’")


class AmountField(forms.Field):
    """An amount as people type it (100, 100.5, 1’000,50) as minor units. Never a binary fraction."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        typed = str(value or "").translate(_GROUPING)
        if not typed:
            return None
        found = _AMOUNT.fullmatch(typed)
        if found is None:
            raise ValidationError(_("Enter an amount in figures, for example 100.00."), code="invalid")
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _quantity(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        **more,
    )


class CartLineForm(forms.Form):
    """A line of the cart that changes; what is no number at all is refused here, all else by the service."""

    quantity = _quantity()
    period_months = forms.IntegerField(label=_("Duration"), min_value=1, max_value=1200)


class VisitorChoiceForm(forms.Form):
    """What a visitor chose, in its shape and size; catalogue and cart judge the rest."""

    offer_code = forms.SlugField(max_length=50)
    period_months = forms.IntegerField(min_value=1, max_value=1200)
    quantity = forms.IntegerField(min_value=1, max_value=1_000_000)
    target = forms.CharField(max_length=253, required=False)


class OfferForm(forms.Form):
    """One offer on its way into the cart: only the fields that leave a choice."""

    def __init__(self, *args: Any, offer: OfferRow, durations: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        """`durations` are months and what the buyer reads."""
        super().__init__(*args, **kwargs)
        kind = offer.kind
        if kind.target is not Target.NONE:
            self.fields["target"] = forms.CharField(
                label=str(kind.target_label or _("Name")),
                help_text=str(kind.target_hint or ""),
                max_length=253,
                required=kind.target is Target.REQUIRED,
                widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            )
        if offer.has_one_quantity:
            self.fields["quantity"] = _quantity(required=False, initial=offer.minimum_quantity)
            self.fields["quantity"].widget = forms.HiddenInput()
        else:
            self.fields["quantity"] = _quantity(initial=offer.minimum_quantity)
            self.fields["quantity"].widget.attrs.update(
                {"min": offer.minimum_quantity, "max": offer.maximum_quantity or 1_000_000, "step": offer.quantity_step}
            )
        self.fields["period_months"] = forms.TypedChoiceField(
            label=_("Duration"), choices=list(durations), coerce=int, initial=durations[0][0] if durations else None
        )


class AddressForm(forms.Form):
    """An additional billing address (BIL-061). The service judges it like the organisation's own."""

    name = text_field(_("Name or company"), "organization", longest=150)
    attention = text_field(_("Attention of"), "off", longest=100, required=False)
    street = text_field(_("Street"), "address-line1", longest=70)
    building_number = text_field(_("Number"), "off", longest=16, required=False)
    postal_code = text_field(_("Postal code"), "postal-code", longest=16, required=False)
    town = text_field(_("Town"), "address-level2", longest=35)
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select({"autocomplete": "country"}))
    language = forms.ChoiceField(
        label=_("Language of the documents"), choices=settings.LANGUAGES, help_text=_("Invoices are written in it.")
    )
    email = email_field(
        _("E-mail address for documents"),
        autocomplete="off",
        required=False,
        help_text=_("Every invoice to this address is also sent there."),
    )
    vat_number = text_field(
        _("VAT number"),
        "off",
        longest=40,
        required=False,
        help_text=_("Only if it is another one than the organisation’s. It belongs to the country of this address."),
    )

    def __init__(self, *args: Any, is_private: bool, **kwargs: Any) -> None:
        """A private person has no VAT number (VAT-005)."""
        super().__init__(*args, **kwargs)
        offer(self, "country", choices=organisations.country_choices())
        country = self.data.get("country") or self.initial.get("country") or ""
        self.fields["postal_code"].required = organisations.has_postal_codes(country)
        if is_private:
            del self.fields["vat_number"]


class OwnVatNumberForm(forms.Form):
    """The organisation's VAT number, edited at its default billing address (ORG-016)."""

    vat_number = text_field(_("VAT number"), "off", longest=40, required=False)
    accepts_terms = forms.BooleanField(label=_("I have read the general terms and accept them."), required=False)


class ProductAddressForm(forms.Form):
    """Where the renewals of one product are invoiced to (BIL-062)."""

    address = forms.TypedChoiceField(label=_("Billing address"), coerce=int)

    def __init__(self, *args: Any, addresses: Sequence[AddressRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "address", choices=[(each.id, each.label) for each in addresses])


class ReplacementForm(forms.Form):
    """Which address takes the place of one that goes (BIL-063)."""

    replaced_by = forms.TypedChoiceField(label=_("Use instead"), coerce=int)

    def __init__(self, *args: Any, addresses: Sequence[AddressRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "replaced_by", choices=[(each.id, each.label) for each in addresses])


class CheckoutForm(forms.Form):
    """The last step before an order is placed."""

    billing_reference = forms.CharField(
        label=_("Your reference"),
        max_length=LONGEST_REFERENCE,
        required=False,
        help_text=_("Printed on the invoice, a cost centre for instance."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    means = forms.ChoiceField(choices=[("bank_transfer", ""), ("prepaid", "")], required=False)
    use_balance = forms.BooleanField(required=False)
    wants_immediate_start = forms.BooleanField(
        label=_("Start at once."),
        required=False,
        help_text=_(
            "I ask for the services to begin before the withdrawal period of 14 days ends. If I withdraw, I pay for "
            "the days already used."
        ),
    )
    renews_automatically = forms.BooleanField(
        label=_("Renew automatically from the prepaid account."),
        required=False,
        help_text=_("14 days before the end, at the price of that day. You can switch it off at any time."),
    )
    accepts_terms = forms.BooleanField(
        label=_("I have read the general terms and the terms of these products and accept them."), required=False
    )
    expected_gross_minor = forms.IntegerField(required=False)
    expected_address_id = forms.IntegerField(required=False)
    key = forms.CharField(max_length=64, required=False)


class InvoiceFilterForm(forms.Form):
    """What narrows the list of documents. A value that is none narrows nothing, and the form says so."""

    q = forms.CharField(max_length=100, required=False)
    status = forms.ChoiceField(
        choices=[("", ""), (CREDIT_NOTES, ""), *((each.value, "") for each in Status)], required=False
    )
    # Named as in the address, where they are shared and remembered.
    from_on = forms.DateField(required=False)
    to_on = forms.DateField(required=False)

    def filters(self) -> InvoiceFilter:
        self.full_clean()
        entries = self.cleaned_data
        status = entries.get("status", "")
        return InvoiceFilter(
            status=Status(status) if status not in ("", CREDIT_NOTES) else None,
            kind=CREDIT_NOTES if status == CREDIT_NOTES else "",
            from_on=entries.get("from_on"),
            until_on=entries.get("to_on"),
            search=entries.get("q", ""),
        )

    def is_narrowed(self) -> bool:
        return bool(self.errors) or any(self.cleaned_data.values())


class PaymentForm(forms.Form):
    """How a selection is paid. Which items are in it is read from the list itself."""

    address = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER, required=False)
    means = forms.CharField(max_length=20, required=False)
    use_balance = forms.BooleanField(required=False)
    keeps_periods = forms.BooleanField(required=False)
    replaces_announcements = forms.BooleanField(required=False)
    expected_gross_minor = forms.IntegerField(required=False)
    expected_days = forms.IntegerField(required=False)
    key = forms.CharField(max_length=64, required=False)


class TopUpForm(forms.Form):
    """A deposit on the prepaid account (PRE-003)."""

    amount_minor = AmountField(label=_("Amount"))
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class WithdrawalForm(forms.Form):
    """Whereto the prepaid balance is paid out (PRE-011)."""

    amount_minor = AmountField(label=_("Amount"))
    holder = forms.CharField(
        label=_("Account holder"), max_length=100, widget=forms.TextInput({"autocomplete": "organization"})
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    current_password = password_field(_("Your password"))
    currency = forms.ChoiceField(choices=[("CHF", ""), ("EUR", "")], widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class PayoutFileForm(forms.Form):
    """Which withdrawals go into the next payment file."""

    withdrawal = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, waiting: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "withdrawal", choices=[(each, "") for each in waiting])


class ReturnForm(forms.Form):
    """Why a withdrawal is not paid out."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("The organisation reads it in a mail and on its page."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class BankFileForm(forms.Form):
    """A bank's file. Its size is judged before a byte of it is read."""

    file = forms.FileField(
        label=_("Bank file"),
        help_text=_("camt.052, camt.053 or camt.054, at most 16 MiB."),
        widget=forms.FileInput({"accept": ".xml,application/xml,text/xml"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_BANK_FILE_BYTES:
            raise ValidationError(
                _("The file is larger than 16 MiB. Nothing was booked. Ask the bank for a file of fewer days."),
                code="too_large",
            )
        return file
