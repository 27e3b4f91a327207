"""An issue as its tracker shows it, cut to what we keep."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_BODY = 64 * 1024
MOST_LABELS = 50
MOST_LABEL = 100
MOST_TITLE = 500
MOST_KEY = 300
MOST_NOTE = 200
MOST_URL = 500
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

HIDDEN = frozenset(["private", "gone"])
"""What the tracker shows no longer; so neither do we."""


@dataclass(frozen=True, slots=True)
class RemoteIssue:
    """An issue at its tracker; texts are cut and cleaned when it is made.

    `key` names it among all projects of the tracker ("owner/name#12"); `updated` is the
    tracker's own time; `state` is open or closed, `state_note` says more ("not planned");
    `visibility` is one of those that `models.issues` stores.
    """

    key: str
    title: str
    url: str
    updated: datetime
    state: str = "open"
    state_note: str = ""
    body: str = ""
    labels: tuple[str, ...] = ()
    opened: datetime | None = None
    visibility: str = "public"

    def __post_init__(self) -> None:
        """Let no tracker store more with us, or other, than a page can show."""
        cut = {
            "key": clean(self.key, MOST_KEY),
            "title": " ".join(
                (clean(self.title, MOST_TITLE) or clean(self.key, MOST_TITLE)).split()
            ),
            "url": web_address(self.url),
            "state_note": clean(self.state_note, MOST_NOTE),
            "body": clean(self.body, MOST_BODY),
            "labels": tuple(clean(label, MOST_LABEL) for label in self.labels[:MOST_LABELS]),
        }
        for name, value in cut.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Missing:
    """What is an issue of its project no longer: private (404), gone (410), converted, moved."""

    key: str
    visibility: str


def clean(text: str | None, most: int) -> str:
    """Cut a text, and drop from it what no database column can hold."""
    kept = _CONTROLS.sub("", (text or "")[:most])
    return kept.encode("utf-8", "replace").decode().strip()


def web_address(url: str) -> str:
    """Return the address if it is one of the web that fits; nothing else is ever linked."""
    kept = clean(url, MOST_URL + 1)
    is_web = kept.startswith(("https://", "http://")) and kept.isprintable() and " " not in kept
    return kept if is_web and len(kept) <= MOST_URL else ""


def instant(text: str | None) -> datetime | None:
    """Read a tracker's time; one without a zone is UTC, and none is before there were trackers.

    Some write "never" as a day in the year 1. Raises ValueError, OverflowError.
    """
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return max(EARLIEST, (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC))


def get_instant(text: str | None) -> datetime:
    """Read a tracker's time that must be there."""
    read = instant(text)
    if read is None:
        raise ValueError("a time is missing")
    return read
