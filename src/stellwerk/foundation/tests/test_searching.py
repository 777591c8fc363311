"""Which words of a search count, on every list and in the palette."""

import pytest

from stellwerk.foundation.searching import words_to_find


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("", []),
        (" \t\n", []),
        ("Huber", ["Huber"]),
        ("  web\u00a0hosting  HUBER.example ", ["web", "hosting", "HUBER.example"]),
        ("a b c d e f g h", list("abcdefgh")),
    ],
)
def test_a_search_is_its_words_as_they_were_typed(search, words):
    assert words_to_find(search) == words


def test_of_nine_words_eight_count_and_the_last_is_left_out():
    assert words_to_find("one two three four five six seven eight nine")[-1] == "eight"
