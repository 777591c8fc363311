"""What commands share: reading a secret, printing an answer, refusing."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from stellwerk.cli.refusals import Refused

if TYPE_CHECKING:
    import argparse

    Names = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  argparse names the type no other way


class Run(Protocol):
    def __call__(self, options: argparse.Namespace) -> int | None: ...


def secret_from_standard_input(name: str) -> str:
    """A secret typed at a prompt that does not echo, or the first line of a pipe."""
    secret = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise Refused(f"{name} is missing: give it on standard input")
    return secret


def printed(answer: dict[str, Any], *, as_json: bool, text: str) -> None:
    """The answer for a program, or a sentence for a person."""
    print(json.dumps(answer, separators=(",", ":"), ensure_ascii=False) if as_json else text)


def account_id_named(email: str) -> int:
    """The account with this login. Raises Refused."""
    from stellwerk.identity import queries

    number = queries.account_id_of(email)
    if number is None:
        raise Refused(f"no account has the login {email}")
    return number


def moment_given(raw: str | None) -> datetime | None:
    """The first moment something no longer works: the begin of a day, or a number of days from now. Raises Refused."""
    from stellwerk.foundation import clock

    if raw is None:
        return None
    try:
        if raw.startswith("+") and raw.endswith("d"):
            return clock.now() + timedelta(days=int(raw[1:-1]))
        midnight = datetime.combine(date.fromisoformat(raw), datetime.min.time(), tzinfo=clock.operator_zone())
        return midnight.astimezone(UTC)
    except (ValueError, OverflowError) as bad:
        raise Refused(f"--expires: {raw} is neither a date like 2027-12-31 nor a distance like +30d") from bad


def scopes_given(raw: list[str]) -> list[str]:
    """What `--scope` names: repeated, or several separated by commas."""
    return [scope for given in raw for scope in given.replace(",", " ").split()]
