"""The life of a booth: every letter that a volunteer gets, from a real mail server, counted.

The clock is moved; the worker's rounds are its own: reminders are posted, offers end, mail leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import Foundation, Message, Person, Shift, SignUp
from models.database import make_sessions
from outreach.messages.delivery import Delivery
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import reminders, writing
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.signups.assign import place
from outreach.staffing.signups.change_shift import cancel_shift, change_shift
from outreach.staffing.signups.sign_up import new_person, take
from outreach.staffing.signups.waiting_list import expire_offers
from outreach.staffing.signups.withdraw import leave
from tests.mail_servers import Box, serving
from tests.outreach.staffing.crew import WEDNESDAY, Crew

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1),
                             timedelta(days=1))  # fmt: skip
THURSDAY = WEDNESDAY + DAY
BEGINNING = WEDNESDAY - 4 * DAY
DESK = Desk("http://where.example", "k" * 40, "booth@where.example")
ROUNDS = (timedelta(0), 2 * SECOND, 30 * SECOND, 65 * SECOND, 3 * MINUTE + SECOND, 4 * MINUTE,
          7 * MINUTE)  # fmt: skip
"""After an act the worker looks so often; then by the hour."""


@dataclass
class Life:
    """A booth whose clock is moved on by hand."""

    engine: Engine
    box: Box
    now: datetime = BEGINNING
    arrived: list[tuple[datetime, EmailMessage]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.session() as session:
            crew = Crew(session, label="Hall B", note="Meet at the lift.")
            crew.ours.clock = None
            crew.lead.phone = "+1 303 555 0100"
            self.ours, self.lead, self.booth = crew.ours.id, crew.lead.id, crew.booth.id
            self.crew = crew
            session.commit()

    def session(self) -> Session:
        return make_sessions(self.engine)()

    def shifts(self, *starts: datetime) -> list[int]:
        with self.session() as session:
            made = [
                Shift(booth_id=self.booth, starts_at=start, ends_at=start + HOUR, min_people=0,
                      max_people=3, created_at=self.now)
                for start in starts
            ]  # fmt: skip
            session.add_all(made)
            session.commit()
            return [shift.id for shift in made]

    def known(self, name: str = "Ana Known") -> int:
        with self.session() as session:
            ours = session.get_one(Foundation, self.ours)
            person = new_person(ours, name, f"{name.split()[0].lower()}@example.org", self.now)
            person.email_key, person.is_experienced = person.email, True
            session.add(person)
            session.commit()
            return person.id

    def take(self, person: int, shift: int) -> int:
        with self.session() as session:
            row = take(session, session.get_one(Shift, shift), session.get_one(Person, person),
                       self.now, reason="asked")  # fmt: skip
            session.commit()
            return row.id

    def signs_up(self, name: str, shift: int) -> int:
        """Let somebody sign up whom nobody knows."""
        with self.session() as session:
            ours = session.get_one(Foundation, self.ours)
            person = new_person(ours, name, f"{name.lower()}@example.org", self.now)
            take(session, session.get_one(Shift, shift), person, self.now, reason="asked")
            session.commit()
            return person.id

    def leave(self, person: int, shift: int) -> None:
        with self.session() as session:
            mine = select(SignUp).where(SignUp.person_id == person, SignUp.shift_id == shift)
            leave(session, session.scalars(mine).one(), self.now, self.now)
            session.commit()

    def move(self, shift: int, by: timedelta) -> None:
        with self.session() as session:
            row = session.get_one(Shift, shift)
            times = {"starts_at": row.starts_at + by, "ends_at": row.ends_at + by}
            change_shift(session, row, times, self.by(session), self.now, self.now)
            session.commit()

    def cancel(self, shift: int) -> None:
        with self.session() as session:
            row = session.get_one(Shift, shift)
            cancel_shift(session, row, self.by(session), self.now, self.now)
            session.commit()

    def place(self, person: int, *shifts: int) -> None:
        """Put somebody on shifts by one act."""
        with self.session() as session:
            whom = session.get_one(Person, person)
            for shift in shifts:
                row = session.get_one(Shift, shift)
                place(session, row, whom, self.by(session), self.now, self.now, reason="asked")
            session.commit()

    def by(self, session: Session) -> Person:
        return session.get_one(Person, self.lead)

    def passes(self, length: timedelta) -> None:
        """Let time pass: the worker looks soon after an act, and then where something is due."""
        began, until = self.now, self.now + length
        hours = [WEDNESDAY + hour * HOUR for hour in (-48, -25, -24, -20, -19, -18, -1, 0, 5, 24)]
        for moment in sorted({until, *(began + wait for wait in ROUNDS), *hours}):
            if began <= moment <= until:
                self.now = moment
                self.works()

    def works(self) -> None:
        """Do a worker's round."""
        reading, writing_ = make_sessions(self.engine, writes=False), make_sessions(self.engine)
        with reading() as session:
            dues = reminders.find_due(session, self.now)
        with writing_() as session:
            for _ in reminders.post_due(session, dues, self.now):
                session.commit()
            while expire_offers(session, self.now):
                session.commit()
            session.commit()
        before = len(self.box.taken)
        Delivery(reading, writing_, self.box.server(), _write, lambda: self.now).run()
        self.arrived += [(self.now, one) for one in self.box.taken[before:]]

    def letters(self, name: str) -> list[EmailMessage]:
        """Return the letters to somebody, in the order that they arrived."""
        return [one for _, one in self.arrived if str(one["To"]).startswith(name.lower())]


def _write(session: Session, facts: Sequence[Message], now: datetime) -> Written | Dropped:
    return writing.write(session, facts, now, DESK)


@pytest.fixture
def life(engine: Engine) -> Iterator[Life]:
    """Return a booth; at the end every letter that arrived is read."""
    with serving() as box:
        life = Life(engine, box)
        yield life
        assert life.arrived
        mine = [one for one in life.arrived if not str(one[1]["To"]).startswith("lea")]
        for _, mail in mine:  # hers are those of who coordinates
            read(mail)
        for name in {str(mail["To"]) for _, mail in mine}:
            moments = [at for at, mail in mine if mail["To"] == name]
            assert all(b - a >= MINUTE for a, b in pairwise(moments)), moments


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def entries(mail: EmailMessage) -> tuple[str, list[Any]]:
    """Return the method of a letter's calendar and its entries; "" where it has none."""
    parts = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    if not parts:
        return "", []
    calendar = Calendar.from_ical(parts[0].get_payload(decode=True))
    assert parts[0].get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), list(calendar.walk("VEVENT"))


def read(mail: EmailMessage) -> None:
    """Hold a letter to what is true of each."""
    assert str(mail["Reply-To"]) == "Lea Lead <lea@example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(mail["List-Unsubscribe"]).strip().endswith("/mail>")
    hello, first, *_rest = body(mail).split("\n\n")
    assert hello.startswith("Hello ") and first[0].isupper(), first
    assert "it goes to Lea." in body(mail)
    method, found = entries(mail)
    assert method in {"", "PUBLISH", "CANCEL"}
    for entry in found:
        assert "ATTENDEE" not in entry
        assert str(entry["URL"]).startswith("http://where.example/my/")
        is_off = entry["STATUS"] == "CANCELLED"
        assert is_off or (method == "PUBLISH" and "With you" in entry["DESCRIPTION"]
                          or "Nobody else" in entry["DESCRIPTION"])  # fmt: skip
        assert bool(entry.walk("VALARM")) is not is_off


def subjects(life: Life, name: str = "ana") -> list[str]:
    return [str(one["Subject"]) for one in life.letters(name)]


def test_two_quiet_shifts(life: Life) -> None:
    one, two = life.shifts(WEDNESDAY, THURSDAY)
    ana = life.signs_up("Ana", one)
    life.passes(MINUTE)
    life.take(ana, two)
    life.passes(6 * DAY)
    assert subjects(life) == [
        "Wed 31 Jul, 13:00: you have two shifts at SIGGRAPH",
        "Wed 31 Jul, 13:00: your shift at SIGGRAPH",
        "Thu 1 Aug, 13:00: your shift at SIGGRAPH",
    ]
    method, found = entries(life.letters("ana")[0])
    assert (method, len(found)) == ("PUBLISH", 2)
    at = [at for at, mail in life.arrived]
    assert at[0] == BEGINNING + 4 * MINUTE + SECOND
    assert at[1:] == [WEDNESDAY - DAY, THURSDAY - DAY]


def test_two_shifts_one_moved(life: Life) -> None:
    one, two = life.shifts(WEDNESDAY, THURSDAY)
    ana = life.signs_up("Ana", one)
    life.take(ana, two)
    life.passes(DAY)
    life.move(one, HOUR)
    life.passes(5 * DAY)
    assert subjects(life) == [
        "Wed 31 Jul, 13:00: you have two shifts at SIGGRAPH",
        "Wed 31 Jul, 14:00: the new time of your shift at SIGGRAPH",
        "Wed 31 Jul, 14:00: your shift at SIGGRAPH",
        "Thu 1 Aug, 13:00: your shift at SIGGRAPH",
    ]
    first, moved = life.letters("ana")[:2]
    [entry] = entries(moved)[1]
    assert entry["UID"] == entries(first)[1][0]["UID"] and entry["SEQUENCE"] == 1
    assert entry["DTSTAMP"].dt == BEGINNING + DAY


def test_eight_placed_over_two_days(life: Life) -> None:
    days = [day + n * 2 * HOUR for day in (WEDNESDAY, THURSDAY) for n in range(4)]
    eight = life.shifts(*days)
    life.place(life.known(), *eight)
    life.passes(6 * DAY)
    assert subjects(life) == [
        "Wed 31 Jul, 13:00: you are put on eight shifts at SIGGRAPH",
        "Wed 31 Jul, 13:00: your four shifts at SIGGRAPH",
        "Thu 1 Aug, 13:00: your four shifts at SIGGRAPH",
    ]
    placed = life.letters("ana")[0]
    assert "Lea put you on these eight shifts:" in body(placed)
    assert len(entries(placed)[1]) == 8


def test_what_was_taken_back_in_time_is_told_nobody(life: Life) -> None:
    one, two, three = life.shifts(WEDNESDAY, THURSDAY, THURSDAY + 3 * HOUR)
    ana = life.known()
    life.take(ana, one)
    life.take(ana, two)
    life.passes(2 * MINUTE)
    life.leave(ana, one)
    life.move(two, HOUR)
    life.move(two, -HOUR)
    life.place(ana, three)
    life.passes(10 * MINUTE)
    [letter] = life.letters("ana")
    assert "13:00–14:00" in body(letter) and "16:00–17:00" in body(letter)
    assert "31 Jul" not in body(letter) and "before" not in body(letter)


def test_many_acts_of_the_lead_are_a_letter_a_minute_at_most(life: Life) -> None:
    one, two, three, four = life.shifts(*(WEDNESDAY + n * 2 * HOUR for n in range(4)))
    ana = life.known()
    for shift in (one, two, three):
        life.place(ana, shift)
        life.passes(20 * SECOND)
    life.passes(2 * MINUTE)
    assert len(subjects(life)) == 2
    life.place(ana, four)
    life.cancel(one)
    life.move(two, DAY)
    life.passes(2 * MINUTE)
    [*_before, letter] = life.letters("ana")
    assert str(letter["Subject"]).endswith("what is new about your shifts at SIGGRAPH")
    yours, moved, gone = (body(letter).index(words) for words in (
        "Lea put you on this shift:", "Your shift has a new time:",
        "This shift does not take place, so you need not come:"))  # fmt: skip
    assert yours < moved < gone
    method, found = entries(letter)
    assert method == "PUBLISH"
    assert [str(one["STATUS"]) for one in found].count("CANCELLED") == 1


def test_what_has_all_ended_cancels_and_nobody_is_reminded(life: Life) -> None:
    one, two = life.shifts(WEDNESDAY, THURSDAY)
    ana = life.known()
    life.take(ana, one)
    life.take(ana, two)
    life.passes(HOUR)
    life.leave(ana, one)
    life.leave(ana, two)
    life.passes(5 * DAY)
    told, left = life.letters("ana")
    assert str(left["Subject"]) == "Wed 31 Jul, 13:00: you gave up two shifts at SIGGRAPH"
    method, found = entries(left)
    assert method == "CANCEL"
    raised = {str(one["UID"]): one["SEQUENCE"] for one in entries(told)[1]}
    assert all(one["SEQUENCE"] > raised[str(one["UID"])] for one in found)


def test_who_was_just_told_is_reminded_later_and_who_took_it_late_not_at_all(life: Life) -> None:
    one, two = life.shifts(WEDNESDAY, WEDNESDAY + 2 * HOUR)
    ana, bob = life.known(), life.known("Bob Known")
    life.take(ana, one)
    life.passes(WEDNESDAY - DAY - HOUR - life.now)
    life.move(one, MINUTE)
    life.passes(3 * HOUR)
    assert len(life.letters("ana")) == 2
    life.passes(HOUR)
    life.take(bob, two)
    life.passes(25 * HOUR)
    assert (len(life.letters("ana")), len(life.letters("bob"))) == (3, 1)
    reminded = [at for at, mail in life.arrived if str(mail["To"]).startswith("ana")][-1]
    assert WEDNESDAY - 20 * HOUR < reminded <= WEDNESDAY - 18 * HOUR
