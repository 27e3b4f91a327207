"""Booths: the sign-up page's code, when it opens, who coordinates, by which rules, and where."""

import secrets
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Person, Shift, ShiftKind, TeamMember
from models.events import CALLED_OFF
from outreach.accounts import history
from outreach.calendars.clock import say_town
from outreach.calendars.spans import at
from outreach.catalog.places.event_place import offered_places
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.last_place import KNOWS_EXPERIENCE
from outreach.staffing.rule_values import can_be
from outreach.staffing.rules import Point, Rules, Slot, as_stored, rules_of

CODE_LENGTH = 8
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is mistaken for something else on paper: no 0 o, 1 l i."""
CHANGED_RULES = "changed rules"
OPENED_SIGN_UP = "opened sign-up"

_BY_CODE = (
    select(Booth, Event, Foundation, Decision.state, Shift, KNOWS_EXPERIENCE)
    .join(Event, Event.id == Booth.event_id)
    .outerjoin(Shift, and_(Shift.booth_id == Booth.id, Shift.id == bindparam("shift")))
    .outerjoin(Event.decision)
    .join(Foundation, Foundation.id == Event.foundation_id)
    .where(Booth.code == bindparam("code"), Foundation.removed_at.is_(None))
)


def find_booth(session: Session, event_id: int) -> Booth | None:
    return session.scalar(select(Booth).where(Booth.event_id == event_id))


def find_booth_by_code(
    session: Session, code: str, shift_id: int = 0
) -> tuple[Booth, Event, Foundation, str | None, Shift | None, bool] | None:
    """Return whose sign-up page has this code, what was decided, and the shift if it is theirs.

    Last stands whether anybody with experience is known. Capitals count as small letters.
    """
    code = code.lower()
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_LETTERS):
        return None
    found = session.execute(_BY_CODE, {"code": code, "shift": shift_id}).one_or_none()
    return None if found is None else (*found[:5], bool(found[5]))


def open_booth(session: Session, event: Event) -> Booth:
    """Return our booth at the event; the first time it is made, with a code never used."""
    locked = select(Event.id).where(Event.id == event.id).with_for_update(key_share=True)
    session.execute(locked)
    found = find_booth(session, event.id)
    if found is not None:
        return found
    booth = Booth(event_id=event.id, code=_new_code(session), hours=[], rules={})
    session.add(booth)
    session.flush()
    return booth


def zone_of(event: Event) -> ZoneInfo:
    """Return the venue's zone; UTC where nobody knows it."""
    return ZoneInfo(event.timezone or "UTC")


def town_of(event: Event) -> str:
    """Name the clock of an event by its city, on every page alike: "Pasadena"."""
    return event.city or (say_town(event.timezone) if event.timezone else _("local"))


def check_place(event: Event) -> None:
    """Refuse shifts while nobody knows the clock that they are by: they would be hours off."""
    if not waits_for_place(event):
        return
    if offered_places(event):
        raise Refused(
            _(
                "More than one place may be meant by “%(city)s”. Choose which one first: the hours"
                " are by its clock.",
                city=event.city,
            ),
            "hours",
        )
    raise Refused(_("Say the city first: the hours are by its clock."), "hours")


def waits_for_place(event: Event) -> bool:
    """Tell whether shifts have to wait for the place; what is online goes by UTC."""
    return event.timezone is None and not event.is_online


def sign_up_opens_at(booth: Booth, event: Event) -> datetime:
    """Return the instant at which the venue's day begins on which sign-up opens."""
    days = timedelta(days=rules_of(booth.rules).opens_days_before)
    return at(event.starts_on - days, time(), zone_of(event))


def coordinators_of(session: Session, event: Event) -> list[Person]:
    """Return who hears of a drop-out: the leads of the event, where it has none all staff."""
    leads = (
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.event_id == event.id, TeamMember.is_lead)
        .where(Person.foundation_id == event.foundation_id)
        .order_by(Person.id)
    )
    found = list(session.scalars(leads))
    if found:
        return found
    staff = select(Person).where(
        Person.foundation_id == event.foundation_id, Person.role == "staff"
    )
    return list(session.scalars(staff.order_by(Person.id)))


def _new_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if session.scalar(select(Booth.id).where(Booth.code == code)) is None:
            return code


def is_called_off(session: Session, event_id: int) -> bool:
    """Tell whether staff decided that we do not go."""
    state = select(Decision.state).where(Decision.event_id == event_id, Decision.is_current)
    return session.scalar(state) in CALLED_OFF


def find_told_why(session: Session, event_id: int) -> str:
    """Return what those are told besides who had a shift at an event that we do not go to."""
    current = Decision.event_id == event_id, Decision.is_current
    return session.scalar(select(Decision.told_why).where(*current)) or ""


def say_off(session: Session, event: Event) -> str:
    """Say that we do not go to an event; "" where we do, or nobody decided."""
    return say_we_do_not_go(event) if is_called_off(session, event.id) else ""


def say_we_do_not_go(event: Event) -> str:
    return _("We do not go to %(event)s.", event=event.name)


def change_rules(
    session: Session,
    event: Event,
    rules: Rules,
    by: Person,
    real: datetime,
    verb: str = CHANGED_RULES,
) -> history.Entry:
    """Set the rules of our booth at the event; only what differs from the defaults is kept."""
    booth = open_booth(session, event)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, verb, booth) as act:
        act.concerns(event)
        booth.rules = as_stored(rules)
    return act.entry


def open_sign_up(
    session: Session, event: Event, by: Person, now: datetime, real: datetime
) -> history.Entry:
    """Let sign-up be open from the venue's day that it is now, where it would open later."""
    booth = open_booth(session, event)
    if off := say_off(session, event):
        raise Refused(off)
    if sign_up_opens_at(booth, event) <= now:
        raise Refused(_("Sign-up is open already."))
    days = (event.starts_on - now.astimezone(zone_of(event)).date()).days
    if not can_be("opens_days_before", days):
        raise Refused(_("Sign-up opens a year before the event at the earliest."))
    rules = replace(rules_of(booth.rules), opens_days_before=days)
    return change_rules(session, event, rules, by, real, OPENED_SIGN_UP)


def point_at(latitude: float | None, longitude: float | None) -> Point | None:
    """Return a point; None where nobody knows the place."""
    return None if latitude is None or longitude is None else (latitude, longitude)


def slot_of(shift: Shift, event: Event) -> Slot:
    """Return a shift as arithmetic sees it."""
    return Slot(
        shift.id, shift.starts_at, shift.ends_at, event.id, shift.kind, event.name,
        tuple(shift.needs), point_at(event.latitude, event.longitude),
        shift.min_people, shift.max_people,
    )  # fmt: skip


def list_kinds(session: Session, booth: Booth) -> list[ShiftKind]:
    """Return the kinds of shift that a booth names itself."""
    own = select(ShiftKind).where(ShiftKind.booth_id == booth.id)
    return list(session.scalars(own.order_by(ShiftKind.name, ShiftKind.id)))


def copy_kinds(session: Session, booth: Booth, to: Booth) -> None:
    """Let another booth name the same kinds of shift, but for those that it names already."""
    named = {one.name for one in list_kinds(session, to)}
    session.add_all(
        ShiftKind(booth_id=to.id, name=one.name, place=one.place, note=one.note, url=one.url)
        for one in list_kinds(session, booth)
        if one.name not in named
    )
    session.flush()
