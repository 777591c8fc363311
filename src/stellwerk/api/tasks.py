"""House-keeping of the interface."""

from stellwerk.foundation import idempotency, jobs, rate_limits


@jobs.recurring("23 * * * *")
@jobs.task("api.forget_expired")
def forget_expired() -> None:
    """Answers older than a day and empty windows go."""
    idempotency.forget_expired()
    rate_limits.forget_idle()
