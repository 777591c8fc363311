"""The code without a network (SEC-026…028)."""

import pyotp
import pytest

from stellwerk.foundation import clock
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.services import approve
from stellwerk.identity.tests.approve.phones import a_linked_phone, removed
from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_still():
    with clock.travel_to(clock.now()):
        yield


def refused(account, code):
    with pytest.raises(DomainError) as refusal:
        approve.accept_code(account_id=account.pk, code=code)
    return refusal.value.code


def test_sec_026_the_code_is_that_of_any_one_time_password_app():
    phone = a_linked_phone(a_person())

    reference = pyotp.TOTP(phone.seed, digest="sha256", interval=30).at(clock.now())

    assert phone.code() == reference


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_sec_027_one_step_of_a_wrong_clock_is_forgiven(steps):
    anna = a_person()
    approve.accept_code(account_id=anna.pk, code=a_linked_phone(anna).code(steps=steps))


@pytest.mark.parametrize("steps", [-2, 2])
def test_sec_027_two_steps_are_not(steps):
    anna = a_person()
    assert refused(anna, a_linked_phone(anna).code(steps=steps)) == "code_invalid"


def test_sec_027_a_code_works_once():
    anna = a_person()
    phone = a_linked_phone(anna)
    approve.accept_code(account_id=anna.pk, code=phone.code())

    assert refused(anna, phone.code()) == "code_already_used"
    assert refused(anna, phone.code(steps=-1)) == "code_already_used"


def test_sec_015_each_device_has_codes_of_its_own():
    anna = a_person()
    first, second = a_linked_phone(anna, "First"), a_linked_phone(anna, "Second")

    approve.accept_code(account_id=anna.pk, code=first.code())
    approve.accept_code(account_id=anna.pk, code=f" {second.code()[:3]} {second.code()[3:]} ")


def test_codes_of_a_removed_device_or_another_account_are_worth_nothing():
    anna, ben = a_person(), a_person("Ben")
    phone, foreign = a_linked_phone(anna), a_linked_phone(ben)
    removed(phone)

    assert refused(anna, phone.code()) == "code_invalid"
    assert refused(anna, foreign.code()) == "code_invalid"


@pytest.mark.parametrize("code", ["", "000", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "\u0000", "9" * 10_000])
def test_nonsense_is_no_code(code):
    anna = a_person()
    a_linked_phone(anna)

    assert refused(anna, code) == "code_invalid"


def test_the_seed_is_stored_sealed():
    phone = a_linked_phone(a_person())

    assert phone.seed not in phone.device.sealed_seed
