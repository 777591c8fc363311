"""API tokens (API-001…008)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.html import signed_in_page
from stellwerk.foundation.edge.paging import paged
from stellwerk.identity import queries
from stellwerk.identity.forms import TokenForm
from stellwerk.identity.services import create_token
from stellwerk.identity.services.revocations import revoke_tokens
from stellwerk.identity.services.workplaces import workplaces_of
from stellwerk.identity.web.keys import KeyPages, end_of, list_page, revocation_page
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def tokens(request: ActorRequest) -> HttpResponse:
    return list_page(request, _TOKENS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def revocation(request: ActorRequest) -> HttpResponse:
    """API-008."""
    return revocation_page(request, _TOKENS)


def _form(request: ActorRequest, data: Any) -> TokenForm:
    return TokenForm(data, workplaces=workplaces_of(my_id(request)))


def _context(request: ActorRequest) -> dict[str, Any]:
    rows = paged(
        request,
        total=lambda: queries.token_total(my_id(request)),
        rows=lambda limit, skip: _with_places(
            my_id(request), queries.token_rows(my_id(request), limit=limit, skip=skip)
        ),
    )
    return {"tokens": rows}


def _with_places(account_id: int, rows: list[queries.TokenRow]) -> list[queries.TokenRow]:
    """The rows with the names of the organisations they are limited to."""
    if all(row.organisation_id is None for row in rows):
        return rows
    names = {place.id: place.name for place in workplaces_of(account_id)}
    return [replace(row, place=names.get(row.organisation_id or 0, "")) for row in rows]


def _make(request: ActorRequest, entries: dict[str, Any]) -> str:
    _token, raw = create_token(
        actor=request.actor,
        account_id=my_id(request),
        name=entries["name"],
        scopes=entries["scopes"],
        expires_at=end_of(entries["expires_on"]),
        organisation_id=int(entries["organisation_id"]) if entries["organisation_id"] else None,
    )
    return raw


def _told(count: int) -> str:
    return ngettext("The token is revoked.", "%(count)s tokens are revoked.", count) % {"count": count}


_TOKENS = KeyPages(
    template="identity/tokens",
    route="identity:tokens",
    form=_form,
    make=_make,
    context=_context,
    rows=lambda account_id, ids: queries.token_rows(account_id, token_ids=ids),
    revoke=lambda actor, account_id, ids: revoke_tokens(actor=actor, account_id=account_id, token_ids=ids),
    told=_told,
)
