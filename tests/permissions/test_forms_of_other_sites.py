"""No form of another site does anything here: every page refuses a POST without the token of our own form."""

import pytest
from django.test import Client

from tests.permissions import world
from tests.permissions.routes import pages
from tests.permissions.world import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Programs call these with credentials of their own in the request; a browser's session is nobody there.
OF_PROGRAMS = {"/device/code", "/oauth2/userinfo", "/token", "/token/check", "/token/introspect", "/token/revoke"}
# It only leads on to a page that asks.
OF_PROGRAMS |= {"/oauth2/logout"}


def test_every_page_refuses_a_form_without_our_token():
    house = world.build()
    anybody = {"owner": house.people["owner"], "anonymous": None}
    accepted = []
    for role, account in anybody.items():
        browser = Client(enforce_csrf_checks=True)
        if account is not None:
            browser.force_login(account)
        for route in sorted(route for route in pages() if route.method == "POST"):
            values = {name: house.own(name, role) for name in route.parameters}
            answer = browser.post(route.filled(values), {})
            if answer.status_code != 403 and route.address not in OF_PROGRAMS:
                accepted.append(f"{role}: POST {route.address}: {answer.status_code}")

    assert set(anybody) <= set(ROLES)
    assert not accepted, "\n".join(accepted)
