"""A decision against an event reaches whoever counts on a shift there, and so does its Undo."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Message
from outreach.accounts.history import undo
from outreach.catalog.removing import remove_event
from outreach.planning.decisions import decisions
from outreach.planning.following import follow_acts
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.outreach.staffing.crew import Crew


def told(session: Session) -> list[tuple[str, int | None]]:
    rows = session.execute(select(Message.kind, Message.person_id).order_by(Message.id))
    return [(kind, person) for kind, person in rows]


def decide(crew: Crew, state: str) -> AuditEntry:
    entry = decisions.decide(
        crew.session, crew.ours, [crew.event], state, "no booth", crew.lead, TODAY, REAL
    )
    assert entry is not None
    follow_acts(crew.session, REAL)
    return entry


@pytest.mark.parametrize("state", ["no_go", "cancelled"])
def test_whoever_counts_on_a_shift_is_told(session: Session, state: str) -> None:
    crew = Crew(session)
    shift = crew.shift()
    people = [crew.person() for _ in range(4)]
    for person, row in zip(people, ("taken", "offered", "waiting", "left"), strict=True):
        cast.add_sign_up(session, shift, person, row, queue_no=1, offer_ends_at=NOW)
    decide(crew, state)
    assert told(session) == [("called_off", person.id) for person in people[:3]]
    assert shift.sequence == 1


def test_undo_tells_who_has_a_place_that_it_stands(session: Session) -> None:
    crew = Crew(session)
    person = crew.person()
    cast.add_sign_up(session, crew.shift(), person)
    entry = decide(crew, "no_go")
    undo(session, entry, crew.lead, NOW, REAL)
    follow_acts(session, REAL)
    assert told(session) == [("called_off", person.id), ("on_again", person.id)]


def test_nobody_is_told_when_an_event_called_off_comes_back(session: Session) -> None:
    crew = Crew(session)
    decide(crew, "no_go")
    cast.add_sign_up(session, crew.shift(), crew.person(), "waiting", queue_no=1)
    entry = remove_event(session, crew.ours, crew.event, crew.lead, NOW, REAL)
    undo(session, entry, crew.lead, NOW, REAL)
    follow_acts(session, REAL)
    assert told(session) == []


def test_nobody_is_told_of_what_is_over_or_stays_so(session: Session) -> None:
    crew = Crew(session)
    over = cast.add_shift(session, crew.booth, NOW - timedelta(hours=3))
    cast.add_sign_up(session, over, crew.person())
    decide(crew, "no_go")
    decide(crew, "cancelled")
    assert told(session) == []
    cast.add_sign_up(session, crew.shift(), crew.person())
    decide(crew, "no_go")
    assert told(session) == []
