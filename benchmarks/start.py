"""How long `make run` takes on a prepared data folder until it shows the sign-in page.

Run as `python -m benchmarks.start` in a checkout that is set up. The command is the newcomer's own, with its check of
the set-up; the folder has tables and an account, so neither migrations nor the demo world are in it. Ctrl-C ends each
start. The baseline of the same run is a process that loads Django with the house's settings, rooms and addresses, and
does nothing: what every one of the processes would pay again if it did not share. Limit: 5 s at the median.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS = 5
MOST_SECONDS = 5
PATIENCE_SECONDS = 120
LOADED = "import django; django.setup(); import stellwerk.config.wsgi, stellwerk.config.urls"


def prepare() -> None:
    """Tables and somebody who lives here. The password is nobody's: the account is never signed in to."""
    stellwerk = [sys.executable, "-m", "stellwerk"]
    subprocess.run([*stellwerk, "migrate"], check=True)
    person = ["--email", "anna@example.ch", "--first-name", "Anna", "--last-name", "Roth"]
    password = "drei rote Signale im Nebel\n"
    subprocess.run([*stellwerk, "account", "create", *person], input=password, text=True, check=True, stdout=sys.stderr)


def seconds_to_load() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", LOADED], check=True)
    return time.perf_counter() - began


def seconds_to_the_page(data: str) -> float:
    """From the command to the last byte of the page."""
    port = a_free_port()
    began = time.perf_counter()
    command = ["make", "run", f"DATA={data}", f"PORT={port}"]
    # Its own session, as of a terminal: Ctrl-C reaches make and the house together.
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True) as run:
        try:
            while time.perf_counter() - began < PATIENCE_SECONDS and run.poll() is None:
                address = f"http://127.0.0.1:{port}/sign-in"
                with suppress(OSError), urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as page:
                    page.read()
                    return time.perf_counter() - began
                time.sleep(0.02)
        finally:
            os.killpg(run.pid, signal.SIGINT)
    raise SystemExit(f"no page: make run ended with status {run.returncode}")


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """0 when the limit is met."""
    prepare()
    seconds_to_the_page(os.environ["STELLWERK_DATA"])  # gathers the assets, and warms the disk's cache
    loads, starts = [], []
    for _ in range(STARTS):
        loads.append(seconds_to_load())
        starts.append(seconds_to_the_page(os.environ["STELLWERK_DATA"]))
    load, start = statistics.median(loads), statistics.median(starts)
    print(f"a process that loads the house (baseline)  {load:5.2f} s")
    print(f"make run to the sign-in page               {start:5.2f} s   {start / load:.1f} of the baseline")
    print(f"slowest of {STARTS}: {max(starts):.2f} s; load average {os.getloadavg()[0]:.1f}")
    met = start <= MOST_SECONDS
    print(f"median at most {MOST_SECONDS} s: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
