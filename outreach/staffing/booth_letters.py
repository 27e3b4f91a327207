"""What whoever runs a booth writes to its people: to all, to those of a day, or of a shift."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Booth, BoothLetter, Event, Foundation, Person
from outreach.accounts import history, limits
from outreach.accounts.limits import Limit
from outreach.accounts.tokens import token_hash
from outreach.calendars.clock import say_count, say_day, say_stretch
from outreach.calendars.spans import Span
from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing import notices
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.roster.days import Roster, RosterShift
from outreach.staffing.roster.stated.availability import lock_booth
from outreach.staffing.signups.sign_up import KEY_LENGTH

LONGEST_SUBJECT, LONGEST_TEXT = 120, 3000
KIND, WROTE, SET_CHAT = "booth_letter", "wrote to the booth", "set the group chat"
A_DAY = Limit(
    "letters to a booth by person", 10, timedelta(days=1),
    N_("You wrote ten times today: call them, or let the next one wait."),
)  # fmt: skip
MOST_LISTED = 10
ALL = "all"


@dataclass(frozen=True, slots=True)
class Addressees:
    """Some of the people at a booth whom one letter goes to."""

    key: str
    """What a form sends for it."""
    words: str
    people: Mapping[int, str]
    """First names by number."""
    day: date | None = None
    span: Span | None = None


def groups_of(roster: Roster, writer: Person) -> list[Addressees]:
    """Return whom somebody can write to: all with a shift, each day's, each shift's."""
    zone = roster.zone
    groups = [Addressees(ALL, _("Everybody with a shift"), _people(writer, *roster.rows))]
    days = [day for day in roster.days if roster.rows_on(day)]
    if len(days) > 1:
        groups += [
            Addressees(
                day.isoformat(), say_day(day), _people(writer, *roster.rows_on(day)), day=day
            )
            for day in days
        ]
    groups += [
        Addressees(
            f"shift-{row.id}",
            say_stretch(row.starts, row.ends, zone),
            _people(writer, row),
            span=(row.starts, row.ends),
        )
        for row in roster.rows
    ]
    return [group for group in groups if group.people]


def _people(writer: Person, *rows: RosterShift) -> dict[int, str]:
    seats = [seat for row in rows for seat in row.expected if seat.person.id != writer.id]
    seats.sort(key=lambda seat: (seat.first_name.casefold(), seat.person.id))
    return {seat.person.id: seat.first_name for seat in seats}


@dataclass(frozen=True, slots=True)
class DraftLetter:
    """What is to be written, and the key of the form that it comes from."""

    subject: str
    text: str
    form_key: str


def write_to(
    session: Session, booth: Booth, event: Event, group: Addressees, draft: DraftLetter, by: Person,
    now: datetime, real: datetime,
) -> BoothLetter:  # fmt: skip
    """Post one letter to each of a group, once for a form however often it is sent."""
    lock_booth(session, booth.id)
    key = token_hash(draft.form_key)[:KEY_LENGTH]
    same = (BoothLetter.event_id == event.id, BoothLetter.form_key == key)
    if before := session.scalar(select(BoothLetter).where(*same)):
        return before
    limits.count(session, now, A_DAY, str(by.id))
    letter = compose(event, group, draft, by, now)
    letter.form_key = key
    session.add(letter)
    session.flush()
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, WROTE, event) as act:
        act.detail["count"] = letter.count
        people = select(Person).where(Person.id.in_(group.people)).order_by(Person.id)
        for person in session.scalars(people):
            fact = f"letter {letter.id} of event {event.id}"
            notices.tell(
                session, now, KIND, person, fact, event_id=event.id, booth_letter_id=letter.id
            )
    return letter


def compose(
    event: Event, group: Addressees, draft: DraftLetter, by: Person, now: datetime
) -> BoothLetter:
    """Return the letter as it would be kept, for who looks at it first."""
    starts, ends = group.span or (None, None)
    return BoothLetter(
        foundation_id=event.foundation_id, event_id=event.id, author_id=by.id,
        subject=draft.subject, text=draft.text, day=group.day, starts_at=starts, ends_at=ends,
        count=len(group.people), form_key=draft.form_key, written_at=now,
    )  # fmt: skip


def set_chat(
    session: Session, booth: Booth, event: Event, address: str, by: Person, real: datetime
) -> history.Entry | None:
    """Set where the people of the booth talk to each other; "" takes it away."""
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, SET_CHAT, booth, if_changed=True) as act:
        act.concerns(event)
        booth.chat_url = address
    return act.changed


def list_letters(session: Session, event: Event) -> list[BoothLetter]:
    """Return what was written to the people of our booth, the newest first."""
    found = (
        select(BoothLetter)
        .where(BoothLetter.event_id == event.id)
        .options(joinedload(BoothLetter.author))
        .order_by(BoothLetter.id.desc())
        .limit(MOST_LISTED)
    )
    return list(session.scalars(found))


def say_group(letter: BoothLetter, event: Event) -> str:
    """Say to whom a letter went: "seven people on Sat 27 Jul"."""
    if letter.starts_at and letter.ends_at:
        when = say_stretch(letter.starts_at, letter.ends_at, zone_of(event))
    elif letter.day:
        when = say_day(letter.day)
    else:
        one, many = "%(number)s person with a shift", "%(number)s people with a shift"
        return say_count(one, many, letter.count)
    return say_count("%(number)s person on %(when)s", "%(number)s people on %(when)s",
                     letter.count, when=when)  # fmt: skip
