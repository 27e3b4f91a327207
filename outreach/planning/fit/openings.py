"""What would change a fit: the facts that move its score most, and the page that takes each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models import Event
from outreach.calendars.clock import say_count
from outreach.matching.engine.score import Opening, find_openings
from outreach.matching.engine.terms import ExplainedMatch, ReasonCode

MOST_FACTS = 3
Place = Literal["evidence", "issues", "event", "people", "facts"]
PLACES: dict[ReasonCode, tuple[Place, str]] = {
    "community": ("evidence", "Add evidence"),
    "issue": ("issues", "Link an issue"),
    "talk": ("event", "Open the event"),
    "local": ("people", "Name people"),
    "cost": ("facts", "Enter it"),
}
"""Where each fact is entered, and what its button says. A recap has no place: it is written
after an edition, and nobody can bring it about before."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that would move the score: what it can add, and from where to where it would go."""

    sentence: str
    points: float
    low: int
    high: int
    place: Place
    button: str


def say_facts(facts: Sequence[Fact]) -> str:
    """Say how many facts there are: "Three facts would change this most"."""
    return say_count(
        "%(Number)s fact would change this most",
        "%(Number)s facts would change this most",
        len(facts),
    )


def list_facts(
    match: ExplainedMatch, events: Sequence[Event], event: Event, today: date, *, is_late: bool
) -> list[Fact]:
    """Return the facts that would move the match of a trip most, those that can still be had.

    `event` is the stop that is looked at; nothing changes a trip that is over.
    `is_late` where every call for talks is closed: no talk can be proposed any more.
    """
    if all(stop.ends_on < today for stop in events):
        return []
    known = {reason.code: reason.known for reason in match.reasons}
    found = [
        Fact(
            _missing(event) if opening.code == "cost" else opening.sentence,
            opening.points,
            round(opening.low),
            round(opening.high),
            *PLACES[opening.code],
        )
        for opening in find_openings(match, most=len(match.reasons))
        if _can_be_had(opening, known=known[opening.code], is_late=is_late)
    ]
    return found[:MOST_FACTS]


def _can_be_had(opening: Opening, *, known: bool, is_late: bool) -> bool:
    return opening.code in PLACES and (opening.code != "talk" or known or not is_late)


def _missing(event: Event) -> str:
    """Say what is not known of the cost; where all is, what would be better."""
    price = event.booth_cost is None
    conversations = event.expected_conversations is None
    if price and conversations:
        return "The price of a booth and the conversations to expect are not known"
    if price:
        return "The price of a booth is not known"
    if conversations:
        return "How many conversations to expect is not known"
    return "The booth costs less, or brings more conversations"
