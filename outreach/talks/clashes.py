"""What stands against a slot: shifts and other talks of who speaks, by the rules of the booth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from models import Proposal
from models.talks import SPEAKING
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import Commitment, Rules, Slot, breaches_of, is_double

NO_HANDOVER = Rules(handover_minutes=0)
"""Two who hand a booth over to each other may overlap; a talk waits for nobody."""
MOST = 3
"""Clashes that are named of one talk."""


@dataclass(frozen=True, slots=True)
class SlotClash:
    """Something that a speaker cannot do beside the talk."""

    sentence: str
    event_id: int
    shift_id: int | None
    """The shift for which somebody else is to be found; None where it is another talk."""


def find_clashes(session: Session, proposals: Sequence[Proposal]) -> dict[int, list[SlotClash]]:
    """Return what clashes with each proposal's slot, by its number, the first of them.

    One statement for all.
    """
    slots = {one.id: slot for one in proposals if (slot := _slot_of(one))}
    speaking = [one for one in proposals if one.id in slots]
    people = {person.id for one in speaking for person in one.speakers}
    if not people:
        return {}
    busy = commitments_near(session, people, list(slots.values()))
    return {one.id: list(islice(_clashes(one, slots[one.id], busy), MOST)) for one in speaking}


def _slot_of(proposal: Proposal) -> Slot | None:
    starts, ends = proposal.starts_at, proposal.ends_at
    if starts is None or ends is None or proposal.state not in SPEAKING:
        return None
    return Slot(0, starts, ends, proposal.event_id, "talk", proposal.title)


def _clashes(
    proposal: Proposal, slot: Slot, busy: Mapping[int, Sequence[Commitment]]
) -> Iterator[SlotClash]:
    zone = zone_of(proposal.event)
    for person in proposal.speakers:
        for other in busy[person.id]:
            is_itself = (other.kind, other.label, other.starts) == ("talk", slot.label, slot.starts)
            if is_itself or not is_double(slot, other, NO_HANDOVER.handover):
                continue
            named = person.first_name
            first, *_rest = breaches_of(slot, [other], NO_HANDOVER, zone, name=named)
            yield SlotClash(first.sentence, other.event_id, other.shift_id)
