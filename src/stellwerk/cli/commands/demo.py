"""`stellwerk demo`: makes the demo world in an empty house, or writes the bank file that pays a document."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from stellwerk.cli.commands import migrate
from stellwerk.cli.commands.base import printed
from stellwerk.cli.refusals import Refused

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names
    from stellwerk.cli.world import CastAccount


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("demo", parents=[places], help="fill an empty instance with two years of history")
    parser.add_argument("--json", action="store_true", help='print {"accounts":[…]} with tokens and passwords')
    parser.add_argument(
        "--bank-file-for",
        metavar="NUMBER",
        help="print the camt.053 file that pays this document",
    )
    parser.set_defaults(run=run, prepares=True)


def run(options: argparse.Namespace) -> None:
    if options.bank_file_for:
        sys.stdout.buffer.write(_bank_file(options.bank_file_for))
        return
    migrate.prepare_database()
    migrate.refuse_unready()
    accounts = make_demo_world(is_quiet=options.json)
    printed(
        {"accounts": [asdict(account) for account in accounts]},
        as_json=options.json,
        text="\n".join(f"{account.email}  password: {account.password}" for account in accounts),
    )


def make_demo_world(*, is_quiet: bool = False) -> list[CastAccount]:
    """Play the story. Raises Refused where people live already: the demo never mixes with real customers."""
    from stellwerk.cli.world import make_world
    from stellwerk.identity import queries

    if queries.has_accounts():
        raise Refused("this instance has accounts already; the demo world needs an empty one (--data another folder)")
    return make_world((lambda _: None) if is_quiet else (lambda line: print(f"  {line}", flush=True)))


def _bank_file(number: str) -> bytes:
    from stellwerk.billing.queries.expected_transfers import expected_transfer
    from stellwerk.cli.world.bank import Credit, statement
    from stellwerk.foundation import clock

    due = expected_transfer(number)
    if due is None:
        raise Refused(f"no open invoice or top-up has the number {number}")
    return statement(
        Credit(
            iban=due.iban,
            amount_minor=due.amount_minor,
            currency=due.currency,
            reference=due.reference,
            debtor_name="Demo",
            booked_on=clock.today(),
        )
    )
