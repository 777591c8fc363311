"""Fixtures of the room's tests."""

import pytest

from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.organisations.tests.house import acme, boss, mia, standing_still

__all__ = ["acme", "boss", "mia", "standing_still"]


@pytest.fixture
def bakery():
    """Gives products away."""
    return an_organisation("Bäckerei Huber AG")


@pytest.fixture
def mill():
    """Takes them over."""
    return an_organisation("Mühle GmbH")


@pytest.fixture
def miller(mill):
    return a_legal_representative_of(mill)
