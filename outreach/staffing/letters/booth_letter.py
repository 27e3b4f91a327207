"""The letter that whoever runs a booth writes to its people."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, BoothLetter, Event, Foundation, Message, Person, Shift, SignUp
from models.contacts import plain
from models.staffing import IS_TAKEN
from outreach.calendars.clock import say_day
from outreach.language import gettext as _
from outreach.messages.outbox import LONGEST_SUBJECT, compose, one_line
from outreach.messages.written import Dropped, Written
from outreach.staffing.booth.booths import find_booth, zone_of
from outreach.staffing.booth_letters import KIND, LONGEST_TEXT
from outreach.staffing.letters.answers import address_of, find_lead, say_whom_to_ask
from outreach.staffing.letters.coordinators import EventLetter
from outreach.staffing.letters.own_place import NOT_NEWS
from outreach.staffing.letters.told_about import Desk, doubt, own_link, page, say_chat, when

NOT_THERE = Dropped("The reader has no shift there any more.")


def booth_letter(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Write what was written to them, while they have a shift there."""
    row = session.get(BoothLetter, message.facts.get("booth_letter_id", 0))
    if row is None or row.foundation_id != message.foundation_id:
        return NOT_NEWS
    if not _is_there(session, row, reader):
        return NOT_THERE
    return write_booth_letter(session, row, reader, real)


def write_booth_letter(
    session: Session, row: BoothLetter, reader: Person, real: datetime
) -> Written:
    """Write it to one reader; who writes sees it so before it is sent."""
    event = session.get_one(Event, row.event_id)
    foundation = session.get_one(Foundation, row.foundation_id)
    author = session.get(Person, row.author_id) if row.author_id else None
    booth = find_booth(session, event.id)
    answers = author if address_of(author) else find_lead(session, event, reader)
    body = page(
        reader,
        foundation,
        _say_who_writes(row, event, author, reader),
        keep_lines(row.text),
        say_chat(booth, reader) if booth else "",
        own_link(),
        say_whom_to_ask(answers, reader, row.starts_at or row.written_at, foundation.now(real)),
        doubt(reader),
    )
    subject = one_line(plain(row.subject), LONGEST_SUBJECT)
    return Written(subject, body, reply_to=address_of(answers))


def _say_who_writes(row: BoothLetter, event: Event, author: Person | None, reader: Person) -> str:
    """Say who writes and to whom, so that nobody takes it for a letter to them alone."""
    name = author.first_name if author else _("Whoever runs the booth")
    if row.starts_at and row.ends_at:
        line = _("$name writes to everybody on this shift at our booth at $event:")
        times = when(row.starts_at, row.ends_at, zone_of(event), reader.timezone)
        return f"{compose(line, name=name, event=event.name)}\n{times}"
    if row.day:
        line = _("$name writes to everybody who is at our booth at $event on $day.")
        return compose(line, name=name, event=event.name, day=say_day(row.day))
    line = _("$name writes to everybody who has a shift at our booth at $event.")
    return compose(line, name=name, event=event.name)


def keep_lines(text: str) -> str:
    """Return what was typed with its lines and addresses, and no sign that turns or hides them."""
    return "\n".join(one_line(plain(line), LONGEST_TEXT) for line in text.strip().splitlines())


def _is_there(session: Session, row: BoothLetter, reader: Person) -> bool:
    """Tell whether somebody has a shift at the event, one called off with it among them."""
    theirs = (
        select(SignUp.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.event_id == row.event_id, SignUp.person_id == reader.id, IS_TAKEN)
    )
    return session.scalar(theirs.limit(1)) is not None


LETTERS: dict[str, EventLetter] = {KIND: booth_letter}
