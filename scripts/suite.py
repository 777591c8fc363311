"""`make test`: the whole suite on SQLite, then on PostgreSQL, browser tests included.

    python scripts/suite.py [--unit] [arguments for pytest]

`--unit` runs the unit and HTTP tests alone, on SQLite: no browser, no whole stories, no programs of their own.

What this machine lacks is said before the first test and left out; on a build server (CI set) it is an error.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, parse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium, postgresql  # noqa: E402  (the checkout is not on the path before the line above)

# A process and a database for each core. A file stays together: its fixtures are made once.
PARALLEL = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
UNIT = "not browser and not journey and not process"
APT_INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]


def install_chromium() -> bool:
    """Whether a browser is there now: root on a Debian gets one, anybody else is told the command."""
    command = " ".join(APT_INSTALL)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"test: no Chromium here, the browser tests are left out. On Debian: sudo {command}", flush=True)
        return False
    print(f"test: no Chromium here; {command} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], APT_INSTALL):
        done = subprocess.run(step, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            print(f"{done.stdout[-1000:]}\ntest: {' '.join(step)} failed, the browser tests are left out.", flush=True)
            return False
    return chromium.executable() is not None


def missing_parts() -> list[str]:
    """What of the suite cannot run on this machine."""
    missing = []
    if chromium.executable() is None and not install_chromium():
        missing.append("browser")
    if postgresql.binaries() is None:
        print("test: no PostgreSQL here, its run is left out. On Debian: sudo apt-get install postgresql", flush=True)
        missing.append("postgresql")
    return missing


@dataclass(frozen=True)
class Outcome:
    """What one run of the suite came to."""

    database: str
    status: int
    passed: int
    skipped: int
    failed: tuple[str, ...]

    def summary(self) -> str:
        """The failures, then the totals in one line; pytest's own report can be thousands of lines further up."""
        lines = [f"test: FAILED on {self.database}: {name}" for name in self.failed]
        if self.status and not self.failed:
            lines.append(f"test: pytest ended with status {self.status} on {self.database}")
        lines.append(f"{self.database}: {self.passed} passed, {len(self.failed)} failed, {self.skipped} skipped")
        return "\n".join(lines)


def environment() -> dict[str, str]:
    """That of the tests. Byte code is kept, in a folder of its own where it must not lie beside the sources.

    Without it every process compiles two thousand modules and rewrites the asserts of all tests: ten seconds each.
    """
    if not sys.dont_write_bytecode:
        return dict(os.environ)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPYCACHEPREFIX": str(ROOT / ".pytest_cache/bytecode")}


def pytest(database: str, arguments: list[str]) -> Outcome:
    """Runs the suite on one database."""
    print(f"\ntest: the suite on {database}", flush=True)
    with tempfile.TemporaryDirectory(prefix="stellwerk-suite-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--database", database, f"--junitxml={report}"]
        status = subprocess.run([*command, *PARALLEL, *arguments], cwd=ROOT, env=environment()).returncode
        cases = list(parse(report).iter("testcase")) if report.exists() else []  # noqa: S314  our own file
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    return Outcome(
        database=database,
        status=status,
        passed=len(cases) - len(failed) - len(skipped),
        skipped=len(skipped),
        failed=tuple(told(case) for case in failed),
    )


def told(case: Element) -> str:
    """A failed test's name and the first line of what went wrong."""
    reason = next((part.get("message") or "" for part in case if part.tag in ("failure", "error")), "")
    return f"{case.get('classname')}::{case.get('name')}: {reason.strip().partition(chr(10))[0][:300]}"


def main(arguments: list[str]) -> int:
    """0 when every run passed."""
    if arguments[:1] == ["--unit"]:
        outcome = pytest("sqlite", ["-m", UNIT, *arguments[1:]])
        print("\n" + outcome.summary(), flush=True)
        return 1 if outcome.status else 0
    missing = missing_parts()
    if missing and os.environ.get("CI"):
        print(f"test: a build server must run everything; missing: {', '.join(missing)}")
        return 1
    if "browser" in missing:
        arguments = ["-m", "not browser", *arguments]
    databases = ["sqlite"] if "postgresql" in missing else ["sqlite", "postgresql"]
    outcomes = [pytest(database, arguments) for database in databases]
    print("\n" + "\n".join(outcome.summary() for outcome in outcomes), flush=True)
    return 1 if any(outcome.status for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
