"""Composition root: settings, addresses and the WSGI application. It may import every room; no room imports it."""
