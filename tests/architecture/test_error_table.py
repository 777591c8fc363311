"""docs/errors.md names every code that is raised, and no other."""

from scripts import error_table


def test_every_code_that_is_raised_is_documented_and_no_other():
    error_table.know_every_room()

    assert error_table.problems() == [], "write docs/errors.md anew: .venv/bin/python scripts/error_table.py"


def test_a_code_that_is_missing_or_stale_is_found(tmp_path, monkeypatch):
    error_table.know_every_room()
    page = error_table.TABLE.read_text(encoding="utf-8").replace(
        "| 404 | `method_not_found` |", "| 404 | `gone_fishing` |"
    )
    monkeypatch.setattr(error_table, "TABLE", tmp_path / "errors.md")
    error_table.TABLE.write_text(page, encoding="utf-8")

    assert error_table.problems() == ["missing: method_not_found", "not raised any more: gone_fishing"]
