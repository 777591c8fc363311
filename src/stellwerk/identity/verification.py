"""The hand-over to identity verification: open a case, decide it. By hand now; an automatic check takes this place."""

from stellwerk.identity.services.help_requests import NewHelpRequest
from stellwerk.identity.services.help_requests import decide_help_request as decide
from stellwerk.identity.services.help_requests import open_help_request as open_case

__all__ = ["NewHelpRequest", "decide", "open_case"]
