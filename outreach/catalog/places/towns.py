"""Read the packed list of the world's towns (data/places/towns.gz, made by data/places/pack.py).

The file is unpacked once into one block of bytes and searched there by bisection: no object per
town, nothing that is written after loading, so threads share it freely.

Shape of the block: a head line with the sizes of its three sections, then
groups  "US TAB CO TAB America/Denver", one line each: country, region, time zone;
towns   "Denver TAB group number TAB latitude TAB longitude TAB population", one line each;
names   "denver TAB =S123 ~A456", sorted: a folded name and whom it may mean: "=" the main name
        or "~" another one, a letter that grows with the population, the place of the town's line.
"""

import gzip
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKED = Path(__file__).parents[3] / "data" / "places" / "towns.gz"


@dataclass(frozen=True, slots=True)
class Town:
    """A town as packed; degrees north and east, the region empty where it is unknown."""

    name: str
    country_code: str
    region: str
    timezone: str
    latitude: float
    longitude: float
    population: int


class TownName(NamedTuple):
    """A name that may mean the town at `position`; `size` grows with its population."""

    is_main: bool
    size: int
    position: int


class Gazetteer:
    """All towns and all their names."""

    def __init__(self, block: bytes) -> None:
        head, _, _ = block.partition(b"\n")
        groups, towns, names = (int(size) for size in head.split(b"\t"))
        self._block = block
        self._towns = len(head) + 1 + groups
        self._names = self._towns + towns
        self._end = self._names + names
        lines = block[len(head) + 1 : self._towns].decode().splitlines()
        self._groups = [tuple(line.split("\t")) for line in lines]

    def town_at(self, position: int) -> Town:
        """Return the town whose line begins at this place of the section."""
        start = self._towns + position
        line = self._block[start : self._block.index(b"\n", start)].decode()
        name, group, latitude, longitude, population = line.split("\t")
        code, region, timezone = self._groups[int(group)]
        return Town(
            name, code, region, timezone, float(latitude), float(longitude), int(population)
        )

    def mentions(self, key: str) -> list[TownName]:
        """Return whom a folded name may mean, in no order."""
        start = self._first_name_from(key.encode() + b"\t")
        name, _, mentions = self._line_at(start).partition(b"\t")
        return _read_mentions(mentions) if name == key.encode() else []

    def _line_at(self, position: int) -> bytes:
        start = self._block.rfind(b"\n", self._names, position) + 1 or self._names
        end = self._block.find(b"\n", position, self._end)
        return self._block[start:end] if end >= 0 else b""

    def _first_name_from(self, wanted: bytes) -> int:
        """Return where the first line begins that does not sort before the wanted bytes."""
        span = range(self._names, self._end)
        return self._names + bisect_left(span, wanted, key=self._line_at)


def _read_mentions(text: bytes) -> list[TownName]:
    return [TownName(word[:1] == b"=", word[1], int(word[2:])) for word in text.split()]


@cache
def get_gazetteer() -> Gazetteer:
    """Unpack the list on first use and keep it."""
    return Gazetteer(gzip.decompress(PACKED.read_bytes()))
