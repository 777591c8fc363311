"""Fixtures of the room's tests."""

from stellwerk.organisations.tests.house import acme, boss, mia, standing_still

__all__ = ["acme", "boss", "mia", "standing_still"]
