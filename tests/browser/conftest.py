from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import chromium
from tests.browser.harness import AXE, WIDTHS, Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

# The first line: no sandbox as root in a container. The second: nothing is fetched behind our back.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip

# A page that never comes fails late, but a machine that does other work beside fails nothing.
PATIENCE_MILLISECONDS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)  # a browser, a server and axe: each takes its part of a second


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.executable()
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium, or set STELLWERK_CHROMIUM to one")
    if not AXE.is_file():
        pytest.skip("no axe-core: run `make setup` (npm ci)")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own node asks for a library that minimal systems lack; ours asks for nothing.
        node = Path(chromium.__file__).parents[1] / ".venv/bin/node"
        if node.exists() and "PLAYWRIGHT_NODEJS_PATH" not in os.environ:
            patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
        # Playwright keeps an event loop in this thread, which Django takes for an asynchronous view.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        from playwright.sync_api import expect, sync_playwright

        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            yield opened
            opened.close()


@pytest.fixture
def page_at(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a page of a width and colour scheme; fails the test at its end if the page complained of anything."""
    contexts = []
    guard = Guard(origin=live_server.url)

    def open_page(
        width: int = 1440,
        scheme: str = "light",
        *,
        language: str = "en",
        script: bool = True,
        user_agent: str | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme=scheme,
            locale=language,
            java_script_enabled=script,
            has_touch=width < 768,
            reduced_motion="reduce",
            user_agent=user_agent,
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        guard.watch(page)
        return page

    open_page.guard = guard
    yield open_page
    for context in contexts:
        context.close()
    assert guard.complaints == []
