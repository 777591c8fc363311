"""Which pages the walk opens, and as whom, how wide, in which scheme and language.

The pages are those of the URL configuration that the tables of `tests/permissions` let somebody see, so that a new page
is walked without a new line here. What shows no page by its address alone stands in SHOWN_ELSEWHERE.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tests.browser.harness import SCHEMES, WIDTHS
from tests.permissions import table
from tests.permissions.world import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from tests.permissions.calls import Caller
    from tests.permissions.routes import Route

LANGUAGES = ("de", "fr", "it", "es", "en")
WHOLE = os.environ.get("STELLWERK_WALK") == "all"  # hours: before a release
STATUSES = {"ok": 200, "refused": 403, "hidden": 404}
PARTS = 4  # files of the walk, for as many processes

_IN_A_STORY = "a step of a story; opened alone it leads to its beginning. Seen by {}"
_SECOND_FACTOR = _IN_A_STORY.format("test_second_factor.py")
_PASSKEYS = _IN_A_STORY.format("test_passkeys.py")
_RECOVERY = _IN_A_STORY.format("test_recovery.py")
_APPROVE = _IN_A_STORY.format("test_approve.py")
_SIGN_UP = _IN_A_STORY.format("test_story.py")
_A_PIECE = "a piece of a page, for htmx"
# Address → why its page is not walked. An entry whose page can be walked fails the test of this list.
SHOWN_ELSEWHERE = {
    "/": "leads to the start page of the last organisation",
    "/2fa": "a short way to /profile/second-factor",
    "/authorize": "needs the question of an application. Seen by test_keys_of_programs.py",
    "/forgotten/code": _RECOVERY,
    "/forgotten/login/sent": _RECOVERY,
    "/forgotten/options": _RECOVERY,
    "/go/products/{kind_code}": "leads to the place in the organisation at hand",
    "/go/{destination}": "leads to the place in the organisation at hand",
    "/help-request/{help_secret}": "needs a real secret. Seen by test_recovery.py",
    "/o/{organisation_id}/cart/lines": "answers the form of the shop only",
    "/o/{organisation_id}/members/removal": _IN_A_STORY.format("the tests of the organisations room"),
    "/o/{organisation_id}/personal-suite/code": "needs a code on its way",
    "/o/{organisation_id}/to-pay/sums": _A_PIECE,
    "/operator/bank": "for operators only, whom the tables do not know. Seen by test_accounting.py",
    "/operator/help-requests": "for operators only, whom the tables do not know. Seen by test_recovery.py",
    "/operator/withdrawals": "for operators only, whom the tables do not know. Seen by test_withdrawals.py",
    "/operator/withdrawals/files/{file_id}": "a file for the bank",
    "/operator/withdrawals/{withdrawal_id}": "for operators only, as the list of them",
    "/order": "leads to the shop without a choice. Seen by test_visitor_order.py",
    "/profile/application-passwords/revocation": _IN_A_STORY.format("test_keys_of_programs.py"),
    "/profile/compromised/review": _RECOVERY,
    "/profile/compromised/secrets": _RECOVERY,
    "/profile/second-factor/approve/linked": _APPROVE,
    "/profile/second-factor/passkey/new/device": _PASSKEYS,
    "/profile/second-factor/sms/new/code": _SECOND_FACTOR,
    "/profile/tokens/revocation": _IN_A_STORY.format("test_keys_of_programs.py"),
    "/rescue": "for people whose login was withdrawn only",
    "/rescue/code": "for people whose login was withdrawn only",
    "/sign-in/second-factor": _SECOND_FACTOR,
    "/sign-in/second-factor/approve": _APPROVE,
    "/sign-in/second-factor/approve/again": _APPROVE,
    "/sign-in/second-factor/approve/state": _APPROVE,
    "/sign-in/second-factor/passkey": _PASSKEYS,
    "/sign-in/second-factor/recovery-code": _SECOND_FACTOR,
    "/sign-in/second-factor/sms": _SECOND_FACTOR,
    "/sign-in/second-factor/sms/message": _SECOND_FACTOR,
    "/sign-in/second-factor/totp": _SECOND_FACTOR,
    "/sign-up/code": _SIGN_UP,
    "/sign-up/personal/code": _IN_A_STORY.format("the tests of the products room"),
    "/sign-up/personal/phone": _IN_A_STORY.format("the tests of the products room"),
    "/transfers/{transfer_link}": "needs a real link. Seen by test_transfers.py",
}
# Pages whose texts are English in every language, and why.
ENGLISH = {
    "/components": "made-up texts of the component sheet, for developers",
    "/docs": "the description of the interface, for developers",
    "/outbox": "shows messages as they went out, each in the language of its recipient",
}


@dataclass(frozen=True)
class Visit:
    """One page opened once. `is_thorough`: all sizes and schemes in turn, axe and the keyboard."""

    row: table.Row
    role: str
    language: str
    width: int
    scheme: str
    is_thorough: bool = False

    @property
    def status(self) -> int:
        return STATUSES[self.row.expected[self.role]]

    def __str__(self) -> str:
        return f"{self.row.route.address} as {self.role}, {self.language}, {self.width} px, {self.scheme}"


def is_document(answer: HttpResponse) -> bool:
    """Whether a browser shows a page of ours: not a file, not a piece, not the way to another page."""
    is_html = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.status_code == 200 and is_html and b"<!doctype html" in answer.content[:200].lower()


def is_file(answer: HttpResponse) -> bool:
    """Whether it is made for programs, or to be kept."""
    return not answer.get("Content-Type", "text/html").startswith("text/html")


def addresses() -> list[table.Row]:
    """Every row of an address that answers GET, page or not."""
    return sorted(
        (row for row in table.rows().values() if row.route.method == "GET" and not row.route.is_command),
        key=lambda row: row.route,
    )


def those_who_see(caller: Caller, row: table.Row) -> list[str]:
    """The roles that get a page there. Only somebody signed in is sent on by pages for visitors, and the other way."""
    allowed = [role for role in ROLES if row.expected[role] == "ok"]
    samples = {"anonymous" if role == "anonymous" else allowed[0]: None for role in allowed}
    seen = {role: is_document(caller.call(row.route, role, values(caller, row.route, role))) for role in samples}
    return [role for role in allowed if seen["anonymous" if role == "anonymous" else allowed[0]]]


def values(caller: Caller, route: Route, role: str) -> dict[str, object]:
    return {name: caller.world.own(name, role) for name in route.parameters}


def visits(caller: Caller, part: int) -> Iterator[Visit]:
    """The visits of one part of the walk."""
    refusals: set[tuple[str, str]] = set()
    for number, row in enumerate(addresses()):
        if number % PARTS != part or row.route.address in SHOWN_ELSEWHERE:
            continue
        roles = those_who_see(caller, row)
        yield from (_everything if WHOLE else _covering)(row, roles, number)
        for role, outcome in row.expected.items():
            if roles and outcome in ("refused", "hidden") and (role, outcome) not in refusals:
                refusals.add((role, outcome))
                yield Visit(row, role, LANGUAGES[len(refusals) % len(LANGUAGES)], 360, "light")


def _covering(row: table.Row, roles: list[str], number: int) -> Iterator[Visit]:
    """Each role once, each language at least once; every size and scheme as the first role, who is the legal
    representative wherever that one is let in."""
    padded = [*roles, *roles[:1] * (len(LANGUAGES) - len(roles))]
    for place, role in enumerate(padded):
        turn = number + place
        yield Visit(
            row, role, LANGUAGES[turn % len(LANGUAGES)], tuple(WIDTHS)[turn % len(WIDTHS)],
            SCHEMES[turn % len(SCHEMES)], is_thorough=place == 0,
        )  # fmt: skip


def _everything(row: table.Row, roles: list[str], _number: int) -> Iterator[Visit]:
    for role, language, width, scheme in product(roles, LANGUAGES, WIDTHS, SCHEMES):
        yield Visit(row, role, language, width, scheme, is_thorough=True)
