"""Reads one pasted cell by the meaning of its column into a record in conference-data's words."""

from collections.abc import Callable
from typing import Any

from outreach.catalog.facts import clean, read_address
from outreach.catalog.places.countries import find_country
from outreach.catalog.reading.columns import ONLINE_WORDS, Role, is_address
from outreach.catalog.reading.dates import DayOrder, NoDate, read_day, read_span, settle_order

Record = dict[str, Any]
_SHORT_COUNTRIES = frozenset(["UK", "US"])
"""Two letters behind a city mean a state ("Raleigh, NC"), but for these."""
CellReader = Callable[[Record, str, DayOrder | None], str]


def read_cell(role: Role, record: Record, cell: str, order: DayOrder | None) -> str:
    """Put one cell into the record and return what has to be kept as a note instead.

    Raises NoDate where a date was expected that an event cannot do without.
    """
    return _READERS[role](record, cell, order)


def _read_text(key: str) -> CellReader:
    def read(record: Record, cell: str, _order: DayOrder | None) -> str:
        record[key] = clean(cell)
        return ""

    return read


def _read_address(key: str, head: str) -> CellReader:
    def read(record: Record, cell: str, _order: DayOrder | None) -> str:
        text = clean(cell)
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
    except NoDate:
        if order is None and settle_order([cell]):
            raise
        return f"CFP: {clean(cell)}"
    return ""


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


def _read_place(record: Record, cell: str, order: DayOrder | None) -> str:
    """Split "Denver, CO, USA" before its country; "Online" is no place."""
    text = clean(cell)
    if ONLINE_WORDS.get(text.casefold()):
        return _read_online(record, text, order)
    city, comma, country = text.rpartition(",")
    is_state = len(country.strip()) == 2 and country.strip().upper() not in _SHORT_COUNTRIES
    if comma and find_country(country) and not is_state:
        record["city"], record["country"] = city.strip(), country.strip()
    elif not comma and find_country(text):
        record["country"] = text
    else:
        record["city"] = text
    return ""


def _read_topics(record: Record, cell: str, _order: DayOrder | None) -> str:
    record["topics"] = [topic for part in cell.split(",") if (topic := clean(part))]
    return ""


_READERS: dict[Role, CellReader] = {
    "name": _read_text("name"),
    "start": _read_start,
    "end": _read_end,
    "city": _read_text("city"),
    "country": _read_text("country"),
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
