"""The house in this process: Django is set up before a benchmark imports what needs it.

Imported before Django and the rooms; the order of imports has a section of its own for it (pyproject.toml, isort).
"""

import django
from django.core.management import call_command

django.setup()


def migrate() -> None:
    """All tables in the database of the environment."""
    call_command("migrate", verbosity=0)
