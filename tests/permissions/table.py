"""The tables: one file per room, one line per route, one word per role.

    ok        gets through (an empty form may still be refused for its entries)
    refused   a known person without the right: 403
    hidden    does not exist for this person: 404
    sign-in   must sign in first: the sign-in page, or 401

Commands have one more word: what a token without their scope gets (`refused`, or `ok` where no scope is needed).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.permissions.routes import Route
from tests.permissions.world import ROLES

TABLES = Path(__file__).parent / "tables"
OUTCOMES = {"ok", "refused", "hidden", "sign-in"}
COMMAND_COLUMNS = (*ROLES, "unscoped")


@dataclass(frozen=True)
class Row:
    route: Route
    expected: dict[str, str]
    place: str


def rows() -> dict[tuple[str, str], Row]:
    """Every row by (method, address)."""
    found: dict[tuple[str, str], Row] = {}
    for path in sorted(TABLES.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            row = _row(line.split(), f"{path.name}:{number}")
            key = (row.route.method, row.route.address)
            assert key not in found, f"{row.place}: {row.route} stands twice, also in {found[key].place}"
            found[key] = row
    return found


def _row(words: list[str], place: str) -> Row:
    method, address, *outcomes = words
    is_command = address.startswith("/api/")
    columns = COMMAND_COLUMNS if is_command else ROLES
    assert len(outcomes) == len(columns), f"{place}: needs {len(columns)} words: {' '.join(columns)}"
    assert not {*outcomes} - OUTCOMES, f"{place}: words are {', '.join(sorted(OUTCOMES))}"
    return Row(Route(address, method, is_command), dict(zip(columns, outcomes, strict=True)), place)
