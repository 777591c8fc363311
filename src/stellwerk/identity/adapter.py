"""Where django-allauth meets the house: its mails go through our outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import translation

from stellwerk.foundation import notify
from stellwerk.foundation.edge import session_lifetime
from stellwerk.identity.services import arrivals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from stellwerk.identity.models import Account

_SENT_CONTEXT = ("code", "email", "password_reset_url", "activate_url", "signup_url", "username")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sends allauth's mails as messages of ours, with templates below `account/email/`."""

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        user = context.get("user")
        notify.send(
            template_prefix.replace("account/email/", "identity/email/"),
            recipient=email,
            language=getattr(user, "language", None) or translation.get_language() or "en",
            context={name: context[name] for name in _SENT_CONTEXT if name in context},
            account_id=getattr(user, "pk", None),
        )

    def post_login(self, request: HttpRequest, user: Account, **login: Any) -> HttpResponse:
        """Note who is now signed in and in which browser, after whatever stages the sign-in had."""
        answer: HttpResponse = super().post_login(request, user, **login)
        session_lifetime.begin(request)
        arrivals.note_arrival(request, user)
        return answer

    def get_login_stages(self) -> list[str]:
        """After the password: the second factor, where the account has one (ID-032)."""
        return [*super().get_login_stages(), "stellwerk.identity.stages.SecondFactorStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what happened; a notice after every sign-in says nothing new."""
