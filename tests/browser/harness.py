"""What a browser test asks of a page: that everybody can use it, that it fits, that nothing failed silently."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
ARTEFACTS = ROOT / "artefacts"
WIDTHS = {360: 780, 768: 1024, 1440: 900}  # width → height: a phone, a tablet, a desk
SCHEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the browser says about an answer of 400 and above; the answers themselves are judged one by one.
FAILED_LOAD = "Failed to load resource"


@dataclass
class Guard:
    """Everything that went wrong while a page was open: script errors, refusals of the content security policy,
    requests to other hosts, files that are missing."""

    origin: str
    expected: set[int] = field(default_factory=set)  # statuses of 400 and above that the test wants to see
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(FAILED_LOAD):
            self.complaints.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "about:", "blob:")):
            self.complaints.append(f"foreign host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status}: {response.url}")


@lru_cache(maxsize=1)
def _axe() -> str:
    return AXE.read_text()


def violations(page: Page, *, inside: str | None = None) -> list[str]:
    """axe's findings, one line each: the rule, what it asks, the places."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "([rules, inside]) => axe.run(inside ?? document, { runOnly: { type: 'tag', values: rules } })", [RULES, inside]
    )
    return [
        f"{rule['id']}: {rule['help']}\n"
        + "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in rule["nodes"])
        for rule in found["violations"]
    ]


def assert_accessible(page: Page, *, inside: str | None = None) -> None:
    """axe finds nothing against WCAG 2.2 AA and its own best practice."""
    found = violations(page, inside=inside)
    assert not found, "\n".join(found)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is not wider than the window; names what sticks out."""
    overhang = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 1)
            .filter((element) => !element.closest(".tabs"))  // tabs scroll inside their own line
            .slice(0, 5)
            .map((element) => element.outerHTML.slice(0, 120));
        }"""
    )
    assert overhang == [], "\n".join(overhang)


def picture(page: Page, name: str) -> Path:
    """A picture of the whole page in artefacts/, for people to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=path, full_page=True)
    return path
