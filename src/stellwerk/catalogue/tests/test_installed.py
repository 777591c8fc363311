"""Kinds are found by entry point; a broken one is reported and the others go on selling."""

from __future__ import annotations

import sys

import pytest

from stellwerk.catalogue.kinds import broken_kinds, kind, kinds
from stellwerk.catalogue.kinds.installed import forget

NEWSLETTER = """
from stellwerk.catalogue.kinds import OfferDefault, ProductKind, Texts, Universe

def same(text):
    return Texts(en=text, de=text, fr=text, it=text, es=text)

class Newsletter(ProductKind):
    code = "newsletter"
    universe = Universe.EVENTS
    name = same("Newsletter")
    icon = "send"
    offers = (OfferDefault(code="newsletter-s", name=same("Newsletter S"), summary=same("Up to 500"), prices={1: 500}),)

class Nameless(ProductKind):
    code = "nameless"
    universe = Universe.EVENTS
    icon = "send"
    offers = ()
"""


@pytest.fixture
def installs(tmp_path, monkeypatch):
    """Installs a package with kinds the way pip does: a module and its metadata on the path."""

    def install(source: str, **entry_points: str) -> None:
        (tmp_path / "strange_kinds.py").write_text(source)
        metadata = tmp_path / "strange_kinds-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: strange-kinds\nVersion: 1.0\n")
        lines = [f"{name} = strange_kinds{where}" for name, where in entry_points.items()]
        (metadata / "entry_points.txt").write_text("[stellwerk.product_kinds]\n" + "\n".join(lines) + "\n")
        monkeypatch.syspath_prepend(tmp_path)
        forget()

    yield install
    sys.modules.pop("strange_kinds", None)
    monkeypatch.undo()
    forget()


def test_a_kind_of_another_package_is_found(installs):
    installs(NEWSLETTER, newsletter=":Newsletter")

    assert str(kind("newsletter").name) == "Newsletter"
    assert list(kinds())[-1] == "newsletter"  # its universe comes last
    assert broken_kinds() == ()


@pytest.mark.parametrize(
    ("source", "where", "reason"),
    [
        ("raise OSError('no engine')", ":Newsletter", "OSError: no engine"),
        (NEWSLETTER, ":Missing", "AttributeError"),
        (NEWSLETTER, ":Nameless", "“name” is missing"),
        (NEWSLETTER, ":same", "not a subclass"),
        (NEWSLETTER.replace('"newsletter"', '"web-hosting"'), ":Newsletter", "installed already"),
    ],
)
def test_a_broken_kind_is_reported_and_the_others_go_on(installs, source, where, reason):
    installs(source, zz=where)

    assert {"suite", "domain-name", "mail-service", "web-hosting"} == set(kinds())
    (broken,) = broken_kinds()
    assert broken.entry_point == f"strange_kinds{where}"
    assert reason in broken.reason


def test_a_kind_that_is_gone_is_said_to_be_missing():
    with pytest.raises(LookupError, match="newsletter"):
        kind("newsletter")
