"""Notes on an event: written, changed and removed by their author; who is named is told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Event, EventNote, Foundation, NoteMention, Person, TeamMember
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.notes.mentions import spell_mentions
from outreach.refusal import Refused
from outreach.staffing import notices

LONGEST = 2000
MOST = 50
"""Notes that a page shows."""
WROTE, CHANGED, REMOVED = "wrote note", "changed note", "removed note"


def list_notes(session: Session, event: Event) -> list[EventNote]:
    """Return the notes on an event, the newest first."""
    found = (
        select(EventNote)
        .where(EventNote.event_id == event.id)
        .options(joinedload(EventNote.author), selectinload(EventNote.mentions))
        .order_by(EventNote.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(found))


def list_readers(session: Session, event: Event) -> list[Person]:
    """Return who can read the notes on an event: staff, and who leads it."""
    leads = select(TeamMember.person_id).where(TeamMember.event_id == event.id, TeamMember.is_lead)
    found = select(Person).where(
        Person.foundation_id == event.foundation_id,
        or_(Person.role == "staff", Person.id.in_(leads)),
    )
    return list(session.scalars(found.order_by(Person.name, Person.id)))


def write_note(
    session: Session,
    foundation: Foundation,
    event: Event,
    text: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Leave a note on an event, and tell whom it names."""
    wait_for_others(session, foundation.id)
    spelled, named = _read(session, event, text)
    note = EventNote(
        foundation_id=foundation.id,
        event_id=event.id,
        author_id=by.id,
        text=spelled,
        written_at=now,
    )
    with history.act(session, real, by, foundation, WROTE, note) as act:
        session.add(note)
        session.flush()
        _name(session, note, named)
        act.concerns(event)
    _tell(session, note, named, by, now)
    return act.entry


def change_note(
    session: Session,
    foundation: Foundation,
    note: EventNote,
    text: str,
    version: int,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry | None:
    """Change what a note of one's own says; who was not named before is told."""
    _refuse_others(note, by)
    with history.edit(session, foundation, note, version, by, real, CHANGED) as act:
        event = session.get_one(Event, note.event_id)
        spelled, named = _read(session, event, text)
        old = {
            one.person_id: one
            for one in session.scalars(select(NoteMention).where(NoteMention.note_id == note.id))
        }
        for number in old.keys() - named:
            session.delete(old[number])
        note.text = spelled
        _name(session, note, named - old.keys())
        act.concerns(event)
    _tell(session, note, named - old.keys(), by, now)
    return act.changed


def remove_note(
    session: Session, foundation: Foundation, note: EventNote, by: Person, real: datetime
) -> history.Entry:
    """Take a note of one's own away; a letter about it that has not left yet is dropped."""
    _refuse_others(note, by)
    wait_for_others(session, foundation.id)
    event = session.get_one(Event, note.event_id)
    with history.act(session, real, by, foundation, REMOVED, event) as act:
        session.execute(delete(EventNote).where(EventNote.id == note.id))
    return act.entry


def _refuse_others(note: EventNote, by: Person) -> None:
    if note.author_id != by.id:
        raise Refused(_("Only who wrote a note changes it or takes it away."))


def _read(session: Session, event: Event, text: str) -> tuple[str, set[int]]:
    """Return a text as it is kept, and the numbers of those whom it names."""
    cleaned = "\n".join(map(clean, text.splitlines())).strip()
    if not cleaned:
        raise Refused(_("Write a few words first."), "text")
    if len(cleaned) > LONGEST:
        raise Refused(_("At most %(most)s characters fit.", most=LONGEST), "text")
    return spell_mentions(cleaned, {one.id: one.name for one in list_readers(session, event)})


def _name(session: Session, note: EventNote, people: Iterable[int]) -> None:
    session.add_all(NoteMention(note_id=note.id, person_id=number) for number in people)
    session.flush()


def _tell(
    session: Session, note: EventNote, people: Iterable[int], by: Person, now: datetime
) -> None:
    """Post a letter to each of them but the author, under the caps."""
    for number in sorted(set(people) - {by.id}):
        to = session.get_one(Person, number)
        if notices.may_mail(session, now, by, to, notices.MENTIONS):
            fact = f"note {note.id}, version {note.version}"
            notices.tell(session, now, "mentioned", to, fact, note_id=note.id)
