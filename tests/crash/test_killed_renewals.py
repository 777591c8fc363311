"""The renewal run, killed with kill -9 in the middle of its batches, charges everybody once and skips no number."""

import subprocess
import sys
from pathlib import Path

import pytest

WORKER = Path(__file__).with_name("renewal_process.py")
PRODUCTS = 30
KILLS = 6
PRICE_MINOR, DEPOSIT_MINOR = 11_582, 20_000


def _run(house, *arguments):
    command = [sys.executable, str(WORKER), *arguments]
    return subprocess.run(command, env=house, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.process
@pytest.mark.slow  # starts eight processes
def test_every_product_is_renewed_once_though_workers_are_killed_in_the_middle_of_a_batch(house):
    subprocess.run([sys.executable, "-m", "stellwerk", "migrate"], env=house, check=True)
    _run(house, "plan", str(PRODUCTS))

    for kill in range(KILLS):
        with subprocess.Popen([sys.executable, str(WORKER), "work"], env=house, stdout=subprocess.PIPE) as worker:
            for _ in range(1 + kill % 3):  # before the commit of the first batch, at its end, in the second one
                assert worker.stdout.readline() in (b"charged\n", b"written\n", b"")
            worker.kill()
    _run(house, "finish")

    assert _run(house, "count").split() == [
        str(PRODUCTS), "True", str(PRODUCTS), str(PRODUCTS), str(PRODUCTS),
        str(PRODUCTS * (DEPOSIT_MINOR - PRICE_MINOR)), str(PRODUCTS * PRICE_MINOR),
    ]  # fmt: skip
