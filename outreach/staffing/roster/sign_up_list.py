"""The list that a volunteer chooses from: what can be taken, what is full, what is theirs."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.types import NullType

from models import Event, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import LIVING
from outreach.calendars.clock import say_count, say_day, say_spoken_start
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import point_at
from outreach.staffing.booth.hours import BoothDays
from outreach.staffing.booth.shown_days import shown_under
from outreach.staffing.last_place import is_kept
from outreach.staffing.roster.coverage import lacks
from outreach.staffing.rules import (
    Breach,
    Commitment,
    Helper,
    Rules,
    Slot,
    breaches_of,
    handovers_of,
)

NOBODY, SHORT, ROOM, FULL = range(4)
"""How much a shift needs somebody: first come those that have nobody."""
GLANCE = 5
"""So many shifts are looked through without choosing a day first."""
MOST_KEPT = 8192
"""Of each thing that was read before."""


@dataclass(slots=True)
class ListedShift:
    """A shift as the public page lists it. Of other people it knows first names, no more."""

    id: int
    kind: str
    starts: datetime
    ends: datetime
    least: int
    most: int
    needs: tuple[str, ...]
    note: str
    sequence: int
    company: list[Helper] = field(default_factory=list)
    """Who is on it besides the reader."""
    taken: int = 0
    """Who said yes or was put there, without those who did not come."""
    asked: int = 0
    held: int = 0
    """Places that nobody else can have: those of who did not come are among them."""
    waiting: int = 0
    mine: str | None = None
    """The reader's own state on it."""
    has_experience: bool = False
    """Whether somebody with experience holds a place."""
    waiting_for_last: int = 0
    """Who of those that wait has experience, and may have a last place that is kept."""
    is_kept: bool = False
    """Whether its last place is kept for somebody with experience,"""
    is_kept_for_reader: bool = False
    """and whether that is the reader."""
    breaches: Sequence[Breach] = ()
    """What it would break for the reader."""
    remarks: Sequence[str] = ()

    @property
    def need(self) -> int:
        """Return how much it needs somebody, see NOBODY."""
        if self.is_full:
            return FULL
        if not lacks(self.least, self.taken):
            return ROOM
        return SHORT if self.taken else NOBODY

    @property
    def is_full(self) -> bool:
        """Tell whether nobody more can take it: a free place goes to who waits for it."""
        if self.is_kept:
            return not self.is_kept_for_reader or bool(self.waiting_for_last)
        return self.held + self.waiting >= self.most

    @property
    def can_be_taken(self) -> bool:
        """Tell whether the reader may have it."""
        return not (self.mine or self.clash or self.is_full)

    @property
    def names(self) -> list[str]:
        """Return the first names of who is on it besides the reader."""
        return [one.first_name for one in self.company]

    @property
    def say_queue(self) -> str:
        """Say where the reader would stand on the waiting list."""
        if not self.waiting:
            return _("You would be the first on the waiting list.")
        return say_count(
            "%(Number)s waits already: you would be number %(place)s.",
            "%(Number)s wait already: you would be number %(place)s.",
            self.waiting,
            place=self.waiting + 1,
        )

    @property
    def say_kept(self) -> str:
        """Say why the reader cannot have the place that is left."""
        return (_("The last place is kept for somebody who has stood at a booth before.")
                if self.is_kept else "")  # fmt: skip

    @property
    def say_before(self) -> str:
        if not self.waiting:
            return _("nobody waits yet")
        return ngettext("%(num)s before you", "%(num)s before you", self.waiting)

    @property
    def clash(self) -> Breach | None:
        """Return why the reader cannot take it at all."""
        return next((one for one in self.breaches if one.is_double), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """The shifts of a booth, sorted for somebody who chooses."""

    open: Sequence[ListedShift]
    """Can be taken: needs first, then by time."""
    full: Sequence[ListedShift]
    mine: Sequence[ListedShift]
    """Which the reader has, waits for or is offered, by time."""
    clashing: Sequence[ListedShift]
    days: Sequence[date]
    """All days that have shifts."""
    day: date | None = None
    """The one that it was chosen for."""

    @property
    def say_left(self) -> str:
        """Say how many can be taken; "" where the headline, which is of all days, has said it."""
        count = len(self.open)
        if self.day and count:
            return ngettext("%(num)s shift on %(day)s has a place left.",
                            "%(num)s shifts on %(day)s have a place left.",
                            count, day=say_day(self.day))  # fmt: skip
        return ngettext("%(num)s shift has a place left.", "%(num)s shifts have a place left.",
                        count) if count > 1 else ""  # fmt: skip

    @property
    def say_full(self) -> str:
        if any(one.is_kept for one in self.full):
            return ngettext("%(num)s shift has a waiting list",
                            "%(num)s shifts have a waiting list", len(self.full))  # fmt: skip
        return ngettext("%(num)s shift is full: waiting list",
                        "%(num)s shifts are full: waiting list", len(self.full))  # fmt: skip

    @property
    def say_clashing(self) -> str:
        return ngettext("%(num)s overlaps what you do already",
                        "%(num)s overlap what you do already", len(self.clashing))  # fmt: skip

    @property
    def has_days(self) -> bool:
        """Tell whether there is a day to choose."""
        return len(self.days) > 1

    @property
    def has_several(self) -> bool:
        """Tell whether more than one can be taken."""
        return len(self.open) > 1

    @property
    def has_many(self) -> bool:
        """Tell whether there is more than fits at a glance."""
        return len(self.open) > GLANCE


_SHIFT, _SIGN_UP, _PERSON = Shift.__table__.c, SignUp.__table__.c, Person.__table__.c


def _as_it_comes(column: SQLCoreOperations[Any]) -> ColumnElement[Any]:
    """Leave a column as the driver gives it: most of a long list was read before."""
    return type_coerce(column, NullType())


_COMING = and_(
    _SHIFT.booth_id == bindparam("booth"),
    _SHIFT.cancelled_at.is_(None),
    _SHIFT.ends_at > bindparam("now"),
)
_SHIFTS = (
    select(
        _SHIFT.id,
        _SHIFT.kind,
        _as_it_comes(_SHIFT.starts_at),
        _as_it_comes(_SHIFT.ends_at),
        _SHIFT.min_people,
        _SHIFT.max_people,
        _as_it_comes(_SHIFT.needs),
        _SHIFT.note,
        _SHIFT.sequence,
    )
    .where(_COMING)
    .order_by(_SHIFT.starts_at, _SHIFT.id)
)
_PEOPLE = (
    select(
        _SIGN_UP.shift_id,
        _SIGN_UP.state,
        _as_it_comes(_SIGN_UP.was_missed),
        _SIGN_UP.person_id,
        _PERSON.name,
        _as_it_comes(Person.is_experienced),
    )
    .select_from(
        Shift.__table__.join(SignUp.__table__, _SIGN_UP.shift_id == _SHIFT.id).join(
            Person.__table__, _PERSON.id == _SIGN_UP.person_id
        )
    )
    .where(_COMING, _SIGN_UP.state.in_(LIVING))
    .order_by(_SIGN_UP.id)
)


def load_offers(
    session: Session,
    booth_id: int,
    now: datetime,
    reader_id: int | None = None,
    only: Collection[int] | None = None,
) -> list[ListedShift]:
    """Return the shifts of a booth that are not over, by time, in two statements.

    With `only`, those of these numbers that are among them.
    """
    shifts, people = _SHIFTS, _PEOPLE
    if only is not None:
        shifts, people = shifts.where(_SHIFT.id.in_(only)), people.where(_SHIFT.id.in_(only))
    wanted = {"booth": booth_id, "now": now}
    offers = {
        row[0]: ListedShift(
            row[0], row[1], _instant(row[2]), _instant(row[3]), row[4], row[5],
            _needs(row[6]), row[7], row[8],
        )
        for row in session.execute(shifts, wanted).all()
    }  # fmt: skip
    for shift_id, state, was_missed, person_id, name, is_experienced in session.execute(
        people, wanted
    ).all():
        offer = offers.get(shift_id)
        if offer is None:  # drawn between the two statements
            continue
        if person_id == reader_id:
            offer.mine = state
        if was_missed:
            continue
        if state == "taken" and person_id != reader_id:
            offer.company.append(_helper(person_id, name, bool(is_experienced)))
        if state == "waiting":
            offer.waiting += 1
            offer.waiting_for_last += bool(is_experienced)
            continue
        offer.has_experience |= bool(is_experienced)
        offer.held += 1
        offer.asked += state == "offered"
        offer.taken += state == "taken"
    return list(offers.values())


@lru_cache(maxsize=MOST_KEPT)
def _instant(stored: str | datetime) -> datetime:
    """Read an instant as SQLite (text in UTC) or PostgreSQL (aware) gives it."""
    instant = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _needs(stored: str | list[str]) -> tuple[str, ...]:
    return _parsed(stored) if isinstance(stored, str) else tuple(stored)


@lru_cache(maxsize=MOST_KEPT)
def _parsed(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


@lru_cache(maxsize=MOST_KEPT)
def _helper(person_id: int, name: str, is_experienced: bool) -> Helper:
    return Helper(person_id, first_name_of(name), is_experienced)


def judge(
    offers: Iterable[ListedShift],
    event: Event,
    commitments: Sequence[Commitment],
    rules: Rules,
    zone: ZoneInfo,
) -> None:
    """Note for each offer what it would break for the reader, who has these commitments.

    Whom a last place is kept for is no hurdle to explain away: see `keep_last_places`.
    """
    for offer in offers:
        if offer.mine is None:
            slot = _slot(offer, event)
            offer.breaches = breaches_of(slot, commitments, rules, zone)
            offer.remarks = handovers_of(slot, commitments, rules, zone) if commitments else ()


def keep_last_places(offers: Iterable[ListedShift], rules: Rules, for_reader: bool) -> None:
    """Note which last places are kept for somebody with experience, who the reader may be."""
    for offer in offers:
        offer.is_kept = is_kept(rules, offer.most, offer.held, offer.has_experience)
        offer.is_kept_for_reader = for_reader


def _slot(offer: ListedShift, event: Event) -> Slot:
    return Slot(
        offer.id, offer.starts, offer.ends, event.id, offer.kind, event.name,
        offer.needs, point_at(event.latitude, event.longitude), offer.least, offer.most,
    )  # fmt: skip


def sort_offers(
    offers: Sequence[ListedShift], booth_days: BoothDays, day: date | None = None
) -> Choice:
    """Sort offers for somebody who chooses; with a day, those of it and of the nights around it."""
    on_days = [(one, shown_under(booth_days, one.starts, one.ends, one.kind)) for one in offers]
    shown = [offer for offer, its_days in on_days if day is None or day in its_days]
    theirs = [offer for offer in shown if offer.mine]
    others = [offer for offer in shown if not offer.mine]
    able = [offer for offer in others if not (offer.breaches and offer.clash)]
    takeable = [offer for offer in able if not offer.is_full]
    return Choice(
        open=sorted(takeable, key=lambda one: (one.need, one.starts, one.id)),
        full=[offer for offer in able if offer.is_full],
        mine=theirs,
        clashing=[offer for offer in others if offer.breaches and offer.clash],
        days=sorted({its_day for _, its_days in on_days for its_day in its_days}),
        day=day,
    )


def headline(choice: Choice, zone: ZoneInfo) -> str:
    """Say what the page has to say: who is missing, and when."""
    needs = [(offer, offer.need) for offer in choice.open]
    nobody = [offer for offer, need in needs if need == NOBODY]
    short = [offer for offer, need in needs if need == SHORT]
    if len(nobody) == 1:
        return _("%(time)s has nobody. Can you take it?",
                 time=say_spoken_start(nobody[0].starts, zone))  # fmt: skip
    if nobody:
        return say_count(
            "%(Number)s shift has nobody. Can you take it?",
            "%(Number)s shifts have nobody. Can you take one?",
            len(nobody),
        )
    if len(short) == 1:
        return _("%(time)s needs one more. Is it you?",
                 time=say_spoken_start(short[0].starts, zone))  # fmt: skip
    if short:
        return say_count(
            "%(Number)s shift needs somebody more. Take it?",
            "%(Number)s shifts need somebody more. Take one?",
            len(short),
        )
    own = [*choice.mine, *choice.clashing]
    if choice.open and any(offer.need in (NOBODY, SHORT) for offer in own):
        return _("There is room for you on other shifts.")
    if choice.open:
        return _("Every shift has enough people, and there is room for you.")
    if choice.full and all(offer.is_full for offer in own):
        has_room = any(one.is_kept for one in choice.full)
        return _("Every shift has a waiting list.") if has_room else _("Every shift is full.")
    if choice.full or own:
        return _("There is nothing left for you to take.")
    return _("No shift is to come.")


def say_kind(kind: str) -> str:
    """Name what is done on a shift of this kind."""
    return {"booth": _("At the booth"), "set_up": _("Set-up"), "tear_down": _("Tear-down")}[kind]


def say_task(kind: str) -> str:
    """Say what is done on a shift of this kind, where no note says it."""
    return _("%(task)s.", task=say_kind(kind))
