"""The child process that reads a calendar: bytes come in, plain values go out, or it ends."""

import json
import resource
import sys
from datetime import date

from outreach.calendars.reading.components import read_components
from outreach.calendars.reading.entries import as_json, read_entries

MOST_MEMORY, MOST_SECONDS = 512 * 1024 * 1024, 10


def main() -> None:
    """Read from the standard input, within limits that the system keeps."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    since, until = (date.fromisoformat(word) for word in sys.argv[1:3])
    found = read_entries(read_components(sys.stdin.buffer.read()), since, until)
    json.dump(as_json(found), sys.stdout, default=str)


if __name__ == "__main__":
    main()
