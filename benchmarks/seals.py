"""What the hash chain over the activity log costs: sealing, and proving it as `stellwerk doctor` does.

Run as `python -m benchmarks.seals`. The baseline reads the same events once, as the proof must: in order, a thousand at
a time. Memory is the most the process ever held, after a tenth of the events and at the end.
"""

import resource
import sys
import time
from collections.abc import Callable

from benchmarks.house import migrate

from stellwerk.foundation import clock, seals
from stellwerk.foundation.models import Event
from stellwerk.foundation.orm import insert_many
from stellwerk.foundation.seals.canonical import COLUMNS, READ_AT_ONCE

DATABASES = ("sqlite", "postgresql")
EVENTS = 200_000
BATCH = 10_000
LEAST_A_SECOND = 10_000


def main() -> int:
    """Prints rates and memory. 1 when a limit is missed."""
    migrate()
    for number in range(EVENTS // BATCH):
        insert_many([_event(number * BATCH + each) for each in range(BATCH)])
    bare = _seconds(_read)
    sealed = _seconds(_seal_everything)
    differences = list(seals.differences())
    memory_before = _most_mebibytes()
    proved = _seconds(lambda: list(seals.differences()))
    memory = _most_mebibytes()
    assert not differences
    for words, seconds in (("read only (baseline)", bare), ("sealed", sealed), ("proved", proved)):
        print(f"{words:<22} {EVENTS / seconds:>9,.0f} events/s")
    met = EVENTS / max(sealed, proved) >= LEAST_A_SECOND
    print(f"{EVENTS:,} events; proving costs {proved / bare:.1f} times reading them")
    print(f"peak memory before the last proof {memory_before:.0f} MiB, after it {memory:.0f} MiB")
    print(f"at least {LEAST_A_SECOND:,} events/s: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def _event(number: int) -> Event:
    return Event(
        name="ProductExtended",
        payload={"product_id": number, "kind_code": "domain", "name": f"shop-{number}.ch", "source": "renewal"},
        organisation_id=number % 500 + 1,
        account_id=None,
        actor_name="Stellwerk",
        through="system",
        occurred_at=clock.now(),
    )


def _read() -> None:
    rows = Event.objects.order_by("pk").values_list(*COLUMNS)
    assert sum(1 for _ in rows.iterator(chunk_size=READ_AT_ONCE)) == EVENTS


def _seal_everything() -> None:
    while seals.seal_events():
        pass


def _seconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _most_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
