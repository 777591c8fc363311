"""What the codes of this room mean to a person."""

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import describe

describe({"login_already_used": _("This login belongs to another account.")})
