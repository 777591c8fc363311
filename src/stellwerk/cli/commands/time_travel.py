"""`stellwerk time-travel +400d`: moves the business clock, day by day, and does what each day asks for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from stellwerk.cli.commands.base import printed
from stellwerk.cli.refusals import Refused

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names

LONGEST_DAYS = 3660


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser(
        "time-travel", parents=[places], help="move the clock of a demo instance and play what happens on the way"
    )
    parser.add_argument("distance", nargs="?", metavar="+DAYSd", help="for example +400d")
    parser.add_argument("--return", dest="back", action="store_true", help="return to today; what happened stays")
    parser.add_argument("--json", action="store_true", help='print {"today","jobs"}')
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation import clock

    if options.back:
        clock.set_offset(timedelta())
        jobs_done = 0
    else:
        jobs_done = _play(_days(options.distance or ""))
    today = clock.today().isoformat()
    printed({"today": today, "jobs": jobs_done}, as_json=options.json, text=f"Today is {today}. {jobs_done} jobs ran.")


def _days(raw: str) -> int:
    match = re.fullmatch(r"\+(\d{1,4})d", raw)
    if match is None or not 0 < int(match[1]) <= LONGEST_DAYS:
        raise Refused(f"say how far, from +1d to +{LONGEST_DAYS}d, or --return; the clock never runs backwards")
    return int(match[1])


def _play(days: int) -> int:
    """Day by day, because each day's work stands on the day before: reminder, attempt, retry, suspension."""
    from stellwerk.foundation import clock, jobs

    start = clock.offset()
    jobs_done = jobs.run_due_jobs()
    for day in range(1, days + 1):
        clock.set_offset(start + timedelta(days=day))
        jobs_done += jobs.run_due_jobs()
    return jobs_done
