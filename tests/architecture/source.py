"""The checkout as the architecture tests read it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/stellwerk"
DELIVERY_ROOMS = {"config", "cli", "web", "api", "dav", "console"}


def rooms() -> list[str]:
    return sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists())


def room_of(path: Path) -> str:
    """The room a file of src/stellwerk belongs to; "" for the files above the rooms."""
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else ""


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


@cache
def modules() -> list[Path]:
    """What runs in production: no tests, no migrations."""
    return sorted(
        path
        for path in SOURCE.rglob("*.py")
        if not is_test(path) and "migrations" not in path.relative_to(SOURCE).parts
    )


@cache
def templates() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("templates/**/*") if path.suffix in {".html", ".txt", ".svg", ".xml"})


@cache
def tests() -> list[Path]:
    return sorted([*SOURCE.rglob("tests/**/*.py"), *(ROOT / "tests").rglob("*.py")])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def configuration() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imports(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported: `from a import b` gives "a.b"."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
