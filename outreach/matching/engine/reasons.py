"""The six reasons of a match, each a sentence with the rows that stand behind it."""

from collections.abc import Sequence

from outreach.amounts.money import say_whole
from outreach.calendars.clock import say_decimal
from outreach.matching.engine.community import Presence
from outreach.matching.engine.evidence_on import EvidenceOn
from outreach.matching.engine.terms import (
    EventText,
    EvidenceRow,
    LocalPerson,
    PastVisit,
    Reason,
    ReasonCode,
    SegmentText,
    TalkEvidence,
    Weights,
)

TITLES: dict[ReasonCode, str] = {
    "community": "Your community is there",
    "issue": "Live issue for them",
    "talk": "Talk or devroom",
    "local": "Local reach",
    "cost": "Cost per conversation",
    "recap": "Last recap",
}
UNKNOWN: dict[ReasonCode, str] = {
    "community": "Not known: nothing says that they gather here.",
    "issue": "Not known: no open issue is linked to this segment.",
    "talk": "Not known: no proposal or talk of ours is on record.",
    "local": "Not known: nobody has told how far away they live.",
    "cost": "Not known: no price and no expected number of conversations yet.",
    "recap": "Not known: no recap of an earlier edition.",
}
# How far a proposal carries, by its state.
TALK_STATES = {
    "given": 1.0,
    "published": 1.0,
    "scheduled": 1.0,
    "confirmed": 1.0,
    "informed": 1.0,
    "accepted": 1.0,
    "waitlisted": 0.5,
    "submitted": 0.4,
    "drafting": 0.15,
    "idea": 0.1,
    "rejected": 0.0,
    "withdrawn": 0.0,
    "cancelled": 0.0,
}
RECAP_WORTH = {"bigger": 1.0, "again": 0.9, "smaller": 0.5, "skip": 0.0}
RECAP_WORDS = {
    "bigger": "go again, and bigger",
    "again": "go again",
    "smaller": "go again, but smaller",
    "skip": "leave it out",
}
NEAR_KM = 80.0
# What a conversation may cost, in the foundation's currency: full points up to the first,
# none from the second on.
CHEAP, DEAR = 5.0, 100.0


def reason(
    code: ReasonCode, weights: Weights, share: float, sentence: str, rows: Sequence[EvidenceRow]
) -> Reason:
    """Build a reason worth `share` (0..1) of its weight; without rows it is not known."""
    weight = weights.of(code)
    if not rows:
        return Reason(code, TITLES[code], UNKNOWN[code], 0.0, weight)
    points = round(weight * min(1.0, max(0.0, share)), 1)
    return Reason(code, TITLES[code], sentence, points, weight, tuple(rows))


def community_reason(standing: Presence, weights: Weights) -> Reason:
    """The segment gathers at this event, as far as the rows say."""
    sentence = standing.rows[0].sentence if standing.rows else ""
    visits = [row for row in standing.rows[1:] if isinstance(row, PastVisit)]
    earlier = sum(row.status == "attended" for row in visits)
    if earlier and not isinstance(standing.rows[0], PastVisit):
        sentence += " We were there before." if earlier == 1 else f" We were there {earlier} times."
    return reason("community", weights, standing.strength, sentence, standing.rows)


def issue_reason(
    segment: SegmentText, standing: Presence, ground: EvidenceOn, weights: Weights
) -> Reason:
    """An open issue hits these people; it counts as far as they are at the event.

    Where nothing says that they come, an issue of theirs is no reason to go.
    """
    rows = ground.issues.get(segment.slug, [])
    if not rows or standing.strength < 0.1:
        return reason("issue", weights, 0.0, "", ())
    best = rows[0]
    sentence = best.sentence
    more = len(rows) - 1
    if more:
        sentence += f" {more} more open {'issue' if more == 1 else 'issues'} for them."
    return reason("issue", weights, best.strength * _there(standing), sentence, rows)


def _there(standing: Presence) -> float:
    return min(1.0, standing.strength / 0.6)


def talk_reason(
    segment: SegmentText, event: EventText, ground: EvidenceOn, weights: Weights
) -> Reason:
    """A talk of ours, for everybody or for this segment, counts by how certain it is."""
    rows = [row for row in ground.talks.get(event.key, ()) if row.segment in (None, segment.slug)]
    rows.sort(key=lambda row: (-_talk_worth(row), row.title))
    share = _talk_worth(rows[0]) if rows else 0.0
    return reason("talk", weights, share, rows[0].sentence if rows else "", rows)


def _talk_worth(row: TalkEvidence) -> float:
    return TALK_STATES.get(row.state, 0.0)


def local_reason(
    segment: SegmentText, event: EventText, ground: EvidenceOn, weights: Weights
) -> Reason:
    """People within 80 km count 1/5 each up to three, an expert of the segment 1/5, near or not."""
    rows = ground.people.get(event.key, [])
    near = [row for row in rows if row.km <= NEAR_KM]
    experts = [row for row in rows if segment.slug in row.expert_in]
    share = 0.2 * min(3, len(near)) + (0.2 if experts else 0.0)
    share += 0.2 if any(row.km <= NEAR_KM for row in experts) else 0.0
    kept = list(dict.fromkeys([*near, *experts]))
    sentence = _local_sentence(len(near), experts)
    return reason("local", weights, share, sentence, kept or rows[:1])


def _local_sentence(near: int, experts: list[LocalPerson]) -> str:
    who = "Nobody lives" if near == 0 else "1 person lives" if near == 1 else f"{near} people live"
    sentence = f"{who} within {NEAR_KM:.0f} km"
    if not experts:
        return sentence + "."
    first = experts[0]
    way = "is one of them" if first.km <= NEAR_KM else f"would travel {first.km:.0f} km"
    return f"{sentence}; {first.name}, who knows the field, {way}."


def cost_reason(event: EventText, ground: EvidenceOn, weights: Weights) -> Reason:
    """What one expected conversation costs, between cheap and dear on a straight line."""
    rows = [row for row in ground.costs.get(event.key, ()) if row.conversations]
    if not rows:
        return reason("cost", weights, 0.0, "", ())
    each = rows[-1].amount / (rows[-1].conversations or 1)
    share = (DEAR - each) / (DEAR - CHEAP)
    sentence = (
        f"About {say_whole(each, rows[-1].currency)} per conversation:"
        f" {say_decimal(rows[-1].amount, 0)} for {rows[-1].conversations}."
    )
    if rows[-1].apart:
        sentence += f" {rows[-1].apart} besides: no rate leads there."
    return reason("cost", weights, share, sentence, rows[-1:])


def recap_reason(event: EventText, ground: EvidenceOn, weights: Weights) -> Reason:
    """What the last recap of the series recommended."""
    rows = ground.recaps_of(event)[:1]
    if not rows:
        return reason("recap", weights, 0.0, "", ())
    last = rows[0]
    sentence = f"The recap of {last.edition} says: {RECAP_WORDS[last.recommendation]}."
    return reason("recap", weights, RECAP_WORTH[last.recommendation], sentence, rows)
