"""Facts about invitation links."""

from __future__ import annotations

LINK_PREFIX = "stw_inv"  # the public head of every invitation link
