"""Secrets: long, recognisable, stored as digests; sealed data survive a change of keys."""

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.foundation import secrets


def test_a_new_secret_carries_its_prefix_and_a_fitting_checksum():
    raw = secrets.new_secret("stw_pat")

    assert raw.startswith("stw_pat_")
    assert secrets.is_well_formed(raw, "stw_pat")


def test_two_secrets_are_never_the_same():
    assert len({secrets.new_secret("stw_pat") for _ in range(500)}) == 500


def test_one_wrong_letter_is_noticed_without_asking_the_database():
    raw = secrets.new_secret("stw_pat")
    wrong = raw[:-10] + ("A" if raw[-10] != "A" else "B") + raw[-9:]

    assert not secrets.is_well_formed(wrong, "stw_pat")


def test_a_secret_of_another_kind_is_not_taken():
    assert not secrets.is_well_formed(secrets.new_secret("stw_app"), "stw_pat")


@given(st.text(max_size=100))
def test_nothing_a_client_sends_breaks_the_check(raw):
    assert not secrets.is_well_formed(raw, "stw_pat")


@given(st.text())
def test_what_is_sealed_can_be_read_again(plain):
    assert secrets.decrypt(secrets.encrypt(plain)) == plain


def test_a_rotated_ring_reads_old_seals_and_writes_new_ones(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    sealed = secrets.encrypt("evidence")

    settings.ENCRYPTION_KEYS = ["new", "old"]
    renewed = secrets.encrypt_again(sealed)
    settings.ENCRYPTION_KEYS = ["new"]

    assert secrets.decrypt(renewed) == "evidence"
    with pytest.raises(InvalidToken):
        secrets.decrypt(sealed)
