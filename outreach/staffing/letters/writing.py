"""Writes a letter about staffing when it leaves, from what is true then, or drops it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.outbox import LONGEST_SUBJECT, one_line
from outreach.messages.written import LINK_PLACE, Dropped, NeedsWriting, Written, only_reads
from outreach.staffing.letters import asks, coordinators, notes, own_place, thanks, times, ways_in
from outreach.staffing.letters.own_place import ABOUT_ONE_PLACE
from outreach.staffing.letters.told_about import Desk, ToldAbout, find_scene
from outreach.staffing.volunteers import personal_links

ABOUT_SHIFT = own_place.LETTERS | asks.LETTERS | coordinators.LETTERS
NO_MORE = Dropped("What it told of is no more.")
UNWANTED = Dropped("The reader wants no letters about shifts.")
ABOUT_READER = notes.ABOUT_NOTES | ways_in.LETTERS | thanks.LETTERS | times.ABOUT_TIMES
ABOUT_EVENT = coordinators.ABOUT_EVENT | ABOUT_READER
TO_COORDINATORS = coordinators.LETTERS.keys() | ABOUT_EVENT.keys() - times.ABOUT_TIMES.keys()


def write(session: Session, message: Message, real: datetime, desk: Desk) -> Written | Dropped:
    """Return the letter as it is true now, its personal link made; or why it is dropped.

    It may write a link's row, so that the caller commits before the letter leaves; a session
    that only reads raises NeedsWriting then.
    """
    written = draft(session, message, real, desk)
    if isinstance(written, Dropped) or written.link or LINK_PLACE not in written.body:
        return written
    reader = session.get_one(Person, message.person_id)
    if only_reads(session) and not personal_links.is_at_hand(session, reader, desk.key, real):
        raise NeedsWriting
    token = personal_links.copy(session, reader, desk.key, real)
    own = f"{desk.base_url}/my/{token}"
    return replace(written, link=own + path_below(message), stop_url=f"{own}/mail")


def draft(session: Session, message: Message, real: datetime, desk: Desk) -> Written | Dropped:
    """Return the letter as it is true now without its personal link; nothing is written."""
    reader = session.get(Person, message.person_id) if message.person_id else None
    if reader is None:
        return NO_MORE
    if message.kind == "contact":
        return coordinators.contact(session, message, reader, real, desk)
    if reader.letters_stopped_at is not None and message.kind not in TO_COORDINATORS:
        return UNWANTED
    if message.kind in ABOUT_EVENT:
        about_event = ABOUT_EVENT[message.kind]
        return _shorten(about_event(session, message, reader, real, desk))
    letter = ABOUT_SHIFT.get(message.kind)
    # The letter of a swap names no shift.
    swapped = asks.find_shift(session, message) if "swap_id" in message.facts else None
    scene = find_scene(session, message, reader, real, desk, swapped)
    if letter is None or scene is None:
        return NO_MORE
    if message.kind in ABOUT_ONE_PLACE and is_superseded(scene):
        return Dropped("A newer letter tells it.")
    return _shorten(letter(scene))


def path_below(message: Message) -> str:
    """Return where on the reader's own pages the letter leads."""
    if message.kind in times.ABOUT_TIMES:
        return f"/events/{message.facts.get('event_id')}/times"
    cover = message.facts.get("cover_id")
    return f"/covers/{cover}" if message.kind == "cover_asked" and cover is not None else ""


def is_superseded(scene: ToldAbout) -> bool:
    """Tell whether a newer letter about the same place was posted to the same person."""
    newer = scene.session.scalars(
        select(Message)
        .where(Message.person_id == scene.reader.id, Message.id > scene.message.id)
        .where(Message.kind.in_(ABOUT_ONE_PLACE), Message.state.in_(("waiting", "sent")))
    )
    return any(message.facts.get("shift_id") == scene.shift.id for message in newer)


def _shorten(letter: Written | Dropped) -> Written | Dropped:
    if isinstance(letter, Dropped):
        return letter
    return replace(letter, subject=one_line(letter.subject, LONGEST_SUBJECT))
