"""`stellwerk openapi`: the description of the REST interface, as served at /openapi.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("openapi", parents=[places], help="print the OpenAPI document")
    parser.set_defaults(run=run, prepares=True)


def run(options: argparse.Namespace) -> None:  # noqa: ARG001  every command takes its options
    from stellwerk.api.document import openapi

    print(json.dumps(openapi(), indent=2, ensure_ascii=False))
