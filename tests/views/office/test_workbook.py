"""A season as one workbook: every noun on its sheet, as another program reads it."""

import io
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from models import Event
from tests import cast
from tests.cast import TODAY
from tests.conftest import Stored
from tests.views.planned import Owned


def book_of(staff: FlaskClient) -> dict[str, list[list[Any]]]:
    answer = staff.get("/season/2024.xlsx")
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_every_noun_of_the_season_has_its_sheet(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        event.name = "=SIGGRAPH()"
        cast.add_call(session, event, TODAY)
        booth = cast.add_booth(session, event)
        cast.add_shift(session, booth, datetime(2024, 7, 31, 21, tzinfo=UTC))
    book = book_of(staff)
    assert list(book) == [
        *("events", "calls", "talks", "proposals", "deadlines", "shifts", "trips", "kits", "swag"),
        *("money", "portfolio"),
    ]
    assert [-87, "=SIGGRAPH()", "Go or no-go"] in [row[1:4] for row in book["deadlines"]]
    head, *rows = book["events"]
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(one["event"], one["first day"], one["state"], one["missing"]) for one in lines] == [
        ("Open Source Days", date(2024, 7, 28), "proposed", ""),
        ("=SIGGRAPH()", date(2024, 7, 28), "proposed", 2.0),
    ]
    assert book["calls"][1][:3] == ["=SIGGRAPH()", date(2024, 7, 28), "talks"]
    begins = datetime(2024, 7, 31, 15, tzinfo=UTC).replace(tzinfo=None)  # by the clock there
    assert book["shifts"][1][:2] == ["=SIGGRAPH()", begins]
    assert staff.get("/season/1999.xlsx").status_code == 404
