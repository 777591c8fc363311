"""One module per command. Each offers `register(names, places)`; what needs Django is imported when it runs."""

from __future__ import annotations

from stellwerk.cli.commands import (
    account,
    application_password,
    demo,
    doctor,
    import_bank,
    migrate,
    openapi,
    serve,
    time_travel,
    token,
    web,
    worker,
)
from stellwerk.cli.refusals import Refused

ALL = [
    each.register
    for each in (
        serve,
        web,
        worker,
        migrate,
        demo,
        account,
        token,
        application_password,
        time_travel,
        import_bank,
        doctor,
        openapi,
    )
]

__all__ = ["ALL", "Refused"]
