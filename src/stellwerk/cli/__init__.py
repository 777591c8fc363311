"""The command line. Delivery only: every command calls a service or a query and prints its outcome."""
