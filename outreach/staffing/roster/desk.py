"""Who comes on a day, as the desk reads it: a line for each, by when they come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import combining, east_asian_width

from outreach.staffing.booth.needs import say_language
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import Roster, RosterShift, Seat

LARGE, MIDDLE = 9, 17
"""So wide, in letters, a first name may be to stand large or middling on a badge."""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """Somebody with the shifts of a day that they said yes to or were put on."""

    person: RosterPerson
    shifts: tuple[tuple[RosterShift, Seat, str], ...]
    """Each with its hours in words where it began the evening before."""

    @property
    def arrived(self) -> datetime | None:
        """Return when they came to the first that they came to."""
        return min((seat.arrived for _row, seat, _ in self.shifts if seat.arrived), default=None)

    @property
    def leads(self) -> bool:
        return any(seat.is_lead for _row, seat, _ in self.shifts)


def desk_lines(roster: Roster, day: date) -> list[DeskLine]:
    """Return who comes on a day, those that stand there since the evening before first."""
    if roster.is_called_off:
        return []
    found: dict[int, list[tuple[RosterShift, Seat, str]]] = {}
    for row, words in (*roster.carried_words(day), *((row, "") for row in roster.rows_on(day))):
        for seat in row.expected:
            found.setdefault(seat.person.id, []).append((row, seat, words))
    lines = [DeskLine(places[0][1].person, tuple(places)) for places in found.values()]
    return sorted(lines, key=lambda one: (one.shifts[0][0].starts, one.person.name.casefold()))


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on somebody's name badge."""

    first_name: str
    last_names: str
    languages: tuple[str, ...]
    size: str
    """How large the first name can stand: "", "long" or "longest"."""


def badges_for(lines: Iterable[DeskLine]) -> list[Badge]:
    """Return a badge for everybody on these lines, each once, by name."""
    people = {line.person.id: line.person for line in lines}
    return [
        Badge(one.first_name, one.last_names, _languages(one), size_of(one.first_name))
        for one in sorted(people.values(), key=lambda one: (one.name.casefold(), one.id))
    ]


def size_of(name: str) -> str:
    """Tell how large a name can stand in one line; letters of East Asia take two."""
    wide = sum(2 if east_asian_width(one) in "WF" else not combining(one) for one in name)
    return "" if wide <= LARGE else "long" if wide <= MIDDLE else "longest"


def _languages(person: RosterPerson) -> tuple[str, ...]:
    codes = (word.partition(":")[2] for word in person.words if word.startswith("language:"))
    return tuple(sorted(map(say_language, codes)))
