"""Django's sessions in the database, with one statement where Django asks first, writes anew and deletes."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils.crypto import get_random_string

KEY_LENGTH = 32  # of 36 characters: 165 random bits


class SessionStore(db.SessionStore):
    """Settings name this module as SESSION_ENGINE."""

    def cycle_key(self) -> None:
        """A new key for the same session, at every sign-in: whoever knows the old one knows nothing."""
        new_key = self._get_new_session_key()
        has_moved = self.model.objects.filter(session_key=self.session_key).update(session_key=new_key)
        if has_moved:
            self._session_key = new_key
            self.modified = True  # the end of the request stores what changes, and sends the new key
        else:  # nothing stored yet, or not any more
            super().cycle_key()

    def _get_new_session_key(self) -> str:
        # Nobody holds a random key of this length. If somebody did, the insert would fail, and Django tries another.
        return get_random_string(KEY_LENGTH, VALID_KEY_CHARS)
