"""The next edition: an event that takes over team, checklist, budget, booth and advice."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Attendance, ChecklistItem, Event, Foundation, Person, TeamMember
from outreach.accounts import history
from outreach.catalog.edit import make_event
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.matching.engine.reasons import RECAP_WORDS
from outreach.planning.checklists.edit import list_anew
from outreach.planning.editions.shifts import move_day, take_shifts
from outreach.refusal import Refused
from outreach.staffing.booth.booths import copy_kinds, find_booth, open_booth
from outreach.staffing.booth.hours import OpenHours, as_stored, from_stored

PARTS: Mapping[str, Any] = {
    "team": N_("team"),
    "checklist": N_("checklist"),
    "budget": N_("booth's price, conversations"),
    "booth": N_("booth's hours, shifts and rules"),
    "advice": N_("recap's advice"),
}
"""What can be taken over, in words."""
A_YEAR = timedelta(weeks=52)
"""A year on, on the same weekday."""
LATEST = timedelta(days=5 * 366)
BUDGET = ("booth_cost", "expected_conversations")
TOOK_OVER = "took over"
_YEAR = re.compile(r"\b(19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class NextEdition:
    """An edition that took over from the last, and what is left to do."""

    event: Event
    entry: history.Entry
    left: str


def guess_facts(event: Event) -> dict[str, Any]:
    """Return what the next edition probably is called, when and where it is."""
    starts, ends = event.starts_on + A_YEAR, event.ends_on + A_YEAR
    return {
        "name": _YEAR.sub(str(starts.year), event.name),
        "starts_on": starts,
        "ends_on": ends,
        "city": ", ".join(filter(None, (event.city, event.admin1))) or None,
        "country": event.country,
    }


def list_later(session: Session, event: Event) -> list[Event]:
    """Return the later editions of its series that are here already."""
    if event.series_id is None:
        return []
    later = select(Event).where(Event.series_id == event.series_id, Event.id != event.id)
    return list(session.scalars(later.where(Event.starts_on > event.ends_on)
                                .order_by(Event.starts_on)))  # fmt: skip


def plan_next(
    session: Session,
    foundation: Foundation,
    event: Event,
    into: Event | None,
    facts: Mapping[str, Any],
    parts: Collection[str],
    by: Person,
    now: datetime,
    real: datetime,
) -> NextEdition:
    """Let the next edition take over these parts, in one act; it is made where there is none.

    What the other has already stays as it is: nobody's work is written over.
    """
    wait_for_others(session, foundation.id)
    if into is None:
        _refuse_days(event, facts["starts_on"])
    elif not parts:
        raise Refused(_("Tick what is to be taken over."), "team")
    with history.act(session, real, by, foundation, TOOK_OVER, event, if_changed=True) as act:
        other = into or make_event(session, foundation, facts, real)
        if into is None and event.series_id is not None:
            other.series_id = event.series_id
        for part in PARTS:
            if part in parts:
                _TAKE[part](session, event, other)
        session.flush()
        left = take_shifts(session, event, other, by, now, real) if "booth" in parts else ""
        act.concerns(event, other)
    if act.changed is None:
        raise Refused(_("%(name)s has all of that already.", name=other.name), "into")
    return NextEdition(other, act.entry, left)


def _refuse_days(event: Event, starts_on: date) -> None:
    if starts_on <= event.ends_on:
        raise Refused(_("The next edition begins after this one has ended."), "starts_on")
    if starts_on - event.ends_on > LATEST:
        raise Refused(_("That is more than five years ahead."), "starts_on")


def _take_team(session: Session, event: Event, other: Event) -> None:
    there = set(session.scalars(_team(other)))
    for member in session.scalars(select(TeamMember).where(TeamMember.event_id == event.id)):
        if member.person_id not in there:
            session.add(
                TeamMember(event_id=other.id, person_id=member.person_id, is_lead=member.is_lead)
            )


def _team(event: Event) -> Any:
    return select(TeamMember.person_id).where(TeamMember.event_id == event.id)


def _take_checklist(session: Session, event: Event, other: Event) -> None:
    known = select(ChecklistItem.code, ChecklistItem.what).where(ChecklistItem.event_id == other.id)
    codes, words = set(), set()
    for row in session.execute(known):
        codes.add(row.code)
        words.add(row.what)
    session.add_all(
        ChecklistItem(foundation_id=event.foundation_id, event_id=other.id, **row)
        for row in list_anew(session, event)
        if row["what"] not in words and (row["code"] is None or row["code"] not in codes)
    )


def _take_budget(_session: Session, event: Event, other: Event) -> None:
    _set(other, {name: getattr(event, name) for name in BUDGET if getattr(other, name) is None})


def _take_booth(session: Session, event: Event, other: Event) -> None:
    booth = find_booth(session, event.id)
    if booth is None:
        return
    theirs = open_booth(session, other)
    if not theirs.hours:
        theirs.hours = as_stored(_moved(from_stored(booth.hours), event, other))
    theirs.rules = theirs.rules or dict(booth.rules)
    theirs.note = theirs.note or booth.note
    theirs.chat_url = theirs.chat_url or booth.chat_url
    copy_kinds(session, booth, theirs)
    theirs.asked_at_sign_up = theirs.asked_at_sign_up or list(booth.asked_at_sign_up)


def _moved(hours: Iterable[OpenHours], event: Event, other: Event) -> list[OpenHours]:
    """Move hours to the days of another event; a day that it does not have is left out."""
    moved = ((move_day(one.day, event, other), one) for one in hours)
    return [OpenHours(day, one.starts, one.ends, one.kind) for day, one in moved if day]


def _take_advice(session: Session, event: Event, other: Event) -> None:
    been = session.scalar(select(Attendance).where(Attendance.event_id == event.id))
    said = say_advice(event, been) if been else ""
    if said and said not in other.note:
        _set(other, {"note": "\n".join(filter(None, (other.note, said)))})


def say_advice(event: Event, been: Attendance) -> str:
    """Say what the recap of an edition advises for the next; "" where it advises nothing."""
    parts = [str(RECAP_WORDS[been.judged]) if been.judged else "", been.note]
    advice = ". ".join(filter(None, parts))
    edition = f"{event.name} {event.starts_on.year}"
    return _("%(edition)s: %(advice)s", edition=edition, advice=advice) if advice else ""


def _set(other: Event, values: Mapping[str, Any]) -> None:
    """Write columns as a person does: no import writes over them."""
    new = {name: value for name, value in values.items() if getattr(other, name) != value}
    for name, value in new.items():
        setattr(other, name, value)
    if new:
        other.edited_fields = sorted({*other.edited_fields, *new})


_TAKE = {
    "team": _take_team,
    "checklist": _take_checklist,
    "budget": _take_budget,
    "booth": _take_booth,
    "advice": _take_advice,
}
