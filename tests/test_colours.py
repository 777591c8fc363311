"""Colours as they are delivered: what people read stands out from its ground, in light and dark (WCAG 2.2)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from stellwerk.organisations.rules.teams import COLORS
from stellwerk.products.rules import TAG_CLASSES

ROOT = Path(__file__).resolve().parent.parent
NODE = shutil.which("node", path=str(ROOT / ".venv/bin")) or shutil.which("node")
pytestmark = [
    pytest.mark.process,  # the build runs in Node
    pytest.mark.skipif(
        NODE is None or not (ROOT / "node_modules/esbuild").exists(), reason="no Node or packages: run `make setup`"
    ),
]
TEXT, MARK = 4.5, 3.0
# Where a list of the palette stands: its sheet, and the entry under the pointer.
SHEET = ("raised", "sunken")


@pytest.fixture(scope="module")
def stylesheet(tmp_path_factory) -> str:
    """The build in a copy of the sources, so that the files pages are served with stay as they are."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "frontend", source / "frontend")
    (source / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    subprocess.run([NODE, "frontend/build.mjs"], cwd=source, env={}, capture_output=True, check=True)
    return (source / "src/stellwerk/web/static/build/stellwerk.css").read_text()


@pytest.fixture(params=["light", "dark"])
def roles(request, stylesheet) -> dict[str, str]:
    """The colours of one scheme, as the browser gets them."""
    start = {"light": r":root", "dark": r':root\[data-theme="?dark"?\]'}[request.param]
    found = re.search(start + r"\{(--canvas:[^}]*)\}", stylesheet)
    assert found
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", found[1]))


def declared(stylesheet: str, selector: str, name: str) -> str:
    """The role that a rule of the stylesheet names: `var(--ink-2)` is ink-2; the last of several fallbacks."""
    bodies = re.findall(r"(?:^|[},])" + re.escape(selector) + r"\{([^}]*)\}", stylesheet)
    values = [value for body in bodies for key, value in re.findall(r"([\w-]+):\s*([^;]+)", body) if key == name]
    assert values, f"{selector} declares no {name}"
    return re.findall(r"var\(--([\w-]+)", values[0])[-1]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of sRGB."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_black_on_white_is_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("color", TAG_CLASSES)
def test_every_tag_is_read_in_light_and_dark_org_082(stylesheet, roles, color):
    ground = roles[declared(stylesheet, ".chip", "background")]
    text = roles[declared(stylesheet, ".chip", "color")]
    tag = TAG_CLASSES[color]
    dot = declared(stylesheet, f".{tag}", "--dot") if tag else declared(stylesheet, ".chip:before", "background")

    assert contrast(text, ground) >= TEXT
    assert contrast(roles[dot], ground) >= MARK


@pytest.mark.parametrize("number", range(1, len(COLORS) + 1))
def test_every_team_has_a_mark_that_is_seen_org_071(stylesheet, roles, number):
    dot = roles[declared(stylesheet, f".t{number}", "--dot")]

    assert min(contrast(dot, roles[ground]) for ground in ("surface", "canvas")) >= MARK


@pytest.mark.parametrize(("selector", "least"), [(".found li>a", TEXT), (".found small", TEXT), (".found .i", MARK)])
def test_the_palette_is_read_on_its_sheet_and_under_the_pointer(stylesheet, roles, selector, least):
    colour = roles[declared(stylesheet, selector, "color")]

    assert min(contrast(colour, roles[ground]) for ground in SHEET) >= least


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "idle", "partner", "access"])
def test_a_signal_is_read_on_every_ground_and_seen_by_its_mark(roles, tone):
    grounds = ("canvas", "surface", "sunken", "raised", f"{tone}-soft")

    assert min(contrast(roles[tone], roles[ground]) for ground in grounds) >= TEXT
    assert min(contrast(roles[f"{tone}-mark"], roles[ground]) for ground in grounds) >= MARK
