"""`stellwerk token create`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import account_id_named, moment_given, printed, scopes_given

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
    create.add_argument("--organisation", type=int, metavar="ID", help="the only organisation it opens")
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
        scopes=scopes_given(options.scope),
        expires_at=moment_given(options.expires),
        organisation_id=options.organisation,
    )
    printed({"id": token.pk, "token": value}, as_json=options.json, text=value)
