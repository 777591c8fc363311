"""Recovery codes: SEC-006, SEC-029…032, SEC-036."""

import re

import pyotp
import pytest
from argon2.low_level import Type, hash_secret_raw
from django.test import Client
from django.utils.crypto import salted_hmac

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Message
from stellwerk.identity import queries
from stellwerk.identity.hashers import code_hash
from stellwerk.identity.models import RecoveryCode
from stellwerk.identity.services.second_factor.recovery_codes import new_set, use_recovery_code
from stellwerk.identity.tests.factors import (
    a_code_of,
    a_totp_app_of,
    a_waiting_browser,
    is_signed_in,
    sign_in_with_password,
)
from stellwerk.identity.tests.passkeys import VISITOR
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
STEP = "/sign-in/second-factor/recovery-code"
CODES = "/profile/second-factor/recovery-codes"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def app(anna):
    return a_totp_app_of(anna)


@pytest.fixture
def codes(anna, app):
    return new_set(account_id=anna.pk)


@pytest.fixture
def browser(anna, app):
    opened = a_waiting_browser(anna)
    opened.post("/sign-in/second-factor/totp", {"code": a_code_of(app)})
    return opened


def left(account) -> int:
    return queries.factor_state(account.pk).recovery_codes_left


def link_an_app(browser: Client, name: str):
    secret = browser.get("/profile/second-factor/totp/new").context["secret"].replace(" ", "")
    values = {"name": name, "code": pyotp.TOTP(secret).at(clock.now()), "current_password": PASSWORD}
    return browser.post("/profile/second-factor/totp/new", values)


def test_ten_codes_are_shown_once_when_the_factor_is_switched_on_sec_029_sec_030(anna):
    browser = Client()
    sign_in_with_password(browser, anna)

    page = link_an_app(browser, "Phone")

    text, shown = page.content.decode(), page.context["codes"]
    assert len(set(shown)) == 10
    assert all(code in text for code in shown)
    assert "Store your recovery codes" in text
    assert "no-store" in page["Cache-Control"]
    for address in (CODES, "/profile/second-factor"):
        assert not any(code in browser.get(address).content.decode() for code in shown)
    assert not RecoveryCode.objects.filter(digest__in=shown).exists(), "only digests are kept"


def test_a_second_method_brings_no_new_codes_sec_029(browser, anna, codes):
    assert link_an_app(browser, "Tablet").status_code == 302
    assert left(anna) == 10


def test_a_code_opens_once_instead_of_the_factor_and_says_how_many_remain_sec_031(anna, codes):
    browser = a_waiting_browser(anna)
    assert "Recovery code" in browser.get("/sign-in/second-factor/totp").content.decode()

    browser.post(STEP, {"code": codes[3]})

    assert "9 recovery codes remain." in browser.get("/profile").content.decode()
    again = a_waiting_browser(anna)
    answer = again.post(STEP, {"code": codes[3]})
    assert (answer.status_code, is_signed_in(again)) == (400, False)
    assert "used before" in answer.content.decode()
    assert left(anna) == 9


def test_the_person_is_told_by_mail_with_the_number_left_sec_031(anna, codes):
    a_waiting_browser(anna).post(STEP, {"code": codes[0]})
    jobs.run_due_jobs()

    mail = Message.objects.get(template="identity/email/recovery_code_used")
    assert mail.recipient == anna.email
    assert "9 codes remain." in mail.body
    assert codes[0] not in mail.body


def test_spelling_does_not_matter(anna, codes):
    browser = a_waiting_browser(anna)

    browser.post(STEP, {"code": f" {codes[0].upper().replace('-', ' ')} "})

    assert is_signed_in(browser)


@pytest.mark.parametrize("code", ["", "aaaaa-aaaaa", "\x00", "-", "x" * 4000])
def test_other_words_open_nothing(anna, codes, code):
    browser = a_waiting_browser(anna)

    assert browser.post(STEP, {"code": code}).status_code in (400, 422)
    assert not is_signed_in(browser)


def test_codes_of_another_person_open_nothing(anna, codes):
    ben = a_person("Ben", "Bauer")
    a_totp_app_of(ben)
    new_set(account_id=ben.pk)
    browser = a_waiting_browser(ben)

    assert browser.post(STEP, {"code": codes[0]}).status_code == 400
    assert left(anna) == 10


def test_guessing_is_stopped_sec_059(anna, codes):
    browser = a_waiting_browser(anna)
    for _ in range(10):
        browser.post(STEP, {"code": "aaaaa-aaaaa"})

    assert browser.post(STEP, {"code": codes[0]}).status_code == 429


def test_wrong_codes_of_the_app_leave_the_way_back_open_sec_036(anna, codes):
    browser = a_waiting_browser(anna)
    for _ in range(11):
        answer = browser.post("/sign-in/second-factor/totp", {"code": "000000"})
    assert answer.status_code == 429

    browser.post(STEP, {"code": codes[0]})

    assert is_signed_in(browser)


def test_a_new_set_needs_the_password_and_ends_the_old_one_sec_032_sec_006(browser, anna, codes):
    refused = browser.post(CODES, {"current_password": "quite another password"})
    made = browser.post(CODES, {"current_password": PASSWORD})

    assert refused.status_code == 400
    assert left(anna) == 10
    waiting = a_waiting_browser(anna)
    assert waiting.post(STEP, {"code": codes[0]}).status_code == 400
    waiting.post(STEP, {"code": made.context["codes"][0]})
    assert is_signed_in(waiting)


def test_without_a_factor_there_are_no_codes_to_make(anna):
    browser = Client()
    sign_in_with_password(browser, anna)

    assert browser.post(CODES, {"current_password": PASSWORD}).status_code == 400
    assert left(anna) == 0


def test_switching_the_factor_off_deletes_the_set_sec_032(browser, anna, app, codes):
    browser.post(f"/profile/second-factor/totp/{app.pk}/removal", {"current_password": PASSWORD})

    assert not RecoveryCode.objects.filter(account=anna).exists()


def test_the_codes_come_as_a_file_and_nothing_else_does_sec_029(browser, codes):
    answer = browser.post(f"{CODES}/file", {"codes": " ".join(codes)})

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert re.findall(r"^[a-z0-9]{5}-[a-z0-9]{5}", answer.content.decode(), flags=re.MULTILINE) == list(codes)
    for other in ("", "<script>", "a" * 11, " ".join([*codes, codes[0]])):
        assert browser.post(f"{CODES}/file", {"codes": other}).status_code == 422


def test_used_up_codes_are_no_longer_offered(anna, codes):
    RecoveryCode.objects.update(used_at=clock.now())
    browser = a_waiting_browser(anna)

    assert "Recovery code" not in browser.get("/sign-in/second-factor/totp").content.decode()
    assert browser.get(STEP)["Location"] == "/sign-in/second-factor"


def test_codes_are_kept_as_a_slow_salted_hash_asvs_6_5_2(codes, anna, settings):
    """49 random bits are fewer than the 112 that a fast hash would need."""
    rows = list(RecoveryCode.objects.filter(account=anna))
    salt = rows[0].salt
    assert {row.salt for row in rows} == {salt}
    assert len(bytes.fromhex(salt)) == 16
    settings.PASSWORD_HASHERS = ["stellwerk.identity.hashers.Argon2id"]  # the real one
    cost = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1, "hash_len": 32, "type": Type.ID}
    assert code_hash("a code", salt=salt) == hash_secret_raw(b"a code", bytes.fromhex(salt), **cost).hex()
    settings.PASSWORD_HASHERS = ["stellwerk.identity.hashers.CheapArgon2id"]
    new_set(account_id=anna.pk)
    assert RecoveryCode.objects.filter(account=anna).first().salt != salt


def test_a_set_of_the_time_before_the_salt_still_opens(anna, codes):
    plain = codes[0].replace("-", "")
    old = salted_hmac(f"recovery_code:{anna.pk}", plain, algorithm="sha256").hexdigest()
    first = RecoveryCode.objects.filter(account=anna).first()
    RecoveryCode.objects.filter(account=anna).exclude(pk=first.pk).delete()
    RecoveryCode.objects.filter(pk=first.pk).update(digest=old, salt="")

    assert use_recovery_code(actor=VISITOR, account=anna, code=codes[0]) == 0
