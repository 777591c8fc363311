"""Which passwords are good enough, and what they cost to store: ID-015, ASVS 6.2."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from stellwerk.identity.models import Account


@pytest.mark.parametrize("word", ["stellwerk2026", "Stellwerkmanager", "suitehosting", "Approve2026"])
def test_words_of_the_house_make_no_password(word):
    with pytest.raises(ValidationError) as refused:
        validate_password(word)

    assert refused.value.error_list[0].code == "password_too_weak"


@pytest.mark.parametrize("leaked", ["gunsnroses", "Ilovemymum", "matyas2001", "qwertzuiop123", "yfdbufnjh10305070"])
def test_leaked_passwords_are_refused_whatever_their_case_asvs_6_2_4_asvs_6_2_12(leaked):
    """Some of them look strong to a meter; all stand in the published lists."""
    with pytest.raises(ValidationError) as refused:
        validate_password(leaked)

    assert refused.value.error_list[0].code == "password_too_weak"
    assert "leaked" in refused.value.messages[0]


def test_the_operators_name_makes_no_password(settings):
    settings.OPERATOR = {**settings.OPERATOR, "name": "Alpenglühn Webwerke"}

    with pytest.raises(ValidationError):
        validate_password("alpenglühn1234")


def test_the_own_name_makes_no_password():
    anna = Account(email="anna.zgraggen@example.ch", first_name="Anna", last_name="Zgraggen")

    with pytest.raises(ValidationError):
        validate_password("annazgraggen12", anna)


@pytest.mark.parametrize(
    "password",
    ["vier gelbe traktoren am see", "ünüblicher Käse 🧀 im Lavendel", " a space first ", "der fährmann singt " * 12],
)
def test_any_characters_and_any_length_up_to_256_are_welcome(password):
    validate_password(password)


def test_passwords_are_stored_as_argon2id_of_64_mib_and_3_passes_id_015(settings):
    settings.PASSWORD_HASHERS = ["stellwerk.identity.hashers.Argon2id"]

    stored = make_password("vier gelbe traktoren am see")

    assert stored.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
