"""Taking a factor away: what follows, and the password once more (SEC-006…008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.forms import ReentryForm
from stellwerk.identity.services import sessions
from stellwerk.identity.services.second_factor import remove
from stellwerk.identity.services.second_factor.demands import demands_on
from stellwerk.identity.web.profile import my_id
from stellwerk.identity.web.second_factor.names import METHOD_NAMES

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.identity.queries import FactorRow


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def removal(request: ActorRequest, method: str, factor_id: int) -> HttpResponse:
    """What happens then, and the password once more."""
    rows = queries.factor_rows(my_id(request))
    row = next((each for each in rows if (each.method.slug, each.id) == (method, factor_id)), None)
    if row is None:
        raise NotFound
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context = _removal_context(request, row, is_last=len(rows) == 1) | {"form": form}
    if request.method != "POST":
        return render(request, "identity/second_factor/removal.html", context)
    if not form.is_valid():
        return render(request, "identity/second_factor/removal.html", context, status=422)
    try:
        was_last = remove(
            actor=request.actor, account_id=my_id(request), method=row.method, factor_id=row.id, **form.cleaned_data
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/second_factor/removal.html", context, refusal=refusal)
    return _removed(request, row, was_last=was_last)


def _removed(request: ActorRequest, row: FactorRow, *, was_last: bool) -> HttpResponse:
    sessions.renew_key(request)
    if was_last:
        text = _("“%(name)s” is removed. The second factor is off: only your password protects the account now.")
        messages.warning(request, text % {"name": row.name})
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": row.name})
    return HttpResponseRedirect(reverse("identity:second-factors"))


def _removal_context(request: ActorRequest, row: FactorRow, *, is_last: bool) -> dict[str, Any]:
    return {
        "factor": row,
        "method_name": METHOD_NAMES[row.method],
        "is_last": is_last,
        "demands": demands_on(my_id(request)) if is_last else (),
    }
