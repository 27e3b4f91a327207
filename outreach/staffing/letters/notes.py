"""The letter to whom a note on an event names."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Event, EventNote, Foundation, Message, NoteMention, Person
from outreach.accounts.roles import Guard, may
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters.answers import address_of, find_lead
from outreach.staffing.letters.coordinators import NOT_THEIRS, EventLetter
from outreach.staffing.letters.own_place import NOT_NEWS
from outreach.staffing.letters.told_about import Desk, page


def mentioned(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell somebody that a note names them, while it does and they may read it."""
    note = session.get(EventNote, message.facts.get("note_id", 0))
    if note is None or session.get(NoteMention, (note.id, reader.id)) is None:
        return NOT_NEWS
    if not may(session, Guard.LEAD, reader, note.event_id):
        return NOT_THEIRS
    event = session.get_one(Event, note.event_id)
    foundation = session.get_one(Foundation, event.foundation_id)
    author = session.get(Person, note.author_id) if note.author_id else None
    name = author.name if author else _("Somebody")
    address = f"{desk.base_url}/events/{event.id}#notes"
    body = page(
        reader,
        foundation,
        compose(_("$name names you in a note on $event:"), name=name, event=event.name),
        compose("$note", note=note.text),
        _("The notes:\n%(address)s", address=address),
    )
    title = compose(_("$name names you in a note on $event"), name=name, event=event.name)
    answers = author if author and author.has_shown_address else find_lead(session, event, reader)
    return Written(title, body, reply_to=address_of(answers))


ABOUT_NOTES: dict[str, EventLetter] = {"mentioned": mentioned}
