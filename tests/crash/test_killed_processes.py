"""`stellwerk serve` and its processes: whoever is killed comes back; when `serve` goes, nobody stays."""

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,  # a house of its own
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the process tree from /proc"),
]

PATIENCE_SECONDS = 40


def children_of(pid: int) -> list[int]:
    """In the order in which they were started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name stands in parentheses and may hold anything; state, then parent, follow it.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)


def tree_of(pid: int) -> list[int]:
    return [each for child in children_of(pid) for each in [child, *tree_of(child)]]


def lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def awaited(is_true, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
        threading.Event().wait(0.1)


def is_well(house) -> bool:
    with suppress(OSError, urllib.error.HTTPError), urllib.request.urlopen(f"{house.url}/healthz", timeout=5) as answer:
        return json.load(answer) == {"web": True, "database": True, "worker": True}
    return False


def everybody(house) -> dict[str, int]:
    """The three processes under `serve --processes 1`: the web's master has a child, the worker has none."""
    children = children_of(house.server.pid)
    named = {"web" if children_of(each) else "worker": each for each in children}
    return {**named, "page server": children_of(named["web"])[0]} if "web" in named else named


def test_whoever_is_killed_comes_back_and_leaves_nobody_behind(running_house):
    awaited(lambda: len(everybody(running_house)) == 3, "web, its page server and worker run")

    for name in ("worker", "page server", "web"):
        before = everybody(running_house)
        lost = [before[name], *tree_of(before[name])]
        os.kill(before[name], signal.SIGKILL)
        awaited(lambda lost=lost: not any(map(lives, lost)), f"all of the killed {name} is gone")
        awaited(lambda: len(everybody(running_house)) == 3 and is_well(running_house), f"the {name} is back")
        assert everybody(running_house)[name] not in lost

    family = tree_of(running_house.server.pid)
    running_house.stop()
    assert not any(map(lives, family))


def test_nobody_outlives_a_serve_that_was_killed(running_house):
    awaited(lambda: len(everybody(running_house)) == 3, "web, its page server and worker run")
    family = tree_of(running_house.server.pid)

    running_house.server.kill()
    running_house.server.wait()

    awaited(lambda: not any(map(lives, family)), "its processes have ended by themselves")
    running_house.start("--without-demo")  # on the same port
    assert is_well(running_house)
