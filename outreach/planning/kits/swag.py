"""Swag: what is given away at an event, ordered and printed in time, counted before and after."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Event, Foundation, Person, Swag
from outreach.accounts import history
from outreach.calendars.clock import say_day, say_figure
from outreach.catalog.facts import clean
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.dues import deadlines_of_swag
from outreach.refusal import Refused

ADDED, CHANGED, REMOVED = "added swag", "changed swag", "removed swag"


@dataclass(frozen=True, slots=True)
class TypedSwag:
    """Swag as somebody typed or pasted it."""

    item: str
    ordered: int | None = None
    ordered_on: date | None = None
    file_by: date | None = None
    filed_on: date | None = None
    arrives_from: date | None = None
    arrives_by: date | None = None
    before: int | None = None
    after: int | None = None


def add_swag(
    session: Session,
    foundation: Foundation,
    event: Event,
    typed: TypedSwag,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Add what is given away at an event."""
    wait_for_others(session, foundation.id)
    swag = Swag(foundation_id=foundation.id, event_id=event.id)
    with history.act(session, real, by, foundation, ADDED, swag) as act:
        act.detail["name"] = clean(typed.item)
        write_swag(swag, typed)
        session.add(swag)
        session.flush()
    return act.entry


def change_swag(
    session: Session,
    foundation: Foundation,
    swag: Swag,
    typed: TypedSwag,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change it; return the line of the history, None where nothing changed."""
    with history.edit(session, foundation, swag, version, by, real, CHANGED) as act:
        act.detail["name"] = clean(typed.item)
        write_swag(swag, typed)
    return act.changed


def drop_swag(
    session: Session, foundation: Foundation, swag: Swag, by: Person, real: datetime
) -> history.Entry:
    """Take it off the event; the history keeps it."""
    return history.remove(session, foundation, swag, by, real, REMOVED, swag.item)


def write_swag(swag: Swag, typed: TypedSwag) -> None:
    """Write what was typed. Refuses days and counts that cannot be, with the field."""
    first, last = typed.arrives_from, typed.arrives_by
    if first and last and last < first:
        raise Refused(_("The window would close before it opens."), "arrives_by")
    came = typed.before if typed.before is not None else typed.ordered
    if typed.after is not None and came is not None and typed.after > came:
        raise Refused(_("More would be left than there was."), "after")
    for name, value in (asdict(typed) | {"item": clean(typed.item)}).items():
        if getattr(swag, name) != value:
            setattr(swag, name, value)


def list_swag(session: Session, foundation: Foundation, *events: int) -> list[Swag]:
    """Return what is given away, at these events or at all, by their days."""
    query = select(Swag).join(Swag.event).options(joinedload(Swag.event))
    query = query.where(Swag.foundation_id == foundation.id)
    if events:
        query = query.where(Swag.event_id.in_(events))
    return list(session.scalars(query.order_by(Event.starts_on, Event.id, Swag.item, Swag.id)))


def say_swag(swag: Swag, today: date) -> str:
    """Say how it stands: "400 given away, 100 left", "the file is due on Fri 5 Jul"."""
    came = swag.before if swag.before is not None else swag.ordered
    if swag.after is not None and came is not None:
        given = say_figure(came - swag.after)
        if not swag.after:
            return _("all %(given)s given away", given=given)
        return _("%(given)s given away, %(left)s left", given=given, left=say_figure(swag.after))
    if swag.before is not None:
        return _("%(count)s there", count=say_figure(swag.before))
    dues = sorted(deadlines_of_swag([swag]), key=lambda due: due.by)
    if dues:
        due, late = dues[0], dues[0].by < today
        named = {"what": due.what, "day": say_day(due.by)}
        return _("%(what)s, %(day)s, late", **named) if late else _("%(what)s, %(day)s", **named)
    return _("ordered") if swag.ordered_on else _("not ordered yet")
