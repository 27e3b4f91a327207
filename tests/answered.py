"""A season of Go and No-go answers for tests of what they teach."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models import Event, Foundation, Segment
from tests import cast
from tests.cast import TODAY

FIRST = date(2024, 1, 8)


def answer_often(
    session: Session, foundation: Foundation, segment: Segment, each: int = 10, **columns: object
) -> list[Event]:
    """Add `each` Go and `each` No-go answers: a Go where a booth is cheap, wherever people come.

    Who gathers says nothing about the answers, so cost is to count more than by default.
    """
    return [
        _answered(session, foundation, segment, number, number < each, **columns)
        for number in range(2 * each)
    ]


def _answered(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    number: int,
    go: bool,
    **columns: object,
) -> Event:
    starts = FIRST + timedelta(days=10 * number)
    price = 10 + number if go else 2000 + number
    event = cast.add_event(
        session,
        foundation,
        f"Answered {number}",
        starts,
        booth_cost=price,
        expected_conversations=20,
        **cast.ATLANTA,
    )
    if number % 2:
        cast.add_gathering(session, segment, event, dated=date(2023, 5, 1))
    decided = {"decided_on": min(TODAY, starts) - timedelta(days=30), "reason": "so"} | columns
    cast.add_decision(session, event, "go" if go else "no_go", **decided)
    return event
