"""History: what an act changed, row by row, and the one way to take it back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models import (
    ActSubject,
    AuditEntry,
    Base,
    Call,
    ChecklistItem,
    Event,
    EventNote,
    Foundation,
    Kit,
    KitBooking,
    Person,
    Proposal,
    Segment,
    Swag,
    Talk,
    Trip,
)
from outreach.accounts.audit import record
from outreach.accounts.putting_back import TakingBack, put_back
from outreach.accounts.roles import leads
from outreach.accounts.rows import Key
from outreach.accounts.watching import Change, Watch, subjects_of
from outreach.language import N_
from outreach.locking import wait_for_others
from outreach.refusal import ChangedMeanwhile, Refused

Entry = AuditEntry
"""A line of the history."""
KINDS = ("event", "segment", "person", "booth", "talk", "proposal")
"""What has a history of its own."""
TOOK_BACK, DID_AGAIN = "took back", "did again"
TOO_OLD, LASTING = N_("This is too old to be taken back."), N_("This cannot be taken back.")
NOTHING = N_("Nothing was changed then, so there is nothing to take back.")
TWICE = N_("This was taken back already.")
FINAL = N_("This cannot be done again from here.")
ACTS, FRESH = "acts", "fresh acts"
"""Where a session keeps the acts that are being done, the innermost last; and those done in it."""


NO_ROWS = {"rows": [], "columns": {}, "parts": 0}
"""What a line has by which nothing was changed so far."""


@dataclass
class Act:
    """An act while it is done, and the line that tells of it once it is."""

    subject: Base | None
    watch: Watch
    detail: dict[str, Any] = field(default_factory=dict)
    about: set[tuple[str, int]] = field(default_factory=set)
    parts: list[Entry] = field(default_factory=list)
    _entry: Entry | None = None

    def concerns(self, *rows: Base) -> None:
        """Say which events, segments, people and booths it is about, besides what shows."""
        self.about |= {(row.__tablename__, row.id) for row in rows}  # type: ignore[attr-defined]

    @property
    def entry(self) -> Entry:
        """The line of the history, after the act."""
        assert self._entry is not None  # noqa: S101 - asked for too early
        return self._entry

    @property
    def changed(self) -> Entry | None:
        """The line of the history; None where nothing changed."""
        return self._entry if self._entry and find_hindrance(self._entry) is None else None


@contextmanager
def act(
    session: Session,
    real: datetime,
    by: Person | None,
    foundation: Foundation | None,
    verb: str,
    subject: Base | None = None,
    told: frozenset[str] = frozenset(),
    *,
    if_changed: bool = False,
) -> Iterator[Act]:
    """Keep what is changed inside as one act, `verb` in the past, on a subject.

    An act inside another is a part of it: it has its own line, and goes back with the other.
    `told` are tables that other acts keep nothing of.
    `if_changed`, nothing is kept where nothing changed.
    """
    doing = Act(subject, Watch(session, told))
    acts = session.info.setdefault(ACTS, [])
    doing.watch.start()
    acts.append(doing)
    try:
        yield doing
        changes, columns = doing.watch.changes()
    finally:
        doing.watch.stop()
        acts.remove(doing)
    if if_changed and not (changes or doing.parts):
        return
    detail = doing.detail | {"rows": changes, "columns": columns, "parts": len(doing.parts)}
    kind, number = _named(doing.subject)
    doing._entry = record(session, real, by, foundation, verb, kind, number, detail)
    _keep_parts(doing, acts)
    _keep_subjects(session, doing, changes)
    if not acts:
        session.info.setdefault(FRESH, []).append(doing.entry)


@contextmanager
def edit(
    session: Session,
    foundation: Foundation,
    row: Call
    | ChecklistItem
    | Event
    | EventNote
    | Kit
    | KitBooking
    | Person
    | Proposal
    | Segment
    | Swag
    | Talk
    | Trip,
    version: int,
    by: Person | None,
    real: datetime,
    verb: str = "changed",
) -> Iterator[Act]:
    """Keep what a form changes of a row as one act, if it changes anything.

    Refused when somebody else changed the row since the form was opened on this `version`.
    """
    wait_for_others(session, foundation.id)
    session.refresh(row, ["version"])
    if row.version != version:
        raise ChangedMeanwhile
    with act(session, real, by, foundation, verb, row, if_changed=True) as doing:
        yield doing


def remove(
    session: Session,
    foundation: Foundation,
    row: Base,
    by: Person,
    real: datetime,
    verb: str,
    name: str = "",
    subject: Base | None = None,
) -> Entry:
    """Take a row away with all that hangs on it, as one act; the history keeps it.

    `name` is what its line calls it, `subject` what it was a part of, where the act is on that.
    """
    wait_for_others(session, foundation.id)
    with act(session, real, by, foundation, verb, subject or row) as doing:
        doing.detail |= {"name": name} if name else {}
        session.delete(row)
    return doing.entry


def add_line(
    session: Session, real: datetime, by: Person | None, foundation: Foundation, verb: str
) -> Entry:
    """Add the line of an act on many events that tells by itself what it changed."""
    entry = record(session, real, by, foundation, verb, "event", None, dict(NO_ROWS))
    session.info.setdefault(FRESH, []).append(entry)
    return entry


def take_fresh(session: Session) -> list[Entry]:
    """Return what was done in this session since the last call."""
    fresh: list[Entry] = session.info.pop(FRESH, [])
    return fresh


def find_fresh(session: Session) -> Entry | None:
    """Return the line of what was just done in this session, if it can be taken back."""
    fresh = session.info.get(FRESH)
    return fresh[-1] if fresh and find_hindrance(fresh[-1]) is None else None


def _named(subject: Base | None) -> tuple[str, int | None]:
    if subject is None:
        return "event", None
    return subject.__tablename__, subject.id  # type: ignore[attr-defined]


def _keep_parts(doing: Act, acts: list[Act]) -> None:
    if acts:
        acts[-1].parts.append(doing.entry)
    for part in doing.parts:
        part.part_of = doing.entry.id


def _keep_subjects(session: Session, doing: Act, changes: list[Change]) -> None:
    """Keep what it was about; a new row has no history that its number had before it."""
    rows: dict[Key, Any] = {key: row for key, row in doing.watch.before.items() if row}
    rows |= doing.watch.after
    touched = {(change["table"], tuple(change["key"])) for change in changes}
    found = doing.about | subjects_of([one for one in rows.items() if one[0] in touched], KINDS)
    entry = doing.entry
    if entry.subject in KINDS and entry.subject_id is not None:
        found.add((entry.subject, entry.subject_id))
    if entry.act not in (TOOK_BACK, DID_AGAIN):
        for kind in KINDS:
            made = [c["key"][0] for c in changes if c["table"] == kind and c["before"] is None]
            here = (ActSubject.subject == kind, ActSubject.subject_id.in_(made))
            if made:
                session.execute(delete(ActSubject).where(*here))
    lines = [
        {"subject": kind, "subject_id": number, "entry_id": entry.id} for kind, number in found
    ]
    if lines:
        session.execute(insert(ActSubject), lines)


Step = Callable[[TakingBack], None]


def wait_for_plans(taking: TakingBack) -> None:
    """Let one change of the foundation's plans happen at a time."""
    wait_for_others(taking.session, taking.foundation.id)


def put_back_with_parts(taking: TakingBack) -> None:
    """Put back what an act changed, and before that what was done for it."""
    for part in reversed(list_parts(taking.session, taking.entry)):
        undo(taking.session, part, taking.by, taking.now, taking.real)
    put_back(taking)


@dataclass(frozen=True, slots=True)
class Way:
    """How acts of one kind are taken back, where putting the rows back is not enough."""

    put_back: Step = put_back_with_parts
    lock: Step = wait_for_plans
    again: bool = True
    """Whether taking it back can be taken back."""
    is_own: bool = False
    """Whether a volunteer may take back what they did, without an account."""


_WAYS: dict[tuple[str, str | None], Way] = {}


def teach(way: Way, subject: str, *acts: str) -> None:
    """Let acts on a subject, all of them or these, be taken back in a way of their own."""
    for verb in acts or (None,):
        _WAYS[subject, verb] = way


def way_of(entry: Entry) -> Way:
    """Return how an act is taken back."""
    verb = entry.detail.get("first", entry.act)
    return _WAYS.get((entry.subject, verb)) or _WAYS.get((entry.subject, None)) or Way()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it."""

    entry: Entry
    stays: list[Key]
    said: str
    remarks: list[str]


def undo(session: Session, entry: Entry, by: Person, now: datetime, real: datetime) -> TakenBack:
    """Take an act back, once; refused where something of it changed since.

    `now` is the planning clock, `real` the instant for the audit.
    """
    refusal = find_hindrance(entry)
    if refusal:
        raise Refused(refusal)
    foundation = session.get_one(Foundation, entry.foundation_id)
    way = way_of(entry)
    taking = TakingBack(session, entry, by, now, real, foundation, list(entry.detail["rows"]))
    way.lock(taking)
    session.refresh(entry)
    if entry.taken_back_at is not None:
        raise Refused(TWICE)
    verb = DID_AGAIN if entry.act == TOOK_BACK else TOOK_BACK
    with act(session, real, by, foundation, verb) as back:
        back.detail |= {"of": entry.id, "first": entry.detail.get("first", entry.act)}
        back.detail |= {"name": entry.detail["name"]} if "name" in entry.detail else {}
        back.about |= find_subjects(session, entry)
        way.put_back(taking)
    back.entry.subject, back.entry.subject_id = entry.subject, entry.subject_id
    entry.taken_back_at = real
    session.flush()
    return TakenBack(back.entry, taking.stays, taking.said, taking.remarks)


def find_hindrance(entry: Entry) -> Any:
    """Say why a line cannot be taken back, as far as it tells by itself."""
    if entry.taken_back_at is not None:
        return TWICE
    if "rows" not in entry.detail:
        return LASTING if entry.subject in ("foundation", "person") else TOO_OLD
    if entry.act == TOOK_BACK and not way_of(entry).again:
        return FINAL
    return None if any(map(entry.detail.get, ("rows", "parts", "created"))) else NOTHING


OF_A_LEAD = frozenset(
    [
        *("booth", "cover", "kit_booking", "roster_proposal", "shift", "sign_up", "swag", "swap"),
        *("call", "checklist_item"),
    ]
)
"""Subjects of acts that whoever leads an event may take back."""

OF_AN_EVENT = ("edited", "wrote brief", "began checklist", "pasted checklist")
"""Acts on the event itself that they may."""


def is_a_leads(entry: Entry, person: Person) -> bool:
    """Tell whether an act is of the kinds that this person may take back, who leads its event.

    What others wrote there is theirs: of notes they take back only what they did themselves.
    """
    if entry.subject == "event_note" or entry.act == "removed note":
        return entry.person_id == person.id
    of_event = entry.subject == "event" and entry.act in OF_AN_EVENT
    return of_event or entry.subject in OF_A_LEAD


def may_take_back(session: Session, entry: Entry, person: Person) -> bool:
    """Tell whether an act of a foundation they look at is this person's to take back."""
    if person.role == "staff":
        return True
    if not is_a_leads(entry, person):
        return False
    events = [number for kind, number in find_subjects(session, entry) if kind == "event"]
    return bool(events) and all(leads(session, person, number) for number in events)


def find_subjects(session: Session, entry: Entry) -> set[tuple[str, int]]:
    """Return the events, segments, people and booths that an act was about."""
    rows = select(ActSubject.subject, ActSubject.subject_id).where(ActSubject.entry_id == entry.id)
    return {(subject, number) for subject, number in session.execute(rows)}


def list_parts(session: Session, entry: Entry) -> list[Entry]:
    """Return the acts that were done for this one, in their order."""
    mine = select(AuditEntry).where(AuditEntry.part_of == entry.id).order_by(AuditEntry.id)
    return list(session.scalars(mine))


def find_ways_again(session: Session, entries: Iterable[Entry]) -> dict[int, Entry]:
    """Return what took these acts back, by their numbers, where that can be taken back too."""
    gone = [entry.id for entry in entries if entry.taken_back_at is not None]
    if not gone:
        return {}
    back = AuditEntry.act.in_((TOOK_BACK, DID_AGAIN))
    of = AuditEntry.detail["of"].as_integer()
    found = session.scalars(select(AuditEntry).where(back, of.in_(gone)))
    return {entry.detail["of"]: entry for entry in found if find_hindrance(entry) is None}


def find_last_act(session: Session, row: Base, verb: str) -> Entry | None:
    """Return the newest line about this row, if it tells of this act and it still stands."""
    newest = (
        select(AuditEntry)
        .where(AuditEntry.subject == row.__tablename__, AuditEntry.subject_id == row.id)  # type: ignore[attr-defined]
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    return found if found is not None and found.act == verb else None


def list_acts(session: Session, subject: Base, verb: str) -> list[Entry]:
    """Return the standing acts of this kind that were about a thing, newest first."""
    kind, number = _named(subject)
    mine = (
        select(AuditEntry)
        .join(ActSubject, ActSubject.entry_id == AuditEntry.id)
        .where(ActSubject.subject == kind, ActSubject.subject_id == number)
        .where(AuditEntry.act == verb, AuditEntry.taken_back_at.is_(None))
        .order_by(AuditEntry.id.desc())
    )
    return [entry for entry in session.scalars(mine) if "rows" in entry.detail]
