"""The frame of every step at sign-in: who waits, the other methods, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.html import page, render
from stellwerk.identity import queries
from stellwerk.identity.services.second_factor import Method, PendingSignIn, abandon, complete, pending
from stellwerk.identity.web.second_factor.names import METHOD_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.foundation.errors import DomainError
    from stellwerk.identity.models import Account


@dataclass(frozen=True, slots=True)
class Step:
    """One method's turn in a waiting sign-in."""

    waiting: PendingSignIn
    method: Method
    methods: tuple[Method, ...]

    @property
    def account(self) -> Account:
        return self.waiting.account

    @property
    def others(self) -> list[tuple[str, str]]:
        """Name and address of the methods that would do as well (SEC-005)."""
        return [(str(METHOD_NAMES[other]), address_of(other)) for other in self.methods if other != self.method]


def address_of(method: Method) -> str:
    return reverse(f"identity:second-factor-{method.slug}")


def step_page(method: Method) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view `(request, step)` for one method.

    Where nobody waits the answer leads to the sign-in, and for a method that the person lacks to the choice.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @never_cache
        @sensitive_post_parameters("code")
        @require_http_methods(["GET", "HEAD", "POST"])
        @page
        @wraps(view)
        def shown(request: ActorRequest, **names: Any) -> HttpResponse:
            waiting = pending(request)
            if waiting is None:
                return HttpResponseRedirect(reverse("account_login"))
            methods = queries.factor_state(waiting.account.pk).at_sign_in
            if method not in methods:
                return HttpResponseRedirect(reverse("identity:second-factor"))
            return view(request, Step(waiting, method, methods), **names)

        return shown

    return decorate


def render_step(
    request: ActorRequest,
    template: str,
    step: Step,
    *,
    context: dict[str, Any] | None = None,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    """A step's page; its template extends identity/second_factor/base.html."""
    return render(request, template, {"step": step, **(context or {})}, status=status, refusal=refusal)


def pass_step(request: ActorRequest, step: Step, *, trusts_browser: bool) -> HttpResponse:
    """The method of this step was proved: into the account."""
    return complete(request, method=step.method, actor=request.actor, trusts_browser=trusts_browser)


@never_cache
@require_safe
@page
def choose(request: ActorRequest) -> HttpResponse:
    """To the method that this person is asked for first."""
    waiting = pending(request)
    if waiting is None:
        return HttpResponseRedirect(reverse("account_login"))
    state = queries.factor_state(waiting.account.pk)
    if not state.is_on:  # removed in another browser while this one waited
        abandon(request)
        return HttpResponseRedirect(reverse("account_login"))
    return HttpResponseRedirect(address_of(state.first))


@require_POST
@page
def cancel(request: ActorRequest) -> HttpResponse:
    abandon(request)
    return HttpResponseRedirect(reverse("account_login"))
