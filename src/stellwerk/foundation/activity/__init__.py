"""The activity log: stored events read back as sentences, narrowed, and handed out as files (ORG-100…102, SEC-054)."""

from stellwerk.foundation.activity.kinds import action_code, action_named, actions, kind_name, kinds
from stellwerk.foundation.activity.narrowing import Narrowing
from stellwerk.foundation.activity.reading import (
    ActivityRow,
    account_rows,
    account_total,
    every_organisation_row,
    organisation_rows,
    organisation_total,
    rows_about,
)

__all__ = [
    "ActivityRow",
    "Narrowing",
    "account_rows",
    "account_total",
    "action_code",
    "action_named",
    "actions",
    "every_organisation_row",
    "kind_name",
    "kinds",
    "organisation_rows",
    "organisation_total",
    "rows_about",
]
