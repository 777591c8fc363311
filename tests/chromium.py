"""The Chromium of this machine, for the browser tests. Playwright's own download is not used."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executable() -> str | None:
    """Its path, from STELLWERK_CHROMIUM or PATH; None when there is none."""
    return os.environ.get("STELLWERK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
