"""Accounts of people and everything that proves who they are. Knows nothing of organisations."""
