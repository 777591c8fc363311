"""Reads of the billing room: frozen rows, limits, no surprise queries."""
