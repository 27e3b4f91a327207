"""Letters to coordinators, and the one that asks whose an address is."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Cover, Event, Foundation, Message, Person, Shift, SignUp
from outreach.calendars.clock import say_number, say_opening_number, say_stretch, say_zoned_moment
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.booth.booths import coordinators_of, find_booth, is_called_off, zone_of
from outreach.staffing.letters.answers import address_of, find_lead
from outreach.staffing.letters.own_place import NOT_NEWS, Letter
from outreach.staffing.letters.told_about import Desk, ToldAbout, about, page, title_of
from outreach.staffing.roster.load import CountedShift, count_places, count_shifts
from outreach.staffing.signups.newcomers import count_newcomers, list_newcomers

MOST_GAPS = 12
NOT_THEIRS = Dropped("The reader does not coordinate this event any more.")


def dropped_out(scene: ToldAbout) -> Written | Dropped:
    """Tell a coordinator who withdrew from which shift, and who is left."""
    row = scene.sign_up
    if row is None or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    is_gone = row.state == "left"
    if not is_gone and not _looks_for_cover(scene.session, row):
        return NOT_NEWS
    if not _coordinates(scene.session, scene.event, scene.reader):
        return NOT_THEIRS
    person = scene.session.get_one(Person, row.person_id)
    places = count_places(scene.session, scene.shift.id)
    staffed = _("On it now: %(taken)s of at least %(fewest)s.", taken=places.taken,
                fewest=places.fewest)  # fmt: skip
    if places.missing:
        asked = places.say_asked(zone_of(scene.event), scene.now)
        missing = say_number(places.missing)
        lacks = _("It lacks %(missing)s, %(asked)s.", missing=missing, asked=asked)
        staffed += f" {lacks if asked else _('It lacks %(missing)s.', missing=missing)}"
    ask = _("$name cannot come to this shift, and has it until somebody takes over:")
    cover = f"{scene.desk.base_url}/events/{scene.event.id}/shifts/{scene.shift.id}/cover"
    find = _("Find somebody who can cover:\n%(address)s", address=cover)
    title = _("$start_time: $name cannot come at $event")
    if is_gone:
        title = _("$start_time: $name dropped out at $event")
    body = page(
        scene.reader,
        scene.foundation,
        compose(_("$name gave up this shift:") if is_gone else ask, name=person.name),
        about(scene),
        staffed,
        find if places.missing or not is_gone else "",
    )
    subject = title_of(scene, title, name=person.first_name)
    lead = find_lead(scene.session, scene.event, scene.reader)
    asks = person if person.has_shown_address else lead
    return Written(subject, body, reply_to=address_of(asks))


def _looks_for_cover(session: Session, row: SignUp) -> bool:
    """Tell whether the person asked others to take over, and nobody has yet."""
    cover = select(Cover.id).where(Cover.leaving_id == row.id, Cover.closed_at.is_(None))
    return row.state == "taken" and session.scalar(cover.limit(1)) is not None


def _coordinates(session: Session, event: Event, person: Person) -> bool:
    return any(one.id == person.id for one in coordinators_of(session, event))


def _find_event(session: Session, message: Message, reader: Person) -> Event | Dropped:
    """Return the event that a letter is about, where its reader coordinates it still."""
    event = session.get(Event, message.facts.get("event_id", 0))
    if event is None or event.foundation_id != message.foundation_id:
        return NOT_NEWS
    return event if _coordinates(session, event, reader) else NOT_THEIRS


def load_gaps(session: Session, event_id: int, now: datetime) -> list[CountedShift]:
    """Return the shifts of an event to come that have too few people, by time."""
    coming = count_shifts(session, Booth.event_id == event_id, Shift.starts_at > now)
    return [row for row in coming if row.missing]


def short_of_people(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell a coordinator which shifts of an event have too few people, some days before."""
    event = _find_event(session, message, reader)
    if isinstance(event, Dropped):
        return event
    foundation = session.get_one(Foundation, event.foundation_id)
    now = foundation.now(real)
    gaps = load_gaps(session, event.id, now)
    if not gaps or is_called_off(session, event.id):
        return NOT_NEWS
    count = len(gaps)
    many = {"number": say_number(count), "Number": say_opening_number(count)}
    line = ngettext("One shift at $event still lacks people:",
                    "%(Number)s shifts at $event still lack people:", count, **many)  # fmt: skip
    title = ngettext("$first_time: one shift short of people at $event",
                     "$first_time: %(number)s shifts short of people at $event", count,
                     **many)  # fmt: skip
    roster = f"{desk.base_url}/events/{event.id}/roster"
    body = page(
        reader,
        foundation,
        compose(line, event=event.name),
        _list(gaps, event, now),
        _("The roster:\n%(address)s", address=roster),
    )
    first = say_zoned_moment(gaps[0].starts, zone_of(event))
    subject = compose(title, first_time=first, event=event.name)
    return Written(subject, body, reply_to=address_of(find_lead(session, event, reader)))


def _asked(gap: CountedShift, now: datetime) -> str:
    asked = gap.places.say_asked(gap.zone, now)
    return f", {asked}" if asked else ""


def _list(gaps: Sequence[CountedShift], event: Event, now: datetime) -> str:
    zone = zone_of(event)
    lines = [
        f"- {say_stretch(gap.starts, gap.ends, zone)}: "
        f"{gap.places.taken} of {gap.places.fewest}{_asked(gap, now)}"
        for gap in gaps[:MOST_GAPS]
    ]
    more = len(gaps) - MOST_GAPS
    return "\n".join([*lines, *([_("and %(count)s more", count=more)] if more > 0 else [])])


def disowned(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell a coordinator that an address was not given by its owner, and what came of it."""
    event = _find_event(session, message, reader)
    if isinstance(event, Dropped):
        return event
    who = session.get(Person, message.facts.get("who_id", 0))
    if who is None:
        return NOT_NEWS
    foundation = session.get_one(Foundation, event.foundation_id)
    line = _(
        "Somebody signed up as $name for $event with an address whose owner says that it was not"
        " them. The address takes no places there any more."
    )
    since = _("The places are free again.")
    if who.is_known:
        since = _("They were accepted, so they keep their places, and have no address now.")
    roster = f"{desk.base_url}/events/{event.id}/roster"
    body = page(
        reader,
        foundation,
        compose(line, name=who.name, event=event.name),
        since,
        _("The roster:\n%(address)s", address=roster),
    )
    title = compose(_("It was not $name who signed up for $event"), name=who.name, event=event.name)
    return Written(title, body, reply_to=address_of(find_lead(session, event, reader)))


def newcomers(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell a coordinator that many signed up whom nobody knows."""
    event = _find_event(session, message, reader)
    if isinstance(event, Dropped):
        return event
    foundation = session.get_one(Foundation, event.foundation_id)
    booth = find_booth(session, event.id)
    groups = list_newcomers(session, booth, foundation.now(real)) if booth else []
    count = count_newcomers(groups)
    if not count:
        return NOT_NEWS
    many = {"number": say_number(count)}
    line = ngettext("At $event somebody signed up whom nobody knows yet.",
                    "At $event %(number)s people signed up whom nobody knows yet.", count,
                    **many)  # fmt: skip
    address = f"{desk.base_url}/events/{event.id}/booth/newcomers"
    body = page(
        reader,
        foundation,
        compose(line, event=event.name),
        _("If it is a hall, let them in; if it is one visitor, take it back:\n%(address)s",
          address=address),
    )  # fmt: skip
    subject = compose(_("Many newcomers signed up for $event"), event=event.name)
    return Written(subject, body, reply_to=address_of(find_lead(session, event, reader)))


LETTERS: dict[str, Letter] = {"dropped_out": dropped_out}
"""About one shift."""
EventLetter = Callable[[Session, Message, Person, datetime, Desk], Written | Dropped]
ABOUT_EVENT: dict[str, EventLetter] = {
    "short_of_people": short_of_people,
    "disowned": disowned,
    "newcomers": newcomers,
}
