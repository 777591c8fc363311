"""`stellwerk account create | disable | enable | end-sessions`: what only the operator does with accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import account_id_named, printed, secret_from_standard_input

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names

REASONS = ("by_operator", "mailbox_deleted", "service_cancelled", "mailbox_released")
LANGUAGES = ("de", "fr", "it", "en", "es")


def register(names: Names, places: argparse.ArgumentParser) -> None:
    account = names.add_parser("account", help="create, disable and enable accounts, end their sessions")
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
    for verb, told, does in (
        ("disable", "refuse every sign-in and token of an account and end its sessions", disable),
        ("enable", "let a disabled account sign in again", enable),
        ("end-sessions", "sign an account out of every browser", end_sessions),
    ):
        parser = verbs.add_parser(verb, parents=[places], help=told)
        parser.add_argument("--email", required=True)
        parser.add_argument("--json", action="store_true", help='print {"id", …}')
        parser.set_defaults(run=does)
    withdraw = verbs.add_parser(
        "withdraw-login", parents=[places], help="take the login away, because its mailbox is gone; sends the way back"
    )
    withdraw.add_argument("email")
    withdraw.add_argument("--reason", default="by_operator", choices=REASONS)
    withdraw.add_argument("--check", action="store_true", help="only say what would happen, and change nothing")
    withdraw.add_argument("--json", action="store_true", help="print what was sent as JSON")
    withdraw.set_defaults(run=withdraw_the_login)


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


def disable(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services.closed_doors import disable_account

    number = account_id_named(options.email)
    disable_account(actor=Actor(through=Through.COMMAND_LINE), account_id=number)
    printed({"id": number, "is_active": False}, as_json=options.json, text=f"Account {number} is disabled.")


def enable(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services.closed_doors import enable_account

    number = account_id_named(options.email)
    enable_account(actor=Actor(through=Through.COMMAND_LINE), account_id=number)
    printed({"id": number, "is_active": True}, as_json=options.json, text=f"Account {number} may sign in again.")


def end_sessions(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.services.sessions import end_other_sessions

    number = account_id_named(options.email)
    ended = end_other_sessions(actor=Actor(through=Through.COMMAND_LINE), account_id=number, kept_key="")
    text = f"Account {number} is signed out of {ended} browsers."
    printed({"id": number, "ended": ended}, as_json=options.json, text=text)


def withdraw_the_login(options: argparse.Namespace) -> None:
    from stellwerk.foundation.actor import Actor, Through
    from stellwerk.identity.queries.withdrawals import ways_to_tell
    from stellwerk.identity.services.rescue import withdraw_login

    number = account_id_named(options.email)
    if options.check:
        told = ways_to_tell(number)
        happens, tells = f"would lose the login {options.email} and move to the rescue sign-in", "would be told"
    else:
        told = withdraw_login(actor=Actor(through=Through.COMMAND_LINE), account_id=number, reason=options.reason)
        happens, tells = f"has lost the login {options.email} and moved to the rescue sign-in", "was told"
    ways = [
        name for name, is_told in (("text message", told.is_told_by_sms), ("e-mail", told.is_told_by_email)) if is_told
    ]
    text = f"Account {number} {happens}; the person {tells} by {' and '.join(ways)}."
    if not ways:
        text = f"Account {number} {happens}. Nothing is stored to tell the person: verify who they are."
    printed(
        {"id": number, "told_by_sms": told.is_told_by_sms, "told_by_email": told.is_told_by_email},
        as_json=options.json,
        text=text,
    )
