"""The letter that asks when somebody could be at a booth."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Event, Foundation, Message, Person
from outreach.calendars.clock import say_days
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.booth.booths import find_booth, is_called_off
from outreach.staffing.letters.coordinators import EventLetter
from outreach.staffing.letters.own_place import NOT_NEWS
from outreach.staffing.letters.told_about import Desk, own_link, page
from outreach.staffing.roster.stated.availability import find_said


def times_asked(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Ask for the days and hours, while there is a booth and no answer yet."""
    event = session.get(Event, message.facts.get("event_id", 0))
    if event is None or event.foundation_id != message.foundation_id:
        return NOT_NEWS
    foundation = session.get_one(Foundation, event.foundation_id)
    booth = find_booth(session, event.id)
    is_over = event.ends_on < foundation.now(real).date()
    if booth is None or is_over or is_called_off(session, event.id):
        return NOT_NEWS
    if find_said(session, booth, reader).said_at is not None:
        return Dropped("The reader has answered by now.")
    body = page(
        reader,
        foundation,
        compose(
            _("We plan who stands when at our booth at $event, $days. When could you be there?"),
            event=event.name,
            days=say_days(event.starts_on, event.ends_on),
        ),
        _("It takes a minute, and nothing is booked by it."),
        own_link(_("Say when you could, or that you cannot:")),
    )
    return Written(compose(_("When could you be at $event?"), event=event.name), body)


ABOUT_TIMES: dict[str, EventLetter] = {"times_asked": times_asked}
