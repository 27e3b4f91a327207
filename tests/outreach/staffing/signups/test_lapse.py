"""Places lapse where nobody answered a letter that was delivered, and nowhere else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import AuditEntry, Message, Person, Shift, SignUp
from outreach.accounts import history
from outreach.accounts.addresses import new_person
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.signups.lapse import find_lapsed, lapse
from outreach.staffing.signups.newcomers import know
from outreach.staffing.signups.sign_up import take, wait
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

DAY = timedelta(days=1)
LATER, THEN = REAL + 3 * DAY, NOW + 3 * DAY


class Asked:
    """Sol took a shift with an address, and was mailed the question whose it is."""

    def __init__(self, session: Session) -> None:
        self.session, self.crew = session, Crew(session)
        self.shift = self.crew.shift(max_people=1)
        self.sol = new_person(self.crew.ours, "Sol", "sol@example.org", NOW)
        self.row = take(session, self.shift, self.sol, NOW, reason="alone")
        self.set(Message, state="sent", sent_at=REAL)

    def set(self, table: type, **columns: object) -> None:
        self.session.execute(update(table).values(**columns))
        self.session.expire_all()

    def lapses(self, now: datetime = THEN, real: datetime = LATER) -> bool:
        found = find_lapsed(self.session, self.crew.ours, now, real)
        done = [lapse(self.session, one, self.crew.ours, now, real) for one in found]
        return done == [True]


@pytest.fixture
def asked(session: Session) -> Asked:
    return Asked(session)


def test_a_place_that_nobody_stands_by_goes_to_who_waits(asked: Asked) -> None:
    queued = wait(asked.session, asked.shift, asked.crew.person(), NOW)
    assert not asked.lapses(real=LATER - timedelta(seconds=1))
    assert asked.lapses()
    assert (asked.row.state, queued.state) == ("removed", "offered")
    letter = asked.session.scalars(select(Message).where(Message.kind == "lapsed")).one()
    written = writing.write(asked.session, [letter], LATER, Desk("http://where.example", "key"))
    assert isinstance(written, Written) and "free for others again" in written.body
    assert not asked.lapses()
    asked.row.state = "taken"
    asked.session.flush()
    again = writing.write(asked.session, [letter], LATER, Desk("http://where.example", "key"))
    assert isinstance(again, Dropped)


def test_staff_who_take_it_back_stand_by_the_person(asked: Asked) -> None:
    assert asked.lapses()
    entry = asked.session.scalars(select(AuditEntry).where(AuditEntry.act == "lapsed")).one()
    assert entry.person_id is None
    history.undo(asked.session, entry, asked.crew.lead, THEN, LATER)
    asked.session.expire_all()
    assert (asked.row.state, asked.sol.is_known) == ("taken", True)
    assert not asked.lapses()


@pytest.mark.parametrize(
    "columns",
    [
        (Message, {"state": "waiting", "sent_at": None}),
        (Message, {"state": "bounced"}),
        (Message, {"kind": "cover_asked"}),
        (Message, {"to_address": "other@example.org"}),
        (Person, {"bounces": 1}),
        (Person, {"email": None, "phone": "+1 303 555 0100"}),
        (Person, {"email_key": "sol@example.org", "foundation_id": 1}),
        (SignUp, {"placed_by_id": 1}),
        (SignUp, {"arrived_at": NOW}),
        (SignUp, {"state": "left"}),
        (SignUp, {"changed_at": NOW + timedelta(seconds=1)}),
        (Shift, {"cancelled_at": NOW}),
    ],
)
def test_nothing_else_lapses(asked: Asked, columns: tuple[type, dict[str, object]]) -> None:
    table, values = columns
    if table is Person:
        asked.session.execute(update(Person).where(Person.id == asked.sol.id).values(**values))
    else:
        asked.set(table, **values)
    asked.session.expire_all()
    assert not asked.lapses()


def test_nothing_lapses_for_who_is_known_or_near_the_shift(asked: Asked) -> None:
    assert not asked.lapses(now=WEDNESDAY - 2 * DAY)
    know(asked.session, [asked.sol.id], REAL)
    assert not asked.lapses()


def test_who_confirms_before_the_worker_comes_keeps_the_place(asked: Asked) -> None:
    found = find_lapsed(asked.session, asked.crew.ours, THEN, LATER)
    asked.sol.email_key = "sol@example.org"
    asked.session.flush()
    assert not lapse(asked.session, found[0], asked.crew.ours, THEN, LATER)
    assert asked.row.state == "taken"


def test_only_of_the_foundation_whose_clock_it_is(asked: Asked) -> None:
    theirs = Crew(asked.session, "theirs")
    assert find_lapsed(asked.session, theirs.ours, THEN, LATER) == []
