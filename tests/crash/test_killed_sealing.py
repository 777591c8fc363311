"""Sealing the activity log, killed with kill -9 in the middle, leaves a whole chain behind, each time (ORG-102)."""

import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("sealing_process.py")
ENTRIES = 200  # twenty seals
KILLS = 5


def _run(house, *arguments):
    command = [sys.executable, str(WORKER), *arguments]
    return subprocess.run(command, env=house, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.process
@pytest.mark.slow  # starts a dozen processes
def test_org_102_a_chain_is_never_left_half_sealed_though_workers_are_killed_in_the_middle(house):
    subprocess.run([sys.executable, "-m", "stellwerk", "migrate"], env=house, check=True)

    for kill in range(KILLS):
        _run(house, "plan", str(ENTRIES))
        with subprocess.Popen([sys.executable, str(WORKER), "work"], env=house, stdout=subprocess.PIPE) as worker:
            for _ in range(1 + 4 * kill):  # at the first seal, and ever further on
                assert worker.stdout.readline() == b"middle\n"
            worker.kill()
        is_gapless, _waiting, differences = _run(house, "count").split()
        assert (is_gapless, differences) == ("True", "0")
    _run(house, "finish")

    assert _run(house, "count").split() == ["True", "0", "0"]
