"""Forms of the organisation pages. They know labels and shapes; services judge the values."""

from stellwerk.organisations.forms.coordinates import AddressForm, OrganisationEditForm, OrganisationForm
from stellwerk.organisations.forms.invitations import LIST_TEXTS, InvitationForm, InvitationListForm, OfferForm
from stellwerk.organisations.forms.members import (
    AppointmentForm,
    ConfirmationForm,
    DeletionForm,
    LastDaysForm,
    RoleForm,
    StopForm,
)
from stellwerk.organisations.forms.sign_up import CodeForm, PersonForm, SignUpForm
from stellwerk.organisations.forms.teams import TeamForm, TeamLastDayForm, TeamMembersForm, TeamsForm

__all__ = [
    "LIST_TEXTS",
    "AddressForm",
    "AppointmentForm",
    "CodeForm",
    "ConfirmationForm",
    "DeletionForm",
    "InvitationForm",
    "InvitationListForm",
    "LastDaysForm",
    "OfferForm",
    "OrganisationEditForm",
    "OrganisationForm",
    "PersonForm",
    "RoleForm",
    "SignUpForm",
    "StopForm",
    "TeamForm",
    "TeamLastDayForm",
    "TeamMembersForm",
    "TeamsForm",
]
