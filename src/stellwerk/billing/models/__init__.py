"""Tables of the billing room. Products and accounts are numbers here: a document outlives what it names."""

from stellwerk.billing.models.addresses import BillingAddress, OrderAddress, ProductAddress
from stellwerk.billing.models.bank import BankEntry, BankImport
from stellwerk.billing.models.carts import Cart, CartLine
from stellwerk.billing.models.invoices import Invoice, InvoiceLine, InvoiceVat, NumberSeries, StoredDocument
from stellwerk.billing.models.ledger import LedgerAccount, Posting, Transfer
from stellwerk.billing.models.orders import Order, OrderLine
from stellwerk.billing.models.payments import Payment, TopUp
from stellwerk.billing.models.renewals import Renewal, RenewalStep
from stellwerk.billing.models.withdrawals import Withdrawal

__all__ = [
    "BankEntry",
    "BankImport",
    "BillingAddress",
    "Cart",
    "CartLine",
    "Invoice",
    "InvoiceLine",
    "InvoiceVat",
    "LedgerAccount",
    "NumberSeries",
    "Order",
    "OrderAddress",
    "OrderLine",
    "Payment",
    "Posting",
    "ProductAddress",
    "Renewal",
    "RenewalStep",
    "StoredDocument",
    "TopUp",
    "Transfer",
    "Withdrawal",
]
