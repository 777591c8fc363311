"""A setting that cannot be used is refused in one line that names it: the way out for whoever starts at night."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from stellwerk.cli.refusals import one_line, status_of
from stellwerk.config.settings import reading


def refusing():
    raise ImproperlyConfigured("STELLWERK_SMTP_PORT is no whole number: smtp")


@pytest.mark.parametrize("url", ["rubbish", "foo://bar", "mysql://root@host/name", "postgresql://me@host:port/name"])
def test_a_wrong_database_url_is_named_but_not_shown(url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        reading.database(tmp_path / "stellwerk.sqlite3")

    assert url not in str(refused.value)


def test_without_a_database_url_the_embedded_one_is_used(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert reading.database(tmp_path / "here.sqlite3")["NAME"] == str(tmp_path / "here.sqlite3")


def test_a_number_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("STELLWERK_SMTP_PORT", "smtp")

    with pytest.raises(ImproperlyConfigured, match="STELLWERK_SMTP_PORT is no whole number: smtp"):
        reading.number("STELLWERK_SMTP_PORT", 25)


def test_a_word_misspelt_does_not_choose_another(monkeypatch):
    """A driver called `smpt` kept every message on the outbox page, and customers got none."""
    monkeypatch.setenv("STELLWERK_NOTIFICATION_DRIVER", "smpt")

    with pytest.raises(ImproperlyConfigured, match="STELLWERK_NOTIFICATION_DRIVER is none of outbox, smtp: smpt"):
        reading.choice("STELLWERK_NOTIFICATION_DRIVER", "outbox", "smtp")


@pytest.mark.parametrize("wrong", ["portal.example.ch", "https://", "ftp://portal.example.ch", "https://a.ch/portal"])
def test_a_public_address_that_is_none_is_named(wrong, monkeypatch):
    monkeypatch.setenv("STELLWERK_URL", wrong)

    with pytest.raises(ImproperlyConfigured, match="STELLWERK_URL is no address like"):
        reading.address("STELLWERK_URL")


@pytest.mark.parametrize("right", ["https://portal.example.ch/", "http://[::1]:8000", ""])
def test_a_public_address_is_kept_without_a_slash_at_its_end(right, monkeypatch):
    monkeypatch.setenv("STELLWERK_URL", right)

    assert reading.address("STELLWERK_URL") == right.removesuffix("/")


@pytest.mark.parametrize("name", ["Mars", "../../etc/passwd", "/etc"])
def test_a_time_zone_that_is_none_is_named(name, monkeypatch):
    monkeypatch.setenv("STELLWERK_TIME_ZONE", name)

    with pytest.raises(ImproperlyConfigured, match="STELLWERK_TIME_ZONE is no time zone"):
        reading.zone("STELLWERK_TIME_ZONE", "Europe/Zurich")


def test_a_wrong_setting_ends_a_command_with_one_line(capsys):
    assert status_of(refusing) == 1
    assert capsys.readouterr().err == "stellwerk: STELLWERK_SMTP_PORT is no whole number: smtp\n"


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    made = reading.kept_secret(tmp_path / "new" / "secret.key")

    assert reading.kept_secret(tmp_path / "new" / "secret.key") == made
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_new_data_folder_is_for_its_owner_only(tmp_path):
    """Beside the keys it holds the embedded database: everything about everybody."""
    reading.kept_secret(tmp_path / "new" / "secret.key")

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_key_is_made_where_the_file_system_knows_no_hard_links(tmp_path, monkeypatch):
    def refused(*_names):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)

    made = reading.kept_secret(tmp_path / "secret.key")

    assert (tmp_path / "secret.key").read_text() == made
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_key_encrypts_nothing(tmp_path):
    (tmp_path / "encryption.key").touch()

    with pytest.raises(ImproperlyConfigured, match=r"encryption\.key is empty"):
        reading.kept_secret(tmp_path / "encryption.key")


def test_a_disk_that_is_full_leaves_no_key_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        reading.kept_secret(tmp_path / "encryption.key")

    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_said_without_numbers():
    said = one_line(PermissionError(13, "Permission denied", "/srv/x"))

    assert said == "Permission denied: /srv/x (look at the owner of the data folder)"
