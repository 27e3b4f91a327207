"""What acts changed, as their history says it: what stood before, and what stands since."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Shift, SignUp
from models.staffing import LIVING
from outreach.accounts.history import Entry
from outreach.accounts.rows import from_json, table_of
from outreach.accounts.watching import Change
from outreach.amounts.money import say_whole
from outreach.calendars.clock import (
    say_count,
    say_date,
    say_figure,
    say_list,
    say_moment,
    say_span,
)
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.codes import say_code

LONGEST = 60
MOST_SAID = 3
MOST_ROWS = 200
"""An act that changed more rows is told by its sentence alone."""
TOLD = {
    "booth": "label note",
    "call": "kind name closes zone opens_on extended_from told_by answer_by url takes",
    "checklist_item": "what kind days fixed_on opens_before evidence done_on",
    "event": "name starts_on ends_on city country is_online url topics languages coc_url "
    "organiser organiser_contact manual_url goal booth_cost expected_conversations programme note",
    "kit": "name place state note",
    "kit_booking": "days_before days_after reason sent_on arrived_on",
    "person": "name role city country languages skills experience_set note",
    "segment": "name short_name who summary keywords projects software regions",
    "shift": "kind starts_at ends_at min_people max_people needs note told_why",
    "sign_up": "is_lead arrived_at left_at",
    "swag": "item ordered ordered_on file_by filed_on arrives_from arrives_by before after",
    "trip": "name note",
}
"""Columns whose change is told, by table; left out is what is private, or follows from others."""
WORDS: dict[str, Any] = {
    "after": N_("left after it"), "answer_by": N_("answer by"), "arrived_at": N_("came"),
    "arrived_on": N_("arrived"), "arrives_by": N_("arrives by"),
    "arrives_from": N_("parcels are taken from"), "before": N_("came"),
    "booth_cost": N_("booth cost"),
    "closes": N_("closes"), "city": N_("city"), "coc_url": N_("code of conduct"),
    "country": N_("country"), "days": N_("days from the event"),
    "days_after": N_("days on the road after it"), "days_before": N_("days on the road before it"),
    "done_on": N_("done"), "ends_at": N_("ends"), "ends_on": N_("last day"),
    "evidence": N_("where it shows"), "fixed_on": N_("day"),
    "expected_conversations": N_("conversations"), "extended_from": N_("extended from"),
    "file_by": N_("file by"), "filed_on": N_("file sent"), "goal": N_("goal"),
    "experience_set": N_("stood at a booth"), "is_lead": N_("leads"), "is_online": N_("online"),
    "item": N_("what"),
    "keywords": N_("words"), "manual_url": N_("manual"), "organiser": N_("organiser"),
    "organiser_contact": N_("organiser's contact"), "kind": N_("kind"),
    "label": N_("hall and number"), "languages": N_("languages"),
    "left_at": N_("left"), "max_people": N_("most"),
    "min_people": N_("fewest"), "name": N_("name"), "needs": N_("needs"), "note": N_("note"),
    "opens_before": N_("days it is open"), "opens_on": N_("opens"), "ordered": N_("ordered"),
    "ordered_on": N_("ordered on"), "place": N_("kept in"), "reason": N_("reason"),
    "programme": N_("programme"), "projects": N_("projects"), "regions": N_("regions"),
    "role": N_("role"), "sent_on": N_("sent"), "short_name": N_("short name"),
    "skills": N_("skills"),
    "software": N_("software"), "starts_at": N_("begins"), "starts_on": N_("first day"),
    "state": N_("state"),
    "summary": N_("summary"), "takes": N_("takes"), "told_by": N_("told by"),
    "told_why": N_("told why"),
    "topics": N_("topics"), "url": N_("address"),
    "what": N_("what"), "who": N_("who"), "zone": N_("zone"),
}  # fmt: skip
"""What a column is called."""
CODED = {"kind", "role", "state"}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One thing that changed; what it is, or how it stood, goes unsaid where that is plain."""

    what: str = ""
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A shift by the venue's clock, and whose place on it a sign-up is."""

    said: str
    zone: ZoneInfo
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rows of acts do not hold: the currency, states of decisions, places at booths."""

    currency: str
    states: Mapping[int, str]
    places: Mapping[tuple[str, int], _Place]


def tell_changes(
    session: Session, foundation: Foundation, entries: Collection[Entry]
) -> dict[int, list[ToldChange]]:
    """Say what each act changed, with as many questions for many acts as for one."""
    rows = {entry.id: _rows(entry) for entry in entries}
    around = _look_around(session, foundation, [row for some in rows.values() for row in some])
    return {entry.id: _shortened(list(_tell(entry, rows[entry.id], around))) for entry in entries}


def _rows(entry: Entry) -> list[Change]:
    rows: list[Change] = entry.detail.get("rows", [])
    return rows if len(rows) <= MOST_ROWS else []


def _shortened(said: list[ToldChange]) -> list[ToldChange]:
    more = len(said) - MOST_SAID
    return (
        said
        if more <= 0
        else [
            *said[:MOST_SAID],
            ToldChange(say_count("and %(number)s more", "and %(number)s more", more)),
        ]
    )


def _tell(entry: Entry, rows: list[Change], around: _Around) -> Iterator[ToldChange]:
    if "change" in entry.detail:  # the act says it itself
        old, new = entry.detail["change"]
        yield ToldChange("", old or None, new or None)
    yield from _tell_decision(entry, rows, around)
    yield from _tell_place(entry, rows, around)
    for row in rows:
        is_own = (row["table"], row["key"][0]) == (entry.subject, entry.subject_id)
        if is_own and row["before"] and row["after"]:
            yield from _tell_columns(row, around)


def _tell_decision(entry: Entry, rows: list[Change], around: _Around) -> Iterator[ToldChange]:
    """Say which decision stood, and which does, where it is one for all events."""
    ended: set[str] = set()
    begun: set[str] = set()
    for row in (row for row in rows if row["table"] == "decision"):
        before, after = row["before"] or {}, row["after"] or {}
        is_made = isinstance(after, str)
        given = entry.detail.get("state") if is_made else before.get("state")
        state = given or around.states.get(row["key"][0])
        if state is not None:  # else a decision that is gone by now
            stands = is_made or after.get("is_current", False)
            (begun if stands else ended).add(say_code(state))
    old, new = (one.pop() if len(one) == 1 else None for one in (ended, begun))
    if old or new:
        yield ToldChange("", old, new)


def _tell_place(entry: Entry, rows: list[Change], around: _Around) -> Iterator[ToldChange]:
    """Say which place at a booth the person of the act had, and which they have."""
    mine = around.places.get((entry.subject, entry.subject_id or 0))
    old, new = None, None
    for row in rows:
        place = around.places.get((row["table"], row["key"][0]))
        if place and mine and place.person_id == mine.person_id:
            was, now = _holds(row, "before"), _holds(row, "after")
            old = place.said if was and not now else old
            new = place.said if now and not was else new
    if old or new:
        yield ToldChange("", old, new)


def _holds(row: Change, side: str) -> bool:
    """Tell whether a row is a place that is held, or a shift that takes place."""
    values = row[side]
    if isinstance(values, dict) and "cancelled_at" in values:
        return values["cancelled_at"] is None
    return isinstance(values, str) or (values or {}).get("state") in LIVING


def _tell_columns(row: Change, around: _Around) -> Iterator[ToldChange]:
    place = around.places.get((row["table"], row["key"][0]))
    table, zone = table_of(row["table"]), place.zone if place else None
    for name in (one for one in TOLD.get(table.name, "").split() if one in row["before"]):
        old, new = (from_json(table.c[name], row[side][name]) for side in ("before", "after"))
        if isinstance(old, list) and isinstance(new, list):
            both = [one for one in old if one in new]
            said = [", ".join(str(one) for one in some if one not in both) or None
                    for some in (old, new)]  # fmt: skip
        else:
            said = [say_code(value) if name in CODED and value else say_value(value, zone)
                    for value in (old, new)]  # fmt: skip
            if name == "booth_cost":
                said = [one if value is None else say_whole(value, around.currency)
                        for one, value in zip(said, (old, new), strict=True)]  # fmt: skip
        short = all(len(one or "") <= LONGEST for one in said)
        yield ToldChange(str(WORDS[name]), *said if short else ())


def say_value(value: Any, zone: ZoneInfo | None = None) -> str:
    """Say what a column holds."""
    match value:
        case None | "":
            return _("not known")
        case bool():
            return _("yes") if value else _("no")
        case int():
            return say_figure(value)
        case list():
            return say_list([str(one) for one in value])
        case datetime():
            return say_moment(value, zone)
        case date():
            return say_date(value)
    return str(value).replace("_", "-")


def _look_around(session: Session, foundation: Foundation, rows: Collection[Change]) -> _Around:
    numbers: dict[str, set[int]] = {}
    for row in rows:
        numbers.setdefault(row["table"], set()).add(row["key"][0])
    decided = select(Decision.id, Decision.state)
    decisions = session.execute(decided.where(Decision.id.in_(numbers.get("decision", ()))))
    states = {row.id: row.state for row in decisions}
    times = (Shift.starts_at, Shift.ends_at, Event.timezone)
    shifts = select(Shift.id, *times).join(Shift.booth).join(Booth.event)
    taken = select(SignUp.id, *times, SignUp.person_id)
    taken = taken.join(SignUp.shift).join(Shift.booth).join(Booth.event)
    places = {}
    for table, query, key in (("shift", shifts, Shift.id), ("sign_up", taken, SignUp.id)):
        if table not in numbers:
            continue
        found = session.execute(query.where(key.in_(numbers[table])))
        for number, starts, ends, town, *person in found:
            zone = ZoneInfo(town or "UTC")
            places[table, number] = _Place(say_span(starts, ends, zone), zone, *person)
    return _Around(foundation.currency, states, places)
