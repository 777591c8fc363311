"""Django's sessions in the database, with one statement where Django asks first, writes anew and deletes.

A new key is written together with what the session holds, at the end of the request: one statement and one commit.
Until then the row lies under the old key, which is what a request that fails leaves behind.
"""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.utils.crypto import get_random_string

KEY_LENGTH = 32  # of 36 characters: 165 random bits


class SessionStore(db.SessionStore):
    """Settings name this module as SESSION_ENGINE."""

    _old_key: str | None = None  # where the row lies while a new key waits for save()
    _was_signed_in = False  # when the new key was asked for
    has_ended = False  # by this request: its answer takes the cookie away

    def cycle_key(self) -> None:
        """A new key for the same session, at every sign-in: whoever knows the old one knows nothing."""
        self.keys()  # reads the session, and drops a key that nobody stored
        if self.session_key is None:
            super().cycle_key()
            return
        if self._old_key is None:
            self._old_key, self._was_signed_in = self.session_key, SESSION_KEY in self
        self._session_key = self._get_new_session_key()
        self.modified = True  # the end of the request stores it, and sends the new key

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  Django's signature
        """Store what the session holds. Raises UpdateError when it has ended meanwhile.

        A visitor's session that has just got a new key does not end by that: two sign-ins of one browser at one
        moment, of which one has moved the row, are two sessions. Somebody's own session that is gone was ended: a new
        key must not bring it back.
        """
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        stored = self.model.objects.filter(session_key=self._old_key or self.session_key).update(
            session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date
        )
        if not stored and (self._old_key is None or self._was_signed_in):
            raise UpdateError
        self._old_key = None
        if not stored:
            super().save(must_create=True)

    def flush(self) -> None:
        """End the session and forget what it held."""
        super().flush()
        self.has_ended = True

    def delete(self, session_key: str | None = None) -> None:
        """End a session: this one wherever it lies, or the one with the key."""
        super().delete(session_key)
        if session_key in (None, self.session_key) and self._old_key is not None:
            super().delete(self._old_key)
            self._old_key = None

    def _get_new_session_key(self) -> str:
        # Nobody holds a random key of this length. If somebody did, the insert would fail, and Django tries another.
        return get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
