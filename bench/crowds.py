"""Problems of the roster's benchmark: booths of every size, with people who can sometimes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from outreach.calendars.spans import Span
from outreach.staffing.proposed_rosters.problem import Problem, Volunteer
from outreach.staffing.roster.coverage import join
from outreach.staffing.rules import Commitment, Slot

OPENS = datetime(2024, 7, 28, 15, 0, tzinfo=UTC)
"""09:00 in Denver."""
LENGTH = timedelta(hours=2)
PLACE = 39.74, -104.98
WORDS = {"lead": 0.2, "expert:vfx": 0.2, "language:fr": 0.2, "language:de": 0.25,
         "skill:forklift": 0.1}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """How large a problem is, and how hard: the share of half-days on which people can."""

    name: str
    days: int
    stations: int
    a_day: int
    people: int
    free: float
    most_minutes: tuple[int | None, ...] = (240, 360, 480, None)
    closed_day: bool = False
    """On one day nobody can lead, and in its last hours nobody can come."""

    @property
    def slots(self) -> int:
        """Return how many slots there are."""
        return self.days * self.stations * self.a_day


LOOSE, TIGHT = 0.7, 0.45
SHORT = 240, 360, 480
SMALL = (
    Shape("3 stations, 4 days, loose", 4, 3, 5, 40, LOOSE),
    Shape("3 stations, 4 days, tight", 4, 3, 5, 40, TIGHT, SHORT),
    Shape("1 station, 12 days, loose", 12, 1, 5, 40, LOOSE),
    Shape("1 station, 10 days of 6, tight", 10, 1, 6, 40, 0.25, SHORT),
    Shape("4 stations, 3 days, tight", 3, 4, 5, 40, 0.6, SHORT),
)
LARGE = (
    Shape("20 stations, 5 days, loose", 5, 20, 5, 300, LOOSE),
    Shape("20 stations, 5 days, tight", 5, 20, 5, 300, TIGHT, SHORT),
    Shape("20 stations, 5 days, loose, a day cannot be filled", 5, 20, 5, 300, LOOSE,
          closed_day=True),
)  # fmt: skip


def gather(shape: Shape, seed: int) -> Problem:
    """Make a problem up; the same seed makes the same."""
    dice = Random(f"{shape.name} {seed}")
    slots = [
        _slot(dice, number, day, hour)
        for number, (day, _, hour) in enumerate(
            (day, station, hour)
            for day in range(shape.days)
            for station in range(shape.stations)
            for hour in range(shape.a_day)
        )
    ]
    people = [_person(dice, shape, number + 1) for number in range(shape.people)]
    return Problem(tuple(slots), tuple(people), zone=ZoneInfo("America/Denver"))


def _slot(dice: Random, number: int, day: int, hour: int) -> Slot:
    starts = OPENS + timedelta(days=day) + hour * LENGTH
    needs = ["lead"] if dice.random() < 0.35 else []
    if dice.random() < 0.3:
        needs.append(dice.choice(list(WORDS)[1:]))
    return Slot(
        number + 1, starts, starts + LENGTH, 1, needs=tuple(needs), place=PLACE, label="SIGGRAPH"
    )


def _person(dice: Random, shape: Shape, number: int) -> Volunteer:
    words = {word for word, share in WORDS.items() if dice.random() < share}
    free: list[Span] = []
    for day in range(shape.days):
        if shape.closed_day and day == shape.days - 1 and "lead" in words:
            continue
        free += [half for half in _halves(shape, day) if dice.random() < shape.free]
    talks: tuple[Commitment, ...] = ()
    if dice.random() < 0.2:
        day, hour = dice.randrange(shape.days), dice.randrange(2 * shape.a_day)
        starts = OPENS + timedelta(days=day, hours=hour, minutes=15)
        talks = (Commitment(starts, starts + LENGTH / 4, "talk", "A talk", 1, PLACE),)
    return Volunteer(
        number,
        f"P{number}",
        dice.random() < 0.6,
        f"P{number} Example",
        frozenset(words),
        free=tuple(join(free)),
        likes=tuple(half for half in free if dice.random() < 0.3),
        most_minutes=dice.choice(shape.most_minutes),
        commitments=talks,
    )


def _halves(shape: Shape, day: int) -> list[Span]:
    """Return the morning and the afternoon of a day."""
    opens = OPENS + timedelta(days=day)
    noon, closes = opens + shape.a_day * LENGTH / 2, opens + shape.a_day * LENGTH
    if shape.closed_day and day == shape.days - 1:
        closes -= LENGTH
    return [(opens, noon), (noon, closes)]
