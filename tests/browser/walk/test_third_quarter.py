def test_the_third_quarter_of_all_pages_serves_everybody(walker):
    """UI-029: it fits, is accessible and usable by keyboard, in five languages, silent, and nothing jumps."""
    found = walker.walk(2)

    assert not found, "\n".join(found)
