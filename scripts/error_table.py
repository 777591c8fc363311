"""docs/errors.md: every code the interface may answer, from the code that raises it.

    python scripts/error_table.py          write the file anew
    python scripts/error_table.py check    say what is missing or stale; status 1 if anything is

A code comes from a class (`code = "…"`), from a call (`RuleBroken("…")`), from a constraint (`violation_error_code`),
or from the texts of a room's errors.py. Its meaning is the English text, its status that of the class that raises it.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/stellwerk"
TABLE = ROOT / "docs/errors.md"
CODE = re.compile(r"^\| \d{3} \| `([a-z0-9_]+)` \|", re.MULTILINE)
REASON = re.compile(r"^\| `([a-z0-9_]+)` \|", re.MULTILINE)
# Codes that a table of the raising code chooses, which nobody can read off the call.
CHOSEN = {"invitation_accepted": 410, "invitation_declined": 410, "suite_not_transferable": 409}
# The same for rules: tables whose keys they are, and what rules of names, addresses and accounts find.
RULE_TABLES = {
    "stellwerk.identity.services.entries": "_NAME_TEXTS",
    "stellwerk.identity.services.pictures.drawing": "_TEXTS",
    "stellwerk.organisations.services.entries": "TEXTS",
    "stellwerk.catalogue.errors": "_DOMAIN_NAME_TEXTS",
}
RULES_FOUND = {
    "holder_invalid", "iban_country_refused", "iban_invalid", "iban_takes_references_only", "oss_not_registered",
    "vat_country_mismatch", "vat_number_invalid", "vat_rate_unknown",
}  # fmt: skip
HEAD = """# Errors of the interface

Every refusal has the same form; `code` is stable and never translated, `description` follows `Accept-Language`:

```json
{"result":"error","error":{"code":"…","description":"…","errors":[],"context":{}}}
```

Several faults in one request are told in this order: 401, 404, 405, 413, 415, 400 (JSON), 429, 422, 403, then 409, 410
and 400 by a rule. `errors` has one entry per refused field, with `context.attribute`, and `context.values` where only
some values are allowed. A 401 says in `context.reason` what is wrong with the token: `token_missing`, `token_invalid`,
`token_expired`, `token_revoked`, `token_inactive` (unused for a year); or with the signature of an approval app:
`signature_missing`, `signature_stale` (`context.server_time` is ours), `signature_invalid`, `device_unknown`,
`device_removed`.

This page is written by `python scripts/error_table.py`; a test says when it is out of date.
"""


@dataclass(frozen=True, order=True)
class Code:
    """One code with the status it is answered with and the English sentence."""

    status: int
    name: str
    meaning: str


def codes() -> list[Code]:
    """Every code that is raised anywhere, once."""
    classes = {each.__name__: each for each in _refusals()}
    texts = _texts()
    found: dict[str, Code] = {}
    for each in classes.values():
        own = vars(each).get("code")
        if own:
            found[own] = Code(each.status, own, _sentence(texts.get(own, each.text)))
    for call in _calls():
        name = _called(call)
        if name in classes and call.args and isinstance(call.args[0], ast.Constant) and name != "AccessDenied":
            code = str(call.args[0].value)
            text = next((_text_of(each.value) for each in call.keywords if each.arg == "text"), "")
            found.setdefault(code, Code(classes[name].status, code, _sentence(text or texts.get(code, ""))))
        for keyword in call.keywords:
            if keyword.arg == "violation_error_code" and isinstance(keyword.value, ast.Constant):
                code = str(keyword.value.value)
                found.setdefault(code, Code(400, code, _sentence(texts.get(code, ""))))
    begun = _begun_codes(classes)
    for code, text in texts.items():
        status = next((each for prefix, each in begun.items() if code.startswith(prefix)), CHOSEN.get(code, 400))
        found.setdefault(code, Code(status, code, _sentence(text)))
    return sorted(found.values())


def reasons() -> list[str]:
    """What `context.reason` of access_denied may say."""
    named = {"deny", "AccessDenied"}
    return sorted(
        {
            str(call.args[0].value)
            for call in _calls()
            if _called(call) in named and call.args and isinstance(call.args[0], ast.Constant)
        }
    )


def rules() -> list[str]:
    """What may follow `validation_rule_`: those of bodies, and those that services find."""
    from stellwerk.foundation.edge.api.inputs import _RULES

    raised = {
        str(call.args[1].value)
        for call in _calls()
        if _called(call) == "FieldError" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    tables = {each for module, name in RULE_TABLES.items() for each in getattr(import_module(module), name)}
    return sorted(raised | tables | RULES_FOUND | {rule for rule, _ in _RULES.values()} | {"format"})


def know_every_room() -> None:
    """A class is known once its module was imported; the gateway imports every room's endpoints."""
    for name in ("stellwerk.api.gateway", "stellwerk.config.urls"):
        import_module(name)


def written() -> str:
    """The whole page."""
    by_code = "\n".join(f"| {each.status} | `{each.name}` | {each.meaning} |" for each in codes())
    by_reason = "\n".join(f"| `{each}` |" for each in reasons())
    by_rule = "\n".join(f"| `validation_rule_{each}` |" for each in rules())
    return (
        f"{HEAD}\n## Codes\n\n| status | code | meaning |\n|---|---|---|\n{by_code}\n"
        f"\n## Reasons of `access_denied`\n\n`context.granted_by` names who can grant the right.\n\n"
        f"| reason |\n|---|\n{by_reason}\n\n## Rules of `validation_failed`\n\n| code |\n|---|\n{by_rule}\n"
    )


def problems() -> list[str]:
    """Codes, reasons and rules that the page lacks, and those it has too many of."""
    text = TABLE.read_text(encoding="utf-8")
    known = {*CODE.findall(text), *REASON.findall(text)}
    raised = {each.name for each in codes()} | {*reasons()} | {f"validation_rule_{each}" for each in rules()}
    return [f"missing: {each}" for each in sorted(raised - known)] + [
        f"not raised any more: {each}" for each in sorted(known - raised)
    ]


def _refusals() -> Iterator[type]:
    from stellwerk.foundation.errors import DomainError

    waiting = [DomainError]
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if each.__module__.startswith("stellwerk.") and ".tests" not in each.__module__:
            yield each


def _texts() -> dict[str, str]:
    """What the rooms say of their codes: described once, or kept as TEXTS."""
    from stellwerk.foundation.errors import described

    texts = {code: str(text) for code, text in described().items()}
    for path in SOURCE.glob("*/errors.py"):
        module = import_module(f"stellwerk.{path.parent.name}.errors")
        texts |= {code: str(text) for code, text in getattr(module, "TEXTS", {}).items()}
    return texts


@cache
def _calls() -> tuple[ast.Call, ...]:
    paths = [path for path in sorted(SOURCE.rglob("*.py")) if not {"tests", "migrations"} & {*path.parts}]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return tuple(node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))


def _begun_codes(classes: dict[str, type]) -> dict[str, int]:
    """Codes that are put together, by how they begin: `InvitationOver(f"invitation_{state}")`."""
    begun = {}
    for call in _calls():
        first = call.args[0] if call.args else None
        if _called(call) in classes and isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
            begun[str(first.values[0].value)] = classes[_called(call)].status
    return begun


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text_of(node: ast.expr) -> str:
    """The English text of `_("…")`, "" for anything that is put together."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return ""


def _sentence(text: object) -> str:
    """The text with its placeholders shortened, on one line of a table."""
    plain = re.sub(r"%\((\w+)\)s", r"…", str(text))
    return " ".join(plain.split()).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.test")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    import django
    from django.utils import translation

    django.setup()
    know_every_room()

    with translation.override("en"):
        if arguments == ["check"]:
            found = problems()
            print("\n".join(found) or "errors: complete")
            return 1 if found else 0
        TABLE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
