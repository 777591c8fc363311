"""Deleting an organisation: what is in the way with its links, stopping the services, the last step (ORG-063…069)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation import amounts
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import DeletionForm, StopForm
from stellwerk.organisations.services import deletion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.services.deletion import Topic, Unmet

SHOWN_OF_A_TOPIC = 20
_MONEY = {deletion.Topic.PREPAID, deletion.Topic.PREPAID_REST}


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def delete(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The conditions; when all are met, the last step."""
    require(policy.can_delete_organisation(request.actor, organisation_id))
    if request.method != "POST":
        return _page(request, organisation_id)
    unmet = deletion.unmet_conditions(organisation_id, besides=request.actor.account_id)
    form = DeletionForm(request.POST, rests=_rests(unmet))
    if not form.is_valid():
        return _page(request, organisation_id, form=form, status=422)
    name = _name_of(organisation_id)
    try:
        deletion.delete_organisation(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _page(request, organisation_id, form=form, refusal=refusal)
    messages.success(request, _("%(name)s is deleted. Your account stays.") % {"name": name})
    return HttpResponseRedirect(reverse("organisations:mine"))


@never_cache
@sensitive_post_parameters("current_password")
@require_POST
@signed_in_page
def request_stop(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Ask for the link that ends all services."""
    require(policy.can_delete_organisation(request.actor, organisation_id))
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation_id, stop_form=form, status=422)
    try:
        deletion.request_stop(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
    except NotFound:
        return HttpResponseRedirect(reverse("organisations:delete", args=[organisation_id]))  # nothing is left to stop
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _page(request, organisation_id, stop_form=form, refusal=refusal)
    messages.success(request, _("We have sent you an e-mail. The services end when you confirm there."))
    return HttpResponseRedirect(reverse("organisations:delete", args=[organisation_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def stop(request: ActorRequest, organisation_id: int, token: str) -> HttpResponse:
    """Where the mailed link leads: what ends, and the button that ends it. Looking ends nothing."""
    require(policy.can_delete_organisation(request.actor, organisation_id))
    if request.method == "POST":
        deletion.stop_services(actor=request.actor, organisation_id=organisation_id, token=token)
        messages.success(request, _("All services have ended."))
        return HttpResponseRedirect(reverse("organisations:delete", args=[organisation_id]))
    unmet = deletion.unmet_conditions(organisation_id, besides=request.actor.account_id)
    context = {
        "organisation_id": organisation_id,
        "name": _name_of(organisation_id),
        "token": token,
        "services": [each.name for each in unmet if each.topic is deletion.Topic.PRODUCTS],
    }
    return render(request, "organisations/stop_services.html", context)


def _page(
    request: ActorRequest,
    organisation_id: int,
    *,
    form: DeletionForm | None = None,
    stop_form: StopForm | None = None,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    unmet = deletion.unmet_conditions(organisation_id, besides=request.actor.account_id)
    context = {
        "organisation_id": organisation_id,
        "name": _name_of(organisation_id),
        "topics": [_told(topic, list(each)) for topic, each in groupby(unmet, key=lambda each: each.topic)],
        "is_ready": all(each.can_be_given_up for each in unmet),
        "form": form or DeletionForm(rests=_rests(unmet)),
        "stop_form": stop_form or StopForm(),
    }
    return render(request, "organisations/deletion.html", context, status=status, refusal=refusal)


def _rests(unmet: Iterable[Unmet]) -> list[tuple[str, str]]:
    """The ticks of the last step; none as long as anything else is in the way."""
    if not all(each.can_be_given_up for each in unmet):
        return []
    return [(each.name, _("Give up the rest of %(amount)s") % {"amount": _shown_name(each)}) for each in unmet]


def _shown_name(unmet: Unmet) -> str:
    """Amounts as the reader's language writes them."""
    amount = amounts.read_back(unmet.name) if unmet.topic in _MONEY else None
    return amounts.in_words(*amount) if amount else unmet.name


def _told(topic: Topic, unmet: list[Unmet]) -> dict[str, Any]:
    title, way_out = _words()[topic]
    return {
        "code": topic.value,
        "title": title,
        "way_out": way_out,
        "unmet": [{"name": _shown_name(each), "url": each.url} for each in unmet[:SHOWN_OF_A_TOPIC]],
        "more": max(0, len(unmet) - SHOWN_OF_A_TOPIC),
    }


def _words() -> dict[Topic, tuple[str, str]]:
    topic = deletion.Topic
    return {
        topic.PERSONAL_SUITE: (
            _("This organisation belongs to a personal Suite"),
            _("It ends when the personal Suite is closed; it cannot be deleted here."),
        ),
        topic.PRODUCTS: (
            _("Products"),
            _("Let them expire, or stop all services now. Their data and backups are deleted for good; fees stay due."),
        ),
        topic.PEOPLE: (_("Other people"), _("Remove everybody but yourself.")),
        topic.ORDERS: (_("Orders under way"), _("Cancel them, or wait until they are carried out.")),
        topic.INVOICES: (_("Unpaid invoices"), _("Pay them first.")),
        topic.PREPAID: (
            _("Money on the prepaid account"),
            _("Withdraw it to a bank account, or pay an open invoice with it."),
        ),
        topic.PREPAID_REST: (
            _("A rest on the prepaid account"),
            _("It is too little to be paid out. Use it or top it up, or give it up in the last step."),
        ),
        topic.WITHDRAWALS: (
            _("Withdrawals on their way"),
            _("Wait until the money has arrived: should the bank send it back, it returns to the prepaid account."),
        ),
    }


def _name_of(organisation_id: int) -> str:
    row = queries.organisation_row(organisation_id)
    if row is None:
        raise NotFound
    return row.name
