"""The lines of a history as people read them: who did what when, and whether it can go back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from models import ActSubject, Event, Foundation, Person, Segment
from outreach.accounts.history import KINDS, Entry, find_hindrance, is_a_leads
from outreach.calendars.clock import say_some

QUIET = ("signed in", "was refused", "showed an address", "set a password")
"""Acts that change no plan; the audit alone keeps them."""
MOST_NAMED = 3
GONE = "somebody who is not on the list any more"
PHRASES = {
    "accepted money": "accepted money for {people} to {events}",
    "added": "added {all}",
    "added to brief": "put {name} on the brief of {events}",
    "added word": "added a word to {segments}",
    "answered": "said whether {name} concerns {segments}",
    "approved money": "approved money for {people} to {events}",
    "asked for cover": "asked who can take a place at {events}",
    "asked for money": "asked for money for {people} to {events}",
    "cancelled": "cancelled a shift at {events}",
    "capped": "set the most that one event may cost",
    "changed": "changed {all}",
    "changed a request for money": "changed the money asked for {people} to {events}",
    "changed money rules": "changed the rules about money",
    "changed rules": "changed the rules of the booth at {events}",
    "checked in": "noted that {people} came to {events}",
    "checked out": "noted that {people} left {events}",
    "closed cover": "ended a question who can come to {events}",
    "covered": "said yes and took a place at {events}",
    "decided": "decided on {events}",
    "declined cover": "said no to a place at {events}",
    "does not stay on": "noted that {people} cannot stay on at {events}",
    "drew shifts": "drew shifts for {events}",
    "dropped": "took evidence away: {all}",
    "dropped mail": "kept a mail from leaving",
    "edited": "changed {events}",
    "ended swap": "took an offer to swap places at {events} back",
    "forgot the contact": "forgot how to reach {name}",
    "gave a rate": "gave a rate for the money of {people}",
    "handed in what was spent": "handed in what {people} spent for {events}",
    "imported": "an import",
    "kept apart": "kept {events} apart",
    "learnt": "let the weights follow the decisions",
    "made good news": "made a card good news",
    "merged": "merged {name} into {events}",
    "missed": "noted that {people} did not come to {events}",
    "moved": "moved {people} to another shift at {events}",
    "named": "named {people} for {events}",
    "noted what was spent": "noted what {people} spent for {events}",
    "offered swap": "offered to swap places at {events}",
    "pasted money": "pasted {name} rows of a money table",
    "placed": "put {people} on a shift at {events}",
    "printed brief": "noted that the brief of {events} was printed",
    "refused swap": "said no to a swap of places at {events}",
    "removed": "removed {name}",
    "removed ask": "removed a card",
    "removed shifts": "removed shifts of {events}",
    "said times": "said when they can come to {events}",
    "sent again": "sent a mail again",
    "set the lead": "said whether {people} leads a shift at {events}",
    "settled money": "settled the money of {people} for {events}",
    "stays on": "noted that {people} can stay on at {events}",
    "swapped": "agreed to a swap of places at {events}",
    "took off brief": "took {name} off the brief of {events}",
    "took off": "took {people} off at {events}",
    "used a proposed roster": "put a proposed roster to use at {events}",
    "weighed": "changed how much each reason counts",
    "withdrew a request for money": "withdrew money asked for {people} to {events}",
    "withdrew": "gave a place at {events} up",
    "wrote ask": "wrote a card",
    "wrote brief": "wrote the words of the brief of {events}",
}

NAMED: tuple[Any, ...] = (Person.name, Segment.short_name, Event.name)
"""Whose names an act is told with, in this order."""
Lines = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """One act; `hindrance` says why it cannot be taken back, None where it can."""

    id: int
    at: datetime
    who: str
    sentence: str
    is_back: bool
    hindrance: str | None
    is_a_leads: bool
    """Whether who leads the event may take it back, besides staff."""


def select_lines(foundation: Foundation, about: tuple[str, int] | None = None) -> Lines:
    """Select a foundation's acts, newest first: all, or those about one thing."""
    query: Lines = (
        select(Entry, Person.name)
        .outerjoin(Person, Person.id == Entry.person_id)
        .where(Entry.foundation_id == foundation.id, Entry.part_of.is_(None))
        .where(Entry.act.not_in(QUIET))
        .order_by(Entry.id.desc())
    )
    if about is not None and about[0] not in KINDS:
        return query.where(Entry.subject == about[0], Entry.subject_id == about[1])
    if about is not None:
        query = query.join(ActSubject, ActSubject.entry_id == Entry.id).where(
            ActSubject.subject == about[0], ActSubject.subject_id == about[1]
        )
    return query


def tell_lines(
    session: Session, foundation: Foundation, rows: Sequence[tuple[Entry, str | None]]
) -> list[Line]:
    """Say the selected acts; names are those of today."""
    named = [entry.id for entry, _ in rows if entry.act != "imported"]
    names = find_names(session, named)
    return [
        _line(entry, who or "Whereabouts", names.get(entry.id, {}), foundation.zone)
        for entry, who in rows
    ]


def find_last_line(
    session: Session, foundation: Foundation, about: tuple[str, int], by: Person
) -> Line | None:
    """Return the newest act about one thing, if it is this person's to take back."""
    row = session.execute(select_lines(foundation, about).limit(1)).first()
    if row is None:
        return None
    (line,) = tell_lines(session, foundation, [(row[0], row[1])])
    mine = by.role == "staff" or line.is_a_leads
    return line if mine and line.hindrance is None else None


def _line(entry: Entry, who: str, names: Mapping[str, list[str]], zone: ZoneInfo) -> Line:
    return Line(
        entry.id,
        entry.at.astimezone(zone),
        who,
        say_act(entry, names),
        entry.taken_back_at is not None,
        find_hindrance(entry),
        is_a_leads(entry),
    )


def say_act(entry: Entry, names: Mapping[str, list[str]]) -> str:
    """Say an act: "put Lin on a shift at SIGGRAPH"."""
    if entry.act == "imported":
        return _say_import(entry)
    said = {kind: say_some(found, MOST_NAMED) for kind, found in names.items()}
    everything = say_some([one for found in names.values() for one in found], MOST_NAMED)
    words = {
        "events": said.get("event", "an event that is gone"),
        "segments": said.get("segment", "a segment that is gone"),
        "people": said.get("person", GONE),
        "name": entry.detail.get("name") or everything or "something",
        "all": everything or entry.detail.get("name") or "something that is gone",
    }
    act = entry.detail.get("first", entry.act)
    done = f"{act}: {everything}" if everything else act
    if act in PHRASES:
        done = PHRASES[act].format(**words)
    return done if act == entry.act else f"{entry.act}: {done}"


def _say_import(entry: Entry) -> str:
    made = len(entry.detail.get("created", ()))
    events = "1 event" if made == 1 else f"{made:,} events"
    return f"imported {events} from {entry.detail.get('source', 'a source that is not known')}"


def find_names(session: Session, entry_ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """Return the names of what each act was about, by kind, with one question for all."""
    mine = ActSubject.entry_id.in_(list(entry_ids))
    asked = (
        select(literal(place).label("place"), ActSubject.entry_id, ActSubject.subject_id, name)
        .join(name.class_, name.class_.id == ActSubject.subject_id)
        .where(mine, ActSubject.subject == name.class_.__tablename__)
        for place, name in enumerate(NAMED)
    )
    names: dict[int, dict[str, list[str]]] = {}
    ordered = union_all(*asked).order_by("place", "subject_id")
    for place, entry_id, _number, said in session.execute(ordered):
        kind = NAMED[place].class_.__tablename__
        names.setdefault(entry_id, {}).setdefault(kind, []).append(said)
    return names
