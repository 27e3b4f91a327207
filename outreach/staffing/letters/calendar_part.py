"""The part of a letter that a calendar program reads: a place on a shift, or its end."""

from icalendar import Calendar, vCalAddress

from models import Person, SignUp
from outreach.calendars.shift_entries import as_feed
from outreach.messages.written import CalendarPart, Method
from outreach.staffing.letters.told_about import ToldAbout
from outreach.staffing.roster.mine import load_entries


def calendar_of(scene: ToldAbout, sign_up: SignUp | None = None) -> tuple[CalendarPart, ...]:
    """Return the reader's place as a calendar takes it: to be entered, moved or struck out.

    Its identity is of shift and person and outlives every move, so that what was entered once
    is changed and never doubled.
    """
    row = sign_up or scene.sign_up
    if row is None or row.person_id != scene.reader.id:
        return ()
    entries = load_entries(
        scene.session,
        scene.reader,
        scene.foundation.slug,
        scene.foundation.name,
        scene.now,
        only=row.id,
    )
    if not entries:
        return ()
    method: Method = "CANCEL" if entries[0].is_cancelled else "REQUEST"
    content = as_feed(entries[0].title, entries, method)
    return (CalendarPart(method, _addressed(content, scene.reader, scene.desk.sender_address)),)


def _addressed(content: bytes, reader: Person, sender: str) -> bytes:
    """Name who invites and who comes: programs leave an invitation without them alone."""
    calendar = Calendar.from_ical(content)
    for entry in calendar.walk("VEVENT"):
        if sender:
            entry.add("organizer", vCalAddress(f"mailto:{sender}"))
        guest = vCalAddress(f"mailto:{reader.email}")
        guest.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        entry.add("attendee", guest)
    written: bytes = calendar.to_ical()
    return written
