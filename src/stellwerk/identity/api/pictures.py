"""`profile/picture`: the picture that others see of the caller instead of initials (ID-047)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from stellwerk.foundation.edge.addresses import web_address
from stellwerk.foundation.edge.api import ApiRequest, Input, Output, Router, success
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import queries
from stellwerk.identity.api.callers import SCOPE, my_id
from stellwerk.identity.services import pictures

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router("Profile", version=2, names={"picture": "content"})
_LONGEST = pictures.LARGEST_BYTES * 4 // 3 + 4  # letters of base64


class PictureOut(Output):
    """Where browsers of people who may see it find the picture; null for initials."""

    avatar: str | None


class PictureIn(Input):
    """A JPEG, PNG or WebP file in base64. Bodies have at most 2.5 MB, which leaves 1.8 MB for the file."""

    content: str = Field(min_length=1, max_length=_LONGEST)


@router.put("profile/picture", scope=SCOPE, answer=PictureOut)
def change_picture(request: ApiRequest, entries: PictureIn) -> HttpResponse:
    """Show this picture instead of the initials; it is drawn anew, as a square."""
    try:
        content = base64.b64decode(entries.content, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise Invalid(FieldError("content", "base64", _("Send the file in base64."))) from broken
    shown = pictures.set_picture(actor=request.actor, account_id=my_id(request), content=content)
    path = queries.picture_address(my_id(request), shown.picture_sha256)
    return success({"avatar": web_address(request, path)})


@router.delete("profile/picture", scope=SCOPE)
def remove_picture(request: ApiRequest) -> HttpResponse:
    """Back to the initials."""
    pictures.remove_picture(actor=request.actor, account_id=my_id(request))
    return success(True)
