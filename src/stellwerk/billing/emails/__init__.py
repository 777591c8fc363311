"""Messages of the billing room, one function per message."""
