"""`stellwerk account create`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import printed, secret_from_standard_input

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names

LANGUAGES = ("de", "fr", "it", "en", "es")


def register(names: Names, places: argparse.ArgumentParser) -> None:
    account = names.add_parser("account", help="create accounts")
    verbs = account.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser(
        "create", parents=[places], help="create a confirmed account; the password is read from standard input"
    )
    create.add_argument("--email", required=True)
    create.add_argument("--first-name", required=True)
    create.add_argument("--last-name", required=True)
    create.add_argument("--language", default="en", choices=LANGUAGES)
    create.add_argument("--operator", action="store_true", help="staff of this instance")
    create.add_argument("--json", action="store_true", help="print the account as JSON")
    create.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services import create_account
    from stellwerk.identity.services.create_account import NewAccount

    account = create_account(
        actor=Actor(through=Through.COMMAND_LINE),
        entries=NewAccount(
            email=options.email,
            password=secret_from_standard_input("Password"),
            first_name=options.first_name,
            last_name=options.last_name,
            language=options.language,
            is_operator=options.operator,
        ),
        is_confirmed=True,
    )
    printed(
        {"id": account.pk, "email": account.email},
        as_json=options.json,
        text=f"Account {account.pk} for {account.email} is ready.",
    )
