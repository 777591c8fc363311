"""Pure arithmetic of billing: no Django, no clock, no database. Dates and settings come in as arguments."""
