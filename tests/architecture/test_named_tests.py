"""Tests that the documentation names exist: a promise without its test is found here."""

import re

from tests.architecture import source

NAMED = re.compile(r"`(test_[a-z0-9_]+)`")
DEFINED = re.compile(r"^\s*def (test_[a-z0-9_]+)\(", re.MULTILINE)


def test_every_test_that_the_documentation_names_exists():
    defined: set[str] = set()
    for folder in ("src", "tests"):
        for path in (source.ROOT / folder).rglob("test_*.py"):
            defined.update(DEFINED.findall(path.read_text()))
    missing = [
        f"{page.name}: {name}"
        for page in sorted((source.ROOT / "docs").rglob("*.md"))
        for name in NAMED.findall(page.read_text())
        if name not in defined
    ]

    assert missing == []
