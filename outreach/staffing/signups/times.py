"""Availability asked for by letter, and said by newcomers with the sign-up link."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Availability, Booth, Event, Foundation, Person
from outreach.accounts import history
from outreach.accounts.addresses import Newcomer, new_person
from outreach.accounts.limits import TooMany
from outreach.accounts.tokens import token_hash
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.booths import is_called_off
from outreach.staffing.roster.stated.availability import SuitableTime, lock_booth, say
from outreach.staffing.signups import caps
from outreach.staffing.signups.locks import find_twins
from outreach.staffing.signups.sign_up import (
    KEY_LENGTH,
    REPEATED_WITHIN,
    ask_to_confirm,
)
from outreach.staffing.signups.states import Origin

ASKED = "asked for times"


@dataclass(frozen=True, slots=True)
class ReadyNewcomer:
    """A newcomer who can come, as their form says it."""

    who: Newcomer
    form_key: str
    origin: Origin


def ask_for_times(
    session: Session, event: Event, people: Sequence[Person], by: Person,
    now: datetime, real: datetime,
) -> history.Entry:  # fmt: skip
    """Ask these people by one letter each when they could come; the same again once a day.

    Whom no mail reaches gets none: they are to be called.
    """
    if is_called_off(session, event.id):
        raise Refused(_("We do not go to %(event)s.", event=event.name))
    if event.ends_on < now.date():
        raise Refused(_("%(event)s is over.", event=event.name))
    foundation = session.get_one(Foundation, event.foundation_id)
    fact, news = f"event {event.id} on {now.date()}", 0
    with history.act(session, real, by, foundation, ASKED, event) as act:
        for person in people:
            if person.email and notices.may_mail(session, now, by, person, notices.TIMES):
                told = notices.tell(session, now, "times_asked", person, fact, event_id=event.id)
                news += told
        act.detail["asked"] = news
    if not news:
        raise Refused(_("Everybody whom mail reaches was asked today or has answered."))
    return act.entry


def say_as_newcomer(
    session: Session,
    booth: Booth,
    event: Event,
    ready: ReadyNewcomer,
    stretches: Iterable[SuitableTime],
    most_minutes: int | None,
    now: datetime,
    real: datetime,
) -> tuple[Person, bool]:
    """Keep when a newcomer can come; return them, and whether they were added by it.

    By the rules and caps of signing up; the same form sent twice adds one person.
    """
    times = list(stretches)
    if not times:
        raise Refused(_("Say at least one time that you can come."))
    foundation = session.get_one(Foundation, event.foundation_id)
    person = new_person(foundation, ready.who.name, ready.who.contact, now)
    unknown = caps.look_at(session, booth.id, person, ready.origin, now)
    key = token_hash(ready.form_key)[:KEY_LENGTH]
    lock_booth(session, booth.id)
    before = _find_before(session, booth, key, now)
    if before is not None:
        return before, False
    _refuse_twin(session, booth, person)
    if unknown is not None:
        caps.keep_times_to(session, booth, event, unknown, now)
    session.add(person)
    session.flush()
    row = say(session, booth, person, times, most_minutes, now, real)
    row.form_key, row.browser, row.network = key, *ready.origin
    if person.email:
        with suppress(TooMany):
            ask_to_confirm(session, person, now)
    return person, True


def _refuse_twin(session: Session, booth: Booth, person: Person) -> None:
    """Refuse who said so before under the same name and contact: they have a link to change it."""
    twins = [one.id for one in find_twins(session, person)]
    said = select(Availability.id).where(Availability.booth_id == booth.id)
    if twins and session.scalars(said.where(Availability.person_id.in_(twins))).first():
        raise Refused(_("You said it already. Change it behind the link to your shifts."))


def _find_before(session: Session, booth: Booth, key: str, now: datetime) -> Person | None:
    """Return whom this very form added a moment ago; later it is no key to their pages."""
    same = (Availability.booth_id == booth.id, Availability.form_key == key)
    row = session.scalar(select(Availability).where(*same))
    if row is None:
        return None
    if now - row.said_at > REPEATED_WITHIN:
        raise Refused(_("This form was used before. Open the page again."))
    return session.get_one(Person, row.person_id)
