"""Pages of the section Accounting: cart, orders, what is to be paid, documents, the prepaid account."""
