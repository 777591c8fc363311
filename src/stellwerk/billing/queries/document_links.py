"""Links to documents that work for a while without a sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing

from stellwerk.billing import policy
from stellwerk.billing.errors import LinkExpired
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

LINK_MINUTES = 10
LETTER_DAYS = 30
SALT = "billing.invoice_pdf"


def signed_link_token(actor: Actor, organisation_id: int, *, invoice_id: int) -> str:
    """What `services.render_document.pdf_of_link` takes. No query."""
    require(policy.can_see_invoices(actor, organisation_id))
    until = clock.now() + timedelta(minutes=LINK_MINUTES)
    return signing.Signer(salt=SALT).sign_object((invoice_id, int(until.timestamp())))


def letter_link_token(invoice_id: int) -> str:
    """The same for a link in a letter, which is read later: thirty days. No person asks, so no right applies."""
    until = clock.now() + timedelta(days=LETTER_DAYS)
    return signing.Signer(salt=SALT).sign_object((invoice_id, int(until.timestamp())))


def invoice_of_link(token: str) -> int:
    """The document a link is for. Raises LinkExpired after its time, NotFound for a forged one."""
    try:
        invoice_id, until = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature as forged:
        raise NotFound from forged
    if clock.now().timestamp() > until:
        raise LinkExpired
    return int(invoice_id)
