"""What `stellwerk doctor` examines in the products room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.health import examination
from stellwerk.products.queries import findings

if TYPE_CHECKING:
    from collections.abc import Iterable


@examination("product rights")
def product_rights() -> Iterable[str]:
    return findings.grant_findings()
