"""What one volunteer's calendar shows, subscribed to or by mail: when, where, with whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Person, Shift, SignUp
from models.base import among
from models.events import CALLED_OFF
from models.people import first_name_of
from models.staffing import IS_EXPECTED, IS_LET_GO, IS_TAKEN, PLACE_OF_SHIFT, SAID_OF_SHIFT
from outreach.calendars.changes import GONE_FOR
from outreach.calendars.clock import say_list
from outreach.calendars.entries import Entry, identity
from outreach.language import gettext as _

KEPT = timedelta(days=400)
"""How long a shift that is over stays in the calendar."""
MOST = 500
ALARM = timedelta(hours=1)
"""So long before a shift calendars remind of it: the letter comes a day before."""
MOST_NAMES = 12


def load_entries(
    session: Session,
    person: Person,
    scope: str,
    title: str,
    since: datetime,
    only: Collection[int] = (),
    url: str = "",
) -> list[Entry]:
    """Return the person's shifts for their calendar; what they gave up is told as cancelled.

    `title` is whose booth it is, `scope` what identities begin with; with `only`, these sign-ups.
    `url` is the page of their shifts.
    """
    was_told = or_(SignUp.confirmed_at.is_not(None), SignUp.placed_by_id.is_not(None))
    wanted = or_(IS_TAKEN, and_(IS_LET_GO, was_told))
    # A letter tells of what it is about, however late it is.
    which = SignUp.id.in_(only) if only else _is_on_or_fresh(since)
    query = (
        select(
            SignUp,
            Shift,
            Booth,
            Event,
            Decision.state,
            SAID_OF_SHIFT,
            PLACE_OF_SHIFT,
            Shift.own_url,
        )
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .outerjoin(Event.decision)
        .where(SignUp.person_id == person.id, Shift.ends_at > since - KEPT, wanted)
        .where(which)
        .order_by(Shift.starts_at.desc(), Shift.id)
        .limit(MOST)
    )
    rows = session.execute(query).all()
    names = find_company(session, person, [row[1].id for row in rows])
    found = []
    for row in rows:
        said = _("%(foundation)s booth, %(event)s", foundation=title, event=row[3].name)
        found.append(_entry(row, person, scope, said, names.get(row[1].id, ()), url))
    return found


def _is_on_or_fresh(since: datetime) -> ColumnElement[bool]:
    """Ask whether a place stands, or has not been off for longer than calendars are told."""
    is_called_off = and_(Decision.id.is_not(None), among(Decision.state, CALLED_OFF))
    is_off = or_(IS_LET_GO, Shift.cancelled_at.is_not(None), is_called_off)
    # A decision against an event is a change of its shifts.
    off_at = func.coalesce(
        Shift.cancelled_at, case((is_called_off, Shift.changed_at)), SignUp.changed_at
    )
    return or_(~is_off, off_at > since - GONE_FOR)


def _entry(
    row: Any, person: Person, scope: str, title: str, names: Sequence[str], url: str
) -> Entry:
    sign_up, shift, booth, event, decision, said, place, link = row
    is_off = _is_off(sign_up, shift, decision)
    return Entry(
        uid=identity(scope, "shift", shift.id, person.id),
        title=title,
        starts=shift.starts_at,
        ends=shift.ends_at,
        zone=event.timezone,
        place=", ".join(part for part in (place, event.city, event.country) if part),
        note="" if is_off else _describe([said, link or "", booth.note], names, url),
        sequence=shift.sequence + sign_up.sequence,
        stamp=max(sign_up.changed_at, shift.changed_at or sign_up.changed_at),
        standing="cancelled" if is_off else "confirmed",
        url=url,
        alarm=ALARM,
    )


def _is_off(sign_up: SignUp, shift: Shift, decision: str | None) -> bool:
    is_gone = sign_up.state != "taken" or shift.cancelled_at is not None
    return is_gone or decision in CALLED_OFF


def say_title(foundation: Foundation, person: Person) -> str:
    """Say whose calendar it is."""
    return _("%(foundation)s booths, %(name)s", foundation=foundation.name, name=person.first_name)


def find_company(
    session: Session, person: Person, shift_ids: Collection[int]
) -> Mapping[int, Sequence[str]]:
    """Return who else is on these shifts: first names, never more."""
    found: dict[int, list[str]] = {}
    others = session.execute(
        select(SignUp.shift_id, Person.name)
        .join(Person, Person.id == SignUp.person_id)
        .where(SignUp.shift_id.in_(shift_ids), SignUp.person_id != person.id, IS_EXPECTED)
        .order_by(SignUp.id)
    )
    for shift_id, name in others:
        found.setdefault(shift_id, []).append(first_name_of(name))
    return found


def say_company(names: Sequence[str]) -> str:
    """Say who else is on a shift."""
    if not names:
        return _("Nobody else is on it yet.")
    shown = [*names[:MOST_NAMES], *([_("others")] if len(names) > MOST_NAMES else [])]
    return _("With you: %(names)s.", names=say_list(shown))


def _describe(typed: Sequence[str], names: Sequence[str], url: str) -> str:
    """Say what is good to know on the day, where the calendar is what somebody looks at."""
    lines = [say_company(names), *(" ".join(note.split()) for note in typed)]
    if url:
        lines += [_("Your shifts, and how to give one up:"), url]
    return "\n".join(line for line in lines if line)
