"""A checklist as its page shows it: every item by its day, what is late, who did what when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from models import ChecklistItem, Event, Person, TeamMember
from models.checklists import DUE_ON
from outreach.calendars.clock import say_count, say_day, say_days_left, say_list, say_number
from outreach.language import gettext as _
from outreach.planning.checklists.standing import IS_OPEN
from outreach.planning.checklists.templates import KINDS


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item with its day, and how it stands."""

    item: ChecklistItem
    by: date
    is_open: bool
    today: date

    @property
    def is_late(self) -> bool:
        """Tell whether it is open and its day has passed."""
        return self.is_open and self.by < self.today

    @property
    def days(self) -> int:
        """Return the days that are left."""
        return (self.by - self.today).days

    @property
    def said(self) -> str:
        """Say how it stands: "in 5 days", "5 days late", "done on Tue 23 Jul by Ada"."""
        if self.is_open:
            late = say_count("%(number)s day late", "%(number)s days late", -self.days)
            return late if self.is_late else say_days_left(self.days)
        if self.item.done_on is None:
            return _("done, as the plan says")
        day, by = say_day(self.item.done_on), self.item.done_by
        return (
            _("done on %(day)s by %(name)s", day=day, name=by.name)
            if by
            else _("done on %(day)s", day=day)
        )

    @property
    def facts(self) -> str:
        """Say what else is known of it: its kind, from when it can be done, whose it is."""
        kind, before = self.item.kind, self.item.opens_before
        opens = self.by - timedelta(days=before) if before else None
        said = [
            str(KINDS[kind]) if kind != "task" else "",
            _("from %(day)s", day=say_day(opens)) if opens else "",
            self.item.owner.name if self.item.owner else "",
        ]
        return " · ".join(filter(None, said))


def list_items(session: Session, event: Event, today: date) -> list[ListedItem]:
    """Return the items of an event's checklist by their days."""
    name = load_only(Person.name)
    rows = session.execute(
        select(ChecklistItem, DUE_ON, IS_OPEN)
        .join(ChecklistItem.event)
        .options(joinedload(ChecklistItem.owner).options(name))
        .options(joinedload(ChecklistItem.done_by).options(name))
        .where(ChecklistItem.event_id == event.id)
        .order_by(DUE_ON, ChecklistItem.id)
    )
    return [ListedItem(item, by, bool(is_open), today) for item, by, is_open in rows]


def say_checklist(items: Sequence[ListedItem]) -> str:
    """Say how a checklist stands: "Two late, three open, 20 done"."""
    if not items:
        return _("It has no checklist yet")
    late, open_ = sum(one.is_late for one in items), sum(one.is_open for one in items)
    parts = ((late, _("late")), (open_ - late, _("open")), (len(items) - open_, _("done")))
    said = say_list(
        [
            _("%(number)s %(state)s", number=say_number(count), state=word)
            for count, word in parts
            if count
        ]
    )
    return said[:1].upper() + said[1:]


def say_done(items: Sequence[ListedItem]) -> str:
    """Say above the items that are done how many they are; "" where none is."""
    count = sum(not one.is_open for one in items)
    return say_count("%(Number)s done", "%(Number)s done", count) if count else ""


def list_owners(
    session: Session, event: Event, owner_id: int | None = None
) -> list[tuple[int, str]]:
    """Return who can own an item: staff, and who leads the event; they can open its checklist.

    Who owns it already may keep it.
    """
    leads = select(TeamMember.person_id).where(TeamMember.event_id == event.id, TeamMember.is_lead)
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.foundation_id == event.foundation_id)
        .where(or_(Person.role == "staff", Person.id.in_(leads), Person.id == owner_id))
        .order_by(Person.name, Person.id)
    )
    return [(number, name) for number, name in rows]
