"""How surely a segment gathers at an event: what somebody said, where we met them, the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.matching.regions import lives_near
from outreach.matching.terms import Attendance, EventFacts, Gathering, Row, Segment

# How surely a segment is there when a row of this kind says so.
SAID = {
    "stated": 0.97,
    "organiser": 0.9,
    "talk": 0.85,
    "member": 0.8,
    "inferred": 0.72,
    "user_group": 0.5,
}
# How much a visit tells, by the most telling thing that we did there.
DONE = {
    "organise": 1.0,
    "booth": 0.95,
    "devroom": 0.95,
    "hackathon": 0.9,
    "talk": 0.9,
    "panel": 0.9,
    "workshop": 0.9,
    "sponsor": 0.85,
    "attend": 0.8,
}
STATUS = {"attended": 1.0, "planned": 0.75, "cancelled": 0.2, "skipped": 0.1, "declined": 0.1}
YEARLY_FADE = 0.88
WORDS_AT_MOST = 0.78
VISIT_AT_MOST = 0.6
OWN_EVENT = 0.55
FAR_AWAY = 0.8
ONLINE_ONLY = 0.6


@dataclass(frozen=True, slots=True)
class Standing:
    """How surely a segment gathers at an event, 0..1, with the rows that say so, best first."""

    strength: float
    rows: tuple[Row, ...] = ()


def either(chances: Iterable[float]) -> float:
    """Return the chance that at least one of several independent things is true."""
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none


def visit_worth(visit: Attendance, on: date) -> float:
    """Return how much an earlier visit tells about an event on a day: less each year."""
    done = max((DONE.get(activity, 0.8) for activity in visit.activities), default=0.8)
    years = max(0.0, (on - visit.starts).days / 365.25 - 1.0)
    return float(done * STATUS.get(visit.status, 0.6) * YEARLY_FADE**years)


def visits_worth(visits: Iterable[Attendance], on: date) -> float:
    """Return how much all earlier visits tell together; a second one adds to the first."""
    worth = sorted((visit_worth(visit, on) for visit in visits), reverse=True)
    return either(w if place == 0 else 0.5 * w for place, w in enumerate(worth))


def reach(segment: Segment, event: EventFacts) -> float:
    """Return how far words alone carry: less online, less outside the segment's regions."""
    if event.is_placeless:
        return ONLINE_ONLY
    return FAR_AWAY if lives_near(segment.regions, event) is False else 1.0


def community_strength(
    gatherings: Iterable[Gathering], visits: float, words: float, reached: float, own: bool
) -> float:
    """Combine what is known: any one of the signs may be right, so they add like chances.

    `visits` and `words` are 0..1. A visit of the foundation says something about a segment
    only as far as the event speaks of what the segment does.
    """
    said = {row.kind: SAID[row.kind] for row in gatherings}
    concern = min(1.0, words / 0.25)
    signs = [*said.values(), WORDS_AT_MOST * words * reached, VISIT_AT_MOST * visits * concern]
    if own:
        signs.append(OWN_EVENT)
    return either(signs)
