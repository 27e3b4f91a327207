"""The drill: what was backed up comes back on either database, and nothing broken or newer does."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text

import migrations
from models import Foundation, Person
from models.database import file_of, make_engine, make_sessions
from outreach.operations import backups, sqlite_files
from outreach.operations.moving import count_rows, move
from outreach.refusal import Refused
from tests import databases
from tests.cast import NOW, REAL, add_clocked, add_event, add_segment, add_tracker
from tests.sign_ins import add_person

KEY = "a key that only its owner may read"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / backups.KEY).write_text(KEY)
    return home


@pytest.fixture
def written(engine: Engine) -> Engine:
    with make_sessions(engine).begin() as session:
        add_person(session)
    return engine


def names(engine: Engine) -> list[str]:
    with make_sessions(engine)() as session:
        return list(session.scalars(select(Person.name).order_by(Person.id)))


def back_up(url: str, home: Path, *, with_key: bool = False) -> Path:
    return backups.back_up(url, None, home, REAL, with_key=with_key)


def is_file(url: str) -> bool:
    return file_of(url) is not None


def test_the_drill(database_url: str, written: Engine, home: Path) -> None:
    """Back up while it is used, lose rows and tables, restore, and go on."""
    with make_sessions(written)() as user:
        user.scalars(select(Person)).all()
        made = back_up(database_url, home)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert backups.find_revision(database_url, made) == migrations.head()
    with make_sessions(written).begin() as session:
        session.execute(delete(Person))
        session.execute(text("DROP TABLE talk_speaker"))
    with make_sessions(written)() as user:
        user.scalars(select(Foundation)).all()
        with pytest.raises(Refused, match="in use. Stop the program first"):
            backups.restore(database_url, made, home, with_key=False)
    written.dispose()
    backups.restore(database_url, made, home, with_key=False)
    assert names(written) == ["Ada Example"]
    with make_sessions(written).begin() as session:
        add_person(session, "Lin Example")
        assert session.execute(text("SELECT count(*) FROM talk_speaker")).scalar() == 0


def test_a_backup_holds_the_key_only_where_it_is_asked_for(
    database_url: str, written: Engine, home: Path
) -> None:
    made = back_up(database_url, home)
    assert not backups.key_beside(made).exists()
    assert KEY.encode() not in made.read_bytes()
    made.unlink()
    again = back_up(database_url, home, with_key=True)
    beside = backups.key_beside(again)
    assert (beside.read_text(), stat.S_IMODE(beside.stat().st_mode)) == (KEY, 0o600)
    (home / backups.KEY).write_text("another")
    written.dispose()
    backups.restore(database_url, again, home, with_key=False)
    assert (home / backups.KEY).read_text() == "another"
    backups.restore(database_url, again, home, with_key=True)
    assert (home / backups.KEY).read_text() == KEY


def test_nothing_is_written_over(database_url: str, written: Engine, home: Path) -> None:
    made = back_up(database_url, home)
    with pytest.raises(Refused, match="exists already"):
        back_up(database_url, home)
    beside = sorted(file.name for file in made.parent.iterdir())
    assert beside == [made.name, f"{made.name}.sha256"]


def test_a_damaged_backup_is_refused_and_what_is_there_stays(
    database_url: str, written: Engine, home: Path
) -> None:
    made = back_up(database_url, home)
    whole = made.read_bytes()
    written.dispose()
    damaged = [whole[: len(whole) * cut // 8] for cut in range(8)]
    damaged += [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (0, len(whole) // 2)
    ]
    for wrong in damaged:
        made.write_bytes(wrong)
        with pytest.raises(Refused):
            backups.restore(database_url, made, home, with_key=False)
    assert names(written) == ["Ada Example"]
    written.dispose()
    made.with_name(f"{made.name}.sha256").unlink()
    made.write_bytes(damaged[6])
    with pytest.raises(Refused, match="broken|malformed|did not do it"):
        backups.restore(database_url, made, home, with_key=False)
    assert names(written) == ["Ada Example"]


def test_what_is_no_backup_has_no_revision(database_url: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    if not is_file(database_url):
        with pytest.raises(Refused, match="pg_restore did not do it"):
            backups.find_revision(database_url, empty)
        return
    assert backups.find_revision(database_url, empty) is None
    with pytest.raises(Refused, match="no backup of Whereabouts"):
        migrations.refuse_unknown(None)


def test_moving_takes_every_row_and_counts(
    written: Engine, prepared: databases.Prepared, tmp_path: Path
) -> None:
    source_url = f"sqlite:///{tmp_path}/source.db"
    migrations.upgrade(source_url)
    source = make_engine(source_url)
    with make_sessions(source).begin() as session:
        foundation = add_clocked(session)
        add_person(session, "Lin Example")
        add_event(session, foundation)
        add_segment(session, foundation, keywords=["rendering"])
        add_tracker(session, foundation)
    with make_sessions(written).begin() as session:
        session.execute(delete(Foundation))
    with source.connect() as here, written.begin() as there:
        counts = move(here, there)
        assert counts == count_rows(here)
    filled = {name for name, count in counts.items() if count}
    assert filled == {"foundation", "person", "event", "segment", "tracker"}
    with make_sessions(written).begin() as session:
        newest = max(session.scalars(select(Person.id)))
        assert add_person(session, "Newcomer").id == newest + 1
    with (
        source.connect() as here,
        written.begin() as there,
        pytest.raises(Refused, match="already"),
    ):
        move(here, there)
    source.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "w.db"
    migrations.upgrade(f"sqlite:///{file}")
    yield file


def test_a_copy_is_kept_before_each_migration_and_the_newest_few_stay(file: Path) -> None:
    for revision in ("0001", "0002", "0003", "0004"):
        with closing(sqlite3.connect(file)) as rows, rows:
            rows.execute("UPDATE alembic_version SET version_num = ?", [revision])
        sqlite_files.keep_copy(file, revision, REAL.replace(minute=int(revision)))
    kept = sqlite_files.list_copies(file)
    assert [copy.name[-4:] for copy in kept] == ["0002", "0003", "0004"]
    assert [sqlite_files.find_revision(copy) for copy in kept] == ["0002", "0003", "0004"]
    sqlite_files.forget_copies(file, NOW)
    assert sqlite_files.list_copies(file) == kept
    sqlite_files.forget_copies(file, REAL.replace(year=2999))
    assert sqlite_files.list_copies(file) == []


def test_upgrading_keeps_a_copy_of_what_was(file: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine = make_engine(f"sqlite:///{file}", foreign_keys=False)
    with engine.begin() as connection:
        config = Config(migrations.ROOT / "alembic.ini")
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
    engine.dispose()
    assert migrations.upgrade(f"sqlite:///{file}") is True
    (kept,) = sqlite_files.list_copies(file)
    assert kept.name.endswith(f"-before-{migrations.head()}")
    assert sqlite_files.find_revision(kept) == "0004"
    assert migrations.upgrade(f"sqlite:///{file}") is False
    assert sqlite_files.list_copies(file) == [kept]
