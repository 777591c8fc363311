"""Pages of the organisations room: signing up, members, invitations, teams, activity."""
