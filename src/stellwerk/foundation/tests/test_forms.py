"""What a form may say of a refusal."""

import pytest

from stellwerk.foundation.edge.forms import correctable
from stellwerk.foundation.errors import AccessDenied, Conflict, Invalid, NotFound, RuleBroken


@pytest.mark.parametrize("refusal", [RuleBroken("too_late"), Conflict(), Invalid()])
def test_a_form_shows_what_can_be_corrected_in_it(refusal):
    assert correctable(refusal) is refusal


@pytest.mark.parametrize("refusal", [NotFound(), AccessDenied("no_billing_right")])
def test_what_is_hidden_or_forbidden_never_becomes_a_sentence_in_a_form(refusal):
    with pytest.raises(type(refusal)) as raised:
        correctable(refusal)

    assert raised.value is refusal
