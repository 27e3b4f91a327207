"""Loads the example's library of talks, and what of it was proposed to events."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Proposal, ProposalSpeaker, Talk, TalkSegment, TalkSpeaker
from outreach.example.facts import day, instant, read
from outreach.example.loading import Loading
from outreach.talks.library import copy_text
from outreach.talks.states import StateTold, begin, set_state


def add_talks(loading: Loading) -> None:
    """Add the texts with who gives them, then the proposals, state after state."""
    library = {facts["title"]: _talk(loading, facts) for facts in read("talks")}
    for facts in read("proposals"):
        _propose(loading, *library[facts["talk"]], facts)


def _talk(loading: Loading, facts: dict[str, Any]) -> tuple[Talk, list[int]]:
    talk = Talk(
        foundation_id=loading.foundation.id,
        title=facts["title"],
        abstract=facts["abstract"],
        minutes=facts["minutes"],
        level=facts["level"],
        language=facts["language"],
        owner_id=loading.people[facts["owner"]].id,
        co_speakers=facts.get("coSpeakers", []),
    )
    loading.session.add(talk)
    loading.session.flush()
    speakers = [loading.people[name].id for name in facts["speakers"]]
    segments = [loading.segments[slug].id for slug in facts["segments"]]
    loading.session.add_all(TalkSpeaker(talk_id=talk.id, person_id=one) for one in speakers)
    loading.session.add_all(TalkSegment(talk_id=talk.id, segment_id=one) for one in segments)
    return talk, speakers


def _propose(loading: Loading, talk: Talk, speakers: list[int], facts: dict[str, Any]) -> None:
    event = loading.event(facts)
    zone, gives = ZoneInfo(event.timezone or "UTC"), facts.get("gives", {})
    proposal = Proposal(
        foundation_id=loading.foundation.id,
        talk_id=talk.id,
        event_id=event.id,
        call_id=loading.session.scalar(
            select(Call.id).where(Call.event_id == event.id, Call.kind == "talks")
        ),
        co_speakers=talk.co_speakers,
        answer_by=day(facts.get("answerBy")),
        starts_at=instant(facts.get("startsAt"), zone),
        ends_at=instant(facts.get("endsAt"), zone),
        room=facts.get("room", ""),
        slides_url=facts.get("slidesUrl"),
        video_url=facts.get("videoUrl"),
        feedback=facts.get("feedback", ""),
        **{f"gives_{what}": gives.get(what) for what in ("ticket", "travel", "hotel", "fee")},
    )
    copy_text(talk, proposal)
    proposal.title = facts.get("sentTitle", talk.title)
    _take_steps(loading.session, proposal, facts["steps"])
    mine = (ProposalSpeaker(proposal_id=proposal.id, person_id=one) for one in speakers)
    loading.session.add_all(mine)


def _take_steps(session: Session, proposal: Proposal, steps: list[list[str]]) -> None:
    """Let it come to each state: its name, its day, why, who told us."""
    for take, (state, on, *more) in zip([begin, *[set_state] * len(steps)], steps, strict=False):
        take(session, proposal, state, StateTold(date.fromisoformat(on), *more))
