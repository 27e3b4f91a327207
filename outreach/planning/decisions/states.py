"""The state of an event: what a person decided, and what follows from the calendar."""

from dataclasses import dataclass
from datetime import date

from outreach.language import N_

STATE_WORDS = {
    "idea": N_("idea"),
    "proposed": N_("proposed"),
    "go": N_("go"),
    "live": N_("live"),
    "wrap_up": N_("no recap"),
    "recapped": N_("recapped"),
    "no_go": N_("no-go"),
    "cancelled": N_("cancelled"),
}
"""Every state with the word that people read; the order is the event's life."""


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What the state follows from."""

    decision: str | None
    starts: date
    ends: date
    was_recapped: bool = False


def state_of(standing: DecisionFacts, today: date) -> str:
    """Return the state, a key of STATE_WORDS.

    Only proposed, go, no_go and cancelled are set by a person; the others follow from the
    clock and the recap, so that a state cannot lie.
    """
    if standing.decision is None:
        return "idea"
    if standing.decision != "go" or today < standing.starts:
        return standing.decision
    if today <= standing.ends:
        return "live"
    return "recapped" if standing.was_recapped else "wrap_up"
