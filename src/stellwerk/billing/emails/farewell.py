"""The last message to an organisation that was deleted: where its documents are for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.billing.emails.delivery import FOLDER
from stellwerk.billing.queries.leftovers import FAREWELL_DAYS, farewell_documents
from stellwerk.foundation import notify
from stellwerk.identity.queries import account_row

if TYPE_CHECKING:
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
