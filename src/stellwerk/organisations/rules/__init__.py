"""Pure rules of organisations: no Django, no clock, no database."""
