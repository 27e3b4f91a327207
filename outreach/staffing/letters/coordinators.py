"""Letters to coordinators, and the one that asks whose an address is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Booth, Cover, Event, Foundation, Message, Person, Shift, SignUp
from models.staffing import HOLDING
from outreach.calendars.words import say_number
from outreach.messages.outbox import compose
from outreach.messages.written import LINK_PLACE, Dropped, Written
from outreach.staffing.booth.booths import coordinators_of, is_called_off, zone_of
from outreach.staffing.letters import told_about as scenes
from outreach.staffing.letters.own_place import NOT_NEWS, Letter
from outreach.staffing.letters.told_about import Desk, ToldAbout
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
    on_it = count_holding(scene.session, scene.shift.id)
    fewest = scene.shift.min_people
    lacks = "" if on_it >= fewest else f" It lacks {say_number(fewest - on_it)}."
    cover = f"{scene.desk.base_url}/events/{scene.event.id}/shifts/{scene.shift.id}/cover"
    body = scenes.page(
        scenes.hello(scene.reader),
        compose("$name gave up this shift:" if is_gone else ASKS, name=person.name),
        scenes.about(scene),
        f"On it now: {on_it} of at least {fewest}.{lacks}",
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


@dataclass(frozen=True, slots=True)
class ShortShift:
    """A shift to come that has too few people."""

    starts_at: datetime
    ends_at: datetime
    held: int
    fewest: int


def load_gaps(session: Session, event_id: int, now: datetime) -> list[ShortShift]:
    """Return the shifts of an event to come that have too few people, by time."""
    held = (
        select(func.count())
        .where(SignUp.shift_id == Shift.id, SignUp.state.in_(HOLDING))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Shift.starts_at, Shift.ends_at, held, Shift.min_people)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.event_id == event_id, Shift.cancelled_at.is_(None), Shift.starts_at > now)
        .where(held < Shift.min_people)
        .order_by(Shift.starts_at, Shift.id)
    )
    return [ShortShift(*row) for row in rows]


def count_holding(session: Session, shift_id: int) -> int:
    """Return how many places of a shift are held."""
    held = select(func.count()).where(SignUp.shift_id == shift_id, SignUp.state.in_(HOLDING))
    return session.scalar(held) or 0


def short_of_people(
    session: Session, message: Message, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell a coordinator which shifts of an event have too few people, some days before."""
    event = session.get(Event, message.facts.get("event_id", 0))
    reader = session.get(Person, message.person_id) if message.person_id else None
    if event is None or reader is None or event.foundation_id != message.foundation_id:
        return NOT_NEWS
    foundation = session.get_one(Foundation, event.foundation_id)
    gaps = load_gaps(session, event.id, foundation.now(real))
    if not gaps or is_called_off(session, event.id):
        return NOT_NEWS
    if not _coordinates(session, event, reader):
        return Dropped("The reader does not coordinate this event any more.")
    count = "one shift" if len(gaps) == 1 else f"{say_number(len(gaps))} shifts"
    body = scenes.page(
        scenes.hello(reader),
        compose(f"{count} at $event still {_want(gaps)} people:", event=event.name),
        _list(gaps, event),
        f"The roster:\n{desk.base_url}/events/{event.id}/roster",
        scenes.sign_off(foundation),
    )
    first = scenes.say_instant(gaps[0].starts_at, zone_of(event))
    subject = compose(f"$first_time: {count} short of people at $event",
                      first_time=first, event=event.name)  # fmt: skip
    return Written(subject, body)


def _want(gaps: Sequence[ShortShift]) -> str:
    return "lacks" if len(gaps) == 1 else "lack"


def _list(gaps: Sequence[ShortShift], event: Event) -> str:
    zone = zone_of(event)
    lines = [
        f"- {scenes.say_stretch(gap.starts_at, gap.ends_at, zone)}: {gap.held} of {gap.fewest}"
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
