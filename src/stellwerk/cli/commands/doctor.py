"""`stellwerk doctor`: proves what must hold: balances, numbers, digests, jobs. Changes nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import printed
from stellwerk.cli.refusals import Refused

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names
    from stellwerk.foundation.seals import NewestSeal

_DIGITS = 64  # hexadecimal


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("doctor", parents=[places], help="examine the data; status 1 when something is wrong")
    parser.add_argument("--json", action="store_true", help='print {"examined","findings","newest_seal"}')
    parser.add_argument(
        "--seal",
        metavar="NUMBER:DIGEST",
        action="append",
        default=[],
        help="a seal of the activity log kept elsewhere, which must still be there",
    )
    parser.set_defaults(run=run, examines=True)


def run(options: argparse.Namespace) -> int:
    from stellwerk.foundation import health, seals

    kept = [_kept_seal(raw) for raw in options.seal]
    found = health.findings()
    for number, digest in kept:
        against = seals.disagreement(number, digest)
        if against:
            found.append(health.Finding("activity", against))
    examined, newest = health.examination_names(), seals.newest()
    lines = [f"{each.examination}: {each.text}" for each in found] or [f"All well: {', '.join(examined)}."]
    if newest:
        lines.append(f"Newest seal of the activity log: {newest.number}:{newest.digest}")
    printed(
        {
            "examined": examined,
            "findings": [asdict(each) for each in found],
            "newest_seal": _seal_out(newest) if newest else None,
            "unsealed_entries": seals.waiting_total(),
        },
        as_json=options.json,
        text="\n".join(lines),
    )
    return 1 if found else 0


def _kept_seal(raw: str) -> tuple[int, str]:
    number, colon, digest = raw.partition(":")
    if not (number.isascii() and number.isdigit() and colon and len(digest) == _DIGITS):
        raise Refused(f"--seal: {raw} is not what doctor prints: a number, a colon and {_DIGITS} digits")
    return int(number), digest


def _seal_out(newest: NewestSeal) -> dict[str, object]:
    return {**asdict(newest), "sealed_at": int(newest.sealed_at.timestamp())}
