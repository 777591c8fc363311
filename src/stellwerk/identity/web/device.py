"""Where a person lets a device in that has no browser (RFC 8628 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import DeviceForm
from stellwerk.identity.services import throttle
from stellwerk.identity.services.oauth.devices import answer_device, waiting_device
from stellwerk.identity.web.profile import me, my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def device(request: ActorRequest) -> HttpResponse:
    """First the code of the device's screen, then the question, then the answer."""
    if request.method != "POST":
        form = DeviceForm(initial={"user_code": request.GET.get("user_code", "")[:20]})
        return render(request, "identity/device.html", {"form": form})
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return render(request, "identity/device.html", {"form": form}, status=422)
    try:
        throttle.count(throttle.DEVICE_CODES_PER_ACCOUNT, str(my_id(request)))
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/device.html", {"form": form}, refusal=refusal)
    waiting = waiting_device(form.cleaned_data["user_code"])
    if waiting is None:
        form.add_error("user_code", _("No device waits with this code. Compare it, or begin again on the device."))
        return render(request, "identity/device.html", {"form": form}, status=422)
    decision = request.POST.get("decision")
    if decision not in ("allow", "deny"):
        context = {
            "user_code": form.cleaned_data["user_code"],
            "application": waiting.client_name,
            "owner": queries.application_owner(waiting.client_id),
            "scopes": queries.scope_rows(waiting.scopes),
            "login": me(request).email,
        }
        return render(request, "identity/device_consent.html", context)
    is_allowed = decision == "allow"
    answer_device(actor=request.actor, account_id=my_id(request), grant_id=waiting.id, is_allowed=is_allowed)
    text = _("The device is connected. It goes on by itself.") if is_allowed else _("The device was refused.")
    messages.success(request, text)
    return HttpResponseRedirect(reverse("identity:applications"))
