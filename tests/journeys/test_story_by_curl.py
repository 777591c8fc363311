"""The story by token: the commands of docs/first-request-with-curl.md, run as they stand, by a real curl."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/first-request-with-curl.md"
_BLOCK = re.compile(r"^## (?P<title>[^\n]+)$|^```sh\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)
# What the page says about a checkout; a test has its own house, its own port and its own way to the program.
PLACES = 2

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: on Debian, apt install curl"),
]


def blocks():
    """(title of the section, commands) in the order of the page."""
    title = ""
    for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if found["title"]:
            title = found["title"]
        else:
            yield title, found["commands"]


def script(house):
    """Every command of the page in one shell; a line before each block says where it begins."""
    here = f'SITE={house.url}\nstellwerk() {{ {shlex.quote(sys.executable)} -m stellwerk "$@"; }}\n'
    parts = [f"echo '=== {title}'\n{commands}" for title, commands in list(blocks())[PLACES:]]
    return "set -euo pipefail\n" + here + "\n".join(parts)


@pytest.fixture
def said(running_house, tmp_path):
    """What the terminal showed, by section of the page."""
    work = tmp_path / "work"
    work.mkdir()
    ended = subprocess.run(
        ["bash", "-c", script(running_house)], cwd=work, env=running_house.environment, capture_output=True, text=True,
        check=False, timeout=240,
    )  # fmt: skip
    assert ended.returncode == 0, f"{ended.stdout[-3000:]}\n{ended.stderr}"
    sections: dict[str, str] = {}
    for part in ended.stdout.split("=== ")[1:]:
        title, _, text = part.partition("\n")
        sections[title] = sections.get(title, "") + text
    return sections


def answers(text):
    """Every envelope in what a section showed; curl writes them one after the other without a line between."""
    found, decoder = [], json.JSONDecoder()
    at = text.find('{"result"')
    while at >= 0:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = text.find('{"result"', end)
    return found


def test_the_page_leads_from_the_first_request_to_the_renewal(said, tmp_path, running_house):
    """API-012…030, ORD-026, REN-005: everything the page promises is seen in what its commands show."""
    (accounts,) = answers(said["An organisation"])
    assert [(row["name"], row["type"]) for row in accounts["data"]] == [("Huber Brot AG", "owner")]
    assert accounts["data"][0]["addresses"][0]["town"] == "Bern"

    (people,) = answers(said["A colleague"])
    assert {(row["email"], row["role_type"]) for row in people["data"]} == {
        ("lena@huber.example", "owner"), ("marco@huber.example", "admin"),
    }  # fmt: skip

    assert said["An order"].count("HTTP/1.1 202") == 2
    assert said["An order"].lower().count("idempotency-replayed: true") == 1
    assert "CHF\N{NO-BREAK SPACE}10.38" in said["An order"]
    _, order, replayed = answers(said["An order"])
    assert order == replayed
    assert order["data"]["state"] == "payment_pending"
    assert order["data"]["gross"]["amount"] == 1038  # 9.60 and 8.1 % VAT

    (due,) = answers(said["The invoice"])
    assert [(row["amount"]["amount"], row["state"]) for row in due["data"]] == [(1038, "due")]
    (paper,) = (tmp_path / "work").glob("invoice-*.pdf")
    assert paper.read_bytes().startswith(b"%PDF-1.7")
    assert b"factur-x.xml" in paper.read_bytes()

    assert "matched" in said["The payment"]
    assert "Nothing has changed" in said["The payment"]
    assert said["The payment"].rstrip().endswith("huber-brot.ch")

    renewals, newest, prepaid = answers(said["A year later"])
    assert [(row["name"], row["is_automatic"]) for row in renewals["data"]] == [("huber-brot.ch", True)]
    assert newest["total"] == 2
    assert newest["data"][0]["status"] == "paid"
    assert [(each["amount"], each["currency"]) for each in prepaid["data"]["balances"]] == [(5000 - 1038, "CHF")]
    assert "All well" in running_house.stellwerk("doctor")
    refusals_have_one_envelope(said["What may go wrong"])


def refusals_have_one_envelope(shown):
    unknown, foreign, entries = (each["error"] for each in answers(shown))

    assert (unknown["code"], unknown["context"]["reason"]) == ("not_authorized", "token_missing")
    assert foreign["code"] == "object_not_found"
    assert entries["code"] == "validation_failed"
    assert entries["errors"][0]["context"]["attribute"] == "period_months"
    assert entries["description"] == "Einige Angaben müssen korrigiert werden."
    limits = {name.lower(): int(number) for name, number in re.findall(r"(?i)(x-ratelimit-\w+): (\d+)", shown)}
    assert limits["x-ratelimit-limit"] == 60
    assert 0 < limits["x-ratelimit-remaining"] < 60
