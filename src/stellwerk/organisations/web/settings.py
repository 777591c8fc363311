"""The organisation's own page (ORG-011…018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import OrganisationEditForm
from stellwerk.organisations.rules.country_names import country_name
from stellwerk.organisations.services import NewOrganisation
from stellwerk.organisations.services.edit_organisation import edit_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_VALUES = (
    "kind", "name", "attention", "street", "building_number", "postal_code", "town", "country", "phone", "vat_number",
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def organisation(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Coordinates: editable for legal representatives, readable for all others (ORG-011)."""
    can = policy.can_edit_organisation if request.method == "POST" else policy.can_see_organisation
    require(can(request.actor, organisation_id))
    row = queries.organisation_row(organisation_id)
    if row is None:
        raise NotFound
    initial = {name: getattr(row, name) for name in _VALUES}
    form = OrganisationEditForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {
        "form": form,
        "organisation": row,
        "kind": queries.kind_name(row.kind),
        "country": country_name(row.country, get_language() or "en"),
        "can_edit": policy.can_edit_organisation(request.actor, organisation_id),
        "legal_names": ", ".join(queries.legal_representative_names(organisation_id)),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/organisation.html", context, status=422 if form.errors else 200)
    values = {name: form.cleaned_data[name] for name in _VALUES}
    entries = NewOrganisation(language=row.language, **values)
    try:
        edit_organisation(
            actor=request.actor,
            organisation_id=organisation_id,
            entries=entries,
            accepts_terms=form.cleaned_data["accepts_terms"],
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/organisation.html", context, refusal=refusal)
    messages.success(request, _("The data are saved. A summary goes to the legal representatives."))
    return HttpResponseRedirect(reverse("organisations:organisation", args=[organisation_id]))
