"""The library: a text is kept once, what was sent of it stays, all of it goes back."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, Proposal, ProposalSpeaker, Talk, TalkSegment, TalkSpeaker
from outreach.accounts import history
from outreach.refusal import ChangedMeanwhile, Refused
from outreach.talks.library import add_talk, changed_since, edit_talk, remove_talk
from outreach.talks.proposals import edit_proposal, move_proposal, propose, remove_proposal
from outreach.talks.states import StateTold
from tests.cast import NOW, REAL, TODAY, add_clocked, add_event, add_segment
from tests.sign_ins import add_person

TEXT = {"title": "Three years", "abstract": "How it began.", "minutes": 30, "level": "beginner",
        "language": "en", "co_speakers": ["Max Beispiel"]}  # fmt: skip
TOLD = StateTold(TODAY, "", "their mail")


@dataclass
class Shelf:
    """A foundation with a person, a segment, an event and one talk."""

    session: Session

    def __post_init__(self) -> None:
        self.ours: Foundation = add_clocked(self.session)
        self.ada: Person = add_person(self.session)
        self.segment = add_segment(self.session, self.ours)
        self.event = add_event(self.session, self.ours)
        people = {"speakers": [self.ada.id], "segments": [self.segment.id], "owner_id": self.ada.id}
        self.talk = add_talk(self.session, self.ours, TEXT | people, self.ada, REAL)

    def edit(self, **facts: Any) -> history.Entry | None:
        people = {"speakers": [self.ada.id], "segments": [self.segment.id]}
        return edit_talk(self.session, self.ours, self.talk, TEXT | people | facts,
                         self.talk.version, self.ada, REAL)  # fmt: skip

    def propose(self, state: str = "submitted", told: StateTold = TOLD) -> Proposal:
        return propose(self.session, self.ours, self.talk, self.event, state, told, self.ada, REAL)

    def move(self, proposal: Proposal, state: str, **facts: Any) -> history.Entry | None:
        return move_proposal(self.session, self.ours, proposal, state, TOLD, facts,
                             proposal.version, self.ada, REAL)  # fmt: skip

    def undo(self, entry: history.Entry | None) -> None:
        assert entry is not None
        history.undo(self.session, entry, self.ada, NOW, REAL)
        self.session.expire_all()


@pytest.fixture
def shelf(session: Session) -> Shelf:
    return Shelf(session)


def test_what_was_sent_stays_and_says_what_changed_since(shelf: Shelf) -> None:
    proposal = shelf.propose()
    assert (proposal.title, proposal.sent_on) == ("Three years", TODAY)
    assert proposal.co_speakers == ["Max Beispiel"]
    assert changed_since(shelf.talk, proposal) == []
    shelf.edit(title="Four years", minutes=45)
    assert (proposal.title, proposal.minutes) == ("Three years", 30)
    assert changed_since(shelf.talk, proposal) == ["title", "length"]


@pytest.mark.parametrize("state", ["idea", "drafting"])
def test_what_was_not_sent_follows_until_it_is(shelf: Shelf, state: str) -> None:
    proposal = shelf.propose(state)
    entry = shelf.edit(title="Four years")
    assert proposal.title == "Four years"
    shelf.undo(entry)
    assert (proposal.title, shelf.talk.title) == ("Three years", "Three years")
    shelf.move(proposal, "submitted")
    shelf.edit(title="Five years")
    assert proposal.title == "Three years"


def test_owner_and_speakers_are_different_people(shelf: Shelf, session: Session) -> None:
    lin = add_person(session, "Lin Example")
    shelf.edit(speakers=[lin.id])
    assert shelf.talk.owner_id == shelf.ada.id
    assert session.scalars(select(TalkSpeaker.person_id)).all() == [lin.id]


def test_people_and_segments_of_others_are_left_out(shelf: Shelf, session: Session) -> None:
    theirs = add_clocked(session, "theirs")
    other = Person(foundation_id=theirs.id, name="Eve", created_at=REAL)
    session.add(other)
    foreign = add_segment(session, theirs, "foreign")
    shelf.edit(speakers=[shelf.ada.id, other.id], segments=[foreign.id])
    assert session.scalars(select(TalkSpeaker.person_id)).all() == [shelf.ada.id]
    assert session.scalars(select(TalkSegment.segment_id)).all() == []


def test_a_text_that_was_read_is_not_removed(shelf: Shelf, session: Session) -> None:
    proposal = shelf.propose()
    with pytest.raises(Refused, match="It was sent to SIGGRAPH"):
        remove_talk(session, shelf.ours, shelf.talk, shelf.ada, REAL)
    shelf.undo(remove_proposal(session, shelf.ours, proposal, shelf.ada, REAL))
    assert session.scalars(select(ProposalSpeaker.person_id)).all() == [shelf.ada.id]


def test_a_removed_text_comes_back_whole(shelf: Shelf, session: Session) -> None:
    shelf.propose("idea")
    entry = remove_talk(session, shelf.ours, shelf.talk, shelf.ada, REAL)
    session.expire_all()
    for table in (Talk, TalkSpeaker, TalkSegment, Proposal, ProposalSpeaker):
        assert session.scalars(select(table)).all() == []
    shelf.undo(entry)
    for table in (Talk, TalkSpeaker, TalkSegment, Proposal, ProposalSpeaker):
        assert len(session.scalars(select(table)).all()) == 1


def test_who_was_not_the_only_one_to_change_it_is_told(shelf: Shelf, session: Session) -> None:
    version = shelf.talk.version
    shelf.edit(title="Four years")
    with pytest.raises(ChangedMeanwhile):
        edit_talk(session, shelf.ours, shelf.talk, TEXT, version, shelf.ada, REAL)


def test_a_talk_is_proposed_to_an_event_once_until_that_ended(shelf: Shelf) -> None:
    first = shelf.propose()
    with pytest.raises(Refused, match="proposed to SIGGRAPH already"):
        shelf.propose("idea")
    shelf.move(first, "rejected")
    assert shelf.propose().id != first.id


def test_a_step_goes_back_with_what_came_with_it(shelf: Shelf, session: Session) -> None:
    proposal = shelf.propose()
    entry = shelf.move(proposal, "accepted", room="401", gives_ticket=True)
    assert (proposal.state, proposal.room) == ("accepted", "401")
    assert [step.told_by for step in steps_of(session, proposal)] == ["their mail", "their mail"]
    shelf.undo(entry)
    assert (proposal.state, proposal.room, proposal.gives_ticket) == ("submitted", "", None)
    assert [step.state for step in steps_of(session, proposal)] == ["submitted"]


def steps_of(session: Session, proposal: Proposal) -> list[Any]:
    session.refresh(proposal, ["steps"])
    return list(proposal.steps)


def test_scheduled_wants_a_slot_and_keeps_it(shelf: Shelf, session: Session) -> None:
    proposal = shelf.propose()
    shelf.move(proposal, "accepted")
    shelf.move(proposal, "confirmed")
    with pytest.raises(Refused, match="Give the day and the time") as refusal:
        shelf.move(proposal, "scheduled")
    assert refusal.value.field == "when"
    slot = {"starts_at": NOW, "ends_at": NOW.replace(hour=23)}
    shelf.move(proposal, "scheduled", **slot)
    with pytest.raises(Refused, match="It is scheduled"):
        edit_proposal(session, shelf.ours, proposal, dict.fromkeys(slot), proposal.version,
                      shelf.ada, REAL)  # fmt: skip
