"""Ask cards: one for each place, ours alone, good news when it is fixed, and back by Undo."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Ask, Event, Foundation, Issue, IssueSegment, Person, Segment
from outreach.accounts.history import undo
from outreach.issues.asks import (
    LONGEST_STEP,
    MOST_STEPS,
    AskCard,
    offers_news,
    read_steps,
    remove_ask,
    save_ask,
    tell_good_news,
)
from outreach.refusal import Refused
from tests.cast import REAL, add_ask, add_clocked, add_event, add_issue, add_segment, add_tracker
from tests.sign_ins import add_person


@pytest.fixture
def vfx(session: Session, ours: Foundation) -> Segment:
    return add_segment(session, ours)


@pytest.fixture
def issue(session: Session, ours: Foundation, vfx: Segment) -> Issue:
    return add_issue(session, add_tracker(session, ours), vfx)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


@pytest.fixture
def card(vfx: Segment, ada: Person) -> AskCard:
    return AskCard(
        segment_id=vfx.id,
        event_id=None,
        kind="test",
        question="Does it crash?",
        audience="Studios",
        symptom="Houdini crashes.",
        since="9.4",
        steps=("dnf update", "reboot"),
        then="Tell us.",
        way_back=("dnf downgrade",),
        answer_url="https://example.org/answer",
        helper_id=ada.id,
        good_until="the release",
    )


def stored(session: Session) -> list[Ask]:
    return list(session.scalars(select(Ask).order_by(Ask.id)))


def columns(ask: Ask) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in AskCard.__dataclass_fields__}


def test_a_card_keeps_every_word(
    session: Session, ours: Foundation, issue: Issue, ada: Person, card: AskCard
) -> None:
    save_ask(session, ours, issue, None, card, ada, REAL)
    (ask,) = stored(session)
    assert ask.steps == ["dnf update", "reboot"]
    spelled = {name: tuple(v) if isinstance(v, list) else v for name, v in columns(ask).items()}
    assert AskCard(**spelled) == card


def test_one_for_everywhere_and_one_for_each_event(
    session: Session, ours: Foundation, issue: Issue, event: Event, ada: Person, card: AskCard
) -> None:
    here = replace(card, event_id=event.id)
    for one in (card, here):
        save_ask(session, ours, issue, None, one, ada, REAL)
        with pytest.raises(Refused, match="exists already") as refusal:
            save_ask(session, ours, issue, None, one, ada, REAL)
        assert refusal.value.field == "event_id"
    everywhere, _ = stored(session)
    save_ask(session, ours, issue, everywhere, replace(card, question="And you?"), ada, REAL)
    with pytest.raises(Refused, match="exists already"):
        save_ask(session, ours, issue, everywhere, here, ada, REAL)


@pytest.mark.parametrize("field", ["segment_id", "event_id", "helper_id"])
def test_nothing_of_another_foundation(
    session: Session, ours: Foundation, issue: Issue, ada: Person, card: AskCard, field: str
) -> None:
    theirs = add_clocked(session, "theirs")
    foreign = {
        "segment_id": add_segment(session, theirs).id,
        "event_id": add_event(session, theirs).id,
        "helper_id": add_person(session, "Eve Example", foundation=theirs).id,
    }
    for number in (foreign[field], 99999):
        with pytest.raises(Refused) as refusal:
            save_ask(session, ours, issue, None, replace(card, **{field: number}), ada, REAL)
        assert refusal.value.field == field
    assert stored(session) == []


@pytest.mark.parametrize("state", ["rejected", None])
def test_only_whom_it_concerns(
    session: Session,
    ours: Foundation,
    issue: Issue,
    vfx: Segment,
    ada: Person,
    card: AskCard,
    state: str | None,
) -> None:
    link = session.get_one(IssueSegment, (issue.id, vfx.id))
    if state:
        link.state = state
    else:
        session.delete(link)
    session.flush()
    with pytest.raises(Refused, match="does not concern VFX"):
        save_ask(session, ours, issue, None, card, ada, REAL)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", ()),
        (" dnf update \n\n reboot\n", ("dnf update", "reboot")),
        ("x\n" * MOST_STEPS, ("x",) * MOST_STEPS),
        ("x\n" * (MOST_STEPS + 1), None),
        ("x" * LONGEST_STEP, ("x" * LONGEST_STEP,)),
        ("x" * (LONGEST_STEP + 1), None),
    ],
)
def test_steps_fit_a_card(text: str, steps: tuple[str, ...] | None) -> None:
    if steps is not None:
        assert read_steps(text, "steps") == steps
        return
    with pytest.raises(Refused) as refusal:
        read_steps(text, "steps")
    assert refusal.value.field == "steps"


@pytest.mark.parametrize(
    ("state", "note", "kind", "offered"),
    [
        ("open", "", "test", None),
        ("open", "released in 9.5", "test", "fixed"),
        ("closed", "", "reproduce", "closed"),
        ("closed", "wontfix", "tell", "dropped"),
        ("closed", "fixed in 5.2", "good_news", None),
    ],
)
def test_when_a_card_offers_to_become_good_news(
    session: Session,
    issue: Issue,
    vfx: Segment,
    state: str,
    note: str,
    kind: str,
    offered: str | None,
) -> None:
    issue.state, issue.state_note = state, note
    assert offers_news(issue, add_ask(session, issue, vfx, kind=kind)) == offered


def test_good_news_leaves_nothing_to_try(
    session: Session, ours: Foundation, issue: Issue, ada: Person, card: AskCard
) -> None:
    save_ask(session, ours, issue, None, card, ada, REAL)
    (ask,) = stored(session)
    with pytest.raises(Refused, match="no good news yet"):
        tell_good_news(session, ours, issue, ask, ada, REAL)
    issue.state_note = "went stable on 8 August"
    before = columns(ask)
    entry = tell_good_news(session, ours, issue, ask, ada, REAL)
    assert (ask.kind, ask.steps, ask.way_back) == ("good_news", [], ["dnf downgrade"])
    assert ask.question == "Good news: “Houdini crashes” is fixed."
    undo(session, entry, ada, REAL, REAL)
    assert columns(ask) == before


def test_undo_of_writing_changing_and_removing(
    session: Session, ours: Foundation, issue: Issue, ada: Person, card: AskCard
) -> None:
    wrote = save_ask(session, ours, issue, None, card, ada, REAL)
    (ask,) = stored(session)
    first = columns(ask)
    changed = save_ask(session, ours, issue, ask, replace(card, question="?"), ada, REAL)
    undo(session, changed, ada, REAL, REAL)
    assert columns(ask) == first
    removed = remove_ask(session, ours, issue, ask, ada, REAL)
    assert stored(session) == []
    undo(session, removed, ada, REAL, REAL)
    assert [columns(one) for one in stored(session)] == [first]
    undo(session, wrote, ada, REAL, REAL)
    assert stored(session) == []
    for entry in (wrote, changed, removed):
        with pytest.raises(Refused, match="taken back already"):
            undo(session, entry, ada, REAL, REAL)


def test_a_later_card_is_not_written_over(
    session: Session, ours: Foundation, issue: Issue, ada: Person, card: AskCard
) -> None:
    save_ask(session, ours, issue, None, card, ada, REAL)
    removed = remove_ask(session, ours, issue, stored(session)[0], ada, REAL)
    save_ask(session, ours, issue, None, replace(card, question="New?"), ada, REAL)
    with pytest.raises(Refused, match="in its place"):
        undo(session, removed, ada, REAL, REAL)
    assert [ask.question for ask in stored(session)] == ["New?"]
