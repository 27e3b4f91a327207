"""Knows the event series of the shipped gazetteer and recognises their editions by name."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from outreach.catalog.series.edition_names import (
    fold,
    is_edition_detail,
    name_key,
    name_words,
    word_set,
)

_SHIPPED = Path(__file__).resolve().parents[3] / "data"
SERIES_PATH = _SHIPPED / "series" if (_SHIPPED / "series").is_dir() else _SHIPPED / "series.json"

# Hosts where many unrelated events have their page; alone they tell nothing.
_SHARED_HOSTS = word_set(
    "linuxfoundation.org meetup.com github.com github.io eventbrite.com eventbrite.co.uk"
    " google.com notion.site sessionize.com lu.ma luma.com wordpress.com pretix.eu ieee.org"
    " usenix.org acm.org wikipedia.org facebook.com linkedin.com gitlab.com microsoft.com"
)
_SECOND_LEVEL = word_set("co com org net ac gov edu or ne")
_LANGUAGES = word_set("de en fr es it pt ja zh www index html php")


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series of events: what it is about and who comes. Empty means not known."""

    name: str
    aliases: tuple[str, ...] = ()
    past_names: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    size: int | None = None
    organiser: str | None = None
    url: str | None = None
    as_of: int | None = None
    kind: str = ""
    community: bool | None = None
    """Run by volunteers or an association; False: by a company; None: not known."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which editions appear."""
        return (self.name, *self.aliases, *self.past_names)


def read_series(path: Path = SERIES_PATH) -> list[SeriesRow]:
    """Read the gazetteer: a file or every JSON file of a folder; an absent one is empty."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return [
        _row(record)
        for file in files
        if file.exists()
        for record in json.loads(file.read_text(encoding="utf-8"))
    ]


def _row(record: dict[str, Any]) -> SeriesRow:
    def many(key: str) -> tuple[Any, ...]:
        return tuple(record.get(key) or ())

    return SeriesRow(
        name=record["name"],
        aliases=many("aliases"),
        past_names=many("pastNames"),
        about=many("about"),
        audience=many("audience"),
        months=many("months"),
        places=many("places"),
        size=record.get("size"),
        organiser=record.get("organiser"),
        url=record.get("url"),
        as_of=record.get("asOf"),
        kind=record.get("kind") or "",
        community=record.get("community"),
    )


@dataclass
class SeriesIndex:
    """Finds the series of an event; rows given first win over later ones of the same name.

    An alias that ends in "*" stands for every name that begins with it ("BarCamp *").
    """

    rows: Iterable[SeriesRow]
    _keys: dict[str, SeriesRow] = field(default_factory=dict, init=False)
    _hosts: dict[str, SeriesRow | None] = field(default_factory=dict, init=False)
    _rows: dict[str, SeriesRow] = field(default_factory=dict, init=False)
    _families: dict[str, SeriesRow] = field(default_factory=dict, init=False)
    _longest: int = field(default=1, init=False)

    def __post_init__(self) -> None:
        ordered = list(self.rows)
        for row in ordered:
            self._rows.setdefault(row.name, row)
            self._keys.setdefault(name_key(row.name), row)
        for row in ordered:
            self._add_aliases(row)
            self._add_host(row)

    def _add_aliases(self, row: SeriesRow) -> None:
        for name in row.names:
            known = self._families if name.rstrip().endswith("*") else self._keys
            for variant in _variants(name):
                known.setdefault(name_key(variant), row)
                self._longest = max(self._longest, len(name_words(variant)))

    def _add_host(self, row: SeriesRow) -> None:
        host, _ = _address(row.url)
        if host:
            known = self._hosts.get(host, row)
            self._hosts[host] = row if known is row else None

    def row(self, series: str) -> SeriesRow | None:
        """Return what is known about a series by its exact name."""
        return self._rows.get(series)

    def find(self, name: str, url: str | None = None, city: str | None = None) -> str | None:
        """Return the name of the series that this event is an edition of, None if unknown.

        First the whole name without year, ordinal or "22x"; then the part in or before
        brackets; then a name that begins with a series' name and goes on with a place; last
        the series' own web address.
        """
        for variant in _variants(name):
            row = self._keys.get(name_key(variant))
            if row:
                return row.name
        row = self._by_beginning(name, url, city) or self._by_address(name, url)
        return row.name if row else None

    def _by_beginning(self, name: str, url: str | None, city: str | None) -> SeriesRow | None:
        words = name_words(name)
        places = set(name_words(city)) if city else set()
        host, _ = _address(url)
        for end in range(min(len(words) - 1, self._longest), 0, -1):
            key = "".join(words[:end])
            if key in self._families:
                return self._families[key]
            row = self._keys.get(key)
            if row is None or len(key) < 4:
                continue
            rest = [word for word in words[end:] if word not in places]
            same_host = bool(host) and _address(row.url)[0] == host
            if is_edition_detail(rest) or same_host or self._is_place(row, rest):
                return row
        return None

    @staticmethod
    def _is_place(row: SeriesRow, words: list[str]) -> bool:
        known = {word for place in row.places for word in name_words(place)}
        return all(word in known or is_edition_detail([word]) for word in words)

    def _by_address(self, name: str, url: str | None) -> SeriesRow | None:
        host, path = _address(url)
        row = self._hosts.get(host) if host else None
        if row is None or host in _SHARED_HOSTS:
            return None
        _, own_path = _address(row.url)
        return row if path[: len(own_path)] == own_path and len(path) <= len(own_path) else None


def _variants(name: str) -> list[str]:
    """Offer the name itself, then what stands before and in its brackets."""
    if "(" not in name:
        return [name]
    before, _, rest = name.partition("(")
    inside = rest.partition(")")[0]
    return [part for part in (name, before.strip(), inside.strip()) if name_words(part)]


def _address(url: str | None) -> tuple[str, tuple[str, ...]]:
    """Split an address into its registered host and the parts of its path, editions left out."""
    try:
        parts = urlsplit(url or "")
        labels = [label for label in (parts.hostname or "").split(".") if label]
    except ValueError:
        return "", ()
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    path = tuple(
        fold(part)
        for part in parts.path.split("/")
        if part and not any(c.isdigit() for c in part) and fold(part) not in _LANGUAGES
    )
    return ".".join(labels[-size:]), path
