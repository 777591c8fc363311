"""What the Makefile says of itself, and what the README says of the Makefile, is true."""

import os
import re
import shutil
import subprocess

import pytest

from tests.architecture import source

pytestmark = pytest.mark.process  # make, and a Python without packages

TARGETS = {"help", "setup", "run", "unit", "test", "bench", "check", "messages", "lock"}


def make(*arguments: str) -> str:
    # `make test` hands its own flags to what it runs.
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    }
    done = subprocess.run(["make", *arguments], cwd=source.ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def makefile() -> str:
    return (source.ROOT / "Makefile").read_text()


def test_make_alone_lists_every_command_with_its_purpose():
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", make(), re.MULTILINE))

    assert listed.keys() == TARGETS
    assert listed == dict(re.findall(r"^([a-z]+):.*## (.*)$", makefile(), re.MULTILINE))


def test_every_listed_command_is_phony_and_exists():
    phony = re.search(r"^\.PHONY: (.*)$", makefile(), re.MULTILINE)

    assert set(phony[1].split()) == TARGETS


@pytest.mark.parametrize("target", sorted(TARGETS - {"help"}))
def test_every_command_starts_with_the_set_up_and_a_program_that_exists(target):
    """A newcomer may type any of them first."""
    planned = make("--dry-run", target).splitlines()

    assert planned[0].endswith("scripts/bootstrap.py")
    for path in re.findall(r"\S+\.py", "\n".join(planned)):
        assert (source.ROOT / path).is_file()


def test_the_test_command_and_the_build_server_run_the_same():
    steps = (source.ROOT / ".ci/run").read_text().splitlines()

    assert [line for line in steps if line.startswith("make ")] == ["make check", "make test"]


def test_the_two_commands_of_a_newcomer_stand_in_the_readme():
    blocks = "".join(re.findall(r"```\w*\n(.*?)```", (source.ROOT / "README.md").read_text(), re.DOTALL))

    assert "make run" in blocks
    assert "make test" in blocks


def test_every_make_command_in_the_documents_exists():
    documents = [source.ROOT / "README.md", source.ROOT / "CONTRIBUTING.md", *(source.ROOT / "docs").glob("*.md")]
    named = {
        command
        for document in documents
        if document.exists()
        for command in re.findall(r"`make ([a-z]+)", document.read_text())
    }

    assert named <= TARGETS


def test_the_set_up_runs_on_a_python_without_packages():
    """It is the first thing that runs: the standard library has to be enough."""
    python = shutil.which("python3")
    question = "import sys; sys.path.insert(0, 'scripts'); import bootstrap; print(bootstrap.OLDEST_PYTHON)"

    answer = subprocess.run([python, "-I", "-S", "-c", question], cwd=source.ROOT, capture_output=True, text=True)

    assert answer.stdout.strip() == "(3, 11)", answer.stderr
