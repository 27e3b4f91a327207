"""The four gates beside a score: conditions that no number of points makes up for."""

from datetime import timedelta

from outreach.amounts.money import say_whole
from outreach.calendars.clock import say_decimal, say_full_day_month
from outreach.matching.engine.evidence_on import EvidenceOn
from outreach.matching.engine.terms import EventText, Gate
from outreach.matching.engine.trips import are_neighbours

PEOPLE_PER_SHIFT = 2
# One team needs a day to travel between two events that are not one trip.
TRAVEL = timedelta(days=1)


def conduct_gate(event: EventText) -> Gate:
    """Open where the code of conduct has an address; where none is on record, not known."""
    if event.conduct_url:
        sentence = "The code of conduct is public."
        return Gate("conduct", "Code of conduct", "open", sentence)
    return Gate("conduct", "Code of conduct", "unknown", "No code of conduct is on record yet.")


def staffing_gate(event: EventText, ground: EvidenceOn) -> Gate:
    """Open where at least two people can be there, so that nobody stands alone."""
    told = [row.hands for row in ground.means.get(event.key, ()) if row.hands is not None]
    hands = told[-1] if told else None
    if hands is None:
        return Gate("staffing", "Two per shift", "unknown", "Nobody has said yet who can come.")
    if hands >= PEOPLE_PER_SHIFT:
        return Gate("staffing", "Two per shift", "open", f"{hands} people can be there.")
    who = "Nobody can" if hands == 0 else "Only 1 person can"
    return Gate("staffing", "Two per shift", "closed", f"{who} be there; a shift needs two.")


def cap_gate(event: EventText, ground: EvidenceOn) -> Gate:
    """Open where the cost is known and within the cap."""
    told = [row.cap for row in ground.means.get(event.key, ()) if row.cap is not None]
    cap = told[-1] if told else None
    costs = ground.costs.get(event.key, ())
    if cap is None or not costs:
        missing = "cap" if cap is None else "price"
        return Gate("cap", "Within the cap", "unknown", f"No {missing} is on record yet.")
    cost = costs[-1]
    fits = cost.amount <= cap
    if fits and cost.apart:
        sentence = f"Without a rate for {cost.apart} nobody can tell."
        return Gate("cap", "Within the cap", "unknown", sentence)
    word = "within" if fits else "above"
    sentence = (
        f"{say_whole(cost.amount, cost.currency)} is {word} the cap of {say_decimal(cap, 0)}."
    )
    return Gate("cap", "Within the cap", "open" if fits else "closed", sentence)


def clash_gate(event: EventText, ground: EvidenceOn, going: dict[str, EventText]) -> Gate:
    """Closed where the days overlap with a Go elsewhere that is not on the same trip."""
    others = [other for other in going.values() if other.key != event.key]
    for other in sorted(others, key=lambda other: (other.starts, other.key)):
        if clashes(event, other):
            days = f"{say_full_day_month(other.starts)} to {say_full_day_month(other.ends)}"
            sentence = f"{other.name} is a Go on the same days ({days}), elsewhere."
            return Gate("clash", "No clash", "closed", sentence)
    if not ground.decisions:
        return Gate("clash", "No clash", "unknown", "No other event is a Go yet.")
    return Gate("clash", "No clash", "open", "No other Go needs the team on these days.")


def clashes(event: EventText, other: EventText) -> bool:
    """Tell whether one team cannot do both: days (and the way) overlap, not one trip."""
    if event.starts - TRAVEL > other.ends or other.starts > event.ends + TRAVEL:
        return False
    return not (event.is_placeless or other.is_placeless or are_neighbours(event, other))
