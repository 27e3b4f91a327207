"""What each rule of a booth may be, where it is typed and where what is kept is read again."""

import re
from contextlib import suppress
from datetime import time

BOUNDS: dict[str, tuple[int, int]] = {
    "slot_minutes": (15, 720),
    "min_people": (1, 99),
    "max_people": (1, 99),
    "most_minutes_a_day": (30, 1440),
    "most_in_a_row": (1, 20),
    "lunch_minutes": (0, 240),
    "talk_gap_minutes": (0, 480),
    "least_people_two_days": (0, 99),
    "opens_days_before": (0, 365),
    "travel_share": (0, 1),
    "handover_minutes": (0, 120),
}
"""The least and the most that a number may be."""
_CLOCK = re.compile(r"\d\d:\d\d", re.ASCII)


def read_clock(text: object) -> time:
    """Read a time of day as it is typed and kept: "09:30". Raises ValueError."""
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError("no time of day")
    return time.fromisoformat(text)


def can_be(name: str, value: object) -> bool:
    """Tell whether a rule can have this value: a number in bounds, a time, words, yes or no."""
    if name in BOUNDS:
        least, most = BOUNDS[name]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and least <= value <= most  # type: ignore[operator]
    if name in {"needs_experience", "holds_networks"}:
        return isinstance(value, bool)
    if name == "travel_words":
        return isinstance(value, str)
    with suppress(ValueError):
        return read_clock(value) >= time()
    return False
