"""How surely a segment gathers at an event: what somebody said, where we met them, the words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.matching.engine.terms import (
    EventText,
    EvidenceRow,
    GatheringRow,
    PastVisit,
    SegmentText,
)
from outreach.matching.engine.text.regions import country_code, is_regional, lives_near

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
OWN_AT_LEAST, OWN_AT_MOST = 0.12, 0.7
HOME_AT_MOST = 0.5
SCENE_AT_MOST = 0.55
AROUND_HOME = 0.6
# An event is of concern to a segment from the first of these strengths of words on, and
# wholly from the second.
SOME_CONCERN, FULL_CONCERN = 0.1, 0.6
FAR_AWAY, FAR_FROM_HOME = 0.8, 0.35
ONLINE_ONLY = 0.6
OTHER_LANGUAGE = 0.8


@dataclass(frozen=True, slots=True)
class Presence:
    """How surely a segment gathers at an event, 0..1, with the rows that say so, best first."""

    strength: float
    rows: tuple[EvidenceRow, ...] = ()


def either(chances: Iterable[float]) -> float:
    """Return the chance that at least one of several independent things is true."""
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none


def visit_worth(visit: PastVisit, on: date) -> float:
    """Return how much an earlier visit tells about an event on a day: less each year."""
    done = max((DONE.get(activity, 0.8) for activity in visit.activities), default=0.8)
    years = max(0.0, (on - visit.starts).days / 365.25 - 1.0)
    return float(done * STATUS.get(visit.status, 0.6) * YEARLY_FADE**years)


def visits_worth(visits: Iterable[PastVisit], on: date) -> float:
    """Return how much all earlier visits tell together; a second one adds to the first."""
    worth = sorted((visit_worth(visit, on) for visit in visits), reverse=True)
    return either(w if place == 0 else 0.5 * w for place, w in enumerate(worth))


def reach(segment: SegmentText, event: EventText) -> float:
    """Return how far words alone carry: less online, far from the segment, in no English."""
    near = lives_near(segment.regions, event)
    spoken = {code.split("-")[0].upper() for code in event.languages}
    foreign = bool(spoken) and "EN" not in spoken and near is not True
    language = OTHER_LANGUAGE if foreign else 1.0
    if event.is_placeless:
        return ONLINE_ONLY * language
    away = FAR_FROM_HOME if is_regional(segment) else FAR_AWAY
    return language * (away if near is False else 1.0)


def at_home(segment: SegmentText, event: EventText) -> float:
    """Return how near the door of a region's people an event is: their country 1, around it 0.6."""
    if not is_regional(segment) or lives_near(segment.regions, event) is not True:
        return 0.0
    countries = tuple(region for region in segment.regions if country_code(region))
    return 1.0 if lives_near(countries, event) else AROUND_HOME


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known about a segment at an event, each 0..1."""

    words: float
    visits: float
    reach: float
    own: bool
    home: float
    """How far the event is of the open-source scene, where it is at the segment's door."""
    scene: float = 0.0
    """How far it is of the scene, where the segment names open source itself."""

    @property
    def concern(self) -> float:
        """Return how far what the foundation does there concerns this segment."""
        share = (self.words * self.reach - SOME_CONCERN) / (FULL_CONCERN - SOME_CONCERN)
        return min(1.0, max(0.0, share, self.home, self.scene))

    @property
    def from_words(self) -> float:
        """Return what the words alone say."""
        return WORDS_AT_MOST * self.words * self.reach

    @property
    def from_own(self) -> float:
        """Return what it says that the event is our own."""
        return OWN_AT_LEAST + (OWN_AT_MOST - OWN_AT_LEAST) * self.concern if self.own else 0.0

    @property
    def from_home(self) -> float:
        """Return what it says that the event is at the segment's door."""
        return HOME_AT_MOST * self.home

    @property
    def from_scene(self) -> float:
        """Return what it says that the event is of the scene that the segment names."""
        return SCENE_AT_MOST * self.scene * self.reach

    def from_visits(self, worth: float) -> float:
        """Return what visits worth so much say about this segment."""
        return VISIT_AT_MOST * worth * self.concern


def said_worth(row: GatheringRow, marks: Marks) -> float:
    """Return how surely the segment is there by this row; what is inferred fades with distance."""
    return SAID[row.kind] * (marks.reach if row.kind == "inferred" else 1.0)


def community_strength(gatherings: Iterable[GatheringRow], marks: Marks) -> float:
    """Combine what is known: any one of the signs may be right, so they add like chances.

    A visit of the foundation says something about a segment only as far as the event
    concerns what the segment does.
    """
    said = {row.kind: said_worth(row, marks) for row in gatherings}
    circle = max(marks.from_home, marks.from_scene)
    signs = (marks.from_words, marks.from_own, circle, marks.from_visits(marks.visits))
    return either([*said.values(), *signs])
