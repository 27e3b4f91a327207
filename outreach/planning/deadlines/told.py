"""Deadlines as pages, letters and calendars say them: what, for which event, by when, whose."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from models import (
    Call,
    ChecklistItem,
    Event,
    EventPlan,
    Foundation,
    Kit,
    KitBooking,
    Person,
    Proposal,
    Swag,
    Talk,
    TeamMember,
)
from models.base import among
from outreach.calendars.clock import say_count, say_day, say_days_left
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.calls.closing import ENDING, Closing, ending_of
from outreach.planning.calls.closing import KINDS as CALL_KINDS
from outreach.planning.checklists.standing import DECIDE
from outreach.planning.checklists.templates import ITEMS
from outreach.planning.checklists.templates import KINDS as ITEM_KINDS
from outreach.planning.deadlines.sources import (
    ANSWER,
    CALL,
    FILE,
    ITEM,
    KIT,
    PARCEL,
    TALK,
    find_waiting,
    given_for,
)

MOST_LATE = 2
"""Late items of one checklist that are told where many events are."""
KINDS = {"call": N_("call"), "answer": N_("answer we owe"), **ITEM_KINDS}
MOST = 5000
PLAN_LACKS = {one.code: one.what for one in ITEMS}
Rows = Select[*tuple[Any, ...]]
_OWNER_ID = func.coalesce(ChecklistItem.owner_id, Talk.owner_id, EventPlan.owner_id)
_LEAD = (
    select(Person.name)
    .join(TeamMember, TeamMember.person_id == Person.id)
    .where(TeamMember.event_id == Event.id, TeamMember.is_lead)
    .order_by(Person.name)
    .limit(1)
    .correlate(Event)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that an event waits for, and the day by which."""

    source: str
    number: int
    """Of the row that its source says; of the event, where the plan lacks something."""
    kind: str
    event_id: int
    event: str
    what: str
    by: date
    opens: date | None = None
    """From when it can be done, where it cannot be done at once."""
    owner: str = ""
    owner_id: int | None = None
    code: str | None = None
    """Which item of a template it is."""

    def is_late(self, today: date) -> bool:
        """Tell whether the day has passed."""
        return today > self.by

    def days(self, today: date) -> int:
        """Return the days that are left; fewer than 0 where it is late."""
        return (self.by - today).days

    def say_left(self, today: date) -> str:
        """Say how long there is: "in 5 days", "5 days late"."""
        days = self.days(today)
        if days >= 0:
            return say_days_left(days)
        return say_count("%(number)s day late", "%(number)s days late", -days)

    @property
    def kind_word(self) -> str:
        """Say of what kind it is."""
        return str(KINDS[self.kind])

    @property
    def window(self) -> str:
        """Say from when to when it can be done, where that matters."""
        return _("from %(day)s", day=say_day(self.opens)) if self.opens else ""


@dataclass(frozen=True, slots=True)
class WantedDeadlines:
    """Which deadlines are asked for: of these events, or of all that are ours."""

    events: Collection[int] | None = None
    kind: str = ""
    until: date | None = None
    owner_id: int | None = None


EVERYTHING = WantedDeadlines()


def list_deadlines(
    session: Session,
    foundation: Foundation,
    now: datetime,
    wanted: WantedDeadlines = EVERYTHING,
    most: int = MOST,
) -> list[Deadline]:
    """Return deadlines, late ones first."""
    return [_tell(row, now.date()) for row in _read(session, foundation, now, wanted, most)]


@dataclass(frozen=True, slots=True)
class DeadlineBoard:
    """A page of deadlines, with how many there are, are late, and are of the next seven days."""

    lines: Sequence[Deadline]
    total: int = 0
    late: int = 0
    week: int = 0

    @property
    def headline(self) -> str:
        """Say what presses: "Two are late. Five are due within a week."."""
        if not self.total:
            return _("Nothing is due, as far as is known.")
        said = []
        if self.late:
            said.append(say_count("%(Number)s is late.", "%(Number)s are late.", self.late))
        if self.week:
            said.append(
                say_count("%(Number)s is due within a week.", "%(Number)s are due within a week.",
                          self.week)
            )  # fmt: skip
        if said:
            return " ".join(said)
        return say_count("%(Number)s to come, none this week.",
                         "%(Number)s to come, none this week.", self.total)  # fmt: skip


def read_board(
    session: Session,
    foundation: Foundation,
    now: datetime,
    wanted: WantedDeadlines,
    most: int,
    first: int,
) -> DeadlineBoard:
    """Return so many deadlines from one on; they are counted with the same question."""
    rows = _read(session, foundation, now, wanted, most, first)
    counts = (rows[0].total, rows[0].late, rows[0].week) if rows else ()
    return DeadlineBoard([_tell(row, now.date()) for row in rows], *counts)


def _read(
    session: Session,
    foundation: Foundation,
    now: datetime,
    wanted: WantedDeadlines,
    most: int,
    first: int = 0,
) -> Sequence[Any]:
    given = given_for(foundation, now) | {"most": most, "first": first}
    given |= {"week": now.date() + timedelta(days=6)}
    for name in ("events", "kind", "until", "owner_id"):
        if getattr(wanted, name) not in (None, ""):
            given[name] = getattr(wanted, name)
    if wanted.events is not None:
        given["events"] = list(wanted.events)
    asked = frozenset(given) & {"events", "kind", "until", "owner_id"}
    return session.execute(_statement(asked), given).all()


@cache
def _statement(asked: frozenset[str]) -> Rows:
    """Build the question once for each way of asking: building it takes longer than the answer.

    Only of what is shown in the end it is looked up what is said of it.
    """
    return _with_what_is_said(_shown(asked))


def _with_what_is_said(found: Subquery) -> Rows:
    """Add what is said of deadlines."""
    query: Rows = (
        select(*found.c, Event.name, ChecklistItem.what, ChecklistItem.opens_before,
               Call.kind.label("call_kind"), *ENDING, Proposal.title,
               Swag.item, Swag.arrives_from, Kit.name.label("kit"), _OWNER_ID.label("owner_id"),
               func.coalesce(Person.name, _LEAD).label("owner"))
        .select_from(found)
        .join(Event, Event.id == found.c.event_id)
        .outerjoin(Call, _is(found, Call.id, CALL, ANSWER))
        .outerjoin(Swag, _is(found, Swag.id, FILE, PARCEL))
        .outerjoin(KitBooking, _is(found, KitBooking.id, KIT))
        .outerjoin(Kit, Kit.id == KitBooking.kit_id)
        .order_by(found.c.by, found.c.event_id, found.c.source, found.c.number)
    )  # fmt: skip
    return _with_owners(query, found).outerjoin(Person, Person.id == _OWNER_ID)


def _shown(asked: frozenset[str]) -> Subquery:
    """Select which are shown, and count all."""
    found = find_waiting(of_events="events" in asked)
    query: Rows = select(*found.c).select_from(found)
    conditions = {
        "kind": found.c.kind == bindparam("kind", type_=String),
        "until": found.c.by <= bindparam("until", type_=Date),
        "owner_id": bindparam("owner_id", type_=Integer) == _OWNER_ID,
    }
    if "owner_id" in asked:
        query = _with_owners(query, found)
    wanted = query.where(*(conditions[name] for name in asked - {"events"})).cte("wanted")
    counts = _counted(wanted).subquery()
    line = wanted.c
    return (
        select(*line, *counts.c)
        .join(counts, true())
        .order_by(line.by, line.event_id, line.source, line.number)
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("first", type_=Integer))
        .subquery()
    )


def _counted(wanted: CTE) -> Rows:
    """Count them beside the lines: a window over every row takes as long as finding them does."""
    today = bindparam("today", type_=Date)
    is_week = wanted.c.by.between(today, bindparam("week", type_=Date))
    return select(
        func.count().label("total"),
        func.sum(case((wanted.c.by < today, 1), else_=0)).label("late"),
        func.sum(case((is_week, 1), else_=0)).label("week"),
    ).select_from(wanted)


def _with_owners(query: Rows, found: Any) -> Rows:
    """Join whose row it is, and what the event's own page says of its owner."""
    return (
        query.outerjoin(ChecklistItem, _is(found, ChecklistItem.id, ITEM))
        .outerjoin(Proposal, _is(found, Proposal.id, TALK))
        .outerjoin(Talk, Talk.id == Proposal.talk_id)
        .outerjoin(EventPlan, EventPlan.event_id == found.c.event_id)
    )


def _is(found: Any, number: Any, *sources: str) -> ColumnElement[bool]:
    return and_(among(found.c.source, sources), number == found.c.number)


def _tell(row: Any, today: date) -> Deadline:
    opens, by = None, row.by
    match row.source:
        case "item":
            what, before = row.what, row.opens_before
            opens = by - timedelta(days=before) if before else None
        case "call":
            closing = Closing(row.call_kind, ending_of(row))
            what, by = closing.deadline, closing.due(today)
        case "answer":
            what = _("Answer what came of the call for %(kind)s", kind=CALL_KINDS[row.call_kind])
        case "talk":
            what = _("Confirm or decline “%(talk)s”", talk=row.title)
        case "file":
            what = _("Printer’s file of %(item)s", item=row.item)
        case "parcel":
            what, opens = _("Parcel of %(item)s arrives", item=row.item), row.arrives_from
        case "kit":
            what = _("%(kit)s leaves", kit=row.kit)
        case "look":
            what = _("Look again")
        case code:
            what = str(PLAN_LACKS[code])
    return Deadline(row.source, row.number, row.kind, row.event_id, row.name, what, by,
                    opens, row.owner or "", row.owner_id, row.code)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LateList:
    """What is late of an event's checklist."""

    items: Sequence[Deadline]
    """The first of it."""
    count: int


def list_late(deadlines: Iterable[Deadline], today: date) -> LateList:
    """Return what of an event's deadlines is late of its checklist."""
    items = [one for one in deadlines if one.source == ITEM and one.is_late(today)]
    return LateList(items, len(items))


def find_pressing(
    session: Session, foundation: Foundation, events: Collection[int], now: datetime
) -> tuple[dict[int, LateList], dict[int, Deadline]]:
    """Return what is late of checklists, by event, and what each of these waits for first.

    That it is to be decided is not late of a checklist: it is said of every event, listed or not.
    """
    given, today = given_for(foundation, now), now.date()
    late, nearest = defaultdict[int, list[Deadline]](list), dict[int, Deadline]()
    counts: dict[int, int] = {}
    for row in session.execute(_pressing(), given | {"events": list(events)}):
        deadline = _tell(row, today)
        if row.is_late:
            late[row.event_id].append(deadline)
            counts[row.event_id] = row.late
        if row.event_id in events:
            nearest.setdefault(row.event_id, deadline)
    return {event: LateList(some, counts[event]) for event, some in late.items()}, nearest


@cache
def _pressing() -> Rows:
    """Select the first of what is late of each checklist, and of what each of `events` waits for.

    Of an event with a long list most would be read for nothing.
    """
    found = find_waiting(of_events=True, or_late=True)
    is_to_do = and_(found.c.source == ITEM, func.coalesce(found.c.code, "") != DECIDE)
    is_late = and_(is_to_do, found.c.by < bindparam("today", type_=Date))
    marked = select(*found.c, case((is_late, 1), else_=0).label("is_late")).subquery()
    alike = (marked.c.event_id, marked.c.is_late)
    order = (marked.c.by, marked.c.source, marked.c.number)
    place = func.row_number().over(partition_by=alike, order_by=order).label("place")
    late = func.count().over(partition_by=alike).label("late")
    ranked = select(*marked.c, place, late).subquery()
    is_told = and_(ranked.c.is_late == 1, ranked.c.place <= MOST_LATE)
    return _with_what_is_said(select(ranked).where(or_(ranked.c.place == 1, is_told)).subquery())
