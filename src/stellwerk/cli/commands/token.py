"""`stellwerk token create`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import Refused, account_id_named, printed

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    token = names.add_parser("token", help="create API tokens")
    verbs = token.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", parents=[places], help="create an API token and print its value once")
    create.add_argument("--account", required=True, metavar="EMAIL")
    create.add_argument("--scope", required=True, action="append", help="repeat for several; for example products")
    create.add_argument("--name", default="Command line")
    create.add_argument("--expires", metavar="DATE", help="first day it no longer works, YYYY-MM-DD, or +30d")
    create.add_argument("--json", action="store_true", help='print {"id","token"}')
    create.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services import create_token

    account_id = account_id_named(options.account)
    token, value = create_token(
        actor=Actor(account_id=account_id, through=Through.COMMAND_LINE, name=options.account),
        account_id=account_id,
        name=options.name,
        scopes=[scope for given in options.scope for scope in given.replace(",", " ").split()],
        expires_at=_moment(options.expires) if options.expires else None,
    )
    printed({"id": token.pk, "token": value}, as_json=options.json, text=value)


def _moment(raw: str) -> datetime:
    from stellwerk.foundation import clock

    try:
        if raw.startswith("+") and raw.endswith("d"):
            return clock.now() + timedelta(days=int(raw[1:-1]))
        return datetime.combine(date.fromisoformat(raw), datetime.min.time(), tzinfo=clock.operator_zone()).astimezone(
            UTC
        )
    except ValueError as bad:
        raise Refused(f"--expires: {raw} is neither a date like 2027-12-31 nor a distance like +30d") from bad
