"""The import contracts of pyproject.toml hold, every room stands in them, and each of them bites."""

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import source

CONTRACTS = source.configuration()["tool"]["importlinter"]["contracts"]
# What a room shows to the rooms above it (design.md §1). Foundation is all door.
DOORS = {"services", "queries", "policy", "events", "errors", "kinds"}
# The api room assembles the rooms' routers; the command line prints the document that the api room serves.
WIDER_DOORS = {"api": DOORS | {"api"}, "cli": DOORS | {"document"}}


@dataclass(frozen=True)
class Plant:
    """A line that must not be written, where it is planted, and what the refusal must say."""

    contract: str
    file: str
    line: str
    refusal: str


PLANTS = [
    Plant(
        "rooms",
        "identity/queries.py",
        "import stellwerk.organisations.queries",
        "stellwerk.identity is not allowed to import stellwerk.organisations",
    ),
    Plant("rooms", "attic/__init__.py", "", "- stellwerk.attic"),
    Plant(
        "files",
        "organisations/policy.py",
        "import stellwerk.organisations.services",
        "stellwerk.organisations.policy is not allowed to import stellwerk.organisations.services",
    ),
    Plant("files", "billing/helpers.py", "", "- stellwerk.billing.helpers"),
    Plant(
        "foundation",
        "foundation/clock.py",
        "import stellwerk.foundation.events",
        "stellwerk.foundation.clock is not allowed to import stellwerk.foundation.events",
    ),
    Plant("foundation", "foundation/utils.py", "", "- stellwerk.foundation.utils"),
    Plant("rules", "billing/rules/planted.py", "import django.db", "stellwerk.billing.rules.planted -> django"),
    Plant(
        "rules",
        "billing/rules/planted.py",
        "import stellwerk.foundation.clock",
        "stellwerk.billing.rules.planted -> stellwerk.foundation.clock",
    ),
    Plant(
        "delivery",
        "organisations/tasks.py",
        "import stellwerk.organisations.models",
        "stellwerk.organisations.tasks -> stellwerk.organisations.models",
    ),
    *(
        Plant(
            contract["id"],
            "config/planted.py",
            f"import {contract['protected_modules'][0]}",
            f"stellwerk.config.planted -> {contract['protected_modules'][0]}",
        )
        for contract in CONTRACTS
        if contract["type"] == "protected"
    ),
]


def lint_imports(folder: Path) -> str:
    """What import-linter says of the tree under `folder`."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", source.ROOT / "pyproject.toml"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def clean_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    only_code = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "fonts")
    shutil.copytree(source.SOURCE, folder / "stellwerk", ignore=only_code)
    return folder


@pytest.fixture(scope="module")
def said_of_the_planted_tree(clean_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("planted") / "tree"
    shutil.copytree(clean_tree, folder)
    for plant in PLANTS:
        file = folder / "stellwerk" / plant.file
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n{plant.line}\n")
    return lint_imports(folder)


@pytest.mark.process
def test_the_tree_keeps_every_contract(clean_tree):
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in lint_imports(clean_tree)


@pytest.mark.process
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}: {plant.file}")
def test_each_contract_bites(plant, said_of_the_planted_tree):
    name = next(contract["name"] for contract in CONTRACTS if contract["id"] == plant.contract)

    assert f"{name} BROKEN" in said_of_the_planted_tree
    assert plant.refusal in said_of_the_planted_tree


def test_no_contract_goes_unproved():
    assert {contract["id"] for contract in CONTRACTS} == {plant.contract for plant in PLANTS}


def test_every_domain_room_has_its_file_order_in_the_contracts():
    listed = {name.removeprefix("stellwerk.") for contract in CONTRACTS for name in contract.get("containers", [])}

    missing = set(source.rooms()) - source.DELIVERY_ROOMS - listed

    assert not missing, f"add stellwerk.{min(missing)} to the containers of the contract “files” in pyproject.toml"


def test_every_room_with_tables_keeps_them_to_itself():
    kept = {name for contract in CONTRACTS for name in contract.get("protected_modules", [])}
    tables = {
        f"stellwerk.{room}.models"
        for room in source.rooms()
        if (source.SOURCE / room / "models").exists() or (source.SOURCE / room / "models.py").exists()
    }

    assert tables == kept, "write a contract “models-<room>” in pyproject.toml, like the ones at its end"


def past_the_door(module: ast.AST, room: str) -> list[str]:
    """Imports of another room's inner files, where only its doors may be used."""
    doors = WIDER_DOORS.get(room, DOORS)
    past = []
    for line, name in source.imports(module):
        package, *rest = name.split(".")
        if package != "stellwerk" or not rest or rest[0] in {room, "foundation", "config"}:
            continue
        if rest[1:] and rest[1] not in doors:
            past.append(f"{line}: {name}")
    return past


@pytest.mark.parametrize(
    ("room", "good", "bad"),
    [
        ("billing", "from stellwerk.products.queries import rows", "from stellwerk.products.rules import periods"),
        ("billing", "from stellwerk.products import services", "from stellwerk.products import models"),
        ("billing", "import stellwerk.billing.models", "import stellwerk.products.models"),
        ("api", "from stellwerk.billing import api", "from stellwerk.billing import tasks"),
        ("web", "from stellwerk.billing import queries", "from stellwerk.billing import api"),
    ],
)
def test_the_door_rule_knows_good_from_bad(room, good, bad):
    assert not past_the_door(ast.parse(good), room)
    assert past_the_door(ast.parse(bad), room)


def test_rooms_enter_each_other_by_their_doors_only():
    past = [
        f"{path.relative_to(source.ROOT)}:{found}"
        for path in source.modules()
        if source.room_of(path) not in {"config", ""}  # the composition root and the program's start
        for found in past_the_door(source.tree(path), source.room_of(path))
    ]

    assert past == []
