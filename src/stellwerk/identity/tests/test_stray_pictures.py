"""Files of pictures that nobody shows, and pictures whose file is gone (ID-047)."""

import os
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from stellwerk.foundation import clock, files, health
from stellwerk.identity import queries, tasks
from stellwerk.identity.services.pictures import set_picture
from stellwerk.identity.tests.uploads import an_upload
from stellwerk.organisations.tests.builders import a_person, a_stranger_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown():
    """The file of a picture that Anna shows."""
    anna = a_person("Anna")
    set_picture(actor=a_stranger_actor(anna), account_id=anna.pk, content=an_upload())
    anna.refresh_from_db()
    yield old(anna.picture_file)
    default_storage.delete(anna.picture_file)


def old(name):
    """The file as if it had been written two days ago."""
    at = (clock.wall() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(name), (at, at))
    return name


@pytest.fixture
def stray():
    """What a process leaves behind that dies between file and row."""
    stored = files.store(f"{queries.PICTURES}/left.webp", b"left behind").name
    yield stored
    default_storage.delete(stored)


def findings():
    return [each.text for each in health.findings() if each.examination == "pictures"]


def test_a_file_that_nobody_shows_goes_after_a_day_and_no_other_id_047(shown, stray):
    tasks.sweep_pictures_nobody_shows()
    assert default_storage.exists(stray), "its row may still be on the way"

    old(stray)
    tasks.sweep_pictures_nobody_shows()
    assert not default_storage.exists(stray)
    assert default_storage.exists(shown)


def test_the_doctor_tells_of_files_without_a_person_and_of_people_without_their_file_id_047(shown, stray):
    assert findings() == []
    old(stray)
    default_storage.delete(shown)

    missing, strays = findings()

    assert missing.startswith("1 accounts name a picture whose file is missing")
    assert strays.startswith("1 picture files belong to nobody, for example pictures/left")


def test_a_house_without_pictures_is_well():
    assert findings() == []
    tasks.sweep_pictures_nobody_shows()
