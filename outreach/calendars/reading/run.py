"""Reads a calendar in a child process, so that what it does to it harms nobody else."""

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from outreach.calendars.reading.entries import CalendarEntry, CalendarRead, Quarantined
from outreach.refusal import Refused

MOST_BYTES = 12_000_000
SECONDS = 20
ROOT = Path(__file__).parents[3]


def read_calendar(content: bytes, since: date, until: date) -> CalendarRead:
    """Return what a calendar has within these days. Refuses what is none, or too much."""
    if len(content) > MOST_BYTES:
        raise Refused(f"The calendar is larger than {MOST_BYTES // 10**6} MB.", "file")
    try:
        child = subprocess.run(  # noqa: S603 - our own module, days as words
            [sys.executable, "-m", "outreach.calendars.reading.child",
             since.isoformat(), until.isoformat()],
            input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused("The calendar takes too long to read.", "file") from error
    if child.returncode:
        raise Refused("The calendar takes too long, or too much room, to read.", "file")
    found = _as_read(json.loads(child.stdout))
    if not found.is_calendar:
        raise Refused("The file is no calendar.", "file")
    return found


def _as_read(said: dict[str, Any]) -> CalendarRead:
    entries = [
        CalendarEntry(**one | {
            "first": date.fromisoformat(one["first"]),
            "last": date.fromisoformat(one["last"]),
            "starts": datetime.fromisoformat(one["starts"]) if one["starts"] else None,
            "odd": tuple(one["odd"]),
        })
        for one in said["entries"]
    ]  # fmt: skip
    quarantined = [Quarantined(**one) for one in said["quarantined"]]
    return CalendarRead(**said | {"entries": entries, "quarantined": quarantined})
