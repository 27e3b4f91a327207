"""Begins a checklist, adds an item, changes it, ticks it, takes it away: each with its way back."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ChecklistItem, Event, Foundation, Person
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.reading.dates import NoDate, read_day
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.checklists.templates import ITEMS, MOST_DAYS, days_of
from outreach.refusal import ChangedMeanwhile, Refused

MOST_ITEMS = 200
LAST = "last"
"""Chosen in the place of a template: as its last edition had it."""
_COUNTED = re.compile(r"\s*t?\s*([+\-\u2212\u2013]|(?<=t))\s*(\d{1,4})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedItem:
    """An item as somebody typed or pasted it."""

    what: str
    when: str
    """A day, or one that moves with the event: "T-30", "T+7"."""
    kind: str = "task"
    opens_before: int | None = None
    owner_id: int | None = None
    evidence: str | None = None


def begin(
    session: Session, foundation: Foundation, event: Event, chosen: str, by: Person, real: datetime
) -> history.Entry:
    """Give an event what a template asks for, or what its last edition's list did.

    What it has already stays as it is; what a foundation leaves out is not added.
    """
    wait_for_others(session, foundation.id)
    known = set(session.scalars(_of(event).with_only_columns(ChecklistItem.code)))
    if chosen == LAST:
        last = find_last_edition(session, event)
        rows = list_anew(session, last) if last else []
    else:
        rows = rows_of(foundation, chosen)
    new = [row for row in rows if row["code"] is None or row["code"] not in known]
    if not new:
        raise Refused(_("It has all of that already."), "template")
    refuse_too_many(session, event, len(new))
    with history.act(session, real, by, foundation, "began checklist", event) as act:
        session.add_all(
            ChecklistItem(foundation_id=foundation.id, event_id=event.id, **row) for row in new
        )
        session.flush()
    return act.entry


def rows_of(foundation: Foundation, chosen: str) -> list[dict[str, Any]]:
    """Return what a template asks for, by the foundation's days, as columns."""
    days = days_of(foundation)
    return [
        {"code": one.code, "kind": one.kind, "what": str(one.what), "days": days[one.code],
         "opens_before": one.opens_before}
        for one in ITEMS
        if chosen in one.sets and days[one.code] is not None
    ]  # fmt: skip


def find_last_edition(session: Session, event: Event) -> Event | None:
    """Return the newest earlier edition that has a checklist, if there is one."""
    if event.series_id is None:
        return None
    return session.scalar(
        select(Event)
        .where(Event.series_id == event.series_id, Event.starts_on < event.starts_on)
        .where(Event.id.in_(select(ChecklistItem.event_id)))
        .order_by(Event.starts_on.desc())
        .limit(1)
    )


def list_anew(session: Session, last: Event) -> list[dict[str, Any]]:
    """Return its items for another event: a day that stood there becomes one that moves with it."""
    items = session.scalars(_of(last).order_by(ChecklistItem.id))
    return [
        {name: getattr(item, name) for name in ("code", "kind", "what", "opens_before", "owner_id")}
        | {"days": item.days if item.fixed_on is None else _days_from(last, item.fixed_on)}
        for item in items
    ]


def _days_from(event: Event, day: date) -> int:
    after = (day - event.ends_on).days
    days = after if after > 0 else min((day - event.starts_on).days, 0)
    return max(-MOST_DAYS, min(days, MOST_DAYS))


def add_item(
    session: Session,
    foundation: Foundation,
    event: Event,
    typed: TypedItem,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Add an item that no template asks for."""
    wait_for_others(session, foundation.id)
    refuse_too_many(session, event, 1)
    columns = columns_of(typed)
    item = ChecklistItem(foundation_id=foundation.id, event_id=event.id, **columns)
    with history.act(session, real, by, foundation, "added checklist item", item) as act:
        act.detail["name"] = item.what
        session.add(item)
        session.flush()
    return act.entry


def change_item(
    session: Session,
    foundation: Foundation,
    item: ChecklistItem,
    typed: TypedItem,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change what is asked, its day, owner or evidence; None where nothing changed."""
    with history.edit(
        session, foundation, item, version, by, real, "changed checklist item"
    ) as act:
        for name, value in columns_of(typed).items():
            setattr(item, name, value)
        act.detail["name"] = item.what
    return act.changed


def tick(
    session: Session,
    foundation: Foundation,
    item: ChecklistItem,
    done_on: date | None,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Note that an item is done, on which day and by whom; None: that it is not."""
    wait_for_others(session, foundation.id)
    session.refresh(item)
    if (item.done_on is None) is (done_on is None):
        raise ChangedMeanwhile
    verb = "opened checklist item" if done_on is None else "ticked checklist item"
    with history.act(session, real, by, foundation, verb, item) as act:
        act.detail["name"] = item.what
        item.done_on, item.done_by_id = done_on, by.id if done_on else None
    return act.entry


def drop_item(
    session: Session, foundation: Foundation, item: ChecklistItem, by: Person, real: datetime
) -> history.Entry:
    """Take an item away; the history keeps all of it."""
    return history.remove(session, foundation, item, by, real, "removed checklist item", item.what)


def columns_of(typed: TypedItem) -> dict[str, Any]:
    """Return the columns of an item; refuses a day that is none, with the field."""
    days, fixed_on = read_when(typed.when)
    return {
        "what": clean(typed.what),
        "kind": typed.kind,
        "days": days,
        "fixed_on": fixed_on,
        "opens_before": typed.opens_before,
        "owner_id": typed.owner_id,
        "evidence": typed.evidence,
    }


def read_when(text: str) -> tuple[int | None, date | None]:
    """Read days from the event, or a day that stays; refuses what is neither."""
    counted = _COUNTED.fullmatch(text.strip())
    if counted:
        days = int(counted[2]) * (1 if counted[1] == "+" else -1)
        if abs(days) <= MOST_DAYS:
            return days, None
        raise Refused(_("That is more than two years from the event."), "when")
    try:
        return None, read_day(text)
    except NoDate as wrong:
        told = _("Write days from the event, T-30 or T+7, or a day: 12 Jul 2024.")
        raise Refused(told, "when") from wrong


def write_when(item: ChecklistItem) -> str:
    """Write an item's day as `read_when` reads it: "T-30", "2024-07-12"."""
    return item.fixed_on.isoformat() if item.days is None else f"T{item.days:+d}"  # type: ignore[union-attr]


def _of(event: Event) -> Any:
    return select(ChecklistItem).where(ChecklistItem.event_id == event.id)


def refuse_too_many(session: Session, event: Event, more: int) -> None:
    """Refuse a list that nobody would read."""
    held = session.scalar(
        select(func.count(ChecklistItem.id)).where(ChecklistItem.event_id == event.id)
    )
    if (held or 0) + more > MOST_ITEMS:
        raise Refused(_("A checklist holds %(most)s items at most.", most=MOST_ITEMS))
