"""Sign-up: who gets a place, who is refused and in which words."""


import pytest
from sqlalchemy.orm import Session

from outreach.staffing.leaving import leave
from outreach.staffing.taking import Full, take, wait
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import Crew


def test_it_takes_and_leaves(session: Session) -> None:
    crew = Crew(session)
    shift = crew.shift(max_people=1)
    one, two = crew.person("Ada", is_experienced=True), crew.person("Sol", is_experienced=True)
    got = take(session, shift, one, NOW)
    assert got.state == "taken"
    with pytest.raises(Full) as full:
        take(session, shift, two, NOW)
    assert full.value.sentence == "Wed 13:00 is full; you would be first on the waiting list."
    queued = wait(session, shift, two, NOW)
    assert queued.state == "waiting"
    leave(session, got, NOW, REAL)
    assert (got.state, queued.state) == ("left", "offered")
    assert take(session, shift, two, NOW).state == "taken"
