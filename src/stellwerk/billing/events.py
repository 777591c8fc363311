"""What happens to money: orders, documents, payments.

An amount is kept as `CHF 1’234.50`: exact, read back without loss, and in no language. The activity log writes it as
its reader does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stellwerk.foundation.amounts import in_words, read_back
from stellwerk.foundation.events import DomainEvent


class MoneyEvent(DomainEvent):
    """An event that names amounts, in fields whose names end with `_text`. Abstract."""

    def words(self) -> dict[str, Any]:
        values = super().words()
        amounts = {name: read_back(value) for name, value in values.items() if name.endswith("_text")}
        return {**values, **{name: in_words(*found) for name, found in amounts.items() if found}}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(DomainEvent):
    sentence: ClassVar = _("%(actor)s placed the order %(number)s")
    kind: ClassVar = "billing"
    order_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(DomainEvent):
    sentence: ClassVar = _("The order %(number)s is paid")
    kind: ClassVar = "billing"
    order_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFulfilled(DomainEvent):
    """Also told when some lines failed; `failed_lines` says which, and their money is back on the prepaid account."""

    sentence: ClassVar = _("The order %(number)s is carried out")
    kind: ClassVar = "billing"
    order_id: int
    number: str
    failed_lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(DomainEvent):
    sentence: ClassVar = _("%(actor)s cancelled the order %(number)s")
    kind: ClassVar = "billing"
    order_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpired(DomainEvent):
    sentence: ClassVar = _("The unpaid order %(number)s expired")
    kind: ClassVar = "billing"
    order_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReminderDue(DomainEvent):
    """An order is still unpaid `days` after it was placed (ORD-020)."""

    order_id: int
    number: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(MoneyEvent):
    """`is_paid` says that the balance paid it in the moment of issue; then no InvoicePaid follows."""

    sentence: ClassVar = _("The invoice %(number)s over %(amount_text)s was issued")
    kind: ClassVar = "billing"
    invoice_id: int
    number: str
    amount_text: str
    is_paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteIssued(MoneyEvent):
    sentence: ClassVar = _("The credit note %(number)s over %(amount_text)s was issued")
    kind: ClassVar = "billing"
    invoice_id: int
    number: str
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaid(DomainEvent):
    """An open invoice was paid, so that nothing of it is open any more."""

    sentence: ClassVar = _("The invoice %(number)s is paid")
    kind: ClassVar = "billing"
    invoice_id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(MoneyEvent):
    sentence: ClassVar = _("A payment of %(amount_text)s arrived")
    kind: ClassVar = "billing"
    payment_id: int
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(MoneyEvent):
    sentence: ClassVar = _("The bank took back a payment of %(amount_text)s")
    kind: ClassVar = "billing"
    payment_id: int
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferShort(MoneyEvent):
    """Too little came for an invoice; the money lies on the prepaid account (BNK-008)."""

    sentence: ClassVar = _("A transfer of %(amount_text)s was too little for the invoice %(number)s")
    kind: ClassVar = "billing"
    invoice_id: int
    number: str
    amount_text: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSurplus(MoneyEvent):
    """More came than was open; the surplus lies on the prepaid account (BNK-007)."""

    sentence: ClassVar = _("%(amount_text)s more than needed arrived for the invoice %(number)s")
    kind: ClassVar = "billing"
    invoice_id: int
    number: str
    amount_text: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferUnmatched(MoneyEvent):
    """Money of this organisation that pays nothing open; it lies on the prepaid account (PRE-015)."""

    sentence: ClassVar = _("A transfer of %(amount_text)s was credited to the prepaid account")
    kind: ClassVar = "billing"
    payment_id: int
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidToppedUp(MoneyEvent):
    sentence: ClassVar = _("%(amount_text)s were credited to the prepaid account")
    kind: ClassVar = "billing"
    top_up_id: int
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequested(MoneyEvent):
    """Prepaid money was taken out for a bank account. `account_text` is its IBAN, shortened."""

    sentence: ClassVar = _("%(actor)s requested the withdrawal %(number)s of %(amount_text)s to %(account_text)s")
    kind: ClassVar = "billing"
    withdrawal_id: int
    number: str
    amount_text: str
    account_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalCancelled(MoneyEvent):
    sentence: ClassVar = _("%(actor)s called back the withdrawal %(number)s of %(amount_text)s")
    kind: ClassVar = "billing"
    withdrawal_id: int
    number: str
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalSent(MoneyEvent):
    sentence: ClassVar = _("The withdrawal %(number)s of %(amount_text)s went to the bank")
    kind: ClassVar = "billing"
    withdrawal_id: int
    number: str
    amount_text: str
    account_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalDone(MoneyEvent):
    sentence: ClassVar = _("The withdrawal %(number)s of %(amount_text)s is paid out")
    kind: ClassVar = "billing"
    withdrawal_id: int
    number: str
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalReturned(MoneyEvent):
    """It was not or could not be paid out; the money is on the prepaid account again."""

    sentence: ClassVar = _("The withdrawal %(number)s of %(amount_text)s came back: %(reason)s")
    kind: ClassVar = "billing"
    withdrawal_id: int
    number: str
    amount_text: str
    account_text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidForfeited(MoneyEvent):
    """Too little to be paid out, and given up by whoever deleted the organisation (DEL-007)."""

    sentence: ClassVar = _("%(actor)s gave up the rest of the prepaid balance: %(amount_text)s")
    kind: ClassVar = "billing"
    amount_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsRenewed(DomainEvent):
    """Products got another period; `renewal_ids` are this room's rows. `names` are the first, `more` counts the others:
    thousands are renewed by one payment, and the line in the log must stay one.
    """

    sentence: ClassVar = _("%(names)s renewed")
    kind: ClassVar = "billing"
    renewal_ids: tuple[int, ...]
    names: str
    is_automatic: bool = False
    more: int = 0

    def words(self) -> dict[str, Any]:
        text = ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", self.more)
        names = text % {"names": self.names, "number": self.more} if self.more else self.names
        return {**super(ProductsRenewed, self).words(), "names": names}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalEvent(MoneyEvent):
    """News about products around their expiry, for messages. `items` are the own name of each, which may be empty,
    its expiry as an ISO date, and its offer; an older release stored no offer.

    Abstract: only its children are published.
    """

    kind: ClassVar = "billing"
    items: tuple[tuple[str, str, str] | tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalModesChanged(RenewalEvent):
    """Somebody switched the automatic renewal of products; each product has its own line in the activity log."""

    renews_automatically: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryReminderDue(RenewalEvent):
    """Products that somebody has to renew reached an interval of the reminders (REN-035)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticRenewalDue(RenewalEvent):
    """Products will be charged automatically on a day (REN-036, REN-037)."""

    amount_text: str
    charged_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticRenewalFailed(RenewalEvent):
    """The prepaid account did not hold enough; nothing was debited (PRE-010). `next_attempt_on` may be empty."""

    sentence: ClassVar = _("The automatic renewal of %(names)s failed: %(missing_text)s are missing")
    names: str
    amount_text: str
    balance_text: str
    missing_text: str
    next_attempt_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueStepTaken(RenewalEvent):
    """Unpaid products were warned about, suspended or terminated. `follows_on`: the day of what comes next.

    `step` is warning, suspension, termination_warning or termination.
    """

    step: str
    follows_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFileImported(DomainEvent):
    """News for the operator only; it belongs to no organisation."""

    import_id: int
    file_name: str
    entry_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAddressAdded(DomainEvent):
    sentence: ClassVar = _("%(actor)s added the billing address %(name)s")
    kind: ClassVar = "billing"
    address_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAddressChanged(DomainEvent):
    """`before` and `after` hold the changed fields only. Issued documents keep their text (BIL-063)."""

    sentence: ClassVar = _("%(actor)s changed the billing address %(name)s")
    kind: ClassVar = "billing"
    address_id: int
    name: str
    before: dict[str, str]
    after: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAddressRemoved(DomainEvent):
    """`replacement` is the name of the address in its place; empty where it was not in use."""

    sentence: ClassVar = _("%(actor)s deleted the billing address %(name)s")
    kind: ClassVar = "billing"
    address_id: int
    name: str
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAddressChosen(DomainEvent):
    """`address_id` 0 and the organisation's name stand for its own address."""

    sentence: ClassVar = _("%(actor)s lets the renewals of %(name)s be invoiced to %(address)s")
    kind: ClassVar = "billing"
    product_id: int
    name: str
    address_id: int
    address: str
