"""One product: facts, tags, its own name, what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.kinds import ProductFacts, period_text
from stellwerk.foundation import activity
from stellwerk.foundation.decisions import deny
from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import asked_next, page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.products import policy, queries, services
from stellwerk.products.forms import NameForm, TagForm
from stellwerk.products.web.shown import renewal_text, sign_of

if TYPE_CHECKING:
    from stellwerk.foundation.decisions import Decision
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import ProductRow


@never_cache
@require_safe
@page
def product(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    return render(request, "products/product.html", _shown(request, row))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page
def rename(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """The name the organisation uses; without script a page of its own."""
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"internal_name": row.internal_name})
    shown = {"product": row, "form": form, "organisation_id": organisation_id}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "products/rename.html", shown, status=status)
    try:
        services.rename_product(
            actor=request.actor,
            organisation_id=organisation_id,
            product_id=product_id,
            internal_name=form.cleaned_data["internal_name"],
        )
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "products/rename.html", shown, refusal=refusal)
    return _back(organisation_id, product_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page
def product_tags(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """Which tags the product carries; a new one can be made on the way (ORG-084). Over a list it is a dialog."""
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    form = TagForm(request.POST if request.POST.get("name") else None, auto_id="new_%s")
    shown = {
        "product": row,
        "form": form,
        "organisation_id": organisation_id,
        "tags": queries.tag_rows(request.actor, organisation_id),
        "carried": {tag.id for tag in row.tags},
        "next_url": asked_next(request),
    }
    if request.method != "POST" and request.headers.get("HX-Request"):
        return render(request, "products/_product_tags_dialog.html", shown)
    if request.method != "POST" or (form.is_bound and not form.is_valid()):
        return render(request, "products/product_tags.html", shown, status=422 if form.is_bound else 200)
    tag_ids = {int(each) for each in request.POST.getlist("tag") if each.isascii() and each.isdigit()}
    try:
        if form.is_bound:
            entries = form.cleaned_data
            tag_ids.add(services.create_tag(actor=request.actor, organisation_id=organisation_id, **entries))
        services.set_product_tags(
            actor=request.actor, organisation_id=organisation_id, product_id=product_id, tag_ids=tag_ids
        )
    except DomainError as refusal:
        if not form.is_bound:  # nothing was typed that could be kept
            raise
        show_refusal(form, correctable(refusal))
        return render(request, "products/product_tags.html", shown, refusal=refusal)
    next_url = asked_next(request)
    return HttpResponseRedirect(next_url) if next_url else _back(organisation_id, product_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page
def tag_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """All tags of the organisation, also those on nothing yet (ORG-085)."""
    form = TagForm(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_bound and form.is_valid():
        try:
            services.create_tag(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
        except DomainError as refused:
            refusal = refused
            show_refusal(form, correctable(refused))
        else:
            return HttpResponseRedirect(reverse("products:tags", args=[organisation_id]))
    shown = {
        "organisation_id": organisation_id,
        "form": form,
        "tags": queries.tag_rows(request.actor, organisation_id),
        "may_manage": policy.can_manage_tags(request.actor, organisation_id),
        "may_create": queries.may_create_tags(request.actor, organisation_id),
    }
    status = 422 if form.is_bound and refusal is None else 200
    return render(request, "products/tags.html", shown, status=status, refusal=refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page
def tag(request: ActorRequest, organisation_id: int, tag_id: int) -> HttpResponse:
    """Rename or recolour one tag; its deletion stands below (ORG-086)."""
    row = queries.tag_row(request.actor, organisation_id, tag_id=tag_id)
    initial = {"name": row.name, "color": row.color}
    form = TagForm(request.POST if request.method == "POST" else None, initial=initial)
    shown = {"tag": row, "form": form, "organisation_id": organisation_id}
    if request.method != "POST" or not form.is_valid():
        return render(request, "products/tag.html", shown, status=422 if form.is_bound else 200)
    try:
        services.change_tag(actor=request.actor, organisation_id=organisation_id, tag_id=tag_id, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "products/tag.html", shown, refusal=refusal)
    return HttpResponseRedirect(reverse("products:tags", args=[organisation_id]))


@require_POST
@page
def delete_tag(request: ActorRequest, organisation_id: int, tag_id: int) -> HttpResponse:
    name = queries.tag_row(request.actor, organisation_id, tag_id=tag_id).name
    services.delete_tag(actor=request.actor, organisation_id=organisation_id, tag_id=tag_id)
    messages.success(request, _("The tag “%(tag)s” is deleted.") % {"tag": name})
    return HttpResponseRedirect(reverse("products:tags", args=[organisation_id]))


def _shown(request: ActorRequest, row: ProductRow) -> dict[str, Any]:
    offer = catalogue.offer(row.offer_code)
    facts = ProductFacts(
        product_id=row.id, organisation_id=row.organisation_id, offer_code=row.offer_code, name=row.name,
        quantity=row.quantity, started_on=row.started_on, expires_on=row.expires_on,
    )  # fmt: skip
    kind = row.kind
    may_change = policy.can_rename_product(request.actor, row.organisation_id, rights=row.rights)
    return {
        "product": row,
        "organisation_id": row.organisation_id,
        "sign": sign_of(row),
        "offer": offer,
        "period": period_text(row.period_months),
        "renewal": renewal_text(row),
        "technical": kind.describe(facts) if kind else (),
        "usage": kind.usage(facts) if kind else (),
        "rights": [
            queries.right_name(right, row.kind_code)
            for right in queries.offered_rights(row.kind_code)
            if right in row.rights
        ],
        "may_change": may_change,
        "may_manage_access": policy.can_manage_access(request.actor, row.organisation_id),
        "may_renew": policy.can_order(request.actor, row.organisation_id),
        "may_transfer": _may_transfer(request, row),
        "renew_url": _to_pay(row),
        "address_url": _billing_address(row),
        "invoiced_to": _invoiced_to(request, row),
        "announced": _announced(request, row),
        "activity": activity.rows_about(row.organisation_id, product_id=row.id),
    }


def _may_transfer(request: ActorRequest, row: ProductRow) -> Decision:
    """Kinds that stay with their organisation say so to everybody (TRF-002)."""
    if row.kind is None or row.kind.is_transferable:
        return policy.can_transfer_products(request.actor, row.organisation_id)
    return deny(row.kind.transfer_refusal.code, text=str(row.kind.transfer_refusal.text))


def _to_pay(row: ProductRow) -> str:
    """Where it is renewed, ticked and alone in the list, as soon as billing brings that page."""
    try:
        page = reverse("billing:to-pay", args=[row.organisation_id])
    except NoReverseMatch:
        return ""
    narrowed = {"q": row.name} if row.name else {}
    return f"{page}?{urlencode({'filter': 'all', 'item': f'p{row.id}', **narrowed})}"


def _billing_address(row: ProductRow) -> str:
    """Where its invoices are sent, as soon as billing brings that page."""
    try:
        return reverse("billing:product-address", args=[row.organisation_id, row.id])
    except NoReverseMatch:
        return ""


def _invoiced_to(request: ActorRequest, row: ProductRow) -> str:
    """The address itself, for a product that is invoiced again (BIL-062)."""
    if not row.is_live or row.is_endless:
        return ""
    return queries.invoice_address(request.actor, row.organisation_id, product_id=row.id)


def _announced(request: ActorRequest, row: ProductRow) -> dict[str, str] | None:
    """The invoice that renews it once the announced transfer has come (BIL-012)."""
    if not row.is_live or row.is_endless:
        return None
    found = queries.announced_by(request.actor, row.organisation_id, product_id=row.id)
    if found is None:
        return None
    return {"number": found.number, "url": reverse("billing:invoice", args=[row.organisation_id, found.invoice_id])}


def _back(organisation_id: int, product_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("products:product", args=[organisation_id, product_id]))
