"""What `stellwerk doctor` examines in the identity room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.health import examination
from stellwerk.identity import queries

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 10  # numbers in a sentence


@examination("pictures")
def pictures() -> Iterable[str]:
    """ID-047: every picture that is shown has its file, and every file is shown."""
    missing = queries.missing_pictures()
    if missing:
        numbers = ", ".join(map(str, missing[:_SHOWN]))
        yield f"{len(missing)} accounts name a picture whose file is missing, among them {numbers}. Restore the files."
    strays = queries.stray_pictures()
    if strays:
        yield f"{len(strays)} picture files belong to nobody, for example {strays[0]}. The worker deletes them."
