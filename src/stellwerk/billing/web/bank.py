"""Bank files, for the operator's staff. For everybody else this page does not exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.billing.forms import BankFileForm
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.foundation.actor import Through
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

MOST_ROWS_SHOWN = 500


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def bank(request: ActorRequest) -> HttpResponse:
    """Upload a camt file and read what became of every payment. A refused file has booked nothing."""
    if not getattr(request.user, "is_operator", False):
        raise NotFound
    if request.method != "POST":
        return render(request, "billing/bank.html", {"form": BankFileForm()})
    form = BankFileForm(request.POST, request.FILES)
    if not form.is_valid():
        # 413 for a file that is too large: the reason is its size, not what was typed.
        is_too_large = form.has_error("file", "too_large")
        return render(request, "billing/bank.html", {"form": form}, status=413 if is_too_large else 422)
    file = form.cleaned_data["file"]
    try:
        outcome = import_bank_file(
            actor=replace(request.actor, through=Through.OPERATOR), content=file.read(), file_name=file.name
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "billing/bank.html", {"form": form}, refusal=refusal)
    context: dict[str, Any] = {
        "form": BankFileForm(),
        "outcome": outcome,
        "rows": outcome.rows[:MOST_ROWS_SHOWN],
        "file_name": file.name,
    }
    return render(request, "billing/bank.html", context)
