"""`make setup`: the virtual environment, the locked packages, the front-end assets, the translations.

Standard library only, because it runs before anything is installed. Every step leaves a stamp in .venv/stamps made
of the contents it was built from, so a second run does nothing. No registry is named here: see package_index.py.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import package_index

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin/python"
SETUP_REQUIREMENTS = ROOT / "scripts/setup-requirements.txt"
OLDEST_PYTHON = (3, 11)
TAIL_LINES = 15  # of a failed command's output; the cause stands at its end


class Missing(Exception):
    """What is missing and how to get it, in one or two lines for the terminal."""


@dataclass(frozen=True)
class Step:
    """One thing to install. `inputs` are what it is built from, `products` what must be there afterwards."""

    name: str
    do: Callable[[], None]
    inputs: Callable[[], list[Path]]
    products: tuple[Path, ...]

    def fingerprint(self) -> str:
        """Changes when an input is edited, added, renamed or removed, or when Python is another one."""
        digest = hashlib.sha256(sys.version.encode())
        for path in sorted(self.inputs()):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def is_done(self) -> bool:
        """Whether the stamp is of today's inputs and nobody removed the products."""
        stamp = STAMPS / self.name
        present = all(product.exists() for product in self.products)
        return present and stamp.is_file() and stamp.read_text() == self.fingerprint()


def run(command: list[str], *, advice: str, environment: dict[str, str] | None = None) -> str:
    """The command's output; `Missing(advice)` with the end of that output when it fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise Missing(f"{command[0]} does not start ({error.strerror}). {advice}") from error
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-TAIL_LINES:])
        raise Missing(f"{tail}\n{Path(command[0]).name} failed (status {done.returncode}). {advice}")
    return done.stdout


def make_environment() -> None:
    """.venv with uv and setuptools at their pinned versions. pip is borrowed, not installed: that halves the time."""
    if not _works(PYTHON) or _version(PYTHON) != sys.version:
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], advice="On Debian: apt install python3-venv")
    with tempfile.TemporaryDirectory() as folder:
        install = ["--python", str(PYTHON), "install", "--quiet", "--require-hashes", "-r", str(SETUP_REQUIREMENTS)]
        run(
            [sys.executable, *_pip(Path(folder)), "--disable-pip-version-check", *install],
            advice="Is the package index reachable? It is the one of `pip config list`.",
        )


def _works(program: Path) -> bool:
    # A .venv whose base Python was upgraded away, or that was copied here, has programs that do not start.
    try:
        return subprocess.run([str(program), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _version(python: Path) -> str:
    return run([str(python), "-c", "import sys; print(sys.version)"], advice="Remove .venv and try again.").strip()


def _pip(folder: Path) -> list[str]:
    # A pip of this Python's own, the wheel that Python or Debian keeps for new environments, or a fetched one.
    if importlib.util.find_spec("pip") and importlib.util.find_spec("pip.__main__"):
        return ["-m", "pip"]
    bundled = importlib.util.find_spec("ensurepip")
    places = [Path(bundled.origin).parent / "_bundled"] if bundled and bundled.origin else []
    wheels = [wheel for place in [*places, Path("/usr/share/python-wheels")] for wheel in place.glob("pip-*.whl")]
    wheel = wheels[0] if wheels else package_index.fetch_pip(folder, venv=VENV)
    if wheel is None:
        raise Missing(
            "This Python has neither pip nor ensurepip, and no index is configured to fetch pip from.\n"
            "On Debian and Ubuntu: apt install python3-venv"
        )
    return [f"{wheel}/pip"]


def install_packages() -> None:
    """Exactly the packages of requirements.lock, then Stellwerk itself, editable."""
    environment = package_index.uv_environment(VENV)
    run(
        [str(VENV / "bin/uv"), "pip", "sync", "--require-hashes", "requirements.lock"],
        environment=environment,
        advice="uv asks the index of `pip config list`: is it reachable, and does it have the pinned versions?",
    )
    # From Python 3.12 on, uv counts setuptools among the packages that the lock does not name, and removes it.
    run(
        [str(VENV / "bin/uv"), "pip", "install", "--quiet", "--require-hashes", "-r", str(SETUP_REQUIREMENTS)],
        environment=environment,
        advice="Remove .venv and try again.",
    )
    run(
        [str(VENV / "bin/uv"), "pip", "install", "--no-deps", "--no-build-isolation", "--editable", "."],
        environment=environment,
        advice="pyproject.toml does not build: the lines above say why.",
    )


def install_node_packages() -> None:
    """node_modules as in package-lock.json, by the Node of .venv; install scripts never run."""
    run(
        [str(VENV / "bin/npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        environment=package_index.npm_environment(VENV),
        advice="npm asks the registry of `npm config get registry`: is it reachable?",
    )


def build_assets() -> None:
    """Style sheets, scripts and icons for the pages; the fonts of printed documents."""
    environment = package_index.npm_environment(VENV)
    for script in ("fonts.mjs", "build.mjs"):
        if (ROOT / "frontend" / script).is_file():
            run(
                [str(VENV / "bin/node"), f"frontend/{script}"],
                environment=environment,
                advice="The lines above name the file that does not build.",
            )


def compile_translations() -> None:
    """A .mo beside every .po."""
    run([str(PYTHON), "scripts/messages.py", "compile"], advice="The lines above name the translation file.")


def files(*patterns: str) -> Callable[[], list[Path]]:
    """Finds the files of the patterns under the checkout, each time it is asked."""
    return lambda: [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]


BUILT = (ROOT / "src/stellwerk/web/static/build", ROOT / "src/stellwerk/billing/documents/fonts")
STEPS = [
    Step("environment", make_environment, files("scripts/setup-requirements.txt"), (PYTHON, VENV / "bin/uv")),
    Step("packages", install_packages, files("requirements.lock", "pyproject.toml"), (VENV / "bin/stellwerk",)),
    Step("node packages", install_node_packages, files("package.json", "package-lock.json"), (ROOT / "node_modules",)),
    Step("assets", build_assets, files("frontend/**/*", "package-lock.json"), BUILT),
    Step("translations", compile_translations, files("src/stellwerk/*/locale/*/LC_MESSAGES/*.po"), ()),
]


def setup() -> None:
    """Runs the steps whose inputs changed, and says so; a changed step runs the later ones by their own stamps."""
    if sys.version_info < OLDEST_PYTHON:
        raise Missing(
            f"Stellwerk needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is {sys.version.split()[0]}.\n"
            "Name a newer one: make setup PYTHON=python3.12"
        )
    for step in STEPS:
        if step.is_done() or not step.inputs():
            continue
        started = time.monotonic()
        print(f"setup: {step.name} …", end=" ", flush=True)
        step.do()
        STAMPS.mkdir(exist_ok=True)
        (STAMPS / step.name).write_text(step.fingerprint())
        print(f"{time.monotonic() - started:.1f} s", flush=True)


def lock() -> None:
    """requirements.lock anew from pyproject.toml: by hash, for every platform, without any address."""
    run(
        [
            str(VENV / "bin/uv"),
            "pip",
            "compile",
            "pyproject.toml",
            "--group",
            "dev",
            "--universal",
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--output-file",
            "requirements.lock",
        ],
        environment=package_index.uv_environment(VENV),
        advice="The lines above name the requirement that cannot be met.",
    )


def main(arguments: list[str]) -> int:
    """Exit status 0, or 1 after saying what is missing."""
    try:
        lock() if arguments == ["lock"] else setup()
    except Missing as missing:
        print(f"\nsetup: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted; the next run goes on where this one stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
