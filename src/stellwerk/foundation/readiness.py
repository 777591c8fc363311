"""May a process work on these data? The tables are of this release, the keys those in use, the clock did not go back.

Each is asked once at a start. An objection is one sentence for the operator, with the way out.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from stellwerk.foundation import clock
from stellwerk.foundation.jobs.beat import newest_beat_at
from stellwerk.foundation.models import KeyMark, WorkerBeat

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = 3  # migrations in a sentence
_ENCRYPTION = "encryption"
# What is lost without them, for the person who has to choose between a backup and going on.
_LOSSES = {
    "encryption": ("STELLWERK_ENCRYPTION_KEYS", "encryption.key", "authenticator apps and sealed account numbers"),
    "secret": ("STELLWERK_SECRET_KEY", "secret.key", "sessions, links and recovery codes"),
    "push": ("STELLWERK_VAPID_SECRET", "vapid.key", "push subscriptions"),
}
_SKEW = timedelta(minutes=10)  # so far the clocks of two nodes may differ


@dataclass(frozen=True, slots=True)
class Tables:
    """The migrations in which the database and this release differ, as (room, name)."""

    newer: frozenset[tuple[str, str]]
    missing: frozenset[tuple[str, str]]

    @property
    def objection_to_newer(self) -> str | None:
        """A release that does not know a table or column would write rows that the newer one cannot read."""
        if not self.newer:
            return None
        return (
            f"the database belongs to a newer release (it knows {_named(self.newer)}): start that release, "
            "or restore the backup that was made before the upgrade"
        )

    @property
    def objection(self) -> str | None:
        """Why this release must not work on the tables as they are."""
        if self.newer or not self.missing:
            return self.objection_to_newer
        return (
            f"the database is not prepared for this release (it lacks {_named(self.missing)}): run `stellwerk migrate`"
        )


def tables() -> Tables:
    """Two statements: is there a list of migrations, and what is on it."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    known = migrations_on_disk()
    # What a package brought that is no longer installed is no sign of a newer release.
    installed = {app.label for app in apps.get_app_configs()}
    newer = frozenset(each for each in applied - known if each[0] in installed)
    return Tables(newer, frozenset(known - applied))


def migrations_on_disk() -> set[tuple[str, str]]:
    """(room, name) by the names of the files, which is how Django itself finds them."""
    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("*.py")
        if file.name[0] not in "_~"
    }


def objections() -> Iterator[str]:
    """Why no process should work on the data, once the tables fit; one sentence each."""
    if not os.access(settings.DATA, os.W_OK):
        yield f"the data folder {settings.DATA} cannot be written: look at its owner and its mount"
    yield from _objections_to_keys()
    newest = newest_beat_at()
    if newest and newest > clock.wall() + _SKEW:
        yield (
            f"the clock of this machine says {clock.wall():%Y-%m-%d %H:%M} UTC, but a worker was at work on these data "
            f"at {newest:%Y-%m-%d %H:%M} UTC: set the clock; if it was wrong then and is right now, "
            "run `stellwerk migrate --accept-clock`"
        )


def _objections_to_keys() -> Iterator[str]:
    marks = set(KeyMark.objects.values_list("purpose", "fingerprint"))
    for purpose in sorted({purpose for purpose, _ in marks - _present_keys()}):
        variable, file, lost = _LOSSES[purpose]
        yield (
            f"a key in use on these data is missing from {variable}, or from {file} in the data folder: put it back "
            f"from your backup; if it is gone or was replaced on purpose, give up {lost} "
            "with `stellwerk migrate --accept-keys`"
        )


def note_keys() -> None:
    """Remember which keys are in use from now on: of the ring the first, which encrypts. Twice is once."""
    missing = {
        *((_ENCRYPTION, _fingerprint(_ENCRYPTION, settings.ENCRYPTION_KEYS[0])),),
        *(each for each in _present_keys() if each[0] != _ENCRYPTION),
    } - set(KeyMark.objects.values_list("purpose", "fingerprint"))
    # Two nodes may start at once; should their keys differ, the second finds at its next start that it is wrong.
    KeyMark.objects.bulk_create(
        [KeyMark(purpose=purpose, fingerprint=mark, noted_at=clock.wall()) for purpose, mark in sorted(missing)],
        ignore_conflicts=True,
    )


def accept_keys() -> None:
    """Forget keys that are gone: the operator's word. What they protected stays lost."""
    present = _present_keys()
    for mark in KeyMark.objects.all():
        if (mark.purpose, mark.fingerprint) not in present:
            mark.delete()
    note_keys()


def accept_clock() -> None:
    """Forget signs of life from the future: the operator's word that the clock was wrong then."""
    WorkerBeat.objects.filter(beat_at__gt=clock.wall() + _SKEW).delete()


def _present_keys() -> set[tuple[str, str]]:
    return {
        *((_ENCRYPTION, _fingerprint(_ENCRYPTION, key)) for key in settings.ENCRYPTION_KEYS),
        ("secret", _fingerprint("secret", settings.SECRET_KEY)),
        ("push", _fingerprint("push", settings.VAPID_SECRET)),
    }


def _fingerprint(purpose: str, key: str) -> str:
    return hashlib.sha256(f"stellwerk {purpose} key: {key}".encode()).hexdigest()


def _named(found: frozenset[tuple[str, str]]) -> str:
    names = [f"{room} {name}" for room, name in sorted(found)]
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
