"""How the database is opened: what SQLite keeps, who waits for whom, and times with a zone."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from models import Event, Foundation, Gathering, Person, database
from models.database import make_engine, make_sessions
from models.writers import DEADLINE, FairTurns, WritersLine
from tests.cast import NOW, add_clocked, add_event, add_segment, add_tracker
from tests.conftest import Stored
from tests.sign_ins import add_foundation, add_person


@pytest.fixture
def sqlite(database_url: str) -> Iterator[Engine]:
    """Open the file as the program does; the engine of the other tests does not wait for a disk."""
    engine = make_engine(database_url)
    if engine.dialect.name != "sqlite":
        pytest.skip("a matter of SQLite alone")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_sqlite_loses_nothing(sqlite: Engine, pragma: str, value: object) -> None:
    for _ in range(2):  # a second connection has them too
        with sqlite.connect() as one, sqlite.connect() as two:
            for connection in (one, two):
                connection.rollback()
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
                connection.rollback()
            break


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/a/b/w.db", new=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
    assert (tmp_path / "a/b/w.db").exists()


def test_a_file_that_vanished_is_neither_made_again_nor_written_on_into(sqlite: Engine) -> None:
    file = Path(str(sqlite.url.database))
    with make_sessions(sqlite).begin() as session:
        add_foundation(session)
    file.rename(file.with_suffix(".away"))
    for _ in range(2):
        with pytest.raises(OperationalError, match="unable to open"), sqlite.connect():
            pass
    assert not file.exists()
    file.with_suffix(".away").rename(file)
    with sqlite.connect() as connection:
        assert connection.execute(select(Foundation.slug)).scalar() == "ours"


def test_a_file_in_its_place_is_opened_anew(sqlite: Engine, tmp_path: Path) -> None:
    file = Path(str(sqlite.url.database))
    with make_sessions(sqlite).begin() as session:
        add_foundation(session)
    shutil.copyfile(file, tmp_path / "other")
    with make_sessions(sqlite).begin() as session:
        add_foundation(session, "later")
    with sqlite.connect() as connection:
        assert len(connection.execute(select(Foundation.slug)).all()) == 2
    for name in ("-wal", "-shm"):
        Path(f"{file}{name}").unlink()
    (tmp_path / "other").rename(file)
    with sqlite.connect() as connection:
        assert connection.execute(select(Foundation.slug)).all() == []


def test_what_is_deleted_is_not_left_in_the_file(sqlite: Engine) -> None:
    canary = "Canary " * 20
    with make_sessions(sqlite).begin() as session:
        session.add(Foundation(slug="gone", name=canary, created_at=NOW))
    with make_sessions(sqlite).begin() as session:
        session.execute(delete(Foundation))
    sqlite.dispose()  # the last connection empties the log
    assert b"Canary" not in Path(str(sqlite.url.database)).read_bytes()


def test_a_second_writer_waits_and_a_reader_does_not(
    sqlite: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    impatient = make_engine(database_url)
    writers, readers = make_sessions(impatient), make_sessions(impatient, writes=False)
    with make_sessions(sqlite)() as first:
        first.execute(select(Foundation.id))
        with readers() as reader:
            assert reader.scalars(select(Foundation.id)).all() == []
        with writers() as second, pytest.raises(OperationalError, match="locked"):
            second.execute(select(Foundation.id))
    impatient.dispose()


def test_who_waits_for_another_program_waits_no_longer_than_for_ours(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    sessions = make_sessions(sqlite)
    with Path(f"{sqlite.url.database}.writers").open("w") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        for _ in range(2):
            with sessions() as session, pytest.raises(OperationalError, match="locked"):
                add_foundation(session)
    with sessions.begin() as session:  # whoever gave up is in nobody's way
        add_foundation(session)


def test_who_came_too_late_does_not_wait(sqlite: Engine) -> None:
    def write() -> None:
        DEADLINE.set(time.monotonic() - 1)
        with make_sessions(sqlite)() as session, pytest.raises(OperationalError, match="locked"):
            add_foundation(session)

    second = Thread(target=write)
    with make_sessions(sqlite)() as first:
        first.execute(select(Foundation.id))
        second.start()
        second.join(database.BUSY_SECONDS / 2)
        assert not second.is_alive()


def test_a_lock_of_a_row_is_waited_for_no_longer(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite locks no rows")
    with make_sessions(engine).begin() as session:
        number = add_foundation(session).id
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    impatient = make_engine(database_url)
    row = select(Foundation).where(Foundation.id == number).with_for_update()
    with make_sessions(engine)() as first, make_sessions(impatient)() as second:
        first.execute(row)
        with pytest.raises(OperationalError):
            second.execute(row)
    impatient.dispose()


def test_who_waits_for_a_writer_gets_in_when_it_is_done(sqlite: Engine) -> None:
    """Thirty writers at once stand in line; nobody is overtaken until they give up."""
    sessions, failed = make_sessions(sqlite), []
    with sessions.begin() as session:
        add_foundation(session)

    def write(number: int) -> None:
        try:
            with sessions.begin() as session:
                add_person(session, f"P{number} Example")
        except OperationalError as trouble:
            failed.append(trouble)

    threads = [Thread(target=write, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with sessions() as session:
        assert len(session.scalars(select(Person.id)).all()) == 30


def test_who_has_written_does_not_overtake_another_process(tmp_path: Path) -> None:
    ours, theirs = (WritersLine(str(tmp_path / "any.db")) for _ in range(2))
    order = list[str]()

    def write() -> None:
        theirs.enter(5)
        order.append("theirs")
        theirs.leave()

    ours.enter(5)
    second = Thread(target=write)
    second.start()
    until = time.monotonic() + 5
    while time.monotonic() < until and not is_locked(tmp_path / "any.db.writers-next"):
        time.sleep(0.001)
    ours.leave()
    ours.enter(5)
    order.append("ours")
    ours.leave()
    second.join()
    assert order == ["theirs", "ours"]


def is_locked(path: Path) -> bool:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_turns_go_to_who_waits_longest() -> None:
    turns, order = FairTurns(1), list[int]()

    def take(number: int) -> None:
        with turns:
            order.append(number)

    turns.acquire()
    threads = [Thread(target=take, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    assert not turns.acquire(0.01)
    turns.release()
    for thread in threads:
        thread.join()
    assert (order, turns.acquire(0)) == ([0, 1, 2, 3, 4], True)


def test_what_is_not_committed_is_gone(engine: Engine, stored: Stored) -> None:
    with make_sessions(engine)() as session:
        add_foundation(session)
    with stored() as session:
        assert session.scalars(select(Foundation.id)).all() == []


class TestTime:
    """A stored time has a zone and comes back in UTC."""

    def test_it_comes_back_in_utc(self, stored: Stored) -> None:
        noon = datetime(2024, 7, 25, 12, tzinfo=timezone(timedelta(hours=-6)))
        with stored() as session:
            add_foundation(session, clock=noon)
        with stored() as session:
            clock = session.scalars(select(Foundation.clock)).one()
        assert clock == noon
        assert clock is not None
        assert (clock.hour, clock.tzinfo) == (18, UTC)

    def test_without_a_zone_it_is_refused(self, session: Session) -> None:
        with pytest.raises(StatementError, match="needs a zone"):
            add_foundation(session, clock=datetime(2024, 7, 25))  # noqa: DTZ001

    def test_planning_goes_by_the_clock_where_there_is_one(self) -> None:
        real, clock = datetime(2026, 1, 1, tzinfo=UTC), datetime(2024, 7, 25, tzinfo=UTC)
        assert Foundation(clock=clock).now(real) == clock
        assert Foundation(clock=None).now(real) == real


class TestConstraints:
    """What can be stated as a constraint is refused by the database itself."""

    @pytest.mark.parametrize(
        "columns",
        [
            {"name": ""},
            {"latitude": 90.1},
            {"longitude": -180.5},
            {"booth_cost": -1},
            {"expected_conversations": 0},
        ],
    )
    def test_an_event_is_possible(self, session: Session, columns: dict[str, object]) -> None:
        with pytest.raises(IntegrityError):
            add_event(session, add_clocked(session), **columns)  # type: ignore[arg-type]

    def test_an_event_ends_after_it_starts(self, session: Session) -> None:
        ours = add_clocked(session)
        day = datetime(2024, 7, 28, tzinfo=UTC).date()
        with pytest.raises(IntegrityError):
            add_event(session, ours, starts=day, ends=day - timedelta(days=1))

    def test_one_address_is_one_person_in_a_foundation(self, session: Session) -> None:
        ours, theirs = add_foundation(session), add_foundation(session, "theirs")
        add_person(session, foundation=ours)
        add_person(session, foundation=theirs)
        with pytest.raises(IntegrityError):
            add_person(session, foundation=ours)

    def test_people_without_address_are_many(self, session: Session) -> None:
        for _ in range(2):
            add_person(session, email=None, email_key=None)

    def test_one_example(self, session: Session) -> None:
        add_foundation(session, "one", is_example=True)
        add_foundation(session, "two")
        with pytest.raises(IntegrityError):
            add_foundation(session, "three", is_example=True)

    @pytest.mark.parametrize("both", [True, False])
    def test_a_gathering_is_at_an_event_or_a_series(self, session: Session, both: bool) -> None:
        ours = add_clocked(session)
        segment, event = add_segment(session, ours), add_event(session, ours)
        common = {"segment_id": segment.id, "kind": "stated", "sentence": "x", "source": "y"}
        session.add(
            Gathering(
                **common,
                event_id=event.id if both else None,
                series_id=1 if both else None,
                created_at=datetime.now(UTC),
            )
        )
        with pytest.raises(IntegrityError):
            session.flush()

    def test_a_tracker_is_of_a_known_kind(self, session: Session) -> None:
        with pytest.raises(IntegrityError):
            add_tracker(session, add_clocked(session), kind="trac")

    def test_what_belongs_to_a_foundation_goes_with_it(
        self, engine: Engine, stored: Stored
    ) -> None:
        with stored() as session:
            ours = add_clocked(session)
            add_person(session, foundation=ours)
            add_event(session, ours)
            add_event(session, add_clocked(session, "theirs"), "FOSDEM")
        with stored() as session:
            session.delete(session.get_one(Foundation, ours.id))
        with stored() as session:
            assert session.scalars(select(Person.id)).all() == []
            assert session.scalars(select(Event.name)).all() == ["FOSDEM"]


def test_an_event_changed_by_two_is_not_overwritten(stored: Stored, engine: Engine) -> None:
    from sqlalchemy.orm.exc import StaleDataError

    with stored() as session:
        event = add_event(session, add_clocked(session))
    with make_sessions(engine, writes=False)() as late:
        seen = late.get_one(Event, event.id)
        late.commit()
        with stored() as session:
            session.get_one(Event, event.id).name = "SIGGRAPH 2024"
        seen.note = "typed meanwhile"
        with pytest.raises(StaleDataError):
            late.flush()


@pytest.mark.parametrize(
    ("opened", "seconds"),
    [({}, "5s"), ({"foreign_keys": False}, "5s"), ({"gives_up": False}, "0")],
)
def test_who_waits_on_postgresql_gives_up_unless_they_migrate(
    database_url: str, opened: dict[str, bool], seconds: str
) -> None:
    engine = make_engine(database_url, **opened)
    if engine.dialect.name != "postgresql":
        pytest.skip("a matter of PostgreSQL alone")
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == seconds
    engine.dispose()


def test_a_connection_that_the_server_ended_is_opened_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = make_engine(database_url), make_engine(database_url)
    if engine.dialect.name != "postgresql":
        pytest.skip("a matter of PostgreSQL alone")
    monkeypatch.setattr(database, "IDLE_SECONDS", 0)
    numbers = []
    for _ in range(2):
        with engine.connect() as connection:
            numbers.append(connection.scalar(text("SELECT pg_backend_pid()")))
        with other.begin() as connection:
            connection.scalar(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": numbers[-1]})
    assert numbers[0] != numbers[1]
    engine.dispose()
    other.dispose()
