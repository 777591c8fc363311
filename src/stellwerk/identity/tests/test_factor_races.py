"""Two at once: of every code one use wins, and two removals never leave a demand unmet (SEC-008, SEC-027, SEC-031)."""

import pytest

from stellwerk.foundation.actor import Actor
from stellwerk.identity import queries
from stellwerk.identity.models import SmsNumber
from stellwerk.identity.rules import Method
from stellwerk.identity.services.second_factor import demands, remove
from stellwerk.identity.services.second_factor.demands import Demand
from stellwerk.identity.services.second_factor.recovery_codes import new_set, use_recovery_code
from stellwerk.identity.services.second_factor.totp import use_totp
from stellwerk.identity.tests.factors import a_code_of, a_totp_app_of
from stellwerk.identity.tests.recovering import all_at_once
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STRANGER = Actor(address="192.0.2.7")


def test_of_many_uses_of_one_totp_code_one_wins_sec_027():
    anna = a_person()
    code = a_code_of(a_totp_app_of(anna))

    outcomes = all_at_once(*[lambda: use_totp(actor=STRANGER, account=anna, code=code)] * 5)

    assert sorted(outcomes) == ["code_already_used"] * 4 + ["done"]


def test_of_many_uses_of_one_recovery_code_one_wins_sec_031():
    anna = a_person()
    a_totp_app_of(anna)
    code = new_set(account_id=anna.pk)[0]

    outcomes = all_at_once(*[lambda: use_recovery_code(actor=STRANGER, account=anna, code=code)] * 5)

    assert sorted(outcomes) == ["code_already_used"] * 4 + ["done"]
    assert queries.factor_state(anna.pk).recovery_codes_left == 9


def test_of_two_removals_at_once_one_meets_the_demand_sec_008(monkeypatch):
    anna = a_person()
    app = a_totp_app_of(anna)
    number = SmsNumber.objects.create(account=anna, name="Phone", phone="+41791234567", created_at=app.created_at)
    monkeypatch.setattr(demands, "_askers", [lambda _account_id: [Demand("Acme AG")]])

    def removing(method, factor_id):
        return lambda: remove(
            actor=a_stranger_actor(anna),
            account_id=anna.pk,
            method=method,
            factor_id=factor_id,
            current_password=PASSWORD,
        )

    outcomes = all_at_once(removing(Method.TOTP, app.pk), removing(Method.SMS, number.pk))

    assert sorted(outcomes) == ["done", "second_factor_demanded"]
    assert queries.has_second_factor(anna.pk)
