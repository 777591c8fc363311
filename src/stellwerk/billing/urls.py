"""Addresses of the section Accounting, and of the operator's bank files."""

from django.urls import include, path

from stellwerk.billing.web import (
    addresses,
    bank,
    batches,
    cart,
    checkout,
    invoices,
    orders,
    payouts,
    prepaid,
    to_pay,
    visitor_order,
    withdrawals,
)

app_name = "billing"

inside = [
    path("cart", cart.cart, name="cart"),
    path("cart/lines", cart.add, name="add_to_cart"),
    path("cart/lines/<int:line_id>", cart.change, name="change-cart-line"),
    path("cart/lines/<int:line_id>/removal", cart.remove, name="remove-cart-line"),
    path("cart/prices", cart.accept_prices, name="cart-prices"),
    path("checkout", checkout.checkout, name="checkout"),
    path("checkout/address", checkout.choose_address, name="checkout-address"),
    path("checkout/organisation", checkout.change_organisation, name="checkout-organisation"),
    path("orders", orders.orders, name="orders"),
    path("orders/<int:order_id>", orders.order, name="order"),
    path("orders/<int:order_id>/cancellation", orders.order_cancellation, name="order-cancellation"),
    path("to-pay", to_pay.to_pay, name="to-pay"),
    path("to-pay/sums", to_pay.sums, name="to-pay-sums"),
    path("to-pay/renewals/<int:product_id>", to_pay.renewal, name="renewal"),
    path("to-pay/selection", batches.to_pay_selection, name="to-pay-selection"),
    path("renewals", batches.renewals, name="renewals"),
    path("invoices", invoices.invoices, name="invoices"),
    path("invoices.csv", invoices.invoices_csv, name="invoices-csv"),
    path("invoices/<int:invoice_id>", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/pdf", invoices.invoice_pdf, name="invoice-pdf"),
    path("invoices/<int:invoice_id>/payment", invoices.invoice_payment, name="invoice-payment"),
    path("billing-addresses", addresses.addresses, name="addresses"),
    path("billing-addresses/new", addresses.new, name="new-address"),
    path("billing-addresses/default", addresses.default, name="default-address"),
    path("billing-addresses/<int:address_id>", addresses.address, name="address"),
    path("billing-addresses/<int:address_id>/removal", addresses.removal, name="address-removal"),
    path("billing-addresses/products/<int:product_id>", addresses.product, name="product-address"),
    path("prepaid", prepaid.prepaid, name="prepaid"),
    path("prepaid.csv", prepaid.prepaid_csv, name="prepaid-csv"),
    path("prepaid/top-ups", prepaid.top_up, name="top-up"),
    path("prepaid/top-ups/<int:top_up_id>", prepaid.top_up_page, name="announced-top-up"),
    path("prepaid/top-ups/<int:top_up_id>/pdf", prepaid.top_up_paper, name="top-up-pdf"),
    path("prepaid/withdrawal", withdrawals.withdraw, name="withdraw"),
    path("prepaid/withdrawals/<int:withdrawal_id>", withdrawals.withdrawal, name="withdrawal"),
    path("prepaid/withdrawals/<int:withdrawal_id>/cancellation", withdrawals.cancel, name="cancel-withdrawal"),
]

urlpatterns = [
    path("o/<int:organisation_id>/", include(inside)),
    path("order", visitor_order.order, name="visitor-order"),
    path("order/choices", visitor_order.choose, name="choose"),
    path("order/choices/<int:place>/removal", visitor_order.forget, name="forget-choice"),
    path("operator/bank", bank.bank, name="bank-import"),
    path("operator/withdrawals", payouts.payouts, name="payouts"),
    path("operator/withdrawals/files/<str:file_id>", payouts.download, name="payout-file"),
    path("operator/withdrawals/<int:withdrawal_id>", payouts.payout, name="payout"),
    path("operator/withdrawals/<int:withdrawal_id>/completion", payouts.complete, name="complete-payout"),
    path("operator/withdrawals/<int:withdrawal_id>/return", payouts.give_back, name="return-payout"),
]
