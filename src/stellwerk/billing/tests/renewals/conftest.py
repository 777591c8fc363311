"""Every story about renewals needs something to sell."""

import pytest

from stellwerk.catalogue.services import load_default_offers


@pytest.fixture(autouse=True)
def _offers(request):
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if _is_transactional(request) else "db")
        load_default_offers()


def _is_transactional(request) -> bool:
    return bool(request.node.get_closest_marker("django_db").kwargs.get("transaction"))
