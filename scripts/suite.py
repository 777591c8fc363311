"""`make test`: the whole suite on SQLite, then on PostgreSQL, browser tests included.

    python scripts/suite.py [arguments for pytest]

What this machine lacks is said before the first test and left out; on a build server (CI set) it is an error.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium, postgresql  # noqa: E402  (the checkout is not on the path before the line above)

# A process and a database for each core. A file stays together: its fixtures are made once.
PARALLEL = ["-n", "auto", "--dist", "loadfile"]
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


def pytest(database: str, arguments: list[str]) -> int:
    """pytest's exit status for one database."""
    print(f"\ntest: the suite on {database}", flush=True)
    command = [sys.executable, "-m", "pytest", "--database", database, *PARALLEL, *arguments]
    return subprocess.run(command, cwd=ROOT).returncode


def main(arguments: list[str]) -> int:
    """0 when every run passed."""
    missing = missing_parts()
    if missing and os.environ.get("CI"):
        print(f"test: a build server must run everything; missing: {', '.join(missing)}")
        return 1
    if "browser" in missing:
        arguments = ["-m", "not browser", *arguments]
    databases = ["sqlite"] if "postgresql" in missing else ["sqlite", "postgresql"]
    failed = [database for database in databases if pytest(database, arguments)]
    if failed:
        print(f"test: failed on {' and '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
