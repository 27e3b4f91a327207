"""Letters to coordinators, and the one that asks whose an address is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Cover, Event, Foundation, Message, Person, Shift, SignUp
from outreach.calendars.words import say_number
from outreach.messages.outbox import compose
from outreach.messages.written import LINK_PLACE, Dropped, Written
from outreach.staffing.booth.booths import coordinators_of, is_called_off, zone_of
from outreach.staffing.letters import told_about as scenes
from outreach.staffing.letters.own_place import NOT_NEWS, Letter
from outreach.staffing.letters.told_about import Desk, ToldAbout
from outreach.staffing.roster.load import CountedShift, count_places, count_shifts
from outreach.staffing.volunteers.personal_links import contact_check

MOST_GAPS = 12


def dropped_out(scene: ToldAbout) -> Written | Dropped:
    """Tell a coordinator who withdrew from which shift, and who is left."""
    row = scene.sign_up
    if row is None or scene.is_cancelled or scene.is_over:
        return NOT_NEWS
    is_gone = row.state == "left"
    if not is_gone and not _looks_for_cover(scene.session, row):
        return NOT_NEWS
    if not _coordinates(scene.session, scene.event, scene.reader):
        return Dropped("The reader does not coordinate this event any more.")
    person = scene.session.get_one(Person, row.person_id)
    places = count_places(scene.session, scene.shift.id)
    lacks = ""
    if places.missing:
        asked = places.say_asked(zone_of(scene.event), scene.now)
        lacks = f" It lacks {say_number(places.missing)}{f', {asked}' if asked else ''}."
    cover = f"{scene.desk.base_url}/events/{scene.event.id}/shifts/{scene.shift.id}/cover"
    body = scenes.page(
        scenes.hello(scene.reader),
        compose("$name gave up this shift:" if is_gone else ASKS, name=person.name),
        scenes.about(scene),
        f"On it now: {places.taken} of at least {places.fewest}.{lacks}",
        f"Find somebody who can cover:\n{cover}" if lacks or not is_gone else "",
        scenes.sign_off(scene.foundation),
    )
    title = "$name dropped out at $event" if is_gone else "$name cannot come at $event"
    return Written(scenes.subject(scene, title, name=person.first_name), body)


ASKS = "$name cannot come to this shift, and has it until somebody takes over:"


def _looks_for_cover(session: Session, row: SignUp) -> bool:
    """Tell whether the person asked others to take over, and nobody has yet."""
    cover = select(Cover.id).where(Cover.leaving_id == row.id, Cover.closed_at.is_(None))
    return row.state == "taken" and session.scalar(cover.limit(1)) is not None


def _coordinates(session: Session, event: Event, person: Person) -> bool:
    return any(one.id == person.id for one in coordinators_of(session, event))


def load_gaps(session: Session, event_id: int, now: datetime) -> list[CountedShift]:
    """Return the shifts of an event to come that have too few people, by time."""
    coming = count_shifts(session, Booth.event_id == event_id, Shift.starts_at > now)
    return [row for row in coming if row.missing]


def short_of_people(
    session: Session, message: Message, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell a coordinator which shifts of an event have too few people, some days before."""
    event = session.get(Event, message.facts.get("event_id", 0))
    reader = session.get(Person, message.person_id) if message.person_id else None
    if event is None or reader is None or event.foundation_id != message.foundation_id:
        return NOT_NEWS
    foundation = session.get_one(Foundation, event.foundation_id)
    now = foundation.now(real)
    gaps = load_gaps(session, event.id, now)
    if not gaps or is_called_off(session, event.id):
        return NOT_NEWS
    if not _coordinates(session, event, reader):
        return Dropped("The reader does not coordinate this event any more.")
    count = "one shift" if len(gaps) == 1 else f"{say_number(len(gaps))} shifts"
    body = scenes.page(
        scenes.hello(reader),
        compose(f"{count} at $event still {_want(gaps)} people:", event=event.name),
        _list(gaps, event, now),
        f"The roster:\n{desk.base_url}/events/{event.id}/roster",
        scenes.sign_off(foundation),
    )
    first = scenes.say_instant(gaps[0].starts, zone_of(event))
    subject = compose(f"$first_time: {count} short of people at $event",
                      first_time=first, event=event.name)  # fmt: skip
    return Written(subject, body)


def _want(gaps: Sequence[CountedShift]) -> str:
    return "lacks" if len(gaps) == 1 else "lack"


def _asked(gap: CountedShift, now: datetime) -> str:
    asked = gap.places.say_asked(gap.zone, now)
    return f", {asked}" if asked else ""


def _list(gaps: Sequence[CountedShift], event: Event, now: datetime) -> str:
    zone = zone_of(event)
    lines = [
        f"- {scenes.say_stretch(gap.starts, gap.ends, zone)}: "
        f"{gap.places.taken} of {gap.places.fewest}{_asked(gap, now)}"
        for gap in gaps[:MOST_GAPS]
    ]
    more = len(gaps) - MOST_GAPS
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def contact(session: Session, message: Message, real: datetime, desk: Desk) -> Written | Dropped:
    """Ask whether the address of a sign-up is really its reader's."""
    person = session.get(Person, message.person_id) if message.person_id else None
    if person is None or person.email_key is not None or person.email != message.to_address:
        return NOT_NEWS
    foundation = session.get_one(Foundation, person.foundation_id)
    body = scenes.page(
        scenes.hello(person),
        compose(
            "somebody, probably you, signed up to help at a booth of $foundation "
            "and gave this address.",
            foundation=foundation.name,
        ),
        f"If it is yours, open this page and press the button:\n{LINK_PLACE}",
        "If it was not you, do nothing: the letters end by themselves.",
        scenes.sign_off(foundation),
    )
    subject = compose("Is this your address? $foundation asks", foundation=foundation.name)
    link = f"{desk.base_url}{CONTACT_PATH}{contact_check(session, desk.key, person)}"
    return Written(subject, body, link=link)


CONTACT_PATH = "/my/address/"
"""Below it is the page with the button, by the proof that only the mail carries."""

LETTERS: dict[str, Letter] = {"dropped_out": dropped_out}
"""About one shift; the other two of this module are about an event and an address."""
