"""Invented content for the component sheet: every part in all its states, and a full shell around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.utils.html import format_html

from stellwerk.web.parts import TimelineEntry
from stellwerk.web.shell import (
    AppLink,
    Crumb,
    NavigationGroup,
    NavigationItem,
    NavigationSection,
    OrganisationChoice,
    Person,
    Shell,
    Strip,
    Tab,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = "#content"


class AddressSpecimen(forms.Form):
    """A form with one field of each shape."""

    company = forms.CharField(label="Company", widget=forms.TextInput({"autocomplete": "organization"}))
    postal_code = forms.RegexField(
        r"^\d{4}$",
        label="Postal code",
        error_messages={"invalid": "Four digits in Switzerland, for example 3012."},
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    vat_number = forms.RegexField(
        r"^CHE-\d{3}\.\d{3}\.\d{2}8$",
        label="VAT number",
        required=False,
        help_text="As in the register, for example CHE-123.456.788.",
        error_messages={"invalid": "The check digit does not match."},
    )
    country = forms.ChoiceField(label="Country", choices=[("CH", "Switzerland"), ("DE", "Germany"), ("FR", "France")])
    copy = forms.BooleanField(label="Send a copy to the billing contacts", required=False, help_text="Three people.")
    delivery = forms.ChoiceField(
        label="Invoices come",
        choices=[("email", "By e-mail"), ("post", "By post")],
        widget=forms.RadioSelect,
        initial="email",
    )
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea({"rows": 3}))


class SignInSpecimen(forms.Form):
    password = forms.CharField(
        label="Password",
        help_text="Use the password of your account, not that of a mailbox.",
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def sheet(query: Mapping[str, str]) -> dict[str, Any]:
    """The context of `web/components.html`; `?strips=2` puts real strips under the top bar."""
    faulty = AddressSpecimen(
        {
            "company": "Bäckerei Huber AG",
            "postal_code": "30120",
            "vat_number": "CHE-123.456.780",
            "country": "CH",
            "delivery": "email",
        }
    )
    strips = _strips()
    return {
        "shell": _shell(strips[:2] if "strips" in query else ()),
        "crumbs": (Crumb(label="Start", url=HERE),),
        "tabs": _tabs(),
        "strips": strips,
        "faulty_form": faulty,
        "fresh_form": AddressSpecimen(prefix="fresh"),
        "entries": _entries(),
        "steps": ["Person", "Role", "Products", "Check"],
        "page": Paginator(range(1214), 50).page(2),
        "today": date(2026, 11, 20),
        "soon": date(2026, 11, 28),
        "moment": datetime(2026, 11, 20, 8, 14, tzinfo=UTC),
        "rows": _rows(),
    }


def outside() -> dict[str, Any]:
    """The frames of somebody who is not signed in."""
    links = tuple(NavigationItem(label=label, url=HERE) for label in ("Cannot sign in", "Data protection", "Imprint"))
    return {"shell": Shell(sign_in_url=HERE, footer_links=links), "form": SignInSpecimen()}


def _strips() -> tuple[Strip, ...]:
    return (
        Strip(
            tone=Tone.BAD,
            icon="hold",
            title="Order 2026-1190 is on hold until your identity is checked.",
            text="Without an answer by 22 November 2026, 10:00, it is cancelled and refunded.",
            action_label="Send the procedure again",
            action_url=HERE,
        ),
        Strip(
            tone=Tone.PARTNER,
            icon="branch",
            title="You work for Bäckerei Huber AG as a partner.",
            text="Full access, Atelier Seilbahn GmbH pays.",
            action_label="Leave client",
            action_url=HERE,
        ),
        Strip(
            tone=Tone.ACCESS,
            icon="eye",
            title="Support can view this organisation until today, 18:00.",
            text="Let in by Lena Huber.",
            action_label="End access",
            action_url=HERE,
        ),
        Strip(
            tone=Tone.DEMO,
            icon="flask",
            title="Demo: the clock stands at 4 March 2027.",
            text="Nothing here is charged or delivered.",
            action_label="Return to today",
            action_url=HERE,
        ),
    )


def _group(label: str, icon: str, *names: tuple[str, int | None], unfolded: bool = True) -> NavigationGroup:
    entries = tuple(NavigationItem(label=name, url=HERE, count=count) for name, count in names)
    return NavigationGroup(label=label, icon=icon, entries=entries, open=unfolded)


def _navigation() -> tuple[NavigationSection, ...]:
    return (
        (
            NavigationItem(label="Start", url=HERE, icon="home", current=True),
            _group("Web & domains", "globe", ("Domains", 6), ("Web hosting", 2), ("Certificates", 1)),
            _group("Collaboration", "suite", ("Suite", 1), ("Mail", 1), ("Drive", 1)),
            _group("Cloud", "cloud", ("Servers", 2), ("Backup", 1), unfolded=False),
        ),
        (
            _group("Accounting", "receipt", ("To pay", 6), ("Invoices", None), ("Prepaid account", None)),
            _group("Organisation", "users", ("People and teams", 7), ("Activity log", None), ("Settings", None)),
            NavigationItem(label="Partner programme", url=HERE, icon="branch"),
            NavigationItem(label="Support", url=HERE, icon="ring"),
        ),
    )


def _shell(strips: tuple[Strip, ...]) -> Shell:
    return Shell(
        version="1.4",
        person=Person(name="Lena Huber", email="lena@baeckerei-huber.ch", initials="LH"),
        organisation=OrganisationChoice(id=1, name="Bäckerei Huber AG"),
        role="legal representative",
        other_organisations=(
            OrganisationChoice(id=2, name="Verein Quartierfest Länggasse"),
            OrganisationChoice(id=3, name="Lena Huber", detail="personal"),
        ),
        switch_url=HERE,
        new_organisation_url=HERE,
        search_url=HERE,
        apps=tuple(
            AppLink(label=label, url=HERE, icon=icon)
            for label, icon in (
                ("Manager", "home"),
                ("Mail", "mail"),
                ("Calendar", "calendar"),
                ("Contacts", "contact"),
            )
        ),
        account_links=(NavigationItem(label="Profile and security", url=HERE, icon="shield"),),
        sign_out_url=HERE,
        strips=strips,
        navigation=_navigation(),
        status_url=HERE,
        tour_url=HERE,
        support_url=HERE,
    )


def _tabs() -> tuple[Tab, ...]:
    return (
        Tab(label="Overview", url=HERE, current=True),
        Tab(label="DNS zone", url=HERE, count=18),
        Tab(label="Name servers", url=HERE),
        Tab(label="Holder", url=HERE),
        Tab(label="Access", url=HERE, count=3),
    )


def _entries() -> tuple[TimelineEntry, ...]:
    return (
        TimelineEntry(
            text=format_html("<strong>{}</strong> switched automatic renewal on", "You"),
            at=datetime(2026, 11, 20, 8, 14, tzinfo=UTC),
            behalf="for Bäckerei Huber AG",
        ),
        TimelineEntry(
            text=format_html("<strong>{}</strong> changed the name servers", "Marco Bernasconi"),
            at=datetime(2026, 11, 20, 7, 47, tzinfo=UTC),
        ),
        TimelineEntry(
            text=format_html("<strong>{}</strong> for one year", "Renewed"),
            at=datetime(2025, 11, 30, 2, 12, tzinfo=UTC),
            link_label="Invoice 2025-003871",
            link_url=HERE,
        ),
    )


def _rows() -> list[dict[str, Any]]:
    names = (
        ("holzofen-bern.ch", "Domain .ch", date(2026, 11, 17), "bad", "Overdue", 960),
        ("baeckerei-huber.ch", "Domain .ch, main address", date(2026, 11, 28), "idle", "Manual", 960),
        ("Online shop", "Web hosting, Standard", date(2026, 12, 4), "good", "Automatic, today", 10714),
        ("Credit note", "Discount on hosting", date(2027, 1, 9), "info", "Payment announced", -1607),
    )
    keys = ("name", "kind", "ends_on", "tone", "state", "net_minor")
    return [dict(zip(keys, row, strict=True)) for row in names]
