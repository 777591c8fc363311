"""Settings of the test suite: the real ones, with a throw-away data folder and a cheap password hash."""

import atexit
import os
import shutil
import tempfile

if "STELLWERK_DATA" not in os.environ:
    os.environ["STELLWERK_DATA"] = tempfile.mkdtemp(prefix="stellwerk-tests-")
    atexit.register(shutil.rmtree, os.environ["STELLWERK_DATA"], ignore_errors=True)
elif "PYTEST_XDIST_WORKER" in os.environ:
    # Parallel test processes inherit one folder but must not share clock, keys and files.
    os.environ["STELLWERK_DATA"] += f"/{os.environ['PYTEST_XDIST_WORKER']}"

from stellwerk.config.settings.base import *  # noqa: F403  the data folder must be set first

# Argon2id with its real cost takes 100 ms a hash; one test checks the real parameters.
PASSWORD_HASHERS = ["stellwerk.identity.hashers.CheapArgon2id"]
STORAGES = {  # the manifest needs a build; pages are tested with and without it
    **STORAGES,  # noqa: F405  from base
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file with WAL as in production: Django's default, a cache in memory, locks tables and knows no second process.
DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # noqa: F405  from base
OUTBOX_IS_LOCAL = True
COMPONENT_SHEET = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  whitenoise warns of a missing folder, and warnings are errors
