"""`stellwerk import-bank FILE`: books the credits of a camt.052, camt.053 or camt.054 file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import printed

if TYPE_CHECKING:
    import argparse

    from stellwerk.billing.services.import_bank_file import ImportResult
    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("import-bank", parents=[places], help="book the payments of a bank file; twice is once")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--json", action="store_true", help='print {"import","repeated","entries"}')
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.billing.services.import_bank_file import import_bank_file
    from stellwerk.foundation.actor import Actor, Through

    path = Path(options.file)
    actor = Actor(through=Through.OPERATOR, name="Stellwerk")
    outcome = import_bank_file(actor=actor, content=path.read_bytes(), file_name=path.name)
    printed(_as_data(outcome), as_json=options.json, text=_as_text(outcome))


def _as_data(outcome: ImportResult) -> dict[str, object]:
    entries = [
        {
            "outcome": row.outcome,
            "amount": row.amount_minor,
            "currency": row.currency,
            "booked_on": row.booked_on.isoformat(),
            "debtor": row.debtor_name,
            "reference": row.reference,
            "document": row.document,
            "organisation_id": row.organisation_id,
        }
        for row in outcome.rows
    ]
    return {"import": outcome.import_id, "repeated": outcome.is_repeated, "entries": entries}


def _as_text(outcome: ImportResult) -> str:
    if outcome.is_repeated:
        return "This file was imported before. Nothing has changed."
    lines = [
        f"{row.booked_on.isoformat()}  {_amount(row.amount_minor)} {row.currency}  {row.outcome:<16} "
        f"{row.document or row.reference or row.debtor_name}"
        for row in outcome.rows
    ]
    return "\n".join(lines) or "This file holds no credits."


def _amount(amount_minor: int) -> str:
    francs, rappen = divmod(amount_minor, 100)
    return f"{francs}.{rappen:02}"
