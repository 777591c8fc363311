"""`stellwerk app-password create`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import account_id_named, moment_given, printed, scopes_given

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    password = names.add_parser("app-password", help="create application passwords for synchronisation")
    verbs = password.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", parents=[places], help="create one and print its value once")
    create.add_argument("--account", required=True, metavar="EMAIL")
    create.add_argument("--name", required=True, help="the application that will use it")
    create.add_argument(
        "--scope", action="append", help="calendar, contacts, files or mail; repeat for several, all without it"
    )
    create.add_argument("--read-only", action="store_true", help="the application may change nothing")
    create.add_argument("--expires", metavar="DATE", help="first day it no longer works, YYYY-MM-DD, or +30d")
    create.add_argument("--json", action="store_true", help='print {"id","password"}')
    create.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services import NewApplicationPassword, create_application_password

    account_id = account_id_named(options.account)
    entries = NewApplicationPassword(
        name=options.name, is_read_only=options.read_only, expires_at=moment_given(options.expires)
    )
    stored, value = create_application_password(
        actor=Actor(account_id=account_id, through=Through.COMMAND_LINE, name=options.account),
        account_id=account_id,
        entries=replace(entries, scopes=tuple(scopes_given(options.scope))) if options.scope else entries,
    )
    printed({"id": stored.pk, "password": value}, as_json=options.json, text=value)
