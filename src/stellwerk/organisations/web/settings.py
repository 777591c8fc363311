"""The organisation's own page with its logo (ORG-011…018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation import files
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity.services.pictures import LARGEST_BYTES
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import OrganisationEditForm
from stellwerk.organisations.rules.country_names import country_name
from stellwerk.organisations.services import NewOrganisation
from stellwerk.organisations.services import logo as logos
from stellwerk.organisations.services.edit_organisation import edit_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import OrganisationRow

_VALUES = (
    "kind", "name", "attention", "street", "building_number", "postal_code", "town", "country", "phone", "vat_number",
)  # fmt: skip
# The address changes with the logo. Private: no proxy on the way shows it to somebody who may not see it.
_FOR_GOOD = "private, max-age=31536000, immutable"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def organisation(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Coordinates: editable for legal representatives, readable for all others (ORG-011)."""
    can = policy.can_edit_organisation if request.method == "POST" else policy.can_see_organisation
    require(can(request.actor, organisation_id))
    row = _row(organisation_id)
    if request.method != "POST":
        return _page(request, row, _empty_form(row))
    form = OrganisationEditForm(request.POST, request.FILES)
    if "only_logo" in request.POST:
        return _with_logo(request, row, form)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    values = {name: form.cleaned_data[name] for name in _VALUES}
    try:
        _set_logo(request, organisation_id)
        edit_organisation(
            actor=request.actor,
            organisation_id=organisation_id,
            entries=NewOrganisation(language=row.language, **values),
            accepts_terms=form.cleaned_data["accepts_terms"],
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _page(request, _row(organisation_id), form, refusal=refusal)
    messages.success(request, _("The data are saved. A summary goes to the legal representatives."))
    return HttpResponseRedirect(reverse("organisations:organisation", args=[organisation_id]))


@require_POST
@signed_in_page
def remove_logo(request: ActorRequest, organisation_id: int) -> HttpResponse:
    logos.remove_logo(actor=request.actor, organisation_id=organisation_id)
    messages.success(request, _("The logo is removed."))
    return HttpResponseRedirect(reverse("organisations:organisation", args=[organisation_id]))


@require_safe
@signed_in_page
def show_logo(request: ActorRequest, organisation_id: int, logo: str) -> HttpResponse:
    """For everybody who belongs to the organisation; else unknown."""
    require(policy.can_see_organisation(request.actor, organisation_id))
    sha256 = logo.removesuffix(".webp")
    name = queries.logo_file(organisation_id, sha256)
    if name is None or not logo.endswith(".webp"):
        raise NotFound
    try:
        content = files.read(name, sha256=sha256)
    except FileNotFoundError as replaced:  # between the two reads
        raise NotFound from replaced
    answer = HttpResponse(content, content_type="image/webp")
    answer["Cache-Control"] = _FOR_GOOD
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _with_logo(request: ActorRequest, row: OrganisationRow, typed: OrganisationEditForm) -> HttpResponse:
    """Only the logo is kept now; what was typed stays in the fields, unsaved and not yet judged (ORG-015)."""
    unsaved = OrganisationEditForm(initial={name: typed.data.get(name, "") for name in (*_VALUES, "accepts_terms")})
    try:
        if _set_logo(request, row.id):
            messages.success(request, _("The logo is shown now. Everything else is not saved yet."))
    except DomainError as refusal:
        refused = OrganisationEditForm(request.POST)
        refused.full_clean()
        refused.errors.clear()
        show_refusal(refused, refusal)
        return _page(request, row, refused, refusal=refusal)
    return _page(request, _row(row.id), unsaved)


def _set_logo(request: ActorRequest, organisation_id: int) -> bool:
    """Whether a picture came with the form and is the logo now."""
    upload = request.FILES.get("logo")
    if upload is None:
        return False
    content = upload.read(LARGEST_BYTES + 1)  # one byte more than allowed is enough to know
    logos.set_logo(actor=request.actor, organisation_id=organisation_id, content=content)
    return True


def _page(request: ActorRequest, row: OrganisationRow, form: OrganisationEditForm, **answer: Any) -> HttpResponse:
    context = {
        "form": form,
        "organisation": row,
        "kind": queries.kind_name(row.kind),
        "country": country_name(row.country, get_language() or "en"),
        "can_edit": policy.can_edit_organisation(request.actor, row.id),
        "legal_names": ", ".join(queries.legal_representative_names(row.id)),
    }
    return render(request, "organisations/organisation.html", context, **answer)


def _empty_form(row: OrganisationRow) -> OrganisationEditForm:
    stored = {name: getattr(row, name) for name in _VALUES}
    return OrganisationEditForm(initial={**stored, "vat_number": row.printed_vat_number})


def _row(organisation_id: int) -> OrganisationRow:
    row = queries.organisation_row(organisation_id)
    if row is None:
        raise NotFound
    return row
