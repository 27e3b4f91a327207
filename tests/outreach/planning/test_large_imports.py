"""A large import comes in whole or not at all, whatever ends its worker, and goes back so too."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models import (
    ActSubject,
    AuditEntry,
    Call,
    DuplicateOffer,
    Event,
    EventSource,
    Foundation,
    ImportBatch,
    ImportRecords,
    Series,
)
from models.database import make_sessions
from outreach.accounts import history
from outreach.catalog.edit import edit_event
from outreach.catalog.facts import read_row
from outreach.catalog.importing import going_back
from outreach.catalog.importing.import_rows import (
    IMPORTED,
    ImportResult,
    carry_out,
    import_rows,
)
from outreach.catalog.importing.plan import make_plan, read_steps
from outreach.claims import LEASE
from outreach.planning.calls.edit import TypedCall, change_call
from outreach.planning.large_imports import work
from outreach.planning.large_imports.batches import ask_back, ask_import, say_state
from outreach.planning.large_imports.work import run_waiting
from outreach.refusal import Refused
from tests import cast
from tests.cast import REAL
from tests.sign_ins import add_person

NAMES = ["SIGGRAPH", "SC24", "FOSDEM", "Zzyzx Days", "SeaGL"]
RECORDS = [
    {"name": name, "startDate": f"2024-{month:02}-10", "city": "Denver, CO"}
    for month, name in enumerate(NAMES, start=3)
]


class KilledError(BaseException):
    """What the worker is ended by."""


class Office:
    """A foundation with an event of its own, and a worker that takes two rows at a time."""

    def __init__(self, engine: Engine, session: Session) -> None:
        self.reading, self.writing = make_sessions(engine, writes=False), make_sessions(engine)
        self.session, self.now = session, REAL
        self.ours = cast.add_clocked(session)
        self.segment = cast.add_segment(session, self.ours, "vfx")
        self.ada = add_person(session)
        session.commit()
        self.owner_id = self.ours.id

    def ask(self, *records: dict[str, Any]) -> int:
        """Ask for an import."""
        rows = [read_row(n, one) for n, one in enumerate(records or RECORDS, start=1)]
        batch = ask_import(self.session, self.ours, rows, "a file", self.now, self.ada)
        self.session.commit()
        return batch.id

    def ask_back(self, number: int) -> None:
        """Ask to take it back."""
        entry = self.session.get_one(AuditEntry, number)
        ask_back(self.session, entry, self.ada, self.now + timedelta(hours=1))
        self.session.commit()

    def work(self) -> ImportBatch | None:
        """Do what is due."""
        done = run_waiting(self.reading, self.writing, lambda: self.now)
        self.session.expire_all()
        return done

    def names(self) -> list[str]:
        """Read what everybody sees."""
        query = select(Event.name).where(Event.foundation_id == self.owner_id).order_by(Event.id)
        with self.reading() as session:
            return list(session.scalars(query))

    def counts(self) -> list[int]:
        """Count rows, seen or not."""
        tables = (Foundation, Event, EventSource, Series, DuplicateOffer, ActSubject, AuditEntry)
        with self.reading() as session:
            return [session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]

    def batch(self, number: int) -> ImportBatch:
        """Read the batch as it is."""
        with self.reading() as session:
            return session.get_one(ImportBatch, number)


@pytest.fixture
def office(engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(work, "SIZES", (2, 2))
    return Office(engine, session)


def interrupt(patch: pytest.MonkeyPatch, name: str, at: int, act: Callable[[], None]) -> None:
    """Let something happen when a step begins for the so-manieth time."""
    step, calls = getattr(work, name), []

    def begun(*given: Any) -> Any:
        calls.append(name)
        if len(calls) == at:
            act()
        return step(*given)

    patch.setattr(work, name, begun)


def kill() -> None:
    raise KilledError


def test_it_is_seen_by_nobody_and_then_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    interrupt(monkeypatch, "complete", 1, lambda: seen.append(office.names()))
    number = office.ask()
    assert office.names() == []
    assert say_state(office.batch(number), REAL) == "This begins in a moment."
    office.work()
    assert seen == [[]]
    assert office.names() == NAMES
    batch = office.batch(number)
    assert (batch.state, batch.said) == ("done", "5 events added.")
    with office.reading() as session:
        assert session.scalars(select(ImportRecords)).all() == []
    assert office.work() is None
    entry = office.session.get_one(AuditEntry, number)
    assert (entry.act, entry.foundation_id, entry.person_id) == (
        IMPORTED, office.ours.id, office.ada.id)  # fmt: skip
    office.session.refresh(office.segment)
    assert office.segment.stale


def test_it_stores_what_an_import_at_once_stores(office: Office, session: Session) -> None:
    def rows() -> list[tuple[Any, ...]]:
        query = select(Event.name, Event.city, Event.version, EventSource.source_key, Series.name)
        joined = query.join(EventSource).join(Series, Series.id == Event.series_id)
        return [tuple(row) for row in session.execute(joined.order_by(Event.starts_on))]

    twin = RECORDS[0] | {"url": "https://example.org/s"}
    office.ask(*RECORDS, twin)
    office.work()
    staged, offers = rows(), office.counts()[4]
    office.ask_back(session.scalars(select(ImportBatch.id)).one())
    office.work()
    given = [read_row(n, one) for n, one in enumerate([*RECORDS, twin], start=1)]
    result = import_rows(session, office.ours, given, "a file", REAL, office.ada)
    assert staged == rows()
    assert offers == len(result.offers) == 1


@pytest.mark.parametrize(
    ("step", "at"),
    [("read_row", 3), ("make_plan", 1), ("write_new", 2), ("complete", 1), ("leave_for_later", 1)],
)
def test_a_killed_worker_leaves_nothing_and_the_next_begins_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    interrupt(monkeypatch, step, at, kill)
    number = office.ask()
    with pytest.raises(KilledError):
        office.work()
    assert office.names() == []
    assert office.work() is None
    office.now += LEASE * 3
    assert "Nobody works on this" in say_state(office.batch(number), office.now)
    office.work()
    assert office.names() == NAMES
    monkeypatch.undo()
    assert office.counts() == [1, 5, 5, 5, 0, 5, 1]


@pytest.mark.parametrize("where", ["read_row", "make_plan", "written", "_take_back"])
def test_a_worker_that_lost_its_claim_changes_nothing_more(
    office: Office, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """It was away for longer than its lease, and another did all of it meanwhile."""
    done: list[object] = []

    def steal() -> None:
        office.now += LEASE * 2
        done.append((office.work(), office.counts(), office.names()))

    def tell(count: int, _total: int) -> None:
        if where == "written" and count and not done:
            steal()

    number = office.ask()
    if where == "_take_back":
        office.work()
        office.ask_back(number)
        office.now += timedelta(hours=1)
        staying = going_back.find_staying

        def find(*given: Any) -> Any:
            found = staying(*given)
            if not done:
                done.append(None)
                steal()
            return found

        monkeypatch.setattr(going_back, "find_staying", find)
    elif where != "written":
        interrupt(monkeypatch, where, 1, steal)
    run_waiting(office.reading, office.writing, lambda: office.now, told=tell)
    batch, counts, names = done[-1]  # type: ignore[misc]
    assert batch is not None
    assert names == ([] if where == "_take_back" else NAMES)
    assert (office.counts(), office.names()) == (counts, names)
    assert office.batch(number).state == "done"


def test_a_worker_that_is_told_to_end_gives_it_back(office: Office) -> None:
    office.ask()
    run_waiting(office.reading, office.writing, lambda: office.now, lambda: True)
    assert office.names() == []
    office.work()
    assert office.names() == NAMES


def test_what_breaks_says_so_and_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.counts()

    def fail() -> None:
        raise ZeroDivisionError

    interrupt(monkeypatch, "write_new", 2, fail)
    number = office.ask()
    with pytest.raises(ZeroDivisionError):
        office.work()
    office.work()
    assert office.batch(number).said == work.BROKEN
    assert office.counts() == before


def test_what_came_in_meanwhile_is_not_there_twice(office: Office) -> None:
    def bring(done: int, _total: int) -> None:
        if done == 2:
            rows = [read_row(1, RECORDS[1])]
            import_rows(office.session, office.ours, rows, "a file", REAL, office.ada)
            office.session.commit()

    number = office.ask()
    run_waiting(office.reading, office.writing, lambda: office.now, told=bring)
    assert sorted(office.names()) == sorted(NAMES)
    assert office.batch(number).said == "4 events added, 1 here already."


def test_what_is_all_here_already_leaves_no_line(office: Office) -> None:
    office.ask()
    office.work()
    before = office.counts()
    number = office.ask()
    office.work()
    assert office.batch(number).said == "Nothing is new: all of it is here already."
    assert office.counts() == before


def import_twice(office: Office) -> tuple[int, int]:
    """Import some events, then the same changed with others."""
    first = office.ask(*RECORDS[:2])
    office.work()
    office.now += timedelta(minutes=1)
    second = office.ask(*(one | {"url": "https://example.org/new"} for one in RECORDS))
    office.work()
    return first, second


def test_it_goes_back_whole(office: Office, session: Session) -> None:
    _, number = import_twice(office)
    before = office.counts()
    assert office.names() == NAMES
    office.ask_back(number)
    office.work()
    assert office.batch(number).said == "3 events removed."
    assert office.names() == NAMES[:2]
    assert set(session.scalars(select(Event.url))) == {None}
    assert office.counts()[:4] == [before[0], 2, 2, 2]
    entry = session.get_one(AuditEntry, number)
    assert history.find_hindrance(entry) == history.TWICE
    with pytest.raises(Refused, match="taken back already"):
        ask_back(session, entry, office.ada, REAL)


def test_what_was_touched_stays_when_it_goes_back(office: Office, session: Session) -> None:
    number = office.ask()
    office.work()
    for name, note in (("FOSDEM", "ours"), ("SeaGL", "gone again")):
        event = session.scalars(select(Event).where(Event.name == name)).one()
        entry = edit_event(
            session, office.ours, event, {"note": note}, event.version, office.ada, REAL
        )
        if name == "SeaGL":
            assert isinstance(entry, AuditEntry)
            history.undo(session, entry, office.ada, REAL, REAL)
    session.commit()
    office.ask_back(number)
    office.work()
    assert office.names() == ["FOSDEM"]
    assert "FOSDEM stays: somebody works with it by now." in office.batch(number).said


class TestCalls:
    """The calls for talks of a large import."""

    COUNT = 501

    @classmethod
    def records(cls, day: str = "2024-02-01") -> list[dict[str, Any]]:
        """Return so many events that the worker takes them, each with a call."""
        return [
            {"name": f"Days of {number}", "startDate": "2024-06-10", "city": "Denver, CO",
             "cfpUrl": f"https://days.example/{number}", "cfpEndDate": day}
            for number in range(cls.COUNT)
        ]  # fmt: skip

    @pytest.fixture
    def office(self, engine: Engine, session: Session) -> Office:
        """Leave the portions as large as they are."""
        return Office(engine, session)

    def calls(self, office: Office) -> list[tuple[Any, ...]]:
        """Read what everybody sees of the calls."""
        columns = (Call.url, Call.closes, Call.last_day, Call.extended_from, Call.source)
        query = select(*columns).where(Call.foundation_id == office.owner_id)
        with office.reading() as session:
            return [tuple(row) for row in session.execute(query.order_by(Call.event_id))]

    def count(self, office: Office) -> int:
        """Count calls, seen or not."""
        with office.reading() as session:
            return session.scalar(select(func.count()).select_from(Call)) or 0

    def test_they_come_in_whole_and_go_back_with_their_events(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[tuple[int, int]] = []

        def look() -> None:
            seen.append((len(self.calls(office)), self.count(office)))

        interrupt(monkeypatch, "complete", 1, look)
        number = office.ask(*self.records())
        office.work()
        assert seen == [(0, self.COUNT)]
        day = date(2024, 2, 1)
        assert self.calls(office) == [
            (f"https://days.example/{one}", "2024-02-01", day, "", "a file")
            for one in range(self.COUNT)
        ]
        office.ask_back(number)
        office.work()
        assert office.batch(number).said == "501 events removed."
        assert self.count(office) == 0

    @pytest.mark.parametrize("is_used", [False, True])
    def test_they_are_where_their_events_are_while_these_are_cleared(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, is_used: bool
    ) -> None:
        number = office.ask(*self.records())
        office.work()
        seen: list[int] = []

        def find(_session: Session, numbers: Collection[int]) -> set[int]:
            seen.append(len(self.calls(office)))
            return set() if is_used else set(numbers)

        monkeypatch.setattr(going_back, "find_unused", find)
        office.ask_back(number)
        office.work()
        assert seen[0] == 0
        assert len(self.calls(office)) == (self.COUNT if is_used else 0)

    def test_what_follows_a_source_goes_back_as_it_was(self, office: Office) -> None:
        records = self.records()
        bare = {"name": "Bare", "startDate": "2024-07-01", "city": "Denver, CO"}
        office.ask(*records, bare)
        office.work()
        before = self.calls(office)
        later = self.records("2024-02-08")
        office.now += timedelta(minutes=1)
        number = office.ask(*later, bare | {"cfpEndDate": "2024-03-01"})
        office.work()
        after = self.calls(office)
        assert {row[1:4] for row in after} == {
            ("2024-02-08", date(2024, 2, 8), "2024-02-01"),
            ("2024-03-01", date(2024, 3, 1), ""),
        }
        office.ask_back(number)
        office.work()
        assert self.calls(office) == before

    def test_what_a_person_wrote_of_a_call_stays(self, office: Office, session: Session) -> None:
        first = office.ask(*self.records())
        office.work()
        office.now += timedelta(minutes=1)
        second = office.ask(*self.records("2024-02-08"))
        office.work()
        call = session.scalars(select(Call).order_by(Call.event_id)).first()
        assert call is not None
        typed = TypedCall("talks", "8 Feb 2024 23:59 AoE")
        change_call(session, office.ours, call, typed, call.version, office.ada, REAL)
        session.commit()
        for number in (second, first):
            office.ask_back(number)
            office.work()
        assert office.names() == ["Days of 0"]
        assert [row[1] for row in self.calls(office)] == ["8 Feb 2024 23:59 AoE"]


def test_a_killed_worker_takes_nothing_back_by_half(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, number = import_twice(office)
    before = office.counts()
    interrupt(monkeypatch, "leave_for_later", 1, kill)
    office.ask_back(number)
    with pytest.raises(KilledError):
        office.work()
    assert office.names() == NAMES
    office.now += LEASE * 2
    office.work()
    assert office.names() == NAMES[:2]
    assert office.counts()[0] == before[0]


def test_an_import_at_once_is_planned_anew_where_it_must(office: Office, session: Session) -> None:
    rows = [read_row(n, one) for n, one in enumerate(RECORDS, start=1)]
    with office.reading() as beside:
        plan = make_plan(beside, office.ours, read_steps(rows), "a file")
    import_rows(session, office.ours, rows[:2], "a file", REAL, office.ada)
    result: ImportResult = carry_out(session, office.ours, plan, REAL, office.ada)
    assert (len(result.created), result.unchanged) == (3, 2)


def test_an_import_is_planned_anew_where_somebody_wrote_a_call(
    office: Office, session: Session
) -> None:
    rows = [read_row(1, RECORDS[0] | {"cfpEndDate": day}) for day in ("2024-01-08", "2024-01-15")]
    import_rows(session, office.ours, rows[:1], "a file", REAL, office.ada)
    session.commit()
    with office.reading() as beside:
        plan = make_plan(beside, office.ours, read_steps(rows[1:]), "a file")
    call = session.scalars(select(Call)).one()
    typed = TypedCall("talks", "9 Jan 2024 23:59 AoE")
    change_call(session, office.ours, call, typed, call.version, office.ada, REAL)
    carry_out(session, office.ours, plan, REAL, office.ada)
    session.refresh(call)
    assert call.closes == "9 Jan 2024 23:59 AoE"


def test_what_nobody_sees_keeps_its_keys_from_what_was_planned_before(
    office: Office, session: Session
) -> None:
    rows = [read_row(1, RECORDS[1])]
    with office.reading() as beside:
        plan = make_plan(beside, office.ours, read_steps(rows), "a file")

    def bring(done: int, _total: int) -> None:
        if done == 2:
            carry_out(session, office.ours, plan, REAL, office.ada)
            session.commit()

    number = office.ask()
    run_waiting(office.reading, office.writing, lambda: office.now, told=bring)
    assert sorted(office.names()) == sorted(NAMES)
    assert office.batch(number).said == "4 events added, 1 here already."
