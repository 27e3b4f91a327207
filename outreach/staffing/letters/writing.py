"""Writes a letter about staffing when it leaves, from what is true then, or drops it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Message, Person
from outreach import language
from outreach.messages.outbox import LONGEST_SUBJECT, one_line
from outreach.messages.written import LINK_PLACE, Dropped, NeedsWriting, Written, only_reads
from outreach.staffing import notices
from outreach.staffing.letters import (
    asks,
    booth_letter,
    coordinators,
    gathered,
    notes,
    thanks,
    times,
    ways_in,
)
from outreach.staffing.letters.told_about import Desk, find_scene
from outreach.staffing.volunteers import personal_links

ABOUT_SHIFT = asks.LETTERS | coordinators.LETTERS
NO_MORE = Dropped(gathered.NO_MORE)
UNWANTED = Dropped(gathered.UNWANTED)
ABOUT_READER = (
    notes.ABOUT_NOTES | ways_in.LETTERS | thanks.LETTERS | times.ABOUT_TIMES | booth_letter.LETTERS
)
ABOUT_EVENT = coordinators.ABOUT_EVENT | ABOUT_READER
FOR_COORDINATORS = frozenset([*coordinators.LETTERS, *coordinators.ABOUT_EVENT, *notes.ABOUT_NOTES])
STOPPED = frozenset(["cover_asked", "cover_closed", *times.ABOUT_TIMES])
"""Kinds that end with reminders where somebody wants no such letters; no promise hangs on them."""


def write(
    session: Session, facts: Sequence[Message], real: datetime, desk: Desk
) -> Written | Dropped:
    """Return the letter as it is true now, its personal link made; or why it is dropped.

    It may write a link's row, so that the caller commits before the letter leaves; a session
    that only reads raises NeedsWriting then.
    """
    written = draft(session, facts, real, desk)
    if isinstance(written, Dropped) or written.link or LINK_PLACE not in written.body:
        return written
    link = _own_page(session, facts[0], real, desk)
    if written.calendar:
        again = draft(session, facts, real, desk, link)
        written = again if isinstance(again, Written) else written
    return replace(written, link=link + path_below(facts[0]), stop_url=f"{link}/mail")


def _own_page(session: Session, message: Message, real: datetime, desk: Desk) -> str:
    """Return where the reader's own pages are.

    With news of places to an address that nobody has shown to be theirs goes what shows it: only
    mail carries it, so whoever opens it reads mail there, and says by one button that they come.
    """
    reader = session.get_one(Person, message.person_id)
    if message.kind in notices.TOGETHER and not reader.has_shown_address:
        proof = personal_links.contact_check(session, desk.key, reader, real)
        return f"{desk.base_url}{ways_in.CONTACT_PATH}{proof}"
    if only_reads(session) and not personal_links.is_at_hand(session, reader, desk.key, real):
        raise NeedsWriting
    return f"{desk.base_url}/my/{personal_links.copy(session, reader, desk.key, real)}"


def draft(
    session: Session, facts: Sequence[Message], real: datetime, desk: Desk, link: str = ""
) -> Written | Dropped:
    """Return the letter as it is true now without its personal link; nothing is written.

    `link` is for its calendar alone.
    """
    message = facts[0]
    reader = session.get(Person, message.person_id) if message.person_id else None
    if reader is None:
        return NO_MORE
    with language.spoken(_language_of(message, reader)):
        if message.kind in notices.TOGETHER:
            return _shorten(gathered.write(session, facts, reader, real, desk, link))
        return _shorten(_write_alone(session, message, reader, real, desk))


def _language_of(message: Message, reader: Person) -> str:
    """Return the reader's language; what is about running a booth is said in one for all."""
    theirs = None if message.kind in FOR_COORDINATORS else reader.letters_language
    return theirs or language.current()


def _write_alone(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Write a letter that tells of one thing."""
    if message.kind == "contact":
        return ways_in.contact(session, message, reader, real, desk)
    if reader.letters_stopped_at is not None and message.kind in STOPPED:
        return UNWANTED
    if message.kind in ABOUT_EVENT:
        return ABOUT_EVENT[message.kind](session, message, reader, real, desk)
    letter = ABOUT_SHIFT.get(message.kind)
    # The letter of a swap names no shift.
    swapped = asks.find_shift(session, message) if "swap_id" in message.facts else None
    scene = find_scene(session, message, reader, real, desk, swapped)
    return NO_MORE if letter is None or scene is None else letter(scene)


def path_below(message: Message) -> str:
    """Return where on the reader's own pages the letter leads."""
    if message.kind in times.ABOUT_TIMES:
        return f"/events/{message.facts.get('event_id')}/times"
    cover = message.facts.get("cover_id")
    return f"/covers/{cover}" if message.kind == "cover_asked" and cover is not None else ""


def _shorten(letter: Written | Dropped) -> Written | Dropped:
    if isinstance(letter, Dropped):
        return letter
    return replace(letter, subject=one_line(letter.subject, LONGEST_SUBJECT))
