"""An operator finds every setting on one page."""

import re

from tests.architecture import source

PAGE = source.ROOT / "docs/operating.md"
READ = re.compile(r"""environ(?:\.get\(|\[|\.setdefault\()\s*["']((?:STELLWERK|DATABASE)_[A-Z_]+)["']""")
# Set by one process of ours for another, never by an operator.
INTERNAL: set[str] = set()


def test_every_setting_of_the_environment_is_explained_to_operators():
    files = [*(source.ROOT / "src").rglob("*.py")]
    read = {name for path in files if "tests" not in path.parts for name in READ.findall(path.read_text())}

    assert read - INTERNAL <= set(re.findall(r"`((?:STELLWERK|DATABASE)_[A-Z_]+)`", PAGE.read_text()))


def test_the_page_explains_no_setting_that_nobody_reads():
    source_text = "".join(path.read_text() for path in (source.ROOT / "src").rglob("*.py"))

    for name in re.findall(r"^\| `((?:STELLWERK|DATABASE)_[A-Z_]+)`", PAGE.read_text(), re.MULTILINE):
        assert name in source_text
