"""Rosters to be found: small ones made by hand, and made-up ones of any size."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from outreach.staffing.proposed_rosters.problem import Problem, ProposedPlace, Volunteer
from outreach.staffing.rules import Commitment, Rules, Slot

EVENT = 1
DENVER = ZoneInfo("America/Denver")
WEDNESDAY = datetime(2024, 7, 31, 15, 0, tzinfo=UTC)
"""09:00 in Denver."""
HOUR = timedelta(hours=1)
WORDS = ("lead", "expert:vfx", "language:fr", "skill:forklift")


def at(hour: float, day: int = 0) -> datetime:
    """Return an hour of Wednesday by Denver's clock, or of a later day."""
    return WEDNESDAY + timedelta(days=day, hours=hour - 9)


def slot(number: int, hour: float, hours: float = 2, day: int = 0, **facts: Any) -> Slot:
    """Return a slot that begins at an hour by Denver's clock."""
    starts = at(hour, day)
    standard = {"min_people": 1, "max_people": 2, "label": "SIGGRAPH", "place": (39.7, -105.0)}
    return Slot(number, starts, starts + hours * HOUR, EVENT, **(standard | facts))


def person(number: int, name: str = "", **facts: Any) -> Volunteer:
    """Return somebody experienced who can at any time of the week."""
    name = name or f"P{number}"
    week = ((at(0), at(24, 6)),)
    standard = {"is_experienced": True, "name": f"{name} Surname", "free": week}
    return Volunteer(number, name, **(standard | facts))


def talk(hour: float, hours: float = 0.75, event: int = EVENT) -> Commitment:
    """Return a talk of somebody's at an hour by Denver's clock."""
    return Commitment(at(hour), at(hour) + hours * HOUR, "talk", "My talk", event, (39.7, -105.0))


def holding(one: Slot) -> Commitment:
    """Return a place that somebody has already."""
    return Commitment(one.starts, one.ends, "shift", one.label, EVENT, one.place, one.id)


def problem(slots: list[Slot], people: list[Volunteer], **facts: Any) -> Problem:
    """Return the problem in Denver by the usual rules."""
    rules = facts.pop("rules", Rules())
    return Problem(tuple(slots), tuple(people), rules, DENVER, **facts)


def made_up(seed: int, slots: int, people: int, days: int, stations: int = 1) -> Problem:
    """Make a problem up: slots of two hours from nine, day-part times, some roles, some talks."""
    dice = Random(seed)
    per_day = slots // days // stations
    drawn = [
        slot(
            day * stations * per_day + station * per_day + k + 1,
            9 + 2 * k,
            day=day,
            min_people=2,
            max_people=3,
            needs=tuple(w for w in dice.sample(WORDS, 1) if dice.random() < 0.5),
        )
        for day in range(days)
        for station in range(stations)
        for k in range(per_day)
    ]
    crowd = [_made_up_person(dice, number + 1, days, per_day) for number in range(people)]
    return _with_held(dice, problem(drawn, crowd))


def _made_up_person(dice: Random, number: int, days: int, per_day: int) -> Volunteer:
    free, likes = [], []
    for day in range(days):
        first, last = sorted(dice.sample(range(per_day + 1), 2))
        if dice.random() < 0.85:
            free.append((at(9 + 2 * first, day), at(9 + 2 * last, day)))
            if dice.random() < 0.4:
                likes.append(free[-1])
    talks = (talk(dice.choice((10, 12.25, 14.5))),) if dice.random() < 0.25 else ()
    return person(
        number,
        is_experienced=dice.random() < 0.6,
        words=frozenset(word for word in WORDS if dice.random() < 0.3),
        free=tuple(free),
        likes=tuple(likes),
        most_minutes=dice.choice((120, 240, 360, None)),
        commitments=talks,
    )


def _with_held(dice: Random, made: Problem) -> Problem:
    """Let a few people hold places already, also outside the times that they gave."""
    people = list(made.people)
    held = []
    for one in made.slots:
        number = dice.randrange(len(people))
        doings = people[number].commitments
        if dice.random() < 0.2 and not any(
            d.starts < one.ends and one.starts < d.ends for d in doings
        ):
            held.append(ProposedPlace(one.id, people[number].id))
            people[number] = _doing(people[number], holding(one))
    return Problem(made.slots, tuple(people), made.rules, made.zone, tuple(held))


def _doing(one: Volunteer, more: Commitment) -> Volunteer:
    doings = tuple(sorted((*one.commitments, more), key=lambda doing: doing.starts))
    facts = {name: getattr(one, name) for name in ("words", "free", "likes", "most_minutes")}
    return Volunteer(
        one.id, one.first_name, one.is_experienced, one.name, **facts, commitments=doings
    )
