"""`make check`: every gate runs, each says ok or what is wrong, and one failure fails the whole.

python scripts/gates.py [names of gates]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
LINES_SHOWN = 80  # of a closed gate; the rest is said once these are mended


@dataclass(frozen=True)
class Gate:
    """What is proved, and the command that proves it with status 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Runs in a data folder of its own, with the programs of this environment first on PATH."""
        with tempfile.TemporaryDirectory(prefix="stellwerk-check-") as data:
            environment = {
                **os.environ,
                "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}",
                "PYTHONPATH": str(ROOT / "src"),
                "STELLWERK_DATA": data,
                **self.environment,
            }
            return subprocess.run(
                self.command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )


def django(*arguments: str, **environment: str) -> dict:
    """A Django command on the settings that a provider runs."""
    settings = {"DJANGO_SETTINGS_MODULE": "stellwerk.config.settings.selfhost", **environment}
    return {"command": [sys.executable, "-m", "django", *arguments], "environment": settings}


GATES = [
    Gate("lint", ["ruff", "check", "--quiet"]),
    Gate("format", ["ruff", "format", "--check", "--quiet"]),
    Gate("types", ["mypy"]),
    Gate("imports", ["lint-imports", "--no-cache"]),
    Gate("templates", ["djlint", "src", "--lint", "--quiet"]),
    Gate("scripts", ["npm", "run", "--silent", "check"]),
    Gate("texts", [sys.executable, "scripts/messages.py", "check"]),
    Gate("migrations", **django("makemigrations", "--check", "--dry-run")),
    Gate(
        "deployment",
        **django(
            "check",
            "--deploy",
            "--fail-level=WARNING",
            STELLWERK_URL="https://manager.example",
            STELLWERK_HOSTS="manager.example",
        ),
    ),
]


def main(names: list[str]) -> int:
    """0 when every gate is open."""
    chosen = [gate for gate in GATES if not names or gate.name in names]
    closed = []
    for gate in chosen:
        started = time.monotonic()
        done = gate.run()
        verdict = "FAILED" if done.returncode else "ok"
        print(f"check: {gate.name:<11} {verdict:>6}  {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode:
            said = done.stdout.rstrip().splitlines()
            left_out = [f"… and {len(said) - LINES_SHOWN} lines more"] if len(said) > LINES_SHOWN else []
            print("\n".join([*said[:LINES_SHOWN], *left_out]), flush=True)
            closed.append(gate.name)
    if closed:
        print(f"check: {len(closed)} of {len(chosen)} gates failed: {', '.join(closed)}")
    return 1 if closed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
