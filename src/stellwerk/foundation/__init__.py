"""What every room stands on: time, actors, decisions, money, events, jobs, idempotency, messages, secrets, files."""
