"""Pasted calls: columns guessed, events found, each batch with its clock, bad cells one by one."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Event, Foundation
from outreach.accounts import history
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.table import Settled
from outreach.planning.calls.edit import VENUE
from outreach.planning.calls.pasted_columns import Role
from outreach.planning.calls.pasting import CallPaste, find_setting, keep_paste, read_paste
from tests.cast import NOW, REAL, TODAY, add_call, add_clocked, add_decision, add_event
from tests.sign_ins import add_person

TABLE = """Event\tCall for\tCloses\tZone\tTold by\tLink\tNotes
SeaGL\ttalks\t30 Jul 2024 23:59\tAoE\t2024-08-26\tseagl.org/cfp\t20 minutes
\tTravel fund\t15 Aug 2024 17:00\t\t\t\t
SC24\tstudent volunteers\tTBA\t\t\t\t
"""


@pytest.fixture
def ours(session: Session) -> Foundation:
    ours = add_clocked(session)
    seattle = {"timezone": "America/Los_Angeles"}
    add_event(session, ours, "SeaGL", date(2024, 11, 8), name_key="seagl", **seattle)
    add_event(session, ours, "SC24", date(2024, 11, 17), name_key="sc")
    add_event(session, ours, "SeaGL", date(2025, 11, 7), name_key="seagl", **seattle)
    add_event(session, ours, "SeaGL", date(2023, 11, 3), name_key="seagl")
    return ours


def read(
    session: Session,
    ours: Foundation,
    text: str = TABLE,
    assumed: str = VENUE,
    order: DayOrder | None = None,
    settled: Settled[Role] | None = None,
) -> CallPaste:
    setting = find_setting(session, ours, TODAY, assumed, order)
    return read_paste(text, setting, settled or Settled())


def test_a_table_with_heads(session: Session, ours: Foundation) -> None:
    paste = read(session, ours)
    assert [line.outcome for line in paste.lines] == ["new"] * 3
    said = [(row.event.name, row.event.starts_on.year, row.columns["kind"])
            for row in paste.ready]  # fmt: skip
    assert said == [
        ("SeaGL", 2024, "talks"), ("SeaGL", 2024, "travel"), ("SC24", 2024, "volunteers"),
    ]  # fmt: skip
    talks, travel, volunteers = (row.columns for row in paste.ready)
    assert talks["closes_at"] == datetime(2024, 7, 31, 11, 59, 59, tzinfo=UTC)
    assert (talks["told_by"], talks["url"]) == (date(2024, 8, 26), "https://seagl.org/cfp")
    assert travel["closes_at"] == datetime(2024, 8, 16, tzinfo=UTC)
    assert travel["marks"] == ["zone_assumed"]
    assert volunteers["word"] == "tba"
    assert paste.headline == "3 calls are ready."


def test_without_heads_the_cells_tell(session: Session, ours: Foundation) -> None:
    text = "SeaGL\t30 Jul 2024 AoE\tseagl.org/cfp\nSC24\t1 Aug 2024\tsc.org/x\n"
    assert read(session, ours, text).roles == ("event", "closes", "url")


def test_the_clock_of_a_batch_is_its_own(session: Session, ours: Foundation) -> None:
    text = "Event\tCloses\nSeaGL\t30 Jul 2024 17:00\n"
    for assumed, hour in ((VENUE, 0), ("AoE", 5), ("UTC", 17)):
        (row,) = read(session, ours, text, assumed).ready
        assert row.columns["closes_at"].hour == hour
    (line,) = read(session, ours, text, "").lines
    assert line.outcome == "bad"
    assert "whose clock" in (line.cells[1].error or "")


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("Nowhere\ttalks\t30 Jul 2024", 0, "No event of yours is called “Nowhere”."),
        ("SeaGL 2023\ttalks\t30 Jul 2024", 0, "SeaGL was over on "),
        ("Elsewhere\ttalks\t30 Jul 2024", 0, "It is decided not to go to Elsewhere."),
        ("SeaGL\tsinging\t30 Jul 2024", 1, "“singing” is no kind of call"),
        ("SeaGL\ttalks\t30 Jul 2024 23:59 CST", 2, "America/Chicago"),
        ("SeaGL\ttalks\tsoonish", 2, "tells no day"),
    ],
)
def test_what_is_wrong_stands_at_its_cell(
    session: Session, ours: Foundation, row: str, column: int, sentence: str
) -> None:
    away = add_event(session, ours, "Elsewhere", date(2024, 12, 1), name_key="elsewhere")
    add_decision(session, away, "no_go", reason="far")
    (line,) = read(session, ours, f"Event\tCall for\tCloses\n{row}\n").lines
    assert line.outcome == "bad"
    assert sentence in (line.cells[column].error or "")


def test_a_call_of_an_event_that_is_over_stays_as_it_is(session: Session, ours: Foundation) -> None:
    past = session.scalars(select(Event).where(Event.starts_on == date(2023, 11, 3))).one()
    add_call(session, past, date(2023, 7, 30), closes="30 Jul 2023")
    same = "Event\tFirst day\tCloses\nSeaGL\t2023-11-03\t30 Jul 2023\n"
    assert [line.outcome for line in read(session, ours, same).lines] == ["same"]
    other = same.replace("30 Jul", "31 Jul")
    assert [line.outcome for line in read(session, ours, other).lines] == ["bad"]


def test_a_year_beside_the_name_says_which_edition(session: Session, ours: Foundation) -> None:
    (row,) = read(session, ours, "Event\tCloses\nSeaGL 2025\t1 Aug 2025\n").ready
    assert row.event.starts_on.year == 2025


def test_two_events_of_a_name_are_asked_for(session: Session, ours: Foundation) -> None:
    add_event(session, ours, "SeaGL Spring", date(2024, 12, 1), name_key="seagl")
    add_event(session, ours, "SeaGL Autumn", date(2024, 12, 5), name_key="seagl")
    (line,) = read(session, ours, "Event\tCloses\nseagl 24\t30 Jul 2024\n").lines
    assert "Say which: SeaGL, 8 Nov 2024, " in (line.cells[0].error or "")


def test_days_that_read_both_ways_are_asked_for(session: Session, ours: Foundation) -> None:
    text = "Event\tCloses\nSeaGL\t05/08/2024\n"
    assert read(session, ours, text).before_all
    (row,) = read(session, ours, text, order="month").ready
    assert row.columns["last_day"] == date(2024, 5, 8)
    both = read(session, ours, text + "SC24\t30/07/2024\n")
    assert both.ready[0].columns["last_day"] == date(2024, 8, 5)


def test_mended_cells_and_rows_that_are_left_out(session: Session, ours: Foundation) -> None:
    settled: Settled[Role] = Settled(None, {(1, 2): "1 Aug 2024"}, {2})
    outcomes = [line.outcome for line in read(session, ours, settled=settled).lines]
    assert outcomes == ["new", "left out", "new"]


def test_a_later_day_extends_and_what_is_empty_stays(session: Session, ours: Foundation) -> None:
    event = session.scalars(select(Event).where(Event.name == "SC24")).one()
    call = add_call(session, event, date(2024, 8, 1), takes="Twenty minutes", source="a list")
    same = read(session, ours, "Event\tCloses\nSC24\t2024-08-01\n")
    assert same.lines[0].outcome == "same"
    paste = read(session, ours, "Event\tCloses\nSC24\t8 Aug 2024\nSC24\t9 Aug 2024\n")
    assert [line.outcome for line in paste.lines] == ["change", "same"]
    ada = add_person(session, foundation=ours)
    entry = keep_paste(session, ours, paste, ada, REAL)
    assert (call.closes, call.extended_from, call.takes) == ("8 Aug 2024", "2024-08-01",
                                                             "Twenty minutes")  # fmt: skip
    assert call.source == ""
    history.undo(session, entry, ada, NOW, REAL)
    session.refresh(call)
    assert (call.closes, call.extended_from, call.source) == ("2024-08-01", "", "a list")


def test_a_batch_goes_back_as_one(session: Session, ours: Foundation) -> None:
    ada = add_person(session, foundation=ours)
    entry = keep_paste(session, ours, read(session, ours), ada, REAL)
    assert len(session.scalars(select(Call.id)).all()) == 3
    history.undo(session, entry, ada, NOW, REAL)
    assert session.scalars(select(Call.id)).all() == []
