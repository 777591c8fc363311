"""Writes of the organisations room, one module per use case."""

from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.found_organisation import found_organisation

__all__ = ["NewOrganisation", "found_organisation"]
