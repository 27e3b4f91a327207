"""Guesses what the columns of a pasted table of calls mean: by their heads, else by content."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from outreach.catalog.facts import read_address
from outreach.catalog.reading.endings import NoEnding, read_ending
from outreach.catalog.reading.named_events import BEGINS
from outreach.catalog.reading.pasted import Meanings, first_of_most
from outreach.catalog.reading.zone_words import NoZone, read_zone
from outreach.language import N_

Role = Literal[
    "event",
    "begins",
    "kind",
    "closes",
    "zone",
    "opens",
    "told",
    "answer",
    "url",
    "name",
    "takes",
    "aside",
]
ROLE_WORDS: dict[Role, str] = {
    "event": N_("Event"),
    "begins": N_("The event begins"),
    "kind": N_("Call for"),
    "closes": N_("Closes"),
    "zone": N_("Zone of its hour"),
    "opens": N_("Opens"),
    "told": N_("Told by"),
    "answer": N_("Answer by"),
    "url": N_("Address"),
    "name": N_("Name of the call"),
    "takes": N_("What it takes"),
    "aside": N_("Leave it aside"),
}
MEANINGS: Meanings[Role] = Meanings(
    {
        "event": "event,conference,what,for,where",
        "begins": BEGINS,
        "kind": "kind,type,call,call for",
        "closes": "closes,close,closing,deadline,ends,end,until,due,cfp,cfp closes,cfp deadline,"
        "closing date,submission deadline,as written",
        "zone": "zone,timezone,time zone,tz,zone as given",
        "opens": "opens,open,opening,start,starts,from,cfp opens",
        "told": "told by,notification,notified,notification date,announced,answer,decision by",
        "answer": "answer by,confirm by,reply by,rsvp,rsvp by",
        "url": "url,link,address,web address,website,form",
        "name": "name,title,track,devroom",
        "takes": "takes,what it takes,note,notes,comment,comments,details,formats,format,remark,"
        "description",
    },
    aside="aside",
    unknown="aside",
)
KINDS = {
    "stand": re.compile(r"stand|booth|table|exhibit|kiosk", re.I),
    "sponsors": re.compile(r"spons|prospectus|partner", re.I),
    "travel": re.compile(r"travel|scholarship|grant|fund|diversity ticket|bursar", re.I),
    "volunteers": re.compile(r"volunteer|helper|staff|student", re.I),
    "talks": re.compile(
        r"talk|paper|proposal|speaker|session|cfp|lightning|workshop|devroom|presentation|poster",
        re.I,
    ),
}
"""What a kind of call is known by, the more telling first."""


def read_kind(cell: str) -> str | None:
    """Return which kind of call a word names."""
    return next((kind for kind, words in KINDS.items() if words.search(cell)), None)


def guess_roles(body: Sequence[Sequence[str]]) -> list[Role]:
    """Tell by content what each column holds; the first of words alone names the events."""
    found: list[Role] = []
    for column in zip(*body[:100], strict=True):
        found.append(_by_content([cell for cell in column if cell], found))
    return found


def _by_content(cells: Sequence[str], before: Sequence[Role]) -> Role:
    tests: list[tuple[Role, Callable[[str], bool]]] = [
        ("url", lambda cell: bool(read_address(cell))),
        ("zone", _is_zone),
        ("closes", _is_ending),
        ("kind", lambda cell: len(cell) < 30 and bool(read_kind(cell))),
        ("event", lambda _cell: True),
        ("takes", lambda _cell: True),
    ]
    return first_of_most(cells, [one for one in tests if one[0] not in before], "aside")


def _is_zone(cell: str) -> bool:
    try:
        return len(cell) < 30 and bool(read_zone(cell))
    except NoZone:
        return False


def _is_ending(cell: str) -> bool:
    """Tell whether a cell is about an ending, even where it cannot be read as it stands."""
    try:
        return bool(read_ending(cell, "UTC"))
    except NoEnding as wrong:
        return any(character.isdecimal() for character in cell) and "tells no day" not in str(wrong)
