"""How a test says that the database itself refuses a row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """The block's write breaks the named constraint, and none else, in the database of this run.

    SQLite names every constraint but a unique one over plain columns.
    """
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    said = str(refusal.value)
    is_unnamed = connection.vendor == "sqlite" and said.startswith("UNIQUE") and "index '" not in said
    assert constraint in said or is_unnamed, said
