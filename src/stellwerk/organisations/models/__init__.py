"""Tables of the organisations room."""

from stellwerk.organisations.models.invitation_lists import InvitationList, InvitationListEntry
from stellwerk.organisations.models.invitations import Invitation
from stellwerk.organisations.models.memberships import Membership
from stellwerk.organisations.models.organisations import Organisation
from stellwerk.organisations.models.teams import Team, TeamMember

__all__ = ["Invitation", "InvitationList", "InvitationListEntry", "Membership", "Organisation", "Team", "TeamMember"]
