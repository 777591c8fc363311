"""Opens the pages of the plan and notes everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from stellwerk.identity.models import Account
from tests.browser.harness import SCHEMES, WIDTHS, Guard, picture, violations
from tests.browser.walk import plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

    from tests.browser.walk.plan import Visit
    from tests.permissions.calls import Caller

INSPECTION = Path(__file__).with_name("inspection.js").read_text()
MOST_SHIFT = 0.1  # cumulative layout shift that people do not notice (web.dev, "good")
TOUCHED_BELOW = 768
# axe looks at the desk in light and the phone in dark: every element and every colour once.
AXE_AT = {(1440, "light"), (360, "dark")}


class Walker:
    """One browser; a window for each role, signed in once."""

    def __init__(self, browser: Browser, origin: str, caller: Caller, *, takes_pictures: bool) -> None:
        self.browser, self.origin, self.caller, self.takes_pictures = browser, origin, caller, takes_pictures
        self.guard = Guard(origin=origin)
        self.windows: dict[str, tuple[Page, CDPSession]] = {}

    def walk(self, part: int) -> list[str]:
        """What is wrong, a line each, on the pages of a part."""
        found: list[str] = []
        for visit in plan.visits(self.caller, part):
            wrong = [*self._faults(visit), *self.guard.complaints]
            self.guard.complaints.clear()
            found += [f"{visit}: {each}" for each in wrong]
        for page, _ in self.windows.values():
            page.context.close()
        return found

    def _faults(self, visit: Visit) -> list[str]:
        page = self._window(visit)
        self._resize(visit.role, visit.width, visit.scheme)
        self.guard.expected = {visit.status} - {200}
        address = visit.row.route.filled(plan.values(self.caller, visit.row.route, visit.role))
        answer = page.goto(address)
        assert answer is not None
        if answer.status != visit.status or page.url != f"{self.origin}{address}":
            return [f"{answer.status} at {page.url}"]
        faults = told(page.evaluate("walk.look()"), visit)
        if visit.is_thorough:
            faults += self._thoroughly(page, visit)
        if self.takes_pictures:
            picture(page, f"walk{address.replace('/', '-')}-{visit.role}-{visit.language}-{visit.width}-{visit.scheme}")
        return faults

    def _thoroughly(self, page: Page, visit: Visit) -> list[str]:
        faults = self._by_keyboard(page)
        for width in WIDTHS if not plan.WHOLE else (visit.width,):
            for scheme in SCHEMES if not plan.WHOLE else (visit.scheme,):
                self._resize(visit.role, width, scheme)
                place = f"at {width} px, {scheme}"
                faults += [f"{place}: wider than the window: {each}" for each in page.evaluate("walk.overhang()")]
                if plan.WHOLE or (width, scheme) in AXE_AT:
                    faults += [f"{place}: axe: {each}" for each in violations(page)]
        return faults

    @staticmethod
    def _by_keyboard(page: Page) -> list[str]:
        """Tab reaches everything, and one sees where one is (WCAG 2.1.1, 2.1.2, 2.4.7)."""
        for _ in range(page.evaluate("walk.startTabbing()") + 3):
            page.keyboard.press("Tab")
        found = page.evaluate("walk.endTabbing()")
        return [
            *(f"Tab does not get past {each}" for each in found["held"]),
            *(f"Tab does not reach {each}" for each in found["missed"]),
            *(f"focus cannot be seen on {each}" for each in found["dark"]),
        ]

    def _window(self, visit: Visit) -> Page:
        role = visit.role
        if role not in self.windows:
            context = self.browser.new_context(base_url=self.origin, reduced_motion="reduce")
            context.set_default_timeout(15_000)
            context.add_init_script(INSPECTION)
            if role in self.caller.cookies:
                self._give(context, settings.SESSION_COOKIE_NAME, self.caller.cookies[role])
            page = context.new_page()
            self.guard.watch(page)
            self.windows[role] = page, context.new_cdp_session(page)
        page, _ = self.windows[role]
        if role in self.caller.cookies:
            Account.objects.filter(pk=self.caller.world.people[role].pk).update(language=visit.language)
        else:
            self._give(page.context, settings.LANGUAGE_COOKIE_NAME, visit.language)
        return page

    def _give(self, context: Any, name: str, value: str) -> None:
        context.add_cookies([{"name": name, "value": value, "url": self.origin}])

    def _resize(self, role: str, width: int, scheme: str) -> None:
        page, session = self.windows[role]
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        page.emulate_media(color_scheme=scheme)
        session.send("Emulation.setTouchEmulationEnabled", {"enabled": width < TOUCHED_BELOW})


def told(look: dict[str, Any], visit: Visit) -> list[str]:
    """What the inspection saw, as sentences."""
    faults = [f"refused by the policy: {each}" for each in look["refused"]]
    faults += [f"wider than the window: {each}" for each in look["overhang"]]
    if look["shift"] > MOST_SHIFT:
        faults.append(f"jumps: layout shift {look['shift']:.2f}")
    if look["headings"] != 1:
        faults.append(f"{look['headings']} headings of the first level")
    if not look["title"]:
        faults.append("no title")
    if visit.row.route.address not in plan.ENGLISH:
        faults += [f"not translated: {each}" for each in look["english"]]
        if look["language"] != visit.language:
            faults.append(f"says it is in {look['language']}")
    return faults
