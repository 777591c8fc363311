"""The step between the right password and the session, in the frame of django-allauth's login stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStage
from django.http import HttpResponseRedirect
from django.urls import reverse

from stellwerk.identity import queries
from stellwerk.identity.services import browsers
from stellwerk.identity.services.second_factor import begin

if TYPE_CHECKING:
    from django.http import HttpResponse

PASSKEY = "passkey"  # how `record_authentication` calls a sign-in whose authenticator has verified the person


class SecondFactorStage(LoginStage):  # type: ignore[misc]  # allauth ships no types
    """Holds a sign-in until a second factor is shown. The person stays unknown to every page until then."""

    key = "second_factor"
    urlname = "identity:second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Allauth's answer: a page to show first, and whether the sign-in may go on."""
        account = self.login.user
        if account is None or self._is_proved_twice() or not queries.has_second_factor(account.pk):
            return None, True
        if browsers.is_trusted(self.request, account.pk):
            return None, True
        begin(self)
        return HttpResponseRedirect(reverse(self.urlname)), True

    def _is_proved_twice(self) -> bool:
        """A passkey with user verification is something one has and something one knows or is.

        Only the record that began this very sign-in counts, not one of an earlier sign-in of the same browser.
        """
        records = get_authentication_records(self.request, self.login.user)
        return bool(records) and records[-1]["method"] == PASSKEY
