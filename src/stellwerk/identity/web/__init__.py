"""Pages of the identity room: signing in and out, recovery, the profile."""
