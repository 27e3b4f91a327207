"""The facts of one event as a record of a source states them; what is absent is unknown."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from outreach.catalog.series.edition_names import fold, name_key
from outreach.language import gettext as _

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]+")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_YEAR, LAST_YEAR = 1970, 2100
NAME_LENGTH = 200
_TEXTS = {
    "city": 120,
    "country": 80,
    "locales": 60,
    "organiser": 120,
    "organiserContact": 200,
}
_ADDRESSES = ("url", "cfpUrl", "cocUrl", "manualUrl")
ADDRESS_LENGTH = 500
_MOST_TOPICS = 40


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What a source says about an event, under the names of the event's columns."""

    name: str
    starts_on: date
    ends_on: date
    url: str | None = None
    city: str | None = None
    country: str | None = None
    is_online: bool | None = None
    topics: tuple[str, ...] = ()
    languages: str | None = None
    cfp_url: str | None = None
    cfp_closes_on: date | None = None
    coc_url: str | None = None
    organiser: str | None = None
    organiser_contact: str | None = None
    manual_url: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One record of a source: its number for people, its facts, or a sentence for each bad key.

    The keys of `record` are those of conference-data; keys it does not know stay in it.
    """

    number: int
    record: Mapping[str, Any]
    facts: EventFacts | None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Say what it calls the event, whatever that is; empty where it does not."""
        return shown(self.record.get("name") or "")

    @property
    def reason(self) -> str:
        """Say what is wrong with the row, all of it."""
        return " ".join(self.errors.values())


def clean(text: str) -> str:
    """Make one printable line of a text: odd spaces, line ends and control characters go."""
    return " ".join(_UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", text)).split())


def event_key(name: str) -> str:
    """Return the key that all spellings and editions of a name share, in any script."""
    return (name_key(name) or fold(clean(name)))[:NAME_LENGTH]


def read_row(number: int, record: Mapping[str, Any]) -> SourceRow:
    """Read the facts of one record and collect a sentence for each key that cannot be right."""
    errors: dict[str, str] = {}
    name = _name(record, errors)
    starts_on = _day(record, "startDate", errors)
    if starts_on is None and "startDate" not in errors:
        errors["startDate"] = "The day on which it starts is missing."
    ends_on = _day(record, "endDate", errors) or starts_on
    if starts_on and ends_on and ends_on < starts_on:
        errors["endDate"] = f"It would end on {ends_on}, before it starts on {starts_on}."
    texts = {key: _text(record, key, errors, most) for key, most in _TEXTS.items()}
    addresses = {key: _address(record, key, errors) for key in _ADDRESSES}
    closes_on = _day(record, "cfpEndDate", errors)
    is_online, topics = _online(record, errors), _topics(record, errors)
    note = _text(record, "note", errors, 2000) or ""
    if errors or starts_on is None or ends_on is None:
        return SourceRow(number, record, None, errors)
    facts = EventFacts(
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        url=addresses["url"],
        city=texts["city"],
        country=texts["country"],
        is_online=is_online,
        topics=topics,
        languages=texts["locales"],
        cfp_url=addresses["cfpUrl"],
        cfp_closes_on=closes_on,
        coc_url=addresses["cocUrl"],
        organiser=texts["organiser"],
        organiser_contact=texts["organiserContact"],
        manual_url=addresses["manualUrl"],
        note=note,
    )
    return SourceRow(number, record, facts)


def read_address(text: str) -> str | None:
    """Return the web address that a text holds, None when a page may not link to it.

    "fosdem.org" is one too; "javascript:" and "see the wiki" are not.
    """
    bare = "." in text and ":" not in text
    address = f"https://{text}" if bare else text
    try:
        parts = urlsplit(address)
        labels = (parts.hostname or "").removesuffix(".").split(".")
        good = parts.scheme in ("http", "https") and len(labels) > 1 and all(labels)
    except ValueError:
        return None
    fits = len(address) <= ADDRESS_LENGTH and " " not in address and "\\" not in address
    return address if good and fits else None


def address_error(text: str) -> str | None:
    """Say why a text is no web address that a page may link to, None when it is one."""
    if len(text) > ADDRESS_LENGTH:
        return _("An address has at most %(most)s characters.", most=ADDRESS_LENGTH)
    if read_address(text):
        return None
    return _("“%(text)s” is no web address: it starts with http:// or https://.", text=shown(text))


def shown(value: object) -> str:
    """Shorten a value for a sentence about it."""
    text = clean(str(value))
    return text if len(text) <= 40 else f"{text[:39]}…"


def _name(record: Mapping[str, Any], errors: dict[str, str]) -> str:
    name = _text(record, "name", errors, NAME_LENGTH)
    if name is None and "name" not in errors:
        errors["name"] = "The name is missing."
    return name or ""


def _text(
    record: Mapping[str, Any], key: str, errors: dict[str, str], most: int | None
) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        errors[key] = f"{key} is {shown(value)}, not a text."
        return None
    text = clean(value)
    if most is not None and len(text) > most:
        errors[key] = f"{key} has {len(text)} characters, at most {most} fit."
    return text or None


def _address(record: Mapping[str, Any], key: str, errors: dict[str, str]) -> str | None:
    """Read an address; real files hold "UA" and "Free event" there, which tell nothing."""
    text = _text(record, key, errors, None)
    return read_address(text) if text else None


def _day(record: Mapping[str, Any], key: str, errors: dict[str, str]) -> date | None:
    value = record.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _ISO.fullmatch(value) or not value.isascii():
        errors[key] = f"{key} is “{shown(value)}”, not a day like 2024-07-28."
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        errors[key] = f"{key} is {value}, a day that is not in the calendar."
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        errors[key] = f"{key} is in the year {day.year}."
    return day


def _online(record: Mapping[str, Any], errors: dict[str, str]) -> bool | None:
    value = record.get("online")
    if value is None or isinstance(value, bool):
        return value
    errors["online"] = f"online is {shown(value)}, neither true nor false."
    return None


def _topics(record: Mapping[str, Any], errors: dict[str, str]) -> tuple[str, ...]:
    """Read the topics; `general` is the source's word for "unknown"."""
    value = record.get("topics")
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(topic, str) for topic in listed):
        errors["topics"] = f"topics is {shown(value)}, not a list of words."
        return ()
    topics = (clean(topic)[:60] for topic in listed[:_MOST_TOPICS])
    return tuple(topic for topic in topics if topic and topic != "general")
