"""Reading bank files: what the bank says, exactly, before anything is decided about it. No Django, no database."""
