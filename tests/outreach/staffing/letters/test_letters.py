"""Letters: what each says, in plain words and by the venue's clock, and when it is dropped."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, SignUp
from outreach.accounts.history import undo
from outreach.messages.due import gather
from outreach.messages.outbox import WORD_JOINER
from outreach.messages.outcomes import note_sent
from outreach.messages.written import LINK_PLACE, Dropped, Written
from outreach.staffing import notices
from outreach.staffing.cover import questions, swaps
from outreach.staffing.letters import own_place, sentences, writing
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.signups import change_shift
from outreach.staffing.signups.assign import place, take_off
from outreach.staffing.signups.sign_up import take, wait
from outreach.staffing.signups.waiting_list import answer_offer, expire_offers
from outreach.staffing.signups.withdraw import leave
from outreach.staffing.volunteers.one_person import disown
from outreach.staffing.volunteers.personal_links import find_owner, find_proof
from tests import cast, pseudo
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew
from tests.translated import texts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = "k" * 40
DESK = Desk("http://where.example", KEY, "booth@where.example")


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session, label="Hall B 1234", note="Meet at the lift.")


def newest(session: Session, kind: str) -> Message:
    """Return the newest letter of a kind."""
    found = select(Message).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
    return session.scalars(found).one()


def write(session: Session, message: Message) -> Written | Dropped:
    """Write it as the worker would, with what leaves together with it."""
    return writing.write(session, gather(session, message), REAL, DESK)


def letter(session: Session, kind: str) -> Written:
    """Return the newest letter of a kind as it would leave; all of it speaks other languages."""
    message = newest(session, kind)
    written = write(session, message)
    assert isinstance(written, Written), written
    for only in (None, texts()) if kind not in writing.FOR_COORDINATORS else (None,):
        with pseudo.spoken(only):
            other = writing.draft(session, gather(session, message), REAL, DESK)
        assert isinstance(other, Written)
        assert pseudo.untranslated(f"{other.subject} {other.body}") <= pseudo.typed(session)
    return written


def reason(session: Session, kind: str) -> str:
    """Return why the newest letter of a kind is not told."""
    message = newest(session, kind)
    written = write(session, message)
    assert isinstance(written, Dropped) or message.id in written.left_out, written
    default = written.reason if isinstance(written, Dropped) else ""
    return written.left_out.get(message.id, default)


def sent(session: Session, kind: str) -> None:
    """Let the newest letter of a kind have left."""
    message, written = newest(session, kind), letter(session, kind)
    note_sent(session, gather(session, message), written, NOW, message.to_address)
    session.flush()


def entries(written: Written) -> list[Any]:
    assert written.calendar is not None
    return list(Calendar.from_ical(written.calendar.content).walk("VEVENT"))


def entry(written: Written) -> Any:
    (event,) = entries(written)
    return event


class TestOwnPlace:
    """A volunteer hears what became of their place."""

    def test_confirmed(self, crew: Crew) -> None:
        person = crew.person("Sol Vol", timezone="Europe/Berlin")
        other = crew.person("Ada Secret")
        shift = crew.shift(note="Bring the T-shirts.")
        take(crew.session, shift, other, NOW)
        take(crew.session, shift, person, NOW)
        written = letter(crew.session, "confirmed")
        token = written.link.removeprefix("http://where.example/my/") if written.link else ""
        assert find_owner(crew.session, token, REAL) == person
        assert written.subject == "Wed 31 Jul, 13:00: you are at the booth of SIGGRAPH"
        assert written.body == (
            "Hello Sol,\n\n"
            "You have this shift:\n\n"
            "Wed 31 Jul 2024, 13:00–15:00 MDT (America/Denver)\n"
            "by your clock Wed 31 Jul 2024, 21:00–23:00 CEST (Europe/Berlin)\n"
            "SIGGRAPH, Denver, Hall B 1234\n\n"
            "With you: Ada.\n\n"
            "Bring the T-shirts.\n\nMeet at the lift.\n\n"
            f"Your shifts, and how to give one up:\n{LINK_PLACE}\n\n"
            "If you have a question, answer this mail: it goes to Lea.\n\n"
            "Ours\n"
        )
        assert token in written.full_body
        assert "Secret" not in written.full_body
        assert written.stop_url == f"{written.link}/mail"

    def test_the_calendar_is_told_and_asked_nothing(self, crew: Crew) -> None:
        shift = crew.shift(note="Bring\nthe T-shirts.")
        take(crew.session, shift, crew.person("Ada Secret"), NOW)
        take(crew.session, shift, crew.person(), NOW)
        written = letter(crew.session, "confirmed")
        assert written.calendar is not None and written.calendar.method == "PUBLISH"
        assert b"METHOD:PUBLISH" in written.calendar.content
        assert b"REFRESH" not in written.calendar.content
        event = entry(written)
        assert event["ORGANIZER"] == "mailto:booth@where.example"
        assert "ATTENDEE" not in event
        assert event.start == WEDNESDAY
        assert event["URL"] == written.link
        assert event["DESCRIPTION"].split("\n") == [
            "With you: Ada.", "Bring the T-shirts.", "Meet at the lift.",
            "Your shifts, and how to give one up:", written.link,
        ]  # fmt: skip
        [alarm] = event.walk("VALARM")
        assert alarm["TRIGGER"].dt == -HOUR

    def test_one_identity_and_a_rising_number_over_a_move_and_a_cancellation(
        self, crew: Crew
    ) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        first = entry(letter(crew.session, "confirmed"))
        sent(crew.session, "confirmed")
        later = {"starts_at": WEDNESDAY + HOUR, "ends_at": WEDNESDAY + 3 * HOUR}
        change_shift.change_shift(crew.session, shift, later, crew.lead, NOW, REAL)
        moved = entry(letter(crew.session, "changed"))
        sent(crew.session, "changed")
        change_shift.cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
        gone = letter(crew.session, "cancelled")
        ended = entry(gone)
        assert gone.calendar is not None and gone.calendar.method == "CANCEL"
        assert ended["STATUS"] == "CANCELLED"
        assert first["UID"] == moved["UID"] == ended["UID"]
        assert first["SEQUENCE"] < moved["SEQUENCE"] < ended["SEQUENCE"]
        assert moved.start == WEDNESDAY + HOUR

    def test_a_confirmation_of_who_has_left_is_dropped(self, crew: Crew) -> None:
        sign_up = take(crew.session, crew.shift(), crew.person(), NOW)
        leave(crew.session, sign_up, NOW, REAL)
        assert reason(crew.session, "confirmed") == "A newer letter tells it."
        assert reason(crew.session, "left") == "The reader was never told that they had it."

    def test_of_two_that_wait_the_newest_is_told(self, crew: Crew) -> None:
        shift, person = crew.shift(), crew.person()
        take(crew.session, shift, person, NOW)
        first = newest(crew.session, "confirmed")
        leave(crew.session, crew.session.scalars(select(SignUp)).one(), NOW, REAL)
        take(crew.session, shift, person, NOW)
        written = letter(crew.session, "confirmed")
        assert written.left_out[first.id] == "A newer letter tells it."
        assert written.calendar
        assert list(written.told) == [newest(crew.session, "confirmed").id]

    def test_a_waiting_confirmation_tells_the_time_of_now(self, crew: Crew) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        shift.starts_at, shift.ends_at = WEDNESDAY + DAY, WEDNESDAY + DAY + HOUR
        crew.session.flush()
        assert "Thu 1 Aug 2024, 13:00–14:00 MDT" in letter(crew.session, "confirmed").body

    def test_placed_names_who_did_it_by_first_name(self, crew: Crew) -> None:
        place(crew.session, crew.shift(), crew.person(), crew.lead, NOW, REAL)
        written = letter(crew.session, "placed")
        assert "Lea put you on this shift:" in written.body
        assert "Lead" not in written.body

    def test_changed_tells_both_times(self, crew: Crew) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        sent(crew.session, "confirmed")
        later = {"starts_at": WEDNESDAY + HOUR, "ends_at": WEDNESDAY + 3 * HOUR}
        change_shift.change_shift(crew.session, shift, later, crew.lead, NOW, REAL)
        written = letter(crew.session, "changed")
        assert "Wed 31 Jul 2024, 14:00–16:00 MDT" in written.body
        assert "It was Wed 31 Jul 2024, 13:00–15:00 MDT before." in written.body

    def test_a_change_that_was_taken_back_is_not_told(self, crew: Crew) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        sent(crew.session, "confirmed")
        later = {"starts_at": WEDNESDAY + HOUR, "ends_at": WEDNESDAY + 3 * HOUR}
        entry = change_shift.change_shift(crew.session, shift, later, crew.lead, NOW, REAL)
        undo(crew.session, entry, crew.lead, NOW, REAL)
        for message in crew.session.scalars(select(Message).where(Message.kind == "changed")):
            assert isinstance(write(crew.session, message), Dropped)

    def test_a_cancellation_that_was_taken_back_is_not_told(self, crew: Crew) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        sent(crew.session, "confirmed")
        entry = change_shift.cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
        assert "This shift does not take place" in letter(crew.session, "cancelled").body
        undo(crew.session, entry, crew.lead, NOW, REAL)
        assert reason(crew.session, "cancelled") == "A newer letter tells it."
        assert reason(crew.session, "restored") == "The reader knows it as it is now."

    def test_a_cancellation_that_was_told_is_told_back(self, crew: Crew) -> None:
        shift = crew.shift()
        take(crew.session, shift, crew.person(), NOW)
        entry = change_shift.cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
        sent(crew.session, "cancelled")
        undo(crew.session, entry, crew.lead, NOW, REAL)
        written = letter(crew.session, "restored")
        assert "This shift takes place after all, and you are on it:" in written.body
        assert written.calendar is not None and written.calendar.method == "PUBLISH"

    def test_removed(self, crew: Crew) -> None:
        sign_up = take(crew.session, crew.shift(), crew.person(), NOW)
        take_off(crew.session, sign_up, crew.lead, NOW, REAL)
        written = letter(crew.session, "removed")
        assert "You are off this shift" in written.body
        assert written.calendar is not None and written.calendar.method == "CANCEL"

    def test_the_queue_and_its_offer(self, crew: Crew) -> None:
        shift = crew.shift(max_people=1)
        holder = take(crew.session, shift, crew.person(), NOW)
        wait(crew.session, shift, crew.person(), NOW)
        second = wait(crew.session, shift, crew.person(), NOW)
        assert "You are second on the list." in letter(crew.session, "waiting").body
        leave(crew.session, holder, NOW, REAL)
        offered = letter(crew.session, "offered")
        assert "It is kept for you until Thu 25 Jul, 21:14 MDT." in offered.body
        assert offered.calendar is None
        first = crew.session.scalars(select(SignUp).where(SignUp.state == "offered")).one()
        answer_offer(crew.session, first, False, NOW)
        passed = select(Message).where(Message.kind == "passed")
        assert crew.session.scalars(passed).all() == []  # they said so themselves
        assert second.state == "offered"
        assert "kept for you until" in letter(crew.session, "offered").body

    def test_an_offer_that_ran_out_is_not_made(self, crew: Crew) -> None:
        shift = crew.shift(max_people=1)
        holder = take(crew.session, shift, crew.person(), NOW)
        wait(crew.session, shift, crew.person(), NOW)
        leave(crew.session, holder, NOW, REAL)
        crew.ours.clock = NOW + 2 * DAY
        assert reason(crew.session, "offered") == "It is not true any more."
        expire_offers(crew.session, NOW + 2 * DAY)
        assert "went to the next person" in letter(crew.session, "passed").body

    def test_until_when_an_offer_stands_is_said_by_both_clocks(self, crew: Crew) -> None:
        shift = crew.shift(max_people=1)
        holder = take(crew.session, shift, crew.person(), NOW)
        wait(crew.session, shift, crew.person(timezone="Europe/Berlin"), NOW)
        leave(crew.session, holder, NOW, REAL)
        said = "until Thu 25 Jul, 21:14 MDT, by your clock Fri 26 Jul, 05:14 CEST. After that"
        assert said in letter(crew.session, "offered").body

    def test_nothing_of_a_shift_that_is_over_is_news(self, crew: Crew) -> None:
        take(crew.session, crew.shift(), crew.person(), NOW)
        crew.ours.clock = WEDNESDAY + 2 * HOUR
        assert reason(crew.session, "confirmed") == "It is not true any more."

    def test_a_shift_or_person_that_is_gone(self, crew: Crew) -> None:
        shift, person = crew.shift(), crew.person()
        take(crew.session, shift, person, NOW)
        crew.session.delete(shift)
        crew.session.flush()
        crew.session.expire_all()
        assert reason(crew.session, "confirmed") == "What it told of is no more."

    def test_who_wants_no_reminders_hears_of_changes(self, crew: Crew) -> None:
        take(crew.session, crew.shift(), crew.person(letters_stopped_at=NOW), NOW)
        assert letter(crew.session, "confirmed").body

    def test_whose_address_is_not_shown_and_who_stops_mail_hears_nothing_that_others_type(
        self, crew: Crew
    ) -> None:
        shift, person = crew.shift(), crew.newcomer("Sol", "sol@example.org")
        person.letters_stopped_at = NOW
        take(crew.session, shift, person, NOW)
        assert reason(crew.session, "confirmed") == "The reader wants no such letters."
        change_shift.cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
        assert "does not take place" in letter(crew.session, "cancelled").body

    def test_a_shift_past_midnight_is_of_the_night_before(self, crew: Crew) -> None:
        late = datetime(2024, 8, 1, 7, tzinfo=UTC)
        take(crew.session, crew.shift(late), crew.person(), NOW)
        lines = letter(crew.session, "confirmed").body.splitlines()
        assert "Thu 1 Aug 2024, 01:00–03:00 MDT (America/Denver)" in lines
        assert "That is the night from Wednesday to Thursday." in lines


class TestBetweenVolunteers:
    """Cover and swap: first names only, and nothing that is settled already."""

    def test_cover(self, crew: Crew) -> None:
        shift = crew.shift()
        leaving = take(crew.session, shift, crew.person("Noor Secret"), NOW)
        first, second = crew.person("Sol Vol"), crew.person("Kim Vol")
        cover = questions.open_cover(
            crew.session, shift, [first.id, second.id], None, NOW, REAL, leaving
        )
        written = letter(crew.session, "cover_asked")
        assert "Noor cannot come. Can you take over?" in written.body
        assert "Secret" not in written.full_body
        assert written.link
        assert written.link.endswith(f"/covers/{cover.id}")
        alarm = letter(crew.session, "dropped_out")
        assert "Noor Secret cannot come to this shift" in alarm.body
        sent(crew.session, "cover_asked")  # to Kim
        questions.answer_cover(crew.session, cover, first, True, NOW, REAL)
        closed = letter(crew.session, "cover_closed")
        assert "Somebody is found" in closed.body
        asked = crew.session.scalars(select(Message).where(Message.kind == "cover_asked"))
        assert isinstance(write(crew.session, next(iter(asked))), Dropped)
        assert "You have this shift" in letter(crew.session, "confirmed").body
        assert "Sol has taken over this shift" in letter(crew.session, "taken_over").body
        assert "Noor Secret gave up this shift:" in letter(crew.session, "dropped_out").body

    def test_a_question_that_staff_end_finds_nobody(self, crew: Crew) -> None:
        shift, asked = crew.shift(), crew.person("Kim Vol")
        cover = questions.open_cover(crew.session, shift, [asked.id], crew.lead, NOW, REAL)
        sent(crew.session, "cover_asked")
        questions.close_cover(crew.session, cover, crew.lead, NOW, REAL)
        closed = letter(crew.session, "cover_closed")
        assert "Nobody is asked any more" in closed.body
        assert "Somebody is found" not in closed.body
        assert "nobody is missing" not in closed.subject

    def test_who_was_not_asked_by_mail_is_not_told_that_it_is_over(self, crew: Crew) -> None:
        shift = crew.shift()
        first, second = crew.person(), crew.person()
        cover = questions.open_cover(
            crew.session, shift, [first.id, second.id], crew.lead, NOW, REAL
        )
        questions.answer_cover(crew.session, cover, first, True, NOW, REAL)
        crew.session.flush()
        closed = crew.session.scalars(select(Message).where(Message.kind == "cover_closed")).all()
        assert all(isinstance(write(crew.session, one), Dropped) for one in closed)

    def test_swap(self, crew: Crew) -> None:
        one, other = crew.shift(), crew.shift(WEDNESDAY + DAY)
        ada, sol = crew.person("Ada Secret"), crew.person("Sol Secret")
        mine = take(crew.session, one, ada, NOW)
        theirs = take(crew.session, other, sol, NOW)
        swap = swaps.offer_swap(crew.session, mine, theirs, NOW, REAL)
        written = letter(crew.session, "swap_offered")
        give, get = written.body.split("You would get:")
        assert "Ada offers to swap shifts with you." in give
        assert "Thu 1 Aug 2024, 13:00" in give
        assert "Wed 31 Jul 2024, 13:00" in get
        assert "Secret" not in written.full_body
        swaps.answer_swap(crew.session, swap, True, NOW, REAL)
        assert isinstance(write(crew.session, newest(crew.session, "swap_offered")), Dropped)
        done = crew.session.scalars(select(Message).where(Message.kind == "swap_done"))
        told = {message.person_id: write(crew.session, message) for message in done}
        for person, now_on, was_on, name in ((ada, other, one, "Sol"), (sol, one, other, "Ada")):
            written = told[person.id]  # type: ignore[assignment]
            assert isinstance(written, Written) and written.calendar is not None
            assert written.calendar.method == "PUBLISH"
            states = {str(e["STATUS"]): e.start for e in entries(written)}
            assert states == {"CONFIRMED": now_on.starts_at, "CANCELLED": was_on.starts_at}
            assert f"You have swapped shifts with {name}. This shift is yours now:" in written.body
            assert "You gave this shift for it, so you need not come then:" in written.body

    def test_a_swap_that_is_refused(self, crew: Crew) -> None:
        mine = take(crew.session, crew.shift(), crew.person(), NOW)
        theirs = take(crew.session, crew.shift(WEDNESDAY + DAY), crew.person("Sol Vol"), NOW)
        swap = swaps.offer_swap(crew.session, mine, theirs, NOW, REAL)
        swaps.answer_swap(crew.session, swap, False, NOW, REAL)
        written = letter(crew.session, "swap_refused")
        assert "The swap with Sol does not come about." in written.body
        assert written.calendar is None


class TestCoordinators:
    """They hear of a drop-out with the full name, and where to find somebody."""

    def test_dropped_out(self, crew: Crew) -> None:
        shift = crew.shift()
        sign_up = take(crew.session, shift, crew.person("Sol Volunteer"), NOW)
        leave(crew.session, sign_up, NOW, REAL)
        written = letter(crew.session, "dropped_out")
        assert written.subject == "Wed 31 Jul, 13:00: Sol dropped out at SIGGRAPH"
        assert "Sol Volunteer gave up this shift:" in written.body
        assert "On it now: 0 of at least 2. It lacks two." in written.body
        path = f"http://where.example/events/{crew.event.id}/shifts/{shift.id}/cover"
        assert path in written.body
        assert written.link is None

    def test_somebody_who_came_back_is_no_alarm(self, crew: Crew) -> None:
        shift, person = crew.shift(), crew.person()
        leave(crew.session, take(crew.session, shift, person, NOW), NOW, REAL)
        take(crew.session, shift, person, NOW)
        assert reason(crew.session, "dropped_out") == "It is not true any more."

    def test_who_coordinates_no_more_is_not_alarmed(self, crew: Crew) -> None:
        leave(crew.session, take(crew.session, crew.shift(), crew.person(), NOW), NOW, REAL)
        crew.lead.role = "volunteer"
        crew.session.flush()
        assert "coordinate" in reason(crew.session, "dropped_out")


class TestContact:
    """An address that was typed is asked whether it is its reader's."""

    def test_it_carries_a_proof(self, crew: Crew) -> None:
        person = crew.newcomer("Sol", "sol@example.org")
        written = letter(crew.session, "contact")
        assert LINK_PLACE in written.body
        assert written.link
        proof = written.link.rpartition("/")[2]
        found = find_proof(crew.session, KEY, proof, REAL)
        assert found is not None and found.person == person
        assert "gave this address when signing up" not in written.body

    def test_it_is_dropped_once_confirmed_or_changed(self, crew: Crew) -> None:
        person = crew.newcomer("Sol", "sol@example.org")
        person.email = "other@example.org"
        crew.session.flush()
        assert reason(crew.session, "contact") == "It is not true any more."
        person.email, person.email_key = "sol@example.org", "sol@example.org"
        crew.session.flush()
        assert reason(crew.session, "contact") == "It is not true any more."

    def test_the_first_letter_about_a_place_carries_it_too(self, crew: Crew) -> None:
        person = crew.newcomer("Sol", "sol@example.org")
        take(crew.session, crew.shift(), person, NOW)
        written = letter(crew.session, "confirmed")
        assert "Please open this page and say that you come" in written.body
        assert "If it was not you who signed up, say so" in written.body
        assert written.link and written.stop_url == f"{written.link}/mail"
        found = find_proof(crew.session, KEY, written.link.rpartition("/")[2], REAL)
        assert found is not None and found.person == person
        assert entry(written)["URL"] == written.link

    def test_whom_to_call_is_told_to_whom_it_is_known_who_they_are(self, crew: Crew) -> None:
        crew.lead.phone = "+1 303 555 0100"
        person = crew.newcomer("Sol", "sol@example.org")
        take(crew.session, crew.shift(), person, NOW)
        calls = "You can also call +1 303 555 0100."
        assert calls not in letter(crew.session, "confirmed").body
        crew.ours.clock = WEDNESDAY - DAY
        assert calls in letter(crew.session, "confirmed").body
        crew.ours.clock = NOW
        person.accepted_at = NOW
        written = letter(crew.session, "confirmed")
        assert calls in written.body
        assert str(written.reply_to) == "Lea Lead <lea@example.org>"


EVIL = "http://evil.example/x mailto:eve@evil.example www.evil.example <a href=//e.example>"


def test_nothing_that_people_wrote_becomes_a_link(crew: Crew) -> None:
    crew.event.name, crew.booth.label, crew.booth.note = EVIL, EVIL[:100], EVIL
    crew.ours.name = EVIL
    shift = crew.shift(note=EVIL)
    person, other = crew.person(), crew.person()
    person.name, other.name = EVIL.replace(" ", ""), EVIL.replace(" ", "") + "2"
    take(crew.session, shift, other, NOW)
    sign_up = take(crew.session, shift, person, NOW)
    texts = [write(crew.session, newest(crew.session, "confirmed"))]
    leave(crew.session, sign_up, NOW, REAL)
    texts.append(write(crew.session, newest(crew.session, "dropped_out")))
    for written in texts:
        assert isinstance(written, Written)
        for text in (written.subject, written.body.replace(LINK_PLACE, "")):
            ours = re.sub(r"http://where\.example/\S+", "", text)
            assert "://" not in ours.replace(f":{WORD_JOINER}//", "")
            assert not re.search(r"\w[.@]\w", ours)
            assert "\r" not in text
        assert "\n" not in written.subject


def test_a_text_that_looks_like_the_place_of_the_link_gets_no_other_link(crew: Crew) -> None:
    crew.booth.note = LINK_PLACE
    take(crew.session, crew.shift(), crew.person(), NOW)
    written = letter(crew.session, "confirmed")
    assert written.link
    assert written.full_body.count(written.link) == 1


@pytest.mark.parametrize(
    ("zone", "starts", "said"),
    [
        ("Pacific/Auckland", (7, 30, 21), "Wed 31 Jul 2024, 09:00–11:00 NZST"),
        ("Pacific/Kiritimati", (7, 30, 19), "Wed 31 Jul 2024, 09:00–11:00 UTC+14"),
        ("Europe/Berlin", (10, 27, 0), "Sun 27 Oct 2024, 02:00 CEST–03:00 CET"),
        ("America/Denver", (8, 1, 4), "Wed 31 Jul 2024, 22:00–Thu 1 Aug 00:00 MDT"),
        (None, (7, 31, 9), "Wed 31 Jul 2024, 09:00–11:00 UTC"),
    ],
)
def test_times_are_the_venues(
    session: Session, zone: str | None, starts: tuple[int, int, int], said: str
) -> None:
    crew = Crew(session)
    crew.event.timezone, crew.event.ends_on = zone, date(2024, 10, 27)
    crew.event.latitude = crew.event.longitude = None
    shift = cast.add_shift(session, crew.booth, datetime(2024, *starts, tzinfo=UTC))
    take(session, shift, crew.person(), NOW, reason="asked")
    assert said in letter(session, "confirmed").body


def test_a_kind_that_nobody_wrote_is_no_letter(crew: Crew) -> None:
    with pytest.raises(ValueError, match="no letter of the kind"):
        notices.tell(crew.session, NOW, "praise", crew.person(), "fact")


def test_a_long_fact_keeps_its_difference(crew: Crew) -> None:
    person = crew.person()
    told = [
        notices.tell(crew.session, NOW, "mentioned", person, f"{'x' * 200}{end}") for end in "aab"
    ]
    assert told == [True, False, True]


def test_coordinators_hear_that_an_address_was_not_given_by_its_owner(crew: Crew) -> None:
    person = crew.newcomer("Sol www.spam.example", "sol@example.org")
    take(crew.session, crew.shift(), person, NOW)
    disown(crew.session, person, NOW, REAL)
    written = letter(crew.session, "disowned")
    assert "It was not Sol" in written.subject and "SIGGRAPH" in written.subject
    assert "owner says that it was not them" in written.body
    assert "sol@example.org" not in written.body and "www.spam" not in written.body


def test_every_kind_has_its_words() -> None:
    kinds = {"contact", *notices.TOGETHER, *writing.ABOUT_SHIFT, *writing.ABOUT_EVENT}
    assert kinds == notices.KINDS
    assert {"reminder", *own_place.TELLING} == notices.TOGETHER | {"swapped_away"}
    assert set(own_place.ORDER) == sentences.SENTENCES.keys() == sentences.TITLES.keys()


@pytest.mark.parametrize("kind", own_place.ORDER)
@pytest.mark.parametrize("count", [1, 2])
def test_what_a_letter_says_first_is_a_whole_sentence(kind: str, count: int) -> None:
    for table in (sentences.SENTENCES, sentences.NAMELESS):
        if kind in table:
            said = table[kind](count)
            assert said[0].isupper() or said.startswith("$name")
            assert said.endswith((":", "."))
            assert (said == table[kind](2)) is (count == 2)


def test_a_draft_writes_nothing(crew: Crew) -> None:
    take(crew.session, crew.shift(), crew.person(), NOW)
    drawn = writing.draft(crew.session, [newest(crew.session, "confirmed")], REAL, DESK)
    assert isinstance(drawn, Written)
    assert drawn.link is None
    assert not crew.session.new
    assert not crew.session.dirty


def test_who_withdraws_has_it_struck_out_of_their_calendar(crew: Crew) -> None:
    shift, person = crew.shift(), crew.person()
    sign_up = take(crew.session, shift, person, NOW)
    sent(crew.session, "confirmed")
    leave(crew.session, sign_up, NOW, REAL)
    written = letter(crew.session, "left")
    assert "You gave up this shift" in written.body
    assert written.calendar is not None and written.calendar.method == "CANCEL"
    take(crew.session, shift, person, NOW)
    assert reason(crew.session, "left") == "A newer letter tells it."
