"""`make bench`: run every module of this folder and print, or keep, its figures.

    python -m benchmarks [--save] [names of modules]

A module has a `main()` that prints lines and, if it needs a database, `DATABASES = ("sqlite", "postgresql")`: it then
runs once for each, on an empty data folder or a temporary cluster, with DATABASE_URL set. `--save` puts the figures,
with machine and date, into README.md; those of modules that were not asked for stay as they are.
"""

from __future__ import annotations

import ast
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import postgresql

FOLDER = Path(__file__).resolve().parent
README = FOLDER / "README.md"
FIGURES = "<!-- figures: written by make bench SAVE=yes -->"


def names() -> list[str]:
    """The modules that measure something."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if "def main(" in path.read_text() and path.stem[0] != "_")


def databases_of(name: str) -> tuple[str, ...]:
    """The module's DATABASES, read without importing it; ("",) when it needs none."""
    for statement in ast.parse((FOLDER / f"{name}.py").read_text()).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "DATABASES":
            return tuple(ast.literal_eval(statement.value))
    return ("",)


def measure(name: str, database: str) -> tuple[int, str]:
    """Exit status and output of one module in a process and a data folder of its own."""
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="stellwerk-bench-"))
        environment = {**os.environ, "STELLWERK_DATA": data}
        environment.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")
        environment.pop("DATABASE_URL", None)
        if database == "postgresql":
            socket = str(stack.enter_context(postgresql.cluster())).replace("/", "%2F")
            environment["DATABASE_URL"] = f"postgresql://postgres@{socket}/postgres"
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(command, cwd=FOLDER.parent, env=environment, stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.rstrip()


def machine() -> str:
    """What a reader needs to compare figures: processor, cores, versions."""
    cpu = platform.processor() or platform.machine()
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        models = [line.partition(":")[2].strip() for line in listed.read_text().splitlines() if "model name" in line]
        cpu = models[0] if models else cpu
    return (
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, {cpu}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def save(measured: dict[str, str]) -> None:
    """Replaces the sections of these titles below the marker of README.md, and keeps the others."""
    words, _marker, figures = README.read_text().partition(FIGURES)
    kept = dict(section.split("\n", 1) for section in figures.split("\n## ")[1:])
    sections = {title: text.strip() for title, text in {**kept, **measured}.items()}
    told = "\n\n".join(f"## {title}\n\n{sections[title]}" for title in sorted(sections))
    README.write_text(f"{words.rstrip()}\n\n{FIGURES}\n\n{told}\n")


def main(arguments: list[str]) -> int:
    """0 when every module ran and met its limits."""
    chosen = [argument for argument in arguments if argument != "--save"] or names()
    measured: dict[str, str] = {}
    failed = []
    print(machine())
    for name in chosen:
        for database in databases_of(name):
            title = f"{name.replace('_', ' ')}{f' on {database}' if database else ''}"
            print(f"\n{title} …", flush=True)
            status, said = measure(name, database)
            print(said, flush=True)
            measured[title.capitalize()] = f"{machine()}\n\n```text\n{said}\n```"
            if status:
                failed.append(title)
    if "--save" in arguments:
        save(measured)
    if failed:
        print(f"bench: failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
