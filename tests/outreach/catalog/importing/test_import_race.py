"""Two clicks on one button import once, on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import Engine, func, select

from models import Event
from models.database import make_sessions
from outreach.catalog.facts import read_row
from outreach.catalog.importing.import_rows import import_rows
from tests.conftest import Stored
from tests.sign_ins import add_foundation

NOW = datetime(2024, 7, 25, 12, tzinfo=UTC)
ROWS = [read_row(1, {"name": "SIGGRAPH", "startDate": "2024-07-28"})]


def test_a_double_click_imports_once(engine: Engine, stored: Stored) -> None:
    with stored() as session:
        foundation = add_foundation(session)
    start = Barrier(2)

    def click(_number: int) -> int:
        with make_sessions(engine)() as session:
            start.wait()
            result = import_rows(session, foundation, ROWS, "a file", NOW)
            session.commit()
            return len(result.created)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, range(2))) == [0, 1]
    with stored() as session:
        assert session.scalar(select(func.count(Event.id))) == 1
