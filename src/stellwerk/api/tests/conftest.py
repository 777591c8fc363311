import pytest

from stellwerk.api.tests import probe
from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.organisations.tests.builders import a_person, an_organisation


@pytest.fixture
def probes():
    with probe.mounted():
        yield


@pytest.fixture
def anna(db):
    return a_person()


@pytest.fixture
def acme(anna):
    return an_organisation(of=anna)


@pytest.fixture
def caller(anna, acme, probes):
    """Anna, legal representative of Acme, with a token for everything."""
    return Caller(a_token_of(anna))
