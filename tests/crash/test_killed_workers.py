"""A worker killed with kill -9 at any moment loses nothing and repeats nothing a person would notice."""

import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("worker_process.py")
LETTERS = 120
KILLS = 12


def _run(house, *arguments):
    command = [sys.executable, str(WORKER), *arguments]
    return subprocess.run(command, env=house, capture_output=True, text=True, check=True).stdout


@pytest.mark.process
@pytest.mark.slow  # starts a dozen processes
def test_every_letter_is_written_once_though_workers_are_killed_in_the_middle_of_their_work(house):
    subprocess.run([sys.executable, "-m", "stellwerk", "migrate"], env=house, check=True)
    _run(house, "plan", str(LETTERS))

    for kill in range(KILLS):
        with subprocess.Popen([sys.executable, str(WORKER), "work"], env=house, stdout=subprocess.PIPE) as worker:
            for _ in range(1 + kill % 5):  # sometimes in the first job, sometimes later
                assert worker.stdout.readline().startswith(b"middle")
            worker.kill()  # between the effect and the mark that the job is done
    _run(house, "finish")

    written, different = map(int, _run(house, "count").split())
    assert (written, different) == (LETTERS, LETTERS)
