"""Settings of the test suite: the real ones, with a throw-away data folder and a cheap password hash."""

import os
import tempfile

os.environ.setdefault("STELLWERK_DATA", tempfile.mkdtemp(prefix="stellwerk-tests-"))

from stellwerk.config.settings.base import *  # noqa: F403  the data folder must be set first

# Argon2id with its real cost takes 100 ms a hash; one test checks the real parameters.
PASSWORD_HASHERS = ["stellwerk.identity.hashers.CheapArgon2id"]
STORAGES = {  # the manifest needs a build; pages are tested with and without it
    **STORAGES,  # noqa: F405  from base
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
OUTBOX_IS_LOCAL = True
