"""Season asks for what was spent on a trip while it can be handed in, and a little longer."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.planning.money.claims import find_claims
from outreach.planning.season.needs import needs_of
from tests.cast import TODAY
from tests.outreach.planning.money.desk import Desk

END = 1 + 6 + 30
"""Days from TODAY to the last for claims: 30 after 1 August."""


@pytest.mark.parametrize(
    ("state", "day", "title"),
    [
        ("accepted", END - 14, "Claims for SIGGRAPH end on Sat 31 Aug"),
        ("approved", END, "Claims for SIGGRAPH end on Sat 31 Aug"),
        ("accepted", END + 14, "Claims for SIGGRAPH ended on Sat 31 Aug"),
        ("accepted", END - 15, None),
        ("accepted", END + 15, None),
        ("wanted", END, None),
        ("spent", END, None),
    ],
)
def test_it_is_asked_for(session: Session, state: str, day: int, title: str | None) -> None:
    """The trip ends with its last event."""
    desk = Desk(session)
    desk.set(claim_days=30)
    desk.to(state)
    today = TODAY + timedelta(days=day)
    needs = needs_of([], [], 0, today, claims=find_claims(session, desk.ours, today))
    assert [need.title for need in needs] == ([title] if title else [])
    assert [need.sentence for need in needs] == (
        ["One person has not handed in what was spent."] if title else []
    )
