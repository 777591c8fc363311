"""What stands around every page, as plain values. The rooms fill it; the templates only read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """A colour role with its signal. Shape and word come first; the tone only repeats them."""

    GOOD = "good"
    INFO = "info"
    WARN = "warn"
    BAD = "bad"
    IDLE = "idle"
    PARTNER = "partner"
    ACCESS = "access"
    DEMO = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One line of the left menu. `count` only where the number can be worked off."""

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationGroup:
    """A foldable group. It stands open when it holds the current page or says so."""

    label: str
    icon: str
    entries: tuple[NavigationItem, ...]
    open: bool = True

    @property
    def is_open(self) -> bool:
        return self.open or any(item.current for item in self.entries)


NavigationSection = tuple[NavigationItem | NavigationGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChoice:
    """An organisation the person may work in. `detail` says more than the name where two are alike."""

    id: int
    name: str
    detail: str = ""
    logo_url: str = ""

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLink:
    """A tile of the products-and-apps menu. `space` is the Manager or the Suite, where it leads."""

    label: str
    url: str
    icon: str
    space: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A state that concerns everything on the page; not closable while true. At most two, the most pressing first."""

    tone: Tone
    icon: str
    title: str
    text: str = ""
    action_label: str = ""
    action_url: str = ""
    posts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in."""

    name: str
    email: str
    initials: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChoice:
    """Another account of this browser (ID-042)."""

    id: int
    name: str
    login: str
    initials: str
    is_open: bool
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """All of it. Empty values leave their place out, so that nothing leads nowhere."""

    product_name: str = "Stellwerk"
    version: str = ""
    home_url: str = "/"
    theme: str = "automatic"
    is_theme_fixed: bool = False
    is_browser_outdated: bool = False
    person: Person | None = None
    organisation: OrganisationChoice | None = None
    role: str = ""
    other_organisations: tuple[OrganisationChoice, ...] = ()
    switch_url: str = ""
    new_organisation_url: str = ""
    search_url: str = ""
    apps: tuple[AppLink, ...] = ()
    account_links: tuple[NavigationItem, ...] = ()
    other_accounts: tuple[AccountChoice, ...] = ()
    switch_account_url: str = ""
    accounts_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    strips: tuple[Strip, ...] = ()
    navigation: tuple[NavigationSection, ...] = ()
    status_url: str = ""
    tour_url: str = ""
    help_url: str = ""
    support_url: str = ""
    footer_links: tuple[NavigationItem, ...] = ()
    operator_links: tuple[NavigationItem, ...] = ()
    legal_links: tuple[NavigationItem, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        return self.person is not None
