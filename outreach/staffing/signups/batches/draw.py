"""Draws the shifts of a booth from its hours, and changes them when the hours change."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, SignUp, TeamMember
from models.people import first_name_of
from models.staffing import IS_LIVING
from outreach.accounts import history
from outreach.calendars.clock import say_count, say_figure
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import check_place, find_booth, list_kinds, open_booth, zone_of
from outreach.staffing.booth.cautions import Caution, DrawnFor, remark_on
from outreach.staffing.booth.drawing import Drawn, Figures, Plan, count_figures, draw_shifts
from outreach.staffing.booth.hours import BoothDays, OpenHours, as_stored, from_stored
from outreach.staffing.booth.redrawing import Difference, StandingShift, compare
from outreach.staffing.rules import rules_of
from outreach.staffing.signups import change_shift, locks

DREW = "drew shifts"
MOST_SHIFTS = 1000
LONGEST_LABEL = 120
LONGEST_NOTE = 600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff typed: the hours, how they are cut, and what everybody should know."""

    hours: tuple[OpenHours, ...]
    plan: Plan
    label: str = ""
    note: str = ""
    draws_all: bool = False
    """Draw days anew whose hours stay; else their shifts stay as they are."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What drawing would do: the shifts afterwards, what they take, what is inconsistent."""

    shifts: tuple[Drawn, ...]
    figures: Figures
    remarks: Sequence[Caution]
    difference: Difference

    @property
    def say_remarks(self) -> str:
        return say_count(
            "%(Number)s thing to look at", "%(Number)s things to look at", len(self.remarks)
        )


class Changed(Refused):
    """What stands is not what the person saw any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody changed shifts or signed up meanwhile. Look at this again."))


def look_ahead(session: Session, event: Event, wanted: Wanted, now: datetime) -> Outlook:
    """Tell what drawing would do; nothing is written."""
    check_place(event)
    booth = find_booth(session, event.id)
    zone, rules = zone_of(event), rules_of(booth.rules if booth else {})
    standing = list_standing(session, booth) if booth else []
    days = BoothDays(from_stored(booth.hours) if booth else (), zone)
    stays = _days_that_stay(booth, wanted, standing, days) if booth else set()
    hours = [stretch for stretch in wanted.hours if stretch.day not in stays]
    drawn = draw_shifts(hours, wanted.plan, zone)
    if len(drawn) > MOST_SHIFTS:
        named = {"shifts": say_figure(len(drawn)), "most": say_figure(MOST_SHIFTS)}
        raise Refused(
            _("That would be %(shifts)s shifts; a booth takes %(most)s.", **named), "hours"
        )
    of_days = [(one.id, days.day_of(one.starts, one.kind)) for one in standing]
    kept = [_as_drawn(session.get_one(Shift, id_), day) for id_, day in of_days if day in stays]
    together = sorted([*drawn, *kept], key=lambda one: (one.starts, one.ends))
    figures = count_figures(together, rules, zone)
    rules = replace(rules, slot_minutes=wanted.plan.slot_minutes)
    scene = _scene(session, event, now)
    remarks = remark_on(wanted.hours, drawn, figures, rules, scene)
    return Outlook(tuple(together), figures, remarks, compare(standing, together, now))


def draw(
    session: Session,
    event: Event,
    wanted: Wanted,
    seen: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Draw the shifts of these hours, or change those that stand; return the line of the history.

    `seen` is the fingerprint of the difference that the person saw; where shifts with their
    people are moved or removed and it is another one by now, raise Changed.
    """
    if not wanted.hours:
        raise Refused(_("Give at least one line of hours."), "hours")
    booth = open_booth(session, event)
    touched = look_ahead(session, event, wanted, now).difference
    ids = [shift.id for shift, _ in touched.moved] + [shift.id for shift in touched.removed]
    locks.lock(session, ids, touched.told, with_queues=True)
    difference = look_ahead(session, event, wanted, now).difference
    if not difference.is_plain and difference.fingerprint != seen:
        raise Changed
    with history.act(session, real, by, _foundation(session, event), DREW, booth) as act:
        act.concerns(event)
        booth.hours = as_stored(wanted.hours)
        booth.label, booth.note = wanted.label[:LONGEST_LABEL], wanted.note[:LONGEST_NOTE]
        _keep_length(booth, wanted.plan.slot_minutes)
        act.detail |= _apply(session, booth, difference, by, now, real)
    return act.entry


def _keep_length(booth: Booth, minutes: int) -> None:
    """Make the length that was drawn the booth's rule, or it would be warned of for ever."""
    if rules_of(booth.rules).slot_minutes != minutes:
        booth.rules = {**booth.rules, "slot_minutes": minutes}


def add_shifts(
    session: Session,
    event: Event,
    drawn: Sequence[Drawn],
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Add shifts of a pasted table as one batch; one that stands already is not added twice."""
    check_place(event)
    booth = open_booth(session, event)
    standing = {(one.kind, one.starts, one.ends) for one in list_standing(session, booth)}
    new = [one for one in drawn if (one.kind, one.starts, one.ends) not in standing]
    if len(standing) + len(new) > MOST_SHIFTS:
        raise Refused(_("A booth takes %(most)s shifts.", most=say_figure(MOST_SHIFTS)), "text")
    with history.act(session, real, by, _foundation(session, event), DREW, booth) as act:
        act.concerns(event)
        added = Difference((), (), (), tuple(new))
        act.detail |= _apply(session, booth, added, by, now, real) | {"pasted": True}
    return act.entry


def _apply(
    session: Session,
    booth: Booth,
    difference: Difference,
    by: Person,
    now: datetime,
    real: datetime,
) -> dict[str, Any]:
    """Do what the difference says; return what the history tells of it."""
    batch = secrets.token_hex(8)
    if difference.moved:
        wanted = [
            (session.get_one(Shift, one.id), {"starts_at": to.starts, "ends_at": to.ends})
            for one, to in difference.moved
        ]
        change_shift.change_shifts(session, wanted, by, now, real)
    gone = [one.id for one in difference.removed]
    if gone:
        change_shift.clear_shifts(session, gone, by, now, real)
    kinds = {one.name: one.id for one in list_kinds(session, booth)}
    added = [_as_shift(booth, one, batch, now, kinds) for one in difference.added]
    session.add_all(added)
    session.flush()
    return {
        "batch": batch,
        "added": [shift.id for shift in added],
        "moved": len(difference.moved),
        "removed": len(gone),
    }


def _as_shift(
    booth: Booth, one: Drawn, batch: str, now: datetime, kinds: Mapping[str, int]
) -> Shift:
    return Shift(
        booth_id=booth.id,
        kind=one.kind,
        own_kind_id=kinds.get(one.own_kind),
        starts_at=one.starts,
        ends_at=one.ends,
        min_people=one.min_people,
        max_people=one.max_people,
        needs=list(one.needs),
        note=one.note,
        batch=batch,
        created_at=now,
    )


def list_standing(session: Session, booth: Booth) -> list[StandingShift]:
    """Return the shifts of the booth that are not cancelled, with who hears of changes."""
    rows = session.execute(
        select(SignUp.shift_id, Person.id, Person.name)
        .join(Person, Person.id == SignUp.person_id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(Shift.booth_id == booth.id, IS_LIVING)
        .order_by(SignUp.id)
    )
    people: dict[int, list[tuple[int, str]]] = {}
    for shift_id, person_id, name in rows:
        people.setdefault(shift_id, []).append((person_id, first_name_of(name)))
    found = session.execute(
        select(Shift.id, Shift.kind, Shift.starts_at, Shift.ends_at)
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None))
        .order_by(Shift.starts_at, Shift.id)
    )
    return [StandingShift(*row, tuple(people.get(row.id, ()))) for row in found]


def _days_that_stay(
    booth: Booth, wanted: Wanted, standing: Iterable[StandingShift], days: BoothDays
) -> set[date]:
    """Return the days whose hours stay and that have shifts: those stay as somebody made them."""
    if wanted.draws_all:
        return set()
    stored = from_stored(booth.hours)
    manned = {days.day_of(shift.starts, shift.kind) for shift in standing}

    def of(day: date, hours: Iterable[OpenHours]) -> list[OpenHours]:
        return [stretch for stretch in hours if stretch.day == day]

    return {day for day in manned if of(day, stored) and of(day, stored) == of(day, wanted.hours)}


def _scene(session: Session, event: Event, now: datetime) -> DrawnFor:
    team = session.scalar(
        select(func.count()).select_from(TeamMember).where(TeamMember.event_id == event.id)
    )
    zone = zone_of(event) if event.timezone else None
    return DrawnFor(event.starts_on, event.ends_on, zone, team or 0, now)


def _as_drawn(shift: Shift, day: date) -> Drawn:
    return Drawn(
        shift.kind, shift.starts_at, shift.ends_at, shift.min_people, shift.max_people,
        tuple(shift.needs), shift.note, day,
    )  # fmt: skip


def _foundation(session: Session, event: Event) -> Foundation:
    return session.get_one(Foundation, event.foundation_id)
