"""Where invoices go: the organisation's own address and those it added (BIL-060…063, ORG-016)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.billing import policy
from stellwerk.billing.forms import AddressForm, OwnVatNumberForm, ProductAddressForm, ReplacementForm
from stellwerk.billing.queries.addresses import POSTAL, address_book
from stellwerk.billing.services.addresses import (
    NewAddress,
    add_address,
    change_address,
    change_vat_number,
    choose_product_address,
    remove_address,
)
from stellwerk.billing.web.doors import accounting_page
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.edge.paging import paged
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy as organisation_policy
from stellwerk.products.queries import owned_products

if TYPE_CHECKING:
    from stellwerk.billing.queries.addresses import AddressBook, AddressRow
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@accounting_page
def addresses(request: ActorRequest, organisation_id: int) -> HttpResponse:
    book = address_book(request.actor, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "organisation": book.organisation,
        "rows": paged(
            request,
            total=lambda: len(book.rows),
            rows=lambda limit, skip: list(book.rows[skip : skip + limit]),
        ),
        "may_manage": policy.can_manage_addresses(request.actor, organisation_id),
    }
    return render(request, "billing/addresses.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def new(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_manage_addresses(request.actor, organisation_id))
    book = address_book(request.actor, organisation_id)
    initial = {"country": book.organisation.country, "language": book.organisation.language}
    form = _form(request, book, initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_address(actor=request.actor, organisation_id=organisation_id, entries=_entries(form))
        except DomainError as refusal:
            show_refusal(form, correctable(refusal))
            return _edit_page(request, book, form, refusal=refusal)
        messages.success(request, _("The address is added. You choose it when you order or pay."))
        return HttpResponseRedirect(reverse("billing:addresses", args=[organisation_id]))
    return _edit_page(request, book, form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def address(request: ActorRequest, organisation_id: int, address_id: int) -> HttpResponse:
    require(policy.can_manage_addresses(request.actor, organisation_id))
    book = address_book(request.actor, organisation_id)
    row = _added(book, address_id)
    form = _form(request, book, asdict(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_address(
                actor=request.actor, organisation_id=organisation_id, address_id=address_id, entries=_entries(form)
            )
        except DomainError as refusal:
            show_refusal(form, correctable(refusal))
            return _edit_page(request, book, form, row=row, refusal=refusal)
        messages.success(request, _("Saved. Later documents name the address like this; issued ones keep their text."))
        return HttpResponseRedirect(reverse("billing:addresses", args=[organisation_id]))
    return _edit_page(request, book, form, row=row, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def default(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The organisation's own address, with the VAT number it shares with its data (ORG-016)."""
    book = address_book(request.actor, organisation_id)
    form = OwnVatNumberForm(
        request.POST if request.method == "POST" else None, initial={"vat_number": book.organisation.printed_vat_number}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_vat_number(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, correctable(refusal))
            return _default_page(request, book, form, refusal=refusal)
        messages.success(request, _("Saved here and in the organisation’s data."))
        return HttpResponseRedirect(reverse("billing:addresses", args=[organisation_id]))
    return _default_page(request, book, form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def removal(request: ActorRequest, organisation_id: int, address_id: int) -> HttpResponse:
    """Always asks what takes its place, so that nothing has to be looked up first (BIL-063)."""
    require(policy.can_manage_addresses(request.actor, organisation_id))
    book = address_book(request.actor, organisation_id)
    row = _added(book, address_id)
    others = [each for each in book.rows if each.id != address_id]
    form = ReplacementForm(
        request.POST if request.method == "POST" else None, addresses=others, initial={"replaced_by": POSTAL}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["replaced_by"]
        remove_address(actor=request.actor, organisation_id=organisation_id, address_id=address_id, replaced_by=chosen)
        messages.success(request, _("The address is deleted. Issued documents keep their text."))
        return HttpResponseRedirect(reverse("billing:addresses", args=[organisation_id]))
    context = {"organisation_id": organisation_id, "address": row, "form": form}
    return render(request, "billing/address_removal.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def product(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """Where the renewals of one product are invoiced to (BIL-062)."""
    require(policy.can_manage_addresses(request.actor, organisation_id))
    owned = owned_products([product_id]).get(product_id)
    if owned is None or owned.organisation_id != organisation_id or not owned.is_live:
        raise NotFound
    book = address_book(request.actor, organisation_id)
    form = ProductAddressForm(
        request.POST if request.method == "POST" else None,
        addresses=book.rows,
        initial={"address": book.address_id(product_id)},
    )
    if request.method == "POST" and form.is_valid():
        choose_product_address(
            actor=request.actor,
            organisation_id=organisation_id,
            product_ids=[product_id],
            address_id=form.cleaned_data["address"],
        )
        messages.success(request, _("Saved. The next renewal is invoiced to this address."))
        return HttpResponseRedirect(reverse("products:product", args=[organisation_id, product_id]))
    context = {"organisation_id": organisation_id, "product": owned, "form": form}
    return render(request, "billing/product_address.html", context, status=422 if form.errors else 200)


def _added(book: AddressBook, address_id: int) -> AddressRow:
    found = next((each for each in book.added if each.id == address_id), None)
    if found is None:
        raise NotFound
    return found


def _form(request: ActorRequest, book: AddressBook, initial: dict[str, Any]) -> AddressForm:
    sent = request.POST if request.method == "POST" else None
    return AddressForm(sent, initial=initial, is_private=book.organisation.is_individual)


def _entries(form: AddressForm) -> NewAddress:
    return NewAddress(**form.cleaned_data)


def _edit_page(
    request: ActorRequest, book: AddressBook, form: AddressForm, *, row: AddressRow | None = None, **answer: Any
) -> HttpResponse:
    context = {"organisation_id": book.organisation.id, "organisation": book.organisation, "form": form, "address": row}
    return render(request, "billing/address.html", context, **answer)


def _default_page(request: ActorRequest, book: AddressBook, form: OwnVatNumberForm, **answer: Any) -> HttpResponse:
    context = {
        "organisation_id": book.organisation.id,
        "organisation": book.organisation,
        "form": form,
        "may_edit": organisation_policy.can_edit_organisation(request.actor, book.organisation.id),
    }
    return render(request, "billing/address_default.html", context, **answer)
