"""What spoke for an event on the day of its answer, and which answers count at all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Attendance, Event, Foundation, Segment
from outreach.accounts.history import undo
from outreach.matching.engine.terms import REASON_CODES, Weights
from outreach.matching.engine.weight_learning import FEWEST, NOTHING_KNOWN, GoAnswer, Lesson
from outreach.matching.store import answers_replayed
from outreach.matching.store.answers_replayed import learn_weights
from outreach.planning.decisions.decisions import decide
from tests import cast
from tests.answered import answer_often
from tests.cast import NOW, REAL, TODAY
from tests.sign_ins import add_person


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return cast.add_clocked(session)


@pytest.fixture
def segment(session: Session, foundation: Foundation) -> Segment:
    return cast.add_segment(session, foundation)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[GoAnswer]:
    """Catch the answers that are learnt from."""
    caught: list[GoAnswer] = []

    def learn(given: list[GoAnswer], *_: object) -> Lesson:
        caught[:] = given
        return Lesson(Weights(), 0, 0)

    monkeypatch.setattr(answers_replayed, "learn", learn)
    return caught


def shares(seen: list[GoAnswer], event: Event) -> dict[str, float]:
    """Return the shares of an event's reasons, by code."""
    (found,) = (answer.shares for answer in seen if answer.event == str(event.id))
    return dict(zip(REASON_CODES, found, strict=True))


def test_what_staff_go_by_counts_more(
    session: Session, foundation: Foundation, segment: Segment
) -> None:
    answer_often(session, foundation, segment)
    lesson = learn_weights(session, foundation, NOW)
    assert (lesson.goes, lesson.no_goes) == (10, 10)
    assert lesson.weights.cost > 15
    assert lesson.weights.community < 35
    assert lesson.right is not None and lesson.right_at_present is not None
    assert lesson.right > lesson.right_at_present
    assert learn_weights(session, foundation, NOW) == lesson


def test_the_present_weights_do_not_change_what_is_learnt(
    session: Session, foundation: Foundation, segment: Segment
) -> None:
    answer_often(session, foundation, segment)
    lesson = learn_weights(session, foundation, NOW)
    foundation.weights = {"community": 1, "issue": 0, "talk": 0, "local": 0, "cost": 99, "recap": 0}
    again = learn_weights(session, foundation, NOW)
    assert again.weights == lesson.weights
    assert again.right_at_present == 1


@pytest.mark.parametrize("each", [0, FEWEST - 1])
def test_too_few_answers_cost_nothing(
    session: Session, foundation: Foundation, segment: Segment, each: int, seen: list[GoAnswer]
) -> None:
    answer_often(session, foundation, segment, each)
    learn_weights(session, foundation, NOW)
    assert len(seen) == 2 * each
    assert {answer.shares for answer in seen} <= {NOTHING_KNOWN}


def test_without_a_segment_nothing_is_known(
    session: Session, foundation: Foundation, segment: Segment
) -> None:
    answer_often(session, foundation, segment)
    session.delete(segment)
    session.flush()
    assert learn_weights(session, foundation, NOW).weights == Weights()


def test_answers_after_the_planning_day_do_not_count(
    session: Session, foundation: Foundation, segment: Segment, seen: list[GoAnswer]
) -> None:
    answer_often(session, foundation, segment, decided_on=TODAY + timedelta(days=1))
    learn_weights(session, foundation, NOW)
    assert seen == []
    learn_weights(session, foundation, NOW + timedelta(days=1))
    assert len(seen) == 20


def test_one_answer_for_an_event_the_newest_that_was_not_undone(
    session: Session, foundation: Foundation, seen: list[GoAnswer]
) -> None:
    ada, event = add_person(session, foundation=foundation), cast.add_event(session, foundation)

    def say(state: str) -> str:
        return decide(session, foundation, [event], state, "so", ada, TODAY, REAL)

    def counted() -> list[bool]:
        learn_weights(session, foundation, NOW)
        return [answer.go for answer in seen]

    say("proposed")
    assert counted() == []
    say("go")
    assert counted() == [True]
    undo(session, say("no_go"), ada, NOW, REAL)
    assert counted() == [True]
    say("no_go")
    assert counted() == [False]
    say("cancelled")
    assert counted() == [False]


def test_answers_of_another_foundation_do_not_count(
    session: Session, foundation: Foundation, segment: Segment, seen: list[GoAnswer]
) -> None:
    answer_often(session, foundation, segment)
    learn_weights(session, cast.add_clocked(session, "theirs"), NOW)
    assert seen == []


def test_no_more_than_the_newest_of_each_kind_are_looked_at(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    seen: list[GoAnswer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = answer_often(session, foundation, segment)
    monkeypatch.setattr(answers_replayed, "MOST", 9)
    learn_weights(session, foundation, NOW)
    assert len(seen) == 18
    assert str(answered[0].id) not in {answer.event for answer in seen}


def test_what_became_known_after_the_answer_does_not_count(
    session: Session, foundation: Foundation, segment: Segment, seen: list[GoAnswer]
) -> None:
    answered = answer_often(session, foundation, segment)
    before, after = answered[2], answered[4]
    cast.add_gathering(session, segment, before, dated=date(2023, 12, 1))
    cast.add_gathering(session, segment, after, dated=TODAY)
    learn_weights(session, foundation, NOW)
    assert shares(seen, before)["community"] > 0.9
    assert shares(seen, after)["community"] < 0.1


def test_what_the_answer_brought_about_does_not_count(
    session: Session, foundation: Foundation, segment: Segment, seen: list[GoAnswer]
) -> None:
    """A team is named and a recap written because somebody said Go."""
    event = answer_often(session, foundation, segment)[1]
    home = {"city": "Lyon", "country": "France", "latitude": 45.76, "longitude": 4.84}
    expert = add_person(session, "Sol Sample", foundation=foundation, **home)
    session.refresh(expert, ["segments"])
    expert.segments.append(segment)
    cast.name_person(session, event, expert)
    visit = Attendance(event_id=event.id, status="attended", judged="bigger", activities=["booth"])
    session.add(visit)
    session.flush()
    learn_weights(session, foundation, NOW)
    assert shares(seen, event)["local"] == 0
    assert shares(seen, event)["recap"] == NOTHING_KNOWN[REASON_CODES.index("recap")]


def test_who_lives_near_counts_for_every_day(
    session: Session, foundation: Foundation, segment: Segment, seen: list[GoAnswer]
) -> None:
    home = {"city": "Atlanta", "country": "USA", "latitude": 33.75, "longitude": -84.39}
    add_person(session, "Sol Sample", foundation=foundation, **home)
    event = answer_often(session, foundation, segment)[1]
    learn_weights(session, foundation, datetime(2024, 7, 25, 23, tzinfo=UTC))
    assert shares(seen, event)["local"] == pytest.approx(0.2)
