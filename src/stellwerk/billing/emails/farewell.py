"""The last messages about an organisation that was deleted: its closing statement, and where its documents are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stellwerk.billing.emails.delivery import FOLDER
from stellwerk.billing.queries.closing import closing
from stellwerk.billing.queries.leftovers import FAREWELL_DAYS, farewell_documents
from stellwerk.foundation import notify
from stellwerk.foundation.amounts import in_words
from stellwerk.identity.queries import account_row
from stellwerk.organisations.queries.closing_statement import Section

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.billing.queries.closing import ClosingDocument, ClosingWithdrawal
    from stellwerk.foundation.events import Meta
    from stellwerk.organisations.events import OrganisationDeleted


def documents_of_deleted_organisation(event: OrganisationDeleted, meta: Meta) -> None:
    """Links to all documents, to whoever deleted it. None were issued: no mail."""
    reader = account_row(meta.account_id or 0)
    documents = farewell_documents(event.organisation_id or 0)
    if reader is None or not documents:
        return
    site = settings.SITE_URL.rstrip("/")
    links = [{"number": each.number, "url": f"{site}/api/2/invoicing/invoice/pdf/{each.token}"} for each in documents]
    notify.send(
        f"{FOLDER}/documents_of_deleted_organisation",
        recipient=reader.email,
        language=reader.language,
        context={
            "name": reader.display_name,
            "organisation": event.name,
            "links": links,
            "days": FAREWELL_DAYS,
        },
        organisation_id=event.organisation_id,
        account_id=reader.id,
        unique_key=f"documents_of_deleted_organisation:{meta.event_id}",
    )


def closing_sections(organisation_id: int) -> list[Section]:
    """What was issued, paid out and given up, in the active language (DEL-009)."""
    found = closing(organisation_id)
    documents, withdrawals = found.documents, found.withdrawals
    return [
        Section(_("Documents issued"), tuple(map(_document_line, documents)), found.document_count - len(documents)),
        Section(
            _("Amounts withdrawn"), tuple(map(_withdrawal_line, withdrawals)), found.withdrawal_count - len(withdrawals)
        ),
        Section(_("Given up: the rest on the prepaid account"), tuple(in_words(*each) for each in found.forfeited)),
    ]


def _document_line(document: ClosingDocument) -> str:
    if document.kind == "credit_note":
        line = _("Credit note %(number)s of %(date)s: %(amount)s")
    else:
        line = _("Invoice %(number)s of %(date)s: %(amount)s")
    amount = in_words(document.gross_minor, document.currency)
    return line % {"number": document.number, "date": _day(document.issued_on), "amount": amount}


def _withdrawal_line(withdrawal: ClosingWithdrawal) -> str:
    return _("Withdrawal %(number)s of %(date)s: %(amount)s to the account %(account)s") % {
        "number": withdrawal.number,
        "date": _day(withdrawal.paid_on),
        "amount": in_words(withdrawal.amount_minor, withdrawal.currency),
        "account": withdrawal.account_text,
    }


def _day(day: date) -> str:
    return notify.date_in_words(day, language=get_language() or "en")
