"""Every command explains itself; wrong usage ends with status 2."""

import json
import subprocess
import sys

import pytest

from stellwerk.cli import commands
from stellwerk.cli.main import main


def _names():
    return [each.__module__.rsplit(".", 1)[1].replace("_", "-") for each in commands.ALL]


def test_the_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for name in _names():
        assert name.replace("application-password", "app-password") in shown


def test_wrong_usage_ends_with_status_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["fly"])

    assert ended.value.code == 2
    assert "usage: stellwerk" in capsys.readouterr().err


@pytest.mark.process
@pytest.mark.slow
def test_an_unreachable_database_is_said_in_one_line(tmp_path):
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "stellwerk",
            "doctor",
            "--data",
            str(tmp_path),
            "--database",
            "postgresql://x@127.0.0.1:1/x",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("stellwerk: ")
    assert "Traceback" not in ended.stderr


def test_the_openapi_document_is_printed_as_it_is_served(capsys, client, db):
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out)["paths"] == client.get("/openapi.json").json()["paths"]
