"""The shifts of a booth as its public page lists them, each as it is for its reader."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.types import NullType

from models import Event, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import IS_LIVING, LIVING, SAID_OF_SHIFT
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import point_at
from outreach.staffing.roster.coverage import lacks, runs_out
from outreach.staffing.rules import (
    Breach,
    Commitment,
    Helper,
    Rules,
    Slot,
    breaches_of,
    handovers_of,
    is_kept,
)

NOBODY, SHORT, ROOM, FULL = range(4)
"""How much a shift needs somebody: first come those that have nobody."""
NEAR = 5
"""So many before and so many after are looked at."""
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
    """What its kind says of it, and its own note."""
    sequence: int
    company: list[Helper] = field(default_factory=list)
    """Who is on it besides the reader."""
    own_url: str | None = None
    """Where more is to be read of its kind."""
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
    runs_out: bool = False
    """Whether it begins so soon that a missing person is a warning."""

    @property
    def warns(self) -> bool:
        """Tell whether it has nobody while time runs out."""
        return self.runs_out and self.need == NOBODY

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
        SAID_OF_SHIFT,
        _SHIFT.sequence,
        Shift.own_url,
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

_HELD = (
    select(func.count())
    .where(SignUp.shift_id == Shift.id, IS_LIVING)
    .correlate(Shift)
    .scalar_subquery()
)
_FREE = select(Shift.id, Shift.starts_at).where(
    Shift.booth_id == bindparam("booth"),
    Shift.cancelled_at.is_(None),
    Shift.starts_at > bindparam("now"),
    Shift.max_people > _HELD,
)
_STARTS = bindparam("starts", type_=Shift.starts_at.type)
_LATER = _FREE.where(Shift.starts_at >= _STARTS).order_by(Shift.starts_at).limit(NEAR)
_SOONER = _FREE.where(Shift.starts_at < _STARTS).order_by(Shift.starts_at.desc()).limit(NEAR)


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
            _needs(row[6]), row[7], row[8], own_url=row[9],
            runs_out=runs_out(_instant(row[2]), now),
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


def find_free_near(session: Session, booth_id: int, starts: datetime, now: datetime) -> list[int]:
    """Return the numbers of a booth's shifts with a free place, nearest in time to an instant."""
    wanted = {"booth": booth_id, "now": now, "starts": starts}
    found = [*session.execute(_LATER, wanted), *session.execute(_SOONER, wanted)]
    found.sort(key=lambda row: (abs(row[1] - starts), row[0]))
    return [row[0] for row in found]
