"""The REST interface: puts the rooms' endpoints below `/api`, checks every request the same way, documents them."""
