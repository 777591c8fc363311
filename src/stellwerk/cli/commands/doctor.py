"""`stellwerk doctor`: proves what must hold: balances, numbers, digests, jobs. Changes nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import printed

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("doctor", parents=[places], help="examine the data; status 1 when something is wrong")
    parser.add_argument("--json", action="store_true", help='print {"examined","findings"}')
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from stellwerk.foundation import health

    found = health.findings()
    examined = health.examination_names()
    lines = [f"{each.examination}: {each.text}" for each in found] or [f"All well: {', '.join(examined)}."]
    printed(
        {"examined": examined, "findings": [asdict(each) for each in found]},
        as_json=options.json,
        text="\n".join(lines),
    )
    return 1 if found else 0
