"""The front-end build: what it writes, and the colours it refuses."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NODE = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
pytestmark = pytest.mark.process  # the build runs in Node
needs_node = pytest.mark.skipif(
    NODE is None or not (ROOT / "node_modules/esbuild").exists(), reason="no Node or packages: run `make setup`"
)


def a_build(source, **environment):
    """The build in a copy of the sources, so that the files pages are served with stay as they are."""
    source.mkdir()
    shutil.copytree(ROOT / "frontend", source / "frontend")
    (source / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return subprocess.run(
        [NODE, "frontend/build.mjs"], cwd=source, env=environment, capture_output=True, text=True, check=False
    )


@needs_node
def test_a_first_visit_weighs_less_than_200_kb(tmp_path):
    done = a_build(tmp_path / "source")

    built = tmp_path / "source/src/stellwerk/web/static/build"
    assert done.returncode == 0, done.stderr
    assert sorted(file.name for file in built.iterdir()) == [
        "approve-192.png",
        "approve-512.png",
        "approve-maskable.png",
        "approve-worker.js",
        "approve.js",
        "favicon.svg",
        "passkeys.js",
        "sprite.svg",
        "stellwerk.css",
        "stellwerk.js",
    ]
    assert "data:" not in (built / "stellwerk.css").read_text()
    assert "://" not in (built / "stellwerk.css").read_text()


@needs_node
@pytest.mark.parametrize(
    ("colours", "complaint"),
    [
        ({"accent": ["#9fb2ff", "#a3b4ff"]}, "light: accent on canvas is"),
        ({"ink": ["#000000", "#ffffff"]}, "an operator may replace accent* and plate* only"),
        ({"accent": ["red", "blue"]}, "as #rrggbb"),
    ],
)
def test_an_operators_colours_that_people_cannot_read_stop_the_build(tmp_path, colours, complaint):
    """ui.md, section 2: the build refuses a value under the ratios."""
    own = tmp_path / "colours.json"
    own.write_text(json.dumps(colours))

    done = a_build(tmp_path / "source", STELLWERK_COLOURS=str(own))

    assert done.returncode != 0
    assert complaint in done.stdout + done.stderr
    assert not (tmp_path / "source/src/stellwerk/web/static/build").exists()
