"""Linking a device: by QR code from a computer, or on the mobile itself (SEC-011…016, SEC-033)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.errors import LinkExpired
from stellwerk.identity.forms import ReentryForm
from stellwerk.identity.queries import approve as approve_queries
from stellwerk.identity.services import approve
from stellwerk.identity.services.second_factor.recovery_codes import new_set
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.profile import me, my_id
from stellwerk.identity.web.second_factor.added import added

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.identity.services.approve import OpenedLink

_PAGE = "identity/approve/devices.html"
_QUIET_ZONE = 4
_SESSION_KEY = "approve_link"  # the link this browser gave its password for, until its recovery codes were shown


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def devices(request: ActorRequest) -> HttpResponse:
    """The linked devices; with the password, the QR code for one more, shown in this answer only."""
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "devices": approve_queries.device_rows(my_id(request))}
    if request.method != "POST":
        return render(request, _PAGE, context)
    if not form.is_valid():
        return render(request, _PAGE, context, status=422)
    try:
        link = _opened(request, form)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, _PAGE, context, refusal=refusal)
    address = request.build_absolute_uri(link.path)
    modules = _modules(address)
    return render(request, "identity/approve/link.html", {"link": link, "address": address, **modules})


@require_POST
@signed_in_page
def link_state(request: ActorRequest, link_id: int) -> HttpResponse:
    """What the page with the QR code asks every second. 204 until a device has joined (SEC-014)."""
    state = approve_queries.link_state(my_id(request), link_id)
    if state is None:
        raise NotFound
    is_piece = request.headers.get("HX-Request") == "true"
    if state.is_used:
        return _joined(request, link_id, is_piece=is_piece)
    if state.is_over:
        refusal = LinkExpired()
        return render(request, "identity/approve/_link_over.html", {"refusal": refusal}, refusal=refusal)
    return HttpResponse(status=204) if is_piece else HttpResponseRedirect(reverse("identity:approve-devices"))


@never_cache
@require_safe
@signed_in_page
def linked(request: ActorRequest) -> HttpResponse:
    """Where the app leads after linking on the mobile itself: to the recovery codes, or the overview."""
    link_id = request.session.get(_SESSION_KEY)
    state = approve_queries.link_state(my_id(request), link_id) if link_id else None
    if state is None or not state.is_used:
        return HttpResponseRedirect(reverse("identity:second-factors"))
    return render(request, "identity/approve/linked.html", {"link_id": link_id})


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def connect(request: ActorRequest) -> HttpResponse:
    """From the mobile: after the ordinary sign-in, back into the app with a link of its own (SEC-012).

    The code travels behind the #, which no server and no log ever sees.
    """
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "account": me(request)}
    if request.method != "POST":
        return render(request, "identity/approve/connect.html", context)
    if not form.is_valid():
        return render(request, "identity/approve/connect.html", context, status=422)
    try:
        link = _opened(request, form)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/approve/connect.html", context, refusal=refusal)
    return HttpResponseRedirect(link.path)


def _opened(request: ActorRequest, form: ReentryForm) -> OpenedLink:
    require_password(me(request), form.cleaned_data["current_password"])
    link = approve.open_link(actor=request.actor, account_id=my_id(request))
    request.session[_SESSION_KEY] = link.id
    return link


def _joined(request: ActorRequest, link_id: int, *, is_piece: bool) -> HttpResponse:
    """The way on: recovery codes once where the device switched the second factor on (SEC-029), else the overview.

    Only for the browser that gave the password for this link (SEC-006): its page is the one that shows the codes.
    """
    is_mine = request.session.get(_SESSION_KEY) == link_id
    has_codes = is_mine and len(queries.factor_rows(my_id(request))) == 1
    if has_codes and is_piece:
        return render(request, "identity/approve/_link_used.html", {"link_id": link_id})
    if is_mine:
        del request.session[_SESSION_KEY]
    answer = added(request, new_set(account_id=my_id(request)) if has_codes else ())
    if is_piece:
        answer["HX-Redirect"] = answer["Location"]
        del answer["Location"]
        answer.status_code = 204
    return answer


def _modules(address: str) -> dict[str, Any]:
    """The QR code as one path of squares; cameras expect it dark on white, in every theme."""
    import segno  # loaded by the first page that shows one

    rows = [list(row) for row in segno.make(address, error="m").matrix_iter(border=_QUIET_ZONE)]
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return {"qr_size": len(rows), "qr_path": dark}
