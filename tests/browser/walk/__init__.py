"""The walk over all pages: every page as every role, in every size, colour scheme and language."""
