"""The lines of a history as people read them: who did what when, and whether it can go back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from models import ActSubject, Event, Foundation, Person, Segment, Talk
from outreach.accounts.history import (
    DID_AGAIN,
    KINDS,
    TOOK_BACK,
    Entry,
    find_hindrance,
    is_a_leads,
)
from outreach.calendars.clock import say_figure, say_some
from outreach.language import N_, ngettext
from outreach.language import gettext as _

QUIET = ("signed in", "was refused", "showed an address", "set a password")
"""Acts that change no plan; the audit alone keeps them."""
MOST_NAMED = 3
LONGEST_TITLE = 80
"""Letters of a title within a line."""
PHRASES = {
    "accepted": N_("accepted %(people)s"),
    "accepted money": N_("accepted money for %(people)s to %(events)s"),
    "added": N_("added %(all)s"),
    "added call": N_("added a call of %(events)s"),
    "added checklist item": N_("added “%(name)s” to the checklist of %(events)s"),
    "added kit": N_("added %(name)s to the kits"),
    "added swag": N_("added %(name)s to give away at %(events)s"),
    "added talk": N_("added %(talks)s to the library"),
    "added to brief": N_("put %(name)s on the brief of %(events)s"),
    "added word": N_("added a word to %(segments)s"),
    "answered": N_("said whether %(name)s concerns %(segments)s"),
    "approved event": N_("noted that %(name)s approved %(events)s"),
    "approved money": N_("approved money for %(people)s to %(events)s"),
    "asked for approvals": N_("set which bodies must approve an event"),
    "asked for cover": N_("asked who can take a place at %(events)s"),
    "asked for money": N_("asked for money for %(people)s to %(events)s"),
    "booked kit": N_("booked %(name)s for %(events)s"),
    "asked for times": N_("asked when people can come to %(events)s"),
    "became one": N_("became one with another entry of theirs"),
    "began checklist": N_("gave %(events)s a checklist"),
    "cancelled": N_("cancelled a shift at %(events)s"),
    "capped": N_("set the most that one event may cost"),
    "changed": N_("changed %(all)s"),
    "changed a request for money": N_("changed the money asked for %(people)s to %(events)s"),
    "changed booking": N_("changed when %(name)s goes to %(events)s, or what was counted"),
    "changed call": N_("changed a call of %(events)s"),
    "changed checklist days": N_("changed the days of checklists"),
    "changed checklist item": N_("changed “%(name)s” of the checklist of %(events)s"),
    "changed contact": N_("changed how %(people)s is reached"),
    "changed kit": N_("changed %(name)s"),
    "changed money rules": N_("changed the rules about money"),
    "changed note": N_("changed a note on %(events)s"),
    "changed proposal": N_("changed what is known of %(talks)s at %(events)s"),
    "changed rules of all booths": N_("changed the rules of all booths"),
    "changed rules": N_("changed the rules of the booth at %(events)s"),
    "changed swag": N_("changed %(name)s to give away at %(events)s"),
    "changed talk": N_("changed the text of %(talks)s"),
    "changed trip": N_("changed the trip to %(name)s"),
    "checked in": N_("noted that %(people)s came to %(events)s"),
    "checked out": N_("noted that %(people)s left %(events)s"),
    "chose notices": N_("chose how they are told of deadlines"),
    "closed cover": N_("ended a question who can come to %(events)s"),
    "confirmed": N_("noted that %(people)s comes to %(events)s"),
    "copied a personal link": N_("copied a personal link"),
    "covered": N_("said yes and took a place at %(events)s"),
    "decided": N_("decided on %(events)s"),
    "declined cover": N_("said no to a place at %(events)s"),
    "does not stay on": N_("noted that %(people)s cannot stay on at %(events)s"),
    "drew shifts": N_("drew shifts for %(events)s"),
    "dropped": N_("took evidence away: %(all)s"),
    "dropped a shared cost": N_("took %(name)s off the costs of a trip"),
    "dropped mail": N_("kept a mail from leaving"),
    "edited": N_("changed %(events)s"),
    "ended swap": N_("took an offer to swap places at %(events)s back"),
    "forgot the contact": N_("forgot how to reach %(name)s"),
    "gave a rate": N_("gave a rate for the money of %(people)s"),
    "handed in what was spent": N_("handed in what %(people)s spent for %(events)s"),
    "handed over a link": N_("handed over a link"),
    "imported": N_("an import"),
    "kept a shared cost": N_("kept %(name)s as a cost of a trip"),
    "kept apart": N_("kept %(events)s apart"),
    "lapsed": N_("let the place of %(people)s at %(events)s lapse"),
    "learnt": N_("let the weights follow the decisions"),
    "made good news": N_("made a card good news"),
    "made a calendar": N_("made a new address for their calendar of deadlines"),
    "made one": N_("made %(name)s and %(people)s one"),
    "made trip": N_("made the trip to %(name)s"),
    "merged": N_("merged %(name)s into %(events)s"),
    "missed": N_("noted that %(people)s did not come to %(events)s"),
    "moved": N_("moved %(people)s to another shift at %(events)s"),
    "moved proposal": N_("noted that %(talks)s at %(events)s is %(name)s"),
    "named": N_("named %(people)s for %(events)s"),
    "noted times": N_("noted when %(people)s can come to %(events)s"),
    "noted what was spent": N_("noted what %(people)s spent for %(events)s"),
    "offered swap": N_("offered to swap places at %(events)s"),
    "opened": N_("opened the example"),
    "opened checklist item": N_("noted that “%(name)s” is still to do for %(events)s"),
    "opened sign-up": N_("opened sign-up for the booth at %(events)s"),
    "owned": N_("set who owns %(events)s, and when it is looked at again"),
    "pasted calls": N_("pasted %(name)s"),
    "pasted checklist": N_("pasted %(name)s into the checklist of %(events)s"),
    "pasted kits": N_("pasted %(name)s of kits"),
    "pasted money": N_("pasted %(name)s rows of a money table"),
    "pasted swag": N_("pasted %(name)s to give away"),
    "pasted talks": N_("pasted talks into the library"),
    "pasted trips": N_("pasted %(name)s of trips"),
    "heard a no": N_("heard that %(people)s cannot come to %(events)s"),
    "heard a yes": N_("heard that %(people)s comes to %(events)s"),
    "heard that cannot": N_("heard that %(people)s cannot take a place at %(events)s"),
    "heard that covers": N_("heard that %(people)s takes a place at %(events)s"),
    "placed": N_("put %(people)s on a shift at %(events)s"),
    "printed brief": N_("noted that the brief of %(events)s was printed"),
    "proposed talk": N_("proposed %(talks)s to %(events)s"),
    "put on trip": N_("put %(people)s on the trip to %(name)s"),
    "refused swap": N_("said no to a swap of places at %(events)s"),
    "removed": N_("removed %(name)s"),
    "removed ask": N_("removed a card"),
    "removed booking": N_("took %(name)s off %(events)s"),
    "removed call": N_("removed a call of %(events)s"),
    "removed checklist item": N_("removed “%(name)s” from the checklist of %(events)s"),
    "removed kind of shift": N_("removed the kind %(name)s of the shifts at %(events)s"),
    "removed kit": N_("removed %(name)s from the kits"),
    "removed newcomers": N_("took newcomers off at %(events)s"),
    "removed note": N_("took a note on %(events)s away"),
    "removed proposal": N_("removed the proposal of %(talks)s to %(events)s"),
    "removed shifts": N_("removed shifts of %(events)s"),
    "removed swag": N_("removed %(name)s to give away at %(events)s"),
    "removed talk": N_("removed %(name)s from the library"),
    "removed trip": N_("removed the trip to %(name)s"),
    "ended a calendar": N_("ended the address of a calendar"),
    "opened a calendar": N_("made an address for a calendar"),
    "renewed a calendar": N_("gave a calendar a new address"),
    "renewed a personal link": N_("renewed a personal link"),
    "told number": N_("told the number at which they can be called"),
    "said times": N_("said when they can come to %(events)s"),
    "saved kind of shift": N_("named the kind %(name)s for shifts at %(events)s"),
    "sent again": N_("sent a mail again"),
    "set a password": N_("set a password"),
    "set the lead": N_("said whether %(people)s leads a shift at %(events)s"),
    "settled money": N_("settled the money of %(people)s for %(events)s"),
    "showed an address": N_("showed that a mail address is theirs"),
    "signed in": N_("signed in"),
    "started": N_("began with their own events"),
    "set the group chat": N_("set where the people at %(events)s talk"),
    "set what is asked": N_("set what is asked at sign-up at %(events)s"),
    "stays on": N_("noted that %(people)s can stay on at %(events)s"),
    "swapped": N_("agreed to a swap of places at %(events)s"),
    "ticked checklist item": N_("did “%(name)s” for %(events)s"),
    "took an approval away": N_("took away that %(name)s approved %(events)s"),
    "took off": N_("took %(people)s off at %(events)s"),
    "took off brief": N_("took %(name)s off the brief of %(events)s"),
    "took off trip": N_("took %(people)s off the trip to %(name)s"),
    "took over": N_("let the next edition take over from %(events)s"),
    "used a proposed roster": N_("put a proposed roster to use at %(events)s"),
    "was refused": N_("asked for what is not theirs"),
    "was somebody else": N_("gave an address whose owner says that it was not them"),
    "weighed": N_("changed how much each reason counts"),
    "withdrew": N_("gave a place at %(events)s up"),
    "withdrew a request for money": N_("withdrew money asked for %(people)s to %(events)s"),
    "wrote ask": N_("wrote a card"),
    "wrote brief": N_("wrote the words of the brief of %(events)s"),
    "wrote note": N_("left a note on %(events)s"),
    "wrote to the booth": N_("wrote to the people of the booth at %(events)s"),
}

NAMED: tuple[Any, ...] = (Person.name, Segment.short_name, Talk.title, Event.name)
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
    mine = by.role == "staff" or is_a_leads(row[0], by)
    return line if mine and line.hindrance is None else None


def _line(entry: Entry, who: str, names: Mapping[str, list[str]], zone: ZoneInfo) -> Line:
    return Line(
        entry.id,
        entry.at.astimezone(zone),
        who,
        say_act(entry, names),
        entry.taken_back_at is not None,
        find_hindrance(entry),
    )


def say_act(entry: Entry, names: Mapping[str, list[str]]) -> str:
    """Say an act: "put Lin on a shift at SIGGRAPH"."""
    if entry.act == "imported":
        return _say_import(entry)
    said = {kind: say_some(found, MOST_NAMED) for kind, found in names.items()}
    everything = say_some([one for found in names.values() for one in found], MOST_NAMED)
    words = {
        "events": said.get("event", _("an event that is gone")),
        "segments": said.get("segment", _("a segment that is gone")),
        "people": said.get("person", _("somebody who is not on the list any more")),
        "talks": shorten(
            said.get("talk", _("a talk that is gone")), LONGEST_TITLE, placeholder="…"
        ),
        "name": entry.detail.get("name") or everything or _("something"),
        "all": everything or entry.detail.get("name") or _("something that is gone"),
    }
    first = entry.detail.get("first", entry.act)
    done = PHRASES[first] % words if first in PHRASES else first  # done by an older release
    if entry.act == TOOK_BACK:
        return _("took back: %(act)s", act=done)
    return _("did again: %(act)s", act=done) if entry.act == DID_AGAIN else done


def _say_import(entry: Entry) -> str:
    made = len(entry.detail.get("created", ()))
    source = entry.detail.get("source") or _("a source that is not known")
    return ngettext(
        "imported %(num)s event from %(source)s",
        "imported %(figure)s events from %(source)s",
        made,
        figure=say_figure(made),
        source=source,
    )


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
