"""Orders, tax, ledger, payments, documents and renewals: everything that is money."""
