"""Reads one pasted cell by the meaning of its column into a record in conference-data's words."""

import re
from collections.abc import Callable
from typing import Any

from outreach.catalog.facts import clean, read_address
from outreach.catalog.reading.columns import ONLINE_WORDS, Role, is_address
from outreach.catalog.reading.dates import (
    DayOrder,
    NoDate,
    has_hours,
    read_day,
    read_span,
    settle_order,
)
from outreach.catalog.reading.place_cells import is_from_home, read_place

Record = dict[str, Any]
_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<address>[^()\s]+(?:\([^()\s]*\))?)[^()]*\)")
_WIKI_LINK = re.compile(r"\[(?P<address>https?://[^\s\]]+)\s+(?P<text>[^\]]+)\]")
_BOLD = re.compile(r"^(\*\*|__|\*|`)(.+)\1$")
CellReader = Callable[[Record, str, DayOrder | None], str]


def read_cell(role: Role, record: Record, cell: str, order: DayOrder | None) -> str:
    """Put one cell into the record and return what has to be kept as a note instead.

    Raises NoDate where a date was expected that an event cannot do without.
    """
    return _READERS[role](record, cell, order)


def take_link(cell: str) -> tuple[str, str]:
    """Split "[FOSDEM](https://fosdem.org)" into its words and its address, "" without one."""
    bare = _BOLD.sub(r"\2", cell.strip())
    for link in (_LINK, _WIKI_LINK):
        if match := link.search(bare):
            return link.sub(lambda one: one["text"], bare), match["address"]
    return bare, ""


def _read_text(key: str) -> CellReader:
    def read(record: Record, cell: str, _order: DayOrder | None) -> str:
        record[key] = clean(cell)
        return ""

    return read


def _read_address(key: str, head: str) -> CellReader:
    def read(record: Record, cell: str, _order: DayOrder | None) -> str:
        words, linked = take_link(cell)
        text = linked or clean(words)
        if address := read_address(first := text.partition(" ")[0]):
            record[key] = address
            return f"{head}: {text}" if text != first else ""
        address = read_address(text)
        if address is None:
            return f"{head}: {text}"
        record[key] = address
        return ""

    return read


def _read_start(record: Record, cell: str, order: DayOrder | None) -> str:
    span = read_span(cell, order)
    record["startDate"] = span.first.isoformat()
    if span.last != span.first:
        record.setdefault("endDate", span.last.isoformat())
    return ""


def _read_end(record: Record, cell: str, order: DayOrder | None) -> str:
    record["endDate"] = read_day(cell, order).isoformat()
    return ""


def _read_cfp_end(record: Record, cell: str, order: DayOrder | None) -> str:
    """A CFP's end that is no date ("rolling") stands in the note."""
    try:
        record["cfpEndDate"] = read_span(cell, order).last.isoformat()
        return f"CFP: {clean(cell)}" if has_hours(cell) else ""
    except NoDate:
        if order is None and settle_order([cell]):
            raise
        return f"CFP: {clean(cell)}"


def _read_cfp(record: Record, cell: str, order: DayOrder | None) -> str:
    if is_address(cell):
        return read_cell("cfp_url", record, cell, order)
    return _read_cfp_end(record, cell, order)


def _read_online(record: Record, cell: str, _order: DayOrder | None) -> str:
    meant = ONLINE_WORDS.get(clean(cell).casefold().replace("-", " "))
    if meant is None:
        return f"Online: {clean(cell)}"
    record["online"] = meant
    return ""


def _read_place(record: Record, cell: str, _order: DayOrder | None) -> str:
    """Take a place apart; a hall before its town, or a state without one, stands in the note."""
    found = read_place(clean(cell))
    for key, value in (("city", found.city), ("country", found.country)):
        if value:
            record[key] = value
    if found.online:
        record.setdefault("online", True)
    return f"Place: {found.beside}" if found.beside else ""


def _read_city(record: Record, cell: str, order: DayOrder | None) -> str:
    """A column of towns often names their country too, or that there is no town."""
    return _read_place(record, cell, order)


def _read_country(record: Record, cell: str, _order: DayOrder | None) -> str:
    text = clean(cell)
    if is_from_home(text):
        record.setdefault("online", True)
    else:
        record["country"] = text
    return ""


def _read_name(record: Record, cell: str, _order: DayOrder | None) -> str:
    """A name may carry its address, as lists in Markdown and wikis write it."""
    text, address = take_link(cell)
    record["name"] = clean(text)
    if address and read_address(address):
        record.setdefault("url", read_address(address))
    return ""


def _read_topics(record: Record, cell: str, _order: DayOrder | None) -> str:
    record["topics"] = [topic for part in cell.split(",") if (topic := clean(part))]
    return ""


_READERS: dict[Role, CellReader] = {
    "name": _read_name,
    "start": _read_start,
    "end": _read_end,
    "city": _read_city,
    "region": _read_text("region"),
    "country": _read_country,
    "place": _read_place,
    "url": _read_address("url", "Web address"),
    "online": _read_online,
    "cfp": _read_cfp,
    "cfp_url": _read_address("cfpUrl", "CFP"),
    "cfp_end": _read_cfp_end,
    "coc": _read_address("cocUrl", "Code of conduct"),
    "organiser": _read_text("organiser"),
    "organiser_contact": _read_text("organiserContact"),
    "manual": _read_address("manualUrl", "Exhibitor manual"),
    "topics": _read_topics,
    "languages": _read_text("locales"),
}
