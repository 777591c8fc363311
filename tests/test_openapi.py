"""The published document is valid, and every command answers as it says: tried with generated requests."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.generation import GenerationMode

from stellwerk.api import commands, document
from stellwerk.foundation import rate_limits
from tests.permissions import world
from tests.permissions.calls import Caller
from tests.permissions.routes import Route

pytestmark = pytest.mark.slow  # some generated requests for every command of the house
EXAMPLES = 4
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def published():
    loaded = schemathesis.openapi.from_dict(document.openapi())
    loaded.app = get_wsgi_application()
    return loaded


@pytest.fixture
def caller(db):
    """The WSGI application would close the connection that holds the test's transaction; Django's own client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Caller(world.build())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_document_is_valid_openapi(published):
    assert document.openapi()["openapi"].startswith("3.1")
    published.validate()


def test_two_rooms_do_not_describe_two_things_by_one_name():
    described: dict[str, type] = {}
    for model in _models():
        known = described.setdefault(model.__name__, model)
        assert known is model, f"{model.__module__} and {known.__module__} both name a {model.__name__}"


def test_every_command_answers_as_documented(published, caller):
    for result in published.get_all_operations():
        operation = result.ok()
        route = Route(operation.path, operation.method.upper(), is_command=True)
        own = {name: caller.world.own(name, "owner") for name in route.parameters}
        _try(operation, caller, own)


def _try(operation, caller: Caller, own: dict[str, object]) -> None:
    strategies = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategies[0] | strategies[1])
    def answers_as_documented(case) -> None:
        rate_limits.forget_all()
        case.path_parameters = own
        with transaction.atomic():
            case.call_and_validate(headers={"Authorization": f"Bearer {caller.tokens['owner']}"}, checks=CHECKS)
            transaction.set_rollback(True)

    answers_as_documented()


def _models() -> Iterator[type]:
    for command in commands.commands():
        for _endpoint, operation in command.methods.values():
            for model in (*operation.models, *filter(None, operation.response_models.values())):
                for field in model.model_fields.values():
                    yield from _inside(field.annotation)


def _inside(annotation) -> Iterator[type]:
    for each in getattr(annotation, "__args__", ()):
        yield from _inside(each)
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _inside(field.annotation)
