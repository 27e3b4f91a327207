"""Fixtures for every test: a database of its own, the program on it, and no network."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from models.database import make_engine, make_sessions
from outreach.accounts import passwords
from tests import both_databases, databases, network, sampling, told
from tests.applications import AddRoutes, Applications, Loan

ROOT = Path(__file__).parent.parent


settings.register_profile("tests", deadline=None, max_examples=sampling.times(30, 2000))
settings.load_profile("tests")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis draw by the seed of the run, unless another is asked for."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(sampling.SEED)


def pytest_report_header() -> str:
    """Say by what seed samples are drawn."""
    return sampling.header()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark journeys, what Hypothesis draws for, and what can behave differently on PostgreSQL."""
    for item in items:
        if str(item.path.relative_to(ROOT)) in both_databases.chosen():
            item.add_marker("postgres")
        if (ROOT / "tests/journeys") in item.path.parents:
            item.add_marker("journey")
        if item.get_closest_marker("hypothesis"):
            item.add_marker("sampled")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Keep the whole run on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        network.block(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def thorough_hasher() -> Iterator[PasswordHasher]:
    """Hash passwords with the least work, and return what the program does it with."""
    thorough = passwords._HASHER
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", quick)
        yield thorough


@pytest.fixture(scope="session")
def untold() -> Iterator[list[str]]:
    """Return what requests changed without a line of the history."""
    with told.watching() as found:
        yield found


@pytest.fixture(autouse=True)
def every_act_is_told(untold: list[str]) -> Iterator[None]:
    """Let no request change rows in silence."""
    yield
    silent, untold[:] = list(untold), []
    assert not silent, "a request keeps no line of the history (tests/told.py)"


@pytest.fixture(scope="session", autouse=True)
def installation_alone() -> Iterator[None]:
    """Hold every test to a home of its own: what it keeps there would be taken for this one's."""
    noted = ROOT / "instance" / "database"
    before = noted.read_bytes() if noted.exists() else b""
    yield
    assert (noted.read_bytes() if noted.exists() else b"") == before


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder with real-world input beside the checkout, or skip."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared test input is not on this machine")
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Prepared]:
    """Prepare the empty database that each test gets a copy of."""
    database = databases.prepare(tmp_path_factory.mktemp("prepared"))
    yield database
    database.close()


@pytest.fixture
def database_url(prepared: databases.Prepared, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database of this test's own: all tables, no rows."""
    url = prepared.copy(tmp_path)
    yield url
    prepared.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on this test's database, which the program uses too.

    It does not wait for the disk: that matters where the machine loses its power, and no test
    takes it away. A killed process loses nothing by it.
    """
    engine = make_engine(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", databases.hurry)
    databases.share_statements(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a writing session, for tests of rules and models.

    On SQLite it locks other writers out from its first statement until it commits: tests
    that use `client` too take `stored` instead.
    """
    with make_sessions(engine)() as session:
        yield session


Stored = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def stored(engine: Engine) -> Stored:
    """Return a way to write or read beside the program: `with stored() as session: ...` commits."""
    return make_sessions(engine).begin


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Applications:
    """Return the programs of this worker; all workers of a run share the compiled templates."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    (shared / "templates").mkdir(exist_ok=True)
    return Applications(FileSystemBytecodeCache(str(shared / "templates")))


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(
    applications: Applications,
    database_url: str,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeApp]:
    """Return a way to get the program on this test's database with settings of one's own.

    It has served other tests, so that routes cannot be added to it: `make_app(add_routes)` takes a
    function of the test's module that adds them.
    """
    monkeypatch.setenv("WHEREABOUTS_HOME", str(tmp_path / "home"))
    loans: list[Loan] = []

    def make(add_routes: AddRoutes | None = None, **settings: Any) -> Flask:
        standard = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": secrets.token_hex(),
            "TESTING": True,
            "BASE_URL": "http://localhost",
        }
        given = standard | settings
        loans.append(applications.lend(given, engine, tmp_path / "home", add_routes))
        return loans[-1].app

    yield make
    for loan in loans:
        applications.take_back(loan)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Return the program without the CSRF check; `make_app()` builds it with the check."""
    return make_app(WTF_CSRF_ENABLED=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without windows, signed in as nobody."""
    return app.test_client()


CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def count_queries() -> CountQueries:
    """Return a counter of SQL statements: `with count_queries() as queries: ...; len(queries)`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting
