"""What a search field asks for. How a room looks for it is the room's own."""

from __future__ import annotations

_MOST_WORDS = 8  # each is one more condition for the database; a search of more words finds nothing more


def words_to_find(search: str) -> list[str]:
    """The words of a search that count, as they were typed: the first eight, none for an empty one.

    Whatever is found has every one of them, so what stands behind the eighth is left out, never refused.
    """
    return search.split()[:_MOST_WORDS]
