"""Application passwords (SEC-044…050)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.html import signed_in_page
from stellwerk.identity import queries
from stellwerk.identity.forms import ApplicationPasswordForm
from stellwerk.identity.services import NewApplicationPassword, create_application_password
from stellwerk.identity.services.revocations import revoke_application_passwords
from stellwerk.identity.web.keys import KeyPages, end_of, list_page, revocation_page
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def passwords(request: ActorRequest) -> HttpResponse:
    return list_page(request, _PASSWORDS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def revocation(request: ActorRequest) -> HttpResponse:
    """SEC-049."""
    return revocation_page(request, _PASSWORDS)


def _context(request: ActorRequest) -> dict[str, Any]:
    words = {row.code: row.words for row in queries.sync_scope_rows()}
    rows = queries.application_password_rows(my_id(request))
    return {"passwords": [(row, [words[scope] for scope in row.scopes]) for row in rows]}


def _make(request: ActorRequest, entries: dict[str, Any]) -> str:
    _stored, raw = create_application_password(
        actor=request.actor,
        account_id=my_id(request),
        entries=NewApplicationPassword(
            name=entries["name"],
            scopes=tuple(entries["scopes"]),
            is_read_only=entries["is_read_only"],
            expires_at=end_of(entries["expires_on"]),
        ),
    )
    return raw


def _told(count: int) -> str:
    text = ngettext("The application password is revoked.", "%(count)s application passwords are revoked.", count)
    return text % {"count": count}


_PASSWORDS = KeyPages(
    template="identity/application_passwords",
    route="identity:application-passwords",
    form=lambda _request, data: ApplicationPasswordForm(data),
    make=_make,
    context=_context,
    rows=lambda account_id, ids: queries.application_password_rows(account_id, password_ids=ids),
    revoke=lambda actor, account_id, ids: revoke_application_passwords(
        actor=actor, account_id=account_id, password_ids=ids
    ),
    told=_told,
)
