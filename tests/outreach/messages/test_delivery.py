"""Mail leaves once, is tried again, bounces where staff see it, and is never anybody else's."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation, Message, Person
from models.database import make_sessions
from outreach.messages import delivery, due, outbox
from outreach.messages.delivery import Delivery
from outreach.messages.due import BATCH, LEASE, MOST_PATIENCE, REST, WAITS, claim
from outreach.messages.outbox import PATIENCE
from outreach.messages.outcomes import MailTally
from outreach.messages.smtp import MailServer
from outreach.messages.written import LINK_PLACE, Dropped, Written
from tests.conftest import Stored
from tests.mail_servers import DIES, HOST, Box, serving
from tests.ports import find_port
from tests.sign_ins import add_foundation, add_person

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
Deliver = Callable[..., MailTally]


def as_stored(_session: Session, facts: Sequence[Message], _now: datetime) -> Written | Dropped:
    return Written(", ".join(one.subject for one in facts), facts[0].body)


def reading(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine, writes=False)


@pytest.fixture
def box() -> Iterator[Box]:
    with serving() as box:
        yield box


@pytest.fixture
def deliver(engine: Engine) -> Deliver:
    """Return a round of a worker, at an instant."""

    def run(server: MailServer, now: datetime = NOW, write: Any = as_stored) -> MailTally:
        return Delivery(reading(engine), make_sessions(engine), server, write, lambda: now).run()

    return run


def post(
    stored: Stored,
    *names: str,
    slug: str = "ours",
    together: str | None = None,
    is_by_reader: bool = False,
    now: datetime = NOW,
    **columns: Any,
) -> list[int]:
    """Post a mail to each of these people."""
    with stored() as session:
        foundation = add_foundation(session, slug)
        made = []
        for name in names:
            person = session.scalar(select(Person).where(Person.name == name))
            person = person or add_person(session, name, "volunteer", foundation, **columns)
            row = outbox.row_of(
                now, person, f"To {name}", "Hello\n", token_hex(8), together=together,
                is_by_reader=is_by_reader,
            )  # fmt: skip
            assert row is not None
            made += outbox.post_rows(session, [row])
    return made


def states(stored: Stored) -> dict[str, str]:
    with stored() as session:
        return {m.to_address.partition("@")[0]: m.state for m in session.scalars(select(Message))}


def one(stored: Stored) -> Message:
    with stored() as session:
        return session.scalars(select(Message)).one()


def test_every_person_gets_their_own(deliver: Deliver, stored: Stored, box: Box) -> None:
    post(stored, *(f"Ada{number} Example" for number in range(BATCH + 3)))
    assert deliver(box.server()).sent == BATCH + 3
    assert all(len(to) == 1 for to in box.recipients)
    assert [mail["To"] for mail in box.taken] == [to[0] for to in box.recipients]
    assert all(mail["Cc"] is None and mail["Bcc"] is None for mail in box.taken)
    assert set(states(stored).values()) == {"sent"}
    assert deliver(box.server()).sent == 0


def test_the_example_and_what_was_removed_send_nothing(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    post(stored, "Ada Example")
    post(stored, "Bob Example", slug="example")
    post(stored, "Cy Example", slug="removed")
    with stored() as session:
        for slug, column in (("example", {"is_example": True}), ("removed", {"removed_at": NOW})):
            session.execute(update(Foundation).where(Foundation.slug == slug).values(**column))
    assert deliver(box.server()).sent == 1
    assert states(stored) == {"ada": "sent", "bob": "waiting", "cy": "waiting"}
    with stored() as session:
        assert not due.has_due(session, NOW)


def test_it_waits_longer_each_time_and_ends_after_two_days(
    deliver: Deliver, stored: Stored
) -> None:
    post(stored, "Ada Example")
    nobody = MailServer(HOST, find_port(), "a@where.example", "a@where.example", safety="none")
    now, waits = NOW, []
    for _ in WAITS:
        assert deliver(nobody, now).is_down
        message = one(stored)
        assert (message.state, message.trouble) == (
            "waiting", "The mail server refused the connection."
        )  # fmt: skip
        assert deliver(nobody, message.due_at - timedelta(seconds=1)) == MailTally()
        waits.append(message.due_at - now)
        now = message.due_at
    assert [wait.total_seconds() / 60 for wait in waits[:4]] == [1, 5, 15, 60]
    assert waits == sorted(waits)
    assert timedelta(hours=46) < now - NOW <= timedelta(hours=48)
    deliver(nobody, now)
    message = one(stored)
    assert message.state == "bounced"
    assert message.trouble.startswith("Given up after two days.")


def test_a_server_that_is_down_uses_up_one_try_of_one_mail(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    post(stored, *(f"Ada{number} Example" for number in range(5)))
    box.sender = "451 not now"
    assert deliver(box.server()).later == 1
    with stored() as session:
        tried = session.execute(select(Message.attempts, Message.claimed_until)).all()
    assert sorted(row[0] for row in tried) == [0, 0, 0, 0, 1]
    assert {row[1] for row in tried} == {None}
    box.sender = "250 OK"
    assert deliver(box.server(), NOW + WAITS[0]).sent == 5


def test_a_connection_that_dies_after_the_text_is_tried_again_under_the_same_name(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    post(stored, "Ada Example")
    box.data = DIES
    assert deliver(box.server()).later == 1
    box.data = "250 OK"
    assert deliver(box.server(), NOW + WAITS[0]).sent == 1
    assert list(box.ids().values()) == [2]


@pytest.mark.parametrize(
    ("step", "answer", "bounces"), [("rcpt", "550 unknown", 1), ("data", "554 spam", 0)]
)
def test_a_refusal_for_good_is_not_tried_again(
    deliver: Deliver, stored: Stored, box: Box, step: str, answer: str, bounces: int
) -> None:
    post(stored, "Ada Example")
    setattr(box, step, (lambda _address: answer) if step == "rcpt" else answer)
    assert deliver(box.server()).bounced == 1
    message = one(stored)
    assert (message.state, message.trouble) == ("bounced", f"The mail server said {answer}")
    assert deliver(box.server(), NOW + timedelta(days=3)) == MailTally()
    with stored() as session:
        assert session.scalars(select(Person.bounces)).one() == bounces


def test_the_second_bounce_in_a_row_suspends_an_address(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    box.rcpt = lambda _address: "550 unknown"
    for _ in range(3):
        post(stored, "Ada Example")
        deliver(box.server())
    with stored() as session:
        told = session.execute(select(Message.state, Message.trouble).order_by(Message.id)).all()
        assert session.scalars(select(Person.bounces)).one() == 2
    assert [row[0] for row in told] == ["bounced", "bounced", "dropped"]
    assert told[2][1] == delivery.SUSPENDED


def test_mail_that_arrives_forgets_a_bounce(deliver: Deliver, stored: Stored, box: Box) -> None:
    box.rcpt = lambda _address: "550 unknown"
    post(stored, "Ada Example")
    deliver(box.server())
    box.rcpt = lambda _address: "250 OK"
    post(stored, "Ada Example")
    deliver(box.server())
    with stored() as session:
        assert session.scalars(select(Person.bounces)).one() == 0
        assert session.scalars(select(Person.version)).one() == 1


def test_an_address_that_nobody_proved_gets_three_in_six_hours(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    for _ in range(5):
        post(stored, "Ada Example", is_by_reader=True, email_key=None)
    with stored() as session:
        other = session.scalars(select(Person)).one()
        eve = add_person(session, "Eve Example", email="A.da+x@example.org", email_key=None)
        row = outbox.row_of(NOW, eve, "To Eve", "Hello\n", "eve", is_by_reader=True)
        assert row and outbox.post_rows(session, [row])
        assert eve.foundation_id == other.foundation_id
    assert deliver(box.server()).sent == 3
    with stored() as session:
        held = session.scalars(select(Message).where(Message.state == "waiting")).all()
    assert [message.attempts for message in held] == [0, 0, 0]
    assert all(NOW < message.due_at <= NOW + timedelta(hours=12) for message in held)
    assert deliver(box.server(), NOW + timedelta(hours=1)).sent == 0
    assert deliver(box.server(), NOW + timedelta(hours=13)).sent == 3


def test_what_staff_or_the_clock_cause_is_never_held(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    for _ in range(5):
        post(stored, "Ada Example", is_by_reader=True, email_key=None)
        post(stored, "Ada Example")
    assert deliver(box.server()).sent == 3 + 5


def test_what_a_person_wrote_stays_out_of_the_headers(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    with stored() as session:
        person = add_person(session, "Ada\r\nBcc: eve@example.org", email="ada@example.org")
        subject = f"{person.name} \u2028X-Evil: 1"
        assert outbox.post(session, NOW, person, subject, "Hello\n", "f") is not None
        for number, address in enumerate(
            ("a@b.example\r\nRCPT TO:<eve@example.org>", "a@b.example, eve@example.org", "none")
        ):
            odd = add_person(session, f"Odd{number} Example", email=address, email_key=None)
            assert outbox.post(session, NOW, odd, "Hi", "Hello\n", f"odd {number}") is not None
    tally = deliver(box.server())
    assert (tally.sent, tally.bounced) == (1, 3)
    assert box.recipients == [["ada@example.org"]]
    assert box.taken[0]["Bcc"] is None
    assert box.taken[0]["X-Evil"] is None
    assert len(box.taken[0].keys()) == len(set(box.taken[0].keys()))


def test_it_is_written_anew_when_it_leaves(deliver: Deliver, stored: Stored, box: Box) -> None:
    post(stored, "Ada Example", "Bob Example")

    def write(_session: Session, facts: Sequence[Message], now: datetime) -> Written | Dropped:
        if facts[0].to_address.startswith("bob"):
            return Dropped("It is not true any more.")
        link, told = "http://where.example/my/secret", {facts[0].id: {"told": True}}
        return Written("Now", f"At {now:%H:%M}: {LINK_PLACE}\n", link, told=told)

    tally = deliver(box.server(), NOW, write)
    assert (tally.sent, tally.dropped) == (1, 1)
    assert box.taken[0].get_content().strip() == "At 12:00: http://where.example/my/secret"
    with stored() as session:
        ada, bob = session.scalars(select(Message).order_by(Message.id))
        assert (ada.subject, ada.body) == ("Now", f"At 12:00: {LINK_PLACE}\n")
        assert ada.facts["told"] is True
        assert (bob.state, bob.trouble) == ("dropped", "It is not true any more.")


def test_a_letter_that_cannot_be_written_keeps_no_other(
    deliver: Deliver, stored: Stored, box: Box
) -> None:
    post(stored, "Ada Example", "Bob Example")

    def write(session: Session, facts: Sequence[Message], now: datetime) -> Written | Dropped:
        if facts[0].to_address.startswith("ada"):
            raise KeyError("ada@example.org")
        return as_stored(session, facts, now)

    assert deliver(box.server(), NOW, write).sent == 1
    with stored() as session:
        ada = session.scalars(select(Message).order_by(Message.id)).first()
        assert ada is not None
        assert (ada.state, ada.trouble) == ("waiting", "It could not be written: KeyError.")
        assert "ada@" not in ada.trouble


class TestTogether:
    """Facts for one reader leave as one mail, and each is told once."""

    def rows(self, stored: Stored) -> list[tuple[str, int | None, str]]:
        with stored() as session:
            found = session.scalars(select(Message).order_by(Message.id))
            return [(one.state, one.told_in_id, one.trouble) for one in found]

    def test_one_mail_tells_all(self, deliver: Deliver, stored: Stored, box: Box) -> None:
        ours, beside = [post(stored, "Ada Example", together="a")[0] for _ in range(3)], "b"
        post(stored, "Ada Example", together=beside)
        post(stored, "Bob Example", together="a")
        assert deliver(box.server()).sent == 3
        assert len(box.taken) == 3
        mine = [("sent", None, ""), *[("sent", ours[0], "")] * 2]
        assert self.rows(stored) == [*mine, ("sent", None, ""), ("sent", None, "")]
        assert not deliver(box.server(), NOW + timedelta(hours=1)).sent

    def test_what_it_leaves_out_is_dropped_with_its_reason(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        numbers = [post(stored, "Ada Example", together="a")[0] for _ in range(3)]

        def write(_session: Session, facts: Sequence[Message], _now: datetime) -> Written:
            assert [one.id for one in facts] == numbers
            told = {facts[1].id: {"place": 7}}
            left_out = {facts[0].id: "Opposites.", facts[2].id: "Known."}
            return Written("One", "Hello\n", told=told, left_out=left_out)

        assert deliver(box.server(), write=write).sent == 1
        assert self.rows(stored) == [
            ("dropped", None, "Opposites."), ("sent", None, ""), ("dropped", None, "Known.")
        ]  # fmt: skip
        with stored() as session:
            assert session.get_one(Message, numbers[1]).facts == {"place": 7}

    def test_what_the_reader_did_waits_for_what_they_do_next(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        minute = timedelta(minutes=1)
        for minutes in range(0, 14, 2):
            now = NOW + minutes * minute
            post(stored, "Ada Example", together="a", is_by_reader=True, now=now)
            assert deliver(box.server(), now).sent == (now - NOW == MOST_PATIENCE)
        assert deliver(box.server(), NOW + 12 * minute + PATIENCE).sent == 1
        assert [state for state, _, _ in self.rows(stored)] == ["sent"] * 7

    def test_what_staff_do_takes_along_what_waits(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        post(stored, "Ada Example", together="a", is_by_reader=True)
        assert not deliver(box.server()).sent
        post(stored, "Ada Example", together="a")
        assert deliver(box.server()).sent == 1

    def test_a_mail_and_the_next_are_a_minute_apart(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        post(stored, "Ada Example", together="a")
        assert deliver(box.server()).sent == 1
        post(stored, "Ada Example", together="a")
        assert not deliver(box.server(), NOW + REST - timedelta(seconds=1)).sent
        assert deliver(box.server(), NOW + REST).sent == 1

    def test_all_of_it_is_tried_again_and_bounces_once(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        post(stored, "Ada Example", together="a")
        post(stored, "Ada Example", together="a")
        box.data = "451 not now"
        assert deliver(box.server()).later == 1
        assert deliver(box.server()) == MailTally()
        box.data, box.rcpt = "250 OK", lambda _address: "550 unknown"
        assert deliver(box.server(), NOW + WAITS[0]).bounced == 1
        assert {state for state, _, _ in self.rows(stored)} == {"bounced"}
        with stored() as session:
            assert session.scalars(select(Person.bounces)).one() == 1

    def test_what_cannot_be_written_waits_whole(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        post(stored, "Ada Example", together="a")
        post(stored, "Ada Example", together="a")

        def write(_session: Session, _facts: Sequence[Message], _now: datetime) -> Written:
            raise KeyError

        assert deliver(box.server(), write=write).later == 1
        assert deliver(box.server(), write=write) == MailTally()

    def test_its_name_is_that_of_what_it_tells(
        self, deliver: Deliver, stored: Stored, box: Box
    ) -> None:
        """Sent twice it is one mail to a mail program; with more news in it it is another."""
        post(stored, "Ada Example", together="a")
        post(stored, "Ada Example", together="a")
        box.data = DIES
        assert deliver(box.server()).later == 1
        assert deliver(box.server(), NOW + WAITS[0]).later == 1
        post(stored, "Ada Example", together="a")
        box.data = "250 OK"
        assert deliver(box.server(), NOW + WAITS[0] + WAITS[1]).sent == 1
        assert sorted(box.ids().values()) == [1, 2]

    @pytest.mark.parametrize(("others", "sent"), [(0, 3), (1, 4)])
    def test_the_brake_lets_go_what_others_caused(
        self, deliver: Deliver, stored: Stored, box: Box, others: int, sent: int
    ) -> None:
        for word in "abcd":
            post(stored, "Ada Example", together=word, is_by_reader=True, email_key=None)
        for _ in range(others):
            post(stored, "Ada Example", together="d", email_key=None)
        assert deliver(box.server(), NOW + PATIENCE).sent == sent

    def test_two_workers_have_not_each_a_part(self, stored: Stored) -> None:
        first = post(stored, "Ada Example", together="a")
        post(stored, "Ada Example", together="a")
        with stored() as session:
            assert claim(session, NOW) == first
        post(stored, "Ada Example", together="a")
        with stored() as session:
            assert claim(session, NOW) == []


class TestClaims:
    """Of two workers each mail is one's, and a dead one's is free soon."""

    def test_what_one_has_the_other_has_not(self, stored: Stored) -> None:
        numbers = post(stored, *(f"Ada{number} Example" for number in range(BATCH + 2)))
        with stored() as session:
            first = claim(session, NOW)
        with stored() as session:
            second = claim(session, NOW)
        assert [*first, *second] == numbers
        with stored() as session:
            assert claim(session, NOW + LEASE - timedelta(seconds=1)) == []
        with stored() as session:
            assert claim(session, NOW + LEASE) == first

    @pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
    def test_a_clock_that_stood_wrong_locks_nothing_for_long(
        self, stored: Stored, jump: timedelta
    ) -> None:
        numbers = post(stored, "Ada Example")
        with stored() as session:
            assert claim(session, NOW + jump) == numbers
        with stored() as session:
            assert claim(session, NOW) == numbers

    def test_many_workers_at_once_send_each_mail_once(
        self, engine: Engine, stored: Stored, box: Box
    ) -> None:
        post(stored, *(f"Ada{number} Example" for number in range(60)))
        sessions = make_sessions(engine)
        tallies: list[MailTally] = []

        def work() -> None:
            delivery = Delivery(reading(engine), sessions, box.server(), as_stored, lambda: NOW)
            tallies.append(delivery.run())

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(tally.sent for tally in tallies) == 60
        assert set(box.ids().values()) == {1}
        assert len(box.taken) == 60

    def test_a_worker_that_is_to_end_gives_back_what_it_has_not_sent(
        self, engine: Engine, stored: Stored, box: Box
    ) -> None:
        post(stored, *(f"Ada{number} Example" for number in range(BATCH)))
        asked = iter([False, False, False, *[True] * 100])
        working = Delivery(
            reading(engine),
            make_sessions(engine),
            box.server(),
            as_stored,
            lambda: NOW,
            lambda: next(asked),
        )
        assert working.run().sent == 2
        with stored() as session:
            left = select(Message.claimed_until).where(Message.state == "waiting")
            assert session.scalars(left).all() == [None] * (BATCH - 2)
