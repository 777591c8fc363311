"""The sentences that the app's script puts together; everything else stands in its templates."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def page_texts() -> dict[str, str]:
    """In the active language. `{name}` is filled by the script."""
    return {
        "left": _("Valid for {seconds} more seconds"),
        "this-device": _("My phone"),
        "two-digits": _("Enter the two digits that the computer shows."),
        "link-empty": _("Paste the link that stands below the QR code."),
        "link-title": _("This link does not work"),
        "gone-title": _("Nothing to answer any more"),
        "expired": _("The request was older than two minutes. Begin the sign-in again if it was yours."),
        "handled": _("The request was answered elsewhere, or the sign-in was given up."),
        "not-done-title": _("Nothing was approved"),
        "offline-title": _("No connection"),
        "offline": _("The server cannot be reached. The codes of your accounts work without it."),
        "kind-computer": pgettext("kind of device", "Computer"),
        "kind-phone": pgettext("kind of device", "Phone"),
        "kind-tablet": pgettext("kind of device", "Tablet"),
        "kind-program": pgettext("kind of device", "Unknown device"),
    }


def worker_texts() -> dict[str, str]:
    """Of notifications, in the active language."""
    return {
        "asks": _("Is this you signing in?"),
        "yes": _("Yes, enter the number"),
        "no": _("No, it is not me"),
        "nothing": _("Nothing to answer any more"),
        "removed": _("This account was removed from the app"),
        "rejected": _("The sign-in was refused"),
        "change-password": _("If it was not you, change your password now."),
    }
