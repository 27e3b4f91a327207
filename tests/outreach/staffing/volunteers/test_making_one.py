"""Rows of one human are made one on staff's word: nothing is lost, and it can be taken back."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Table, select
from sqlalchemy.orm import Session

from models import AuditEntry, Base, Message, Person, RosterProposal, SignUp
from outreach.accounts.history import undo
from outreach.accounts.rows import DERIVED, models, references_to, table_of
from outreach.planning.people.forgetting import erase_person, forget_contact
from outreach.refusal import Refused
from outreach.staffing.signups.sign_up import take, wait
from outreach.staffing.volunteers import personal_links
from outreach.staffing.volunteers.making_one import SIGN_INS, make_one
from tests import cast, sign_ins
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INERT = {"sign_up.state": "left"}
"""Words that have no consequences when a row is moved; else the last one allowed is taken."""
BY_KIND = {"UtcDateTime": WEDNESDAY, "Date": WEDNESDAY.date(), "JSON": [], "Boolean": False}
MORE = {
    "checklist_item": {"days": -3, "done_on": WEDNESDAY.date()},
    "decision": {"is_current": False},
}
NOT_MOVED = {*SIGN_INS, *DERIVED}


class Rows:
    """Ana, whom staff know, and two later rows of hers."""

    def __init__(self, session: Session) -> None:
        self.session, self.crew = session, Crew(session)
        self.ana = self.crew.person("Ana Aguilar", email="ana@work.org", email_key="ana@work.org")
        self.ana.phone = None
        self.second = self.crew.newcomer("Ana A.", "ana@example.org")
        self.third = self.crew.newcomer("ana", "+1 626 555 0100")

    def make_one(self, *others: Person, kept: Person | None = None) -> AuditEntry:
        return make_one(
            self.session, self.crew.ours, kept or self.ana, others or (self.second,),
            self.crew.lead, NOW, REAL,
        )  # fmt: skip

    def undo(self, entry: AuditEntry) -> None:
        undo(self.session, entry, self.crew.lead, NOW, REAL)

    def states(self, person: Person | None = None) -> list[str]:
        theirs = select(SignUp).where(SignUp.person_id == (person or self.ana).id)
        return [row.state for row in self.session.scalars(theirs.order_by(SignUp.shift_id))]


@pytest.fixture
def rows(session: Session) -> Rows:
    return Rows(session)


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables but the audit's, to compare before and after."""
    session.flush()
    session.expire_all()
    loose = {"version", "changed_at", "sequence", "browser", "network", "recount_at"}
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if name not in loose}
            for row in session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
        if table.name not in {"audit_entry", "act_subject", "rate_window"}
    }


def test_every_column_that_names_a_person_is_moved_and_brought_back(rows: Rows) -> None:
    """A table that a later part of the program adds is found by its foreign key."""
    session, maker, made = rows.session, Maker(rows), set()
    for table, column in references_to(table_of("person")):
        if table.name not in NOT_MOVED:
            maker.make(table, {column.name: rows.second.id})
            made.add((table.name, column.name))
    session.flush()
    before, actors = everything(session), _actors(session)
    entry = rows.make_one()
    left = {
        (table.name, column.name)
        for table, column in references_to(table_of("person"))
        if session.execute(select(table).where(column == rows_second(entry))).first()
    }
    assert left == set()
    rows.undo(entry)
    after = everything(session)
    assert [name for name in before if before[name] != after[name]] == []
    assert _actors(session)[: len(actors)] == actors
    assert len(made) > 25


def test_the_kept_row_learns_what_it_did_not_know(rows: Rows) -> None:
    rows.second.languages, rows.second.note = ["fr"], "tall"
    rows.ana.languages, rows.ana.note = ["de"], "kind"
    entry = rows.make_one(rows.second, rows.third)
    ana = rows.ana
    assert (ana.languages, ana.note) == (["de", "fr"], "kind · tall")
    assert (ana.email, ana.email_key, ana.phone) == (
        "ana@work.org", "ana@work.org", "+1 626 555 0100",
    )  # fmt: skip
    rows.undo(entry)
    assert (ana.languages, ana.note, ana.phone) == (["de"], "kind", None)
    names = rows.session.scalars(select(Person.name).order_by(Person.id)).all()
    assert names == ["Lea Lead", "Ana Aguilar", "Ana A.", "ana"]


def test_a_proven_address_is_the_better_one(rows: Rows) -> None:
    key = rows.ana.email_key
    entry = rows.make_one(rows.ana, kept=rows.second)
    assert (rows.second.email, rows.second.email_key, rows.second.is_known) == (key, key, True)
    rows.undo(entry)
    assert (rows.second.email, rows.second.email_key) == ("ana@example.org", None)
    assert not rows.second.is_known


@pytest.mark.parametrize(
    ("own", "theirs", "stands"),
    [("taken", "taken", "taken"), ("left", "taken", "taken"),
     ("left", "removed", "left")],
)  # fmt: skip
def test_on_one_shift_the_living_place_stands_and_undo_brings_both(
    rows: Rows, own: str, theirs: str, stands: str
) -> None:
    shift = rows.crew.shift()
    for person, state in ((rows.ana, own), (rows.second, theirs)):
        cast.add_sign_up(rows.session, shift, person, state, queue_no=1)
    before = everything(rows.session)["sign_up"]
    entry = rows.make_one()
    assert rows.states() == [stands]
    rows.undo(entry)
    assert everything(rows.session)["sign_up"] == before


def test_a_double_booking_is_given_up_and_told(rows: Rows) -> None:
    one, other = rows.crew.shift(), rows.crew.shift(WEDNESDAY + HOUR)
    cast.add_sign_up(rows.session, one, rows.ana)
    cast.add_sign_up(rows.session, other, rows.second)
    entry = rows.make_one()
    assert rows.states() == ["taken", "removed"]
    told = select(Message.person_id).where(Message.kind == "removed")
    assert rows.session.scalars(told).all() == [rows.ana.id]
    rows.undo(entry)
    assert (rows.states(), rows.states(rows.second)) == (["taken"], ["taken"])


def test_a_place_that_was_filled_since_is_not_brought_back(rows: Rows) -> None:
    shift, vol = rows.crew.shift(max_people=2), rows.crew.person()
    for person in (rows.ana, rows.second):
        cast.add_sign_up(rows.session, shift, person)
    queued = wait(rows.session, shift, vol, NOW)
    entry = rows.make_one()
    assert queued.state == "offered"
    take(rows.session, shift, vol, NOW)
    with pytest.raises(Refused, match="filled meanwhile"):
        rows.undo(entry)


def test_links_of_a_row_that_nobody_knows_open_nothing_of_the_kept_one(rows: Rows) -> None:
    session, second = rows.session, rows.second.id
    own = personal_links.issue(session, rows.ana, "key", NOW)
    typed = personal_links.issue(session, rows.second, "key", NOW)
    proof = personal_links.contact_check(session, "key", rows.ana, NOW)
    entry = rows.make_one()
    assert personal_links.find_owner(session, typed, NOW) is None
    assert personal_links.find_owner(session, own, NOW) is rows.ana
    assert personal_links.find_proof(session, "key", proof, NOW) is not None
    rows.undo(entry)
    owner = personal_links.find_owner(session, typed, NOW)
    assert owner is not None
    assert owner.id == second


def test_links_of_two_rows_that_are_known_open_the_one(rows: Rows) -> None:
    rows.second.accepted_at = NOW
    token = personal_links.issue(rows.session, rows.second, "key", NOW)
    entry = rows.make_one()
    assert personal_links.find_owner(rows.session, token, NOW) is rows.ana
    rows.undo(entry)
    owner = personal_links.find_owner(rows.session, token, NOW)
    assert owner is not None
    assert owner.name == "Ana A."


@pytest.mark.parametrize("wrong", ["itself", "none", "me", "staff", "theirs"])
def test_rows_that_cannot_go_are_refused(rows: Rows, wrong: str) -> None:
    staff = sign_ins.add_person(rows.session, "Ora Office", foundation=rows.crew.ours)
    stranger = Crew(rows.session, "theirs").person() if wrong == "theirs" else rows.ana
    others = {"itself": [rows.ana], "none": [], "me": [rows.crew.lead], "staff": [staff],
              "theirs": [stranger]}[wrong]  # fmt: skip
    kept = staff if wrong == "me" else rows.ana
    with pytest.raises(Refused):
        make_one(rows.session, rows.crew.ours, kept, others, rows.crew.lead, NOW, REAL)


def test_a_proposed_roster_names_the_row_that_stayed(rows: Rows) -> None:
    places = [{"shift": 1, "person": rows.second.id, "lead": False}]
    proposal = RosterProposal(booth_id=rows.crew.booth.id, places=places, asked_at=NOW)
    rows.session.add(proposal)
    rows.session.flush()
    entry = rows.make_one()
    assert [one["person"] for one in proposal.places] == [rows.ana.id]
    rows.undo(entry)
    rows.session.refresh(proposal)
    assert proposal.places == places


@pytest.mark.parametrize("forgets", ["erased", "contact"])
def test_whoever_is_forgotten_is_forgotten_with_the_rows_that_became_theirs(
    rows: Rows, forgets: str
) -> None:
    rows.make_one(rows.second, rows.third)
    if forgets == "erased":
        erase_person(rows.session, rows.crew.ours, rows.ana, rows.crew.lead, NOW, REAL)
    else:
        forget_contact(rows.session, rows.crew.ours, rows.ana, REAL)
    rows.session.expire_all()
    kept = str(everything(rows.session)) + str(
        [one.detail for one in rows.session.scalars(select(AuditEntry))]
    )
    words = ["ana@work.org", "ana@example.org", "626 555"]
    words += ["Ana Aguilar", "Ana A."] if forgets == "erased" else []
    assert [word for word in words if word in kept] == []


def rows_second(entry: AuditEntry) -> int:
    """Return the number of the row that went."""
    (gone,) = [one["key"][0] for one in entry.detail["rows"]
               if one["table"] == "person" and one["after"] is None]  # fmt: skip
    return int(gone)


def _actors(session: Session) -> list[tuple[int, int | None]]:
    lines = select(AuditEntry.id, AuditEntry.person_id).order_by(AuditEntry.id)
    return [(one.id, one.person_id) for one in session.execute(lines)]


class Maker:
    """Adds a row to any table, with the rows that it must point to."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.numbers = rows, count(1)
        crew = rows.crew
        self.given = {"foundation": crew.ours.id, "event": crew.event.id, "booth": crew.booth.id,
                      "person": crew.lead.id}  # fmt: skip

    def make(self, table: Table, wanted: dict[str, Any]) -> Any:
        values = {column.name: self._value(column) for column in table.columns
                  if column.name not in wanted and self._is_needed(column)}  # fmt: skip
        row = models()[table.name](**(values | MORE.get(table.name, {}) | wanted))
        self.rows.session.add(row)
        self.rows.session.flush()
        return row

    def _is_needed(self, column: Column[Any]) -> bool:
        own = column is column.table.autoincrement_column
        return not own and not column.nullable and column.default is None

    def _value(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            name = key.column.table.name
            if name not in self.given:
                made = self.make(key.column.table, {})
                self.given[name] = made.id
            return self.given[name]
        allowed = _allowed(column)
        if allowed:
            return INERT.get(f"{column.table.name}.{column.name}", allowed[-1])
        if column.name == "ends_at":
            return WEDNESDAY + HOUR
        kind = column.type.__class__.__name__
        if "String" in kind or "Text" in kind:
            return "USD" if column.name == "currency" else f"x{next(self.numbers)}"
        return BY_KIND.get(kind, 1)


def _allowed(column: Column[Any]) -> list[str]:
    """Return the words that a constraint lets a column have."""
    texts = [
        str(one.sqltext) for one in column.table.constraints if isinstance(one, CheckConstraint)
    ]
    found = (re.search(rf"\b{column.name} IN \(([^)]*)\)", text) for text in texts)
    return [word for one in found if one for word in re.findall(r"'(\w+)'", one[1])]
