"""Recognises the records of a source when they are read again, changed or not."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from outreach.catalog.facts import EventFacts, event_key
from outreach.catalog.places.spelling import fold_name

MOVED_DAYS = 14
"""An event whose first day moved by no more is the same one with a new date."""
_KEY_LENGTH = 280


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record that was read before, and the facts it stated then."""

    id: int
    facts: EventFacts


def source_key(facts: EventFacts) -> str:
    """Return the key of a record within its source: name, first day and town."""
    return f"{event_key(facts.name)}|{facts.starts_on}|{_town(facts)}"[:_KEY_LENGTH]


def match_records(
    rows: Sequence[EventFacts], known: Sequence[KnownRecord]
) -> dict[int, KnownRecord]:
    """Tell which row repeats which known record, by the row's position.

    From strict to lenient: name, day, town and address; the same without the address (a
    source may list an event twice, so each record is used once); then, only where one row
    and one record are left, a new town under the same address, a town that became known, or
    a first day that moved by at most MOVED_DAYS.
    """
    matching = _Matching(dict(enumerate(rows)), list(known))
    matching.pair(lambda facts: (source_key(facts), facts.url))
    matching.pair(source_key)
    matching.pair_single(lambda facts: (_day_key(facts), facts.url) if facts.url else None)
    matching.pair_single(_day_key, lambda one, other: "" in (_town(one), _town(other)))
    matching.pair_single(
        lambda facts: (event_key(facts.name), _town(facts), facts.url) if facts.url else None,
        lambda one, other: abs((one.starts_on - other.starts_on).days) <= MOVED_DAYS,
    )
    return matching.found


class FreeKeys:
    """Gives each record of a source a key of its own: the second of two has "#2" behind it."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def leave(self, key: str) -> None:
        """Leave a key to others, who took it meanwhile."""
        self._taken.add(key)

    def take(self, key: str) -> str:
        """Return the key, or the next free one of that name."""
        free, number = key, 1
        while free in self._taken:
            number += 1
            free = f"{key}#{number}"
        self._taken.add(free)
        return free


KeyOf = Callable[[EventFacts], Hashable]


class _Matching:
    """Rows and records that wait for each other."""

    def __init__(self, rows: dict[int, EventFacts], known: list[KnownRecord]) -> None:
        self.rows = rows
        self.known = known
        self.found: dict[int, KnownRecord] = {}

    def pair(self, key_of: KeyOf) -> None:
        """Pair what has the same key, in the order in which it comes."""
        waiting: dict[Hashable, list[KnownRecord]] = defaultdict(list)
        for record in reversed(self.known):
            waiting[key_of(record.facts)].append(record)
        for position, facts in list(self.rows.items()):
            if records := waiting.get(key_of(facts)):
                self._keep(position, records.pop())
        self._forget_paired()

    def pair_single(
        self,
        key_of: KeyOf,
        agree: Callable[[EventFacts, EventFacts], bool] = lambda _one, _other: True,
    ) -> None:
        """Pair a row and a record that are alone with their key on both sides."""
        positions: dict[Hashable, list[int]] = defaultdict(list)
        records: dict[Hashable, list[KnownRecord]] = defaultdict(list)
        for position, facts in self.rows.items():
            positions[key_of(facts)].append(position)
        for record in self.known:
            records[key_of(record.facts)].append(record)
        for key, (position, *more) in positions.items():
            others = records.get(key, [])
            if key is None or more or len(others) != 1:
                continue
            if agree(self.rows[position], others[0].facts):
                self._keep(position, others[0])
        self._forget_paired()

    def _keep(self, position: int, record: KnownRecord) -> None:
        self.found[position] = record
        del self.rows[position]

    def _forget_paired(self) -> None:
        paired = {record.id for record in self.found.values()}
        self.known = [record for record in self.known if record.id not in paired]


def _day_key(facts: EventFacts) -> tuple[str, object]:
    return event_key(facts.name), facts.starts_on


def _town(facts: EventFacts) -> str:
    return fold_name((facts.city or "").partition(",")[0])
