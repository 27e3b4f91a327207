"""Whether two things that one person does clash, and how much of a time is covered."""

from collections.abc import Iterable
from datetime import timedelta

from outreach.catalog.places.lookup import distance_km
from outreach.staffing.rules.slots import Commitment, Slot
from outreach.staffing.rules.venue_time import Span

SAME_PLACE_KM = 50.0
"""What lies nearer is reached between two shifts; beyond it somebody travels."""
DOOR_TO_DOOR = timedelta(hours=4)
KM_AN_HOUR = 600.0


def shared_time(slot: Slot, other: Commitment) -> timedelta:
    """Return for how long both go on."""
    return max(timedelta(), min(slot.ends, other.ends) - max(slot.starts, other.starts))


def is_double(slot: Slot, other: Commitment, handover: timedelta) -> bool:
    """Tell whether doing both is impossible.

    Two shifts at one booth, one after the other, may share a hand-over. To go to an event is
    no place at an hour; `travel_overlaps` judges it.
    """
    shared = shared_time(slot, other)
    if not shared or other.kind == "event":
        return False
    slot_is_first = slot.starts < other.starts and slot.ends < other.ends
    slot_is_last = other.starts < slot.starts and other.ends < slot.ends
    at_one_booth = other.kind == "shift" and other.event_id == slot.event_id
    return not (at_one_booth and (slot_is_first or slot_is_last) and shared <= handover)


def travel_overlaps(slot: Slot, other: Commitment) -> bool:
    """Tell whether there is no time to travel between the slot and something elsewhere.

    Where a place is unknown only the times themselves are compared.
    """
    if other.event_id == slot.event_id:
        return False
    way = timedelta()
    if slot.place and other.place:
        distance = distance_km(*slot.place, *other.place)
        if distance < SAME_PLACE_KM:
            return False
        way = DOOR_TO_DOOR + timedelta(hours=distance / KM_AN_HOUR)
    return slot.starts < other.ends + way and other.starts - way < slot.ends


def covered_time(spans: Iterable[Span], window: Span) -> timedelta:
    """Return how much of the window the stretches cover; what overlaps counts once."""
    covered, reached = timedelta(), window[0]
    for starts, ends in sorted(spans):
        starts, ends = max(starts, reached), min(ends, window[1])
        if starts < ends:
            covered += ends - starts
            reached = ends
    return covered


def whole_minutes(length: timedelta) -> int:
    """Return a length in minutes, rounded down."""
    return int(length.total_seconds() // 60)
