"""`make check`: every gate runs, each says ok or what is wrong, and one failure fails the whole."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent

# What the gate proves → the command that proves it.
GATES = {
    "lint": [PROGRAMS / "ruff", "check", "--quiet"],
    "format": [PROGRAMS / "ruff", "format", "--check", "--quiet"],
    "types": [PROGRAMS / "mypy"],
    "imports": [PROGRAMS / "lint-imports", "--no-cache"],
}


def main() -> int:
    """0 when every gate is open."""
    closed = []
    for name, command in GATES.items():
        started = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        verdict = "FAILED" if done.returncode else "ok"
        print(f"check: {name:<14} {verdict:>6}  {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode:
            print(done.stdout.rstrip(), flush=True)
            closed.append(name)
    if closed:
        print(f"check: {len(closed)} of {len(GATES)} gates failed: {', '.join(closed)}")
    return 1 if closed else 0


if __name__ == "__main__":
    sys.exit(main())
