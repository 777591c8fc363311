"""Writes of the billing room, one module per use case."""
