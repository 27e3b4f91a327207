"""Enters a call, changes it and takes it away: its ending is read from the words that are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Event, Foundation, Person
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.endings import Beside, Ending, NoEnding, read_ending
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

VENUE = "venue"
LONGEST_TAKES = 2000


@dataclass(frozen=True, slots=True)
class TypedCall:
    """A call as somebody typed or pasted it."""

    kind: str
    closes: str = ""
    zone: str = ""
    """The zone that stands beside the words."""
    assumed: str = ""
    """The zone of an hour that names none, `VENUE` for the event's; empty where to refuse it."""
    name: str = ""
    opens_on: date | None = None
    extended_from: str = ""
    told_by: date | None = None
    answer_by: date | None = None
    url: str | None = None
    takes: str = ""


def add_call(
    session: Session,
    foundation: Foundation,
    event: Event,
    typed: TypedCall,
    by: Person,
    real: datetime,
) -> tuple[Call, history.Entry]:
    """Add a call to an event. Refuses what cannot be, with the field."""
    wait_for_others(session, foundation.id)
    columns = columns_of(typed, event.starts_on, event.timezone)
    _refuse_twin(session, event.id, typed)
    call = Call(foundation_id=foundation.id, event_id=event.id, **columns)
    with history.act(session, real, by, foundation, "added call", call) as act:
        session.add(call)
        session.flush()
    return call, act.entry


def change_call(
    session: Session,
    foundation: Foundation,
    call: Call,
    typed: TypedCall,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change a call; a later day extends it, and the words that stood before are kept.

    Return the line of the history; None where nothing changed.
    """
    with history.edit(session, foundation, call, version, by, real, "changed call") as act:
        event = session.get_one(Event, call.event_id)
        _refuse_twin(session, event.id, typed, call)
        write_call(call, columns_of(typed, event.starts_on, event.timezone))
    return act.changed


def drop_call(
    session: Session, foundation: Foundation, call: Call, by: Person, real: datetime
) -> history.Entry:
    """Take a call away; the history keeps all of it."""
    return history.remove(session, foundation, call, by, real, "removed call")


def write_call(call: Call, columns: Mapping[str, Any]) -> None:
    """Write what differs; from then on it is a person's, and no import's."""
    wanted = {**columns, "source": ""}
    day, was = wanted.get("last_day"), wanted.get("extended_from", "")
    if call.last_day and day and day > call.last_day and was in ("", call.extended_from):
        wanted["extended_from"] = call.closes
    for name, value in wanted.items():
        if getattr(call, name) != value:
            setattr(call, name, value)


def columns_of(
    typed: TypedCall, starts: date, venue: str | None, order: DayOrder | None = None
) -> dict[str, Any]:
    """Return the columns of a call, its ending read; refuses what tells none, with the field.

    `starts` is the first day of the event, `venue` the zone that it is in.
    """
    assumed = (venue or "") if typed.assumed == VENUE else typed.assumed
    ending = _read(typed, Beside(assumed, starts, order, venue or ""))
    opens = typed.opens_on or ending.opens
    if opens and ending.day and opens > ending.day:
        raise Refused(_("It would close before it opens."), "opens_on")
    return {
        "kind": typed.kind,
        "name": clean(typed.name),
        "takes": typed.takes.strip(),
        "url": typed.url,
        "opens_on": opens,
        "closes": clean(typed.closes),
        "zone": ending.zone,
        "word": ending.word,
        "last_day": ending.day,
        "closes_at": ending.at,
        "marks": sorted(ending.marks),
        "extended_from": clean(typed.extended_from) or ending.was,
        "told_by": typed.told_by,
        "answer_by": typed.answer_by,
    }


def _read(typed: TypedCall, beside: Beside) -> Ending:
    if not typed.closes.strip():
        return Ending()
    try:
        return read_ending(typed.closes, typed.zone, beside)
    except NoEnding as wrong:
        raise Refused(str(wrong), "closes") from wrong


def zone_beside(call: Call) -> str:
    """Return what to type as the zone beside the words of a call, where they name none."""
    if "zone_assumed" in call.marks or not call.zone:
        return ""
    try:
        return "" if read_ending(call.closes, "", Beside(before=call.last_day)).zone else call.zone
    except NoEnding:
        return call.zone


def _refuse_twin(
    session: Session, event_id: int, typed: TypedCall, call: Call | None = None
) -> None:
    twin = session.scalar(
        select(Call.id).where(
            Call.event_id == event_id, Call.kind == typed.kind, Call.name == clean(typed.name)
        )
    )
    if twin is not None and (call is None or twin != call.id):
        raise Refused(
            _("The event has such a call already: change that one, or give this one a name."),
            "name",
        )
