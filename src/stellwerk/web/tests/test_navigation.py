"""Which entry of the left menu is the current one (UI-007)."""

import pytest

from stellwerk.web.navigation import _holds, own_groups


@pytest.mark.parametrize(
    ("url", "path", "is_current"),
    [
        ("/o/1/invoices", "/o/1/invoices", True),
        ("/o/1/invoices", "/o/1/invoices?status=open&page=2", True),
        ("/o/1/invoices", "/o/1/invoices/7", True),
        ("/o/1/invoices", "/o/1/invoices.csv", False),
        ("/o/1/invoices", "/o/11/invoices", False),
        ("/o/1/products?kind=mail", "/o/1/products?kind=mail", True),
        ("/o/1/products?kind=mail", "/o/1/products", False),
        ("/o/1/", "/o/1/", True),
        ("/o/1/", "/o/1/cart", False),
    ],
)
def test_an_entry_is_current_on_its_page_and_below_it(url, path, is_current):
    assert _holds(url, path) is is_current


@pytest.mark.parametrize(
    "path", ["/profile", "/profile/password", "/profile/tokens", "/profile/second-factor/totp/new"]
)
def test_of_the_own_pages_only_the_nearest_is_current_id_046(path):
    current = [item.url for group in own_groups(path) for item in group.entries if item.current]

    assert len(current) == 1
    assert path.startswith(current[0])
    assert (current[0] == "/profile") is (path == "/profile")


@pytest.mark.parametrize("step", ["", "/secrets", "/review", "/done"])
def test_the_steps_after_a_break_in_stand_at_the_password_id_062(step):
    current = [
        item.url for group in own_groups(f"/profile/compromised{step}") for item in group.entries if item.current
    ]

    assert current == ["/profile/password"]
