"""Kits, bookings and swag: kept whole, refused in a sentence, taken back, carried along."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Kit, KitBooking, KitCount, KitLine, Swag
from outreach.accounts import history
from outreach.planning.deadlines.sources import FILE, KIT, PARCEL
from outreach.planning.deadlines.told import WantedDeadlines, list_deadlines
from outreach.planning.kits.bookings import TypedBooking, book, change_booking, drop_booking
from outreach.planning.kits.kits import (
    TypedKit,
    add_kit,
    change_kit,
    read_contents,
    remove_kit,
    spell_contents,
)
from outreach.planning.kits.load import open_kit, stops_of
from outreach.planning.kits.swag import TypedSwag, add_swag, change_swag, say_swag
from outreach.refusal import Refused
from tests.cast import ATLANTA, NOW, REAL, TODAY, add_clocked, add_decision, add_event
from tests.sign_ins import add_person

BANNER = TypedKit("Banner kit", "Raleigh", contents="2 × banner\n400 stickers\ntape")


class Depot:
    """A foundation with a kit and three events: two in Denver that share a day, one in Atlanta."""

    def __init__(self, session: Session) -> None:
        self.session, self.ours = session, add_clocked(session)
        self.ada = add_person(session, foundation=self.ours)
        self.osd = add_event(session, self.ours, "Open Source Days")
        self.siggraph = add_event(session, self.ours, ends=date(2024, 8, 1))
        self.sc = add_event(session, self.ours, "SC", date(2024, 8, 4), **ATLANTA)
        self.kit, self.entry = add_kit(session, self.ours, BANNER, self.ada, REAL)

    def book(self, event: Event, before: int = 5, **more: Any) -> list[str]:
        typed = TypedBooking(before, 5, **more)
        with self.session.begin_nested():  # as a request that is refused goes back
            return book(self.session, self.ours, self.kit, event, typed, self.ada, REAL)[0]

    def undo(self, entry: history.Entry | None) -> None:
        assert entry is not None
        history.undo(self.session, entry, self.ada, NOW, REAL)


@pytest.fixture
def depot(session: Session) -> Depot:
    return Depot(session)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 × banner", [(2, "banner")]),
        ("2x banner\n 3 X tape \n\n", [(2, "banner"), (3, "tape")]),
        ("12 * pens; pens", [(13, "pens")]),
        ("banner", [(1, "banner")]),
        ("1 × 3 m cable", [(1, "3 m cable")]),
        ("", []),
    ],
)
def test_contents_are_read_line_by_line(text: str, found: list[tuple[int, str]]) -> None:
    assert read_contents(text) == found


@pytest.mark.parametrize("text", ["0 × banner", "3 ×", "100001 pens", f"2 × {'x' * 121}"])
def test_contents_that_cannot_be(text: str) -> None:
    with pytest.raises(Refused, match="write it like") as refused:
        read_contents(text)
    assert refused.value.field == "contents"


def test_a_thing_keeps_its_counts_when_it_is_renamed(depot: Depot, session: Session) -> None:
    depot.book(depot.sc)
    banner = session.scalars(select(KitLine).where(KitLine.what == "banner")).one()
    session.add(KitCount(booking_id=session.scalars(select(KitBooking.id)).one(),
                         line_id=banner.id, before=2, after=1))  # fmt: skip
    kit = open_kit(session, depot.kit)
    typed = TypedKit("Banner kit", "Raleigh", contents="tape\n2 × roll-up\n400 stickers")
    entry = change_kit(session, depot.ours, kit, typed, kit.version, depot.ada, REAL)
    assert spell_contents(open_kit(session, kit).lines) == "2 × roll-up\n400 × stickers\n1 × tape"
    assert session.scalars(select(KitCount.line_id)).one() == banner.id
    assert [stop.say_missing for stop in stops_of(kit)] == ["1 × roll-up did not go back"]
    depot.undo(entry)
    assert "2 × banner" in spell_contents(open_kit(session, kit).lines)


def test_nothing_changed_keeps_no_line(depot: Depot, session: Session) -> None:
    kit = open_kit(session, depot.kit)
    assert change_kit(session, depot.ours, kit, BANNER, kit.version, depot.ada, REAL) is None


def test_a_name_is_taken_once(depot: Depot, session: Session) -> None:
    with pytest.raises(Refused, match="of that name already"):
        add_kit(session, depot.ours, TypedKit(" Banner  kit "), depot.ada, REAL)


def test_shared_days_need_a_reason_and_short_hand_overs_warn(depot: Depot) -> None:
    assert depot.book(depot.osd) == []
    with pytest.raises(Refused, match="would be at Open Source Days and at SIGGRAPH") as refused:
        depot.book(depot.siggraph)
    assert refused.value.field == "reason"
    depot.session.expire_all()
    assert depot.book(depot.siggraph, reason="one hall") == []
    (warning,) = depot.book(depot.sc)
    assert warning.endswith("needs 5 days to Atlanta, where it should be on Sun 4 Aug.")
    with pytest.raises(Refused, match="booked for it already"):
        depot.book(depot.sc)


def test_an_earlier_event_is_refused_as_well(depot: Depot) -> None:
    """The clash is told of the later one, whichever is booked first."""
    depot.book(depot.siggraph)
    with pytest.raises(Refused, match="Say how that can be"):
        depot.book(depot.osd)


def test_what_is_called_off_is_nowhere_on_the_way(depot: Depot, session: Session) -> None:
    depot.book(depot.siggraph)
    add_decision(session, depot.siggraph, "cancelled")
    session.expire_all()
    assert depot.book(depot.sc) == []
    steps = {stop.booking.event.name: stop.say_way for stop in stops_of(depot.kit)}
    assert steps["SIGGRAPH"] == "we do not go there"
    add_decision(session, depot.osd, "no_go", reason="far")
    with pytest.raises(Refused, match="do not go there"):
        depot.book(depot.osd)


def test_sent_came_and_counted(depot: Depot, session: Session) -> None:
    depot.book(depot.sc)
    booking = session.scalars(select(KitBooking)).one()
    banner, stickers, _tape = open_kit(session, depot.kit).lines

    def change(**given: Any) -> history.Entry | None:
        typed = TypedBooking(5, 5, **given)
        return change_booking(session, depot.ours, booking, typed, booking.version, depot.ada,
                              REAL)[1]  # fmt: skip

    entry = change(sent_on=TODAY, counts={banner.id: (2, None), stickers.id: (None, None)})
    change(sent_on=TODAY, arrived_on=TODAY, counts={banner.id: (2, 1), stickers.id: (390, 20)})
    (stop,) = stops_of(open_kit(session, depot.kit))
    assert stop.say_missing == "1 × banner and 370 × stickers did not go back"
    with pytest.raises(Refused, match="changed"):
        depot.undo(entry)
    with pytest.raises(Refused, match="before it was sent"):
        change(sent_on=TODAY, arrived_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="too far"):
        change(sent_on=date(2023, 1, 1))


def test_a_kit_goes_and_comes_back_with_all_of_it(depot: Depot, session: Session) -> None:
    depot.book(depot.sc)
    depot.undo(remove_kit(session, depot.ours, depot.kit, depot.ada, REAL))
    (kit,) = session.scalars(select(Kit))
    assert len(open_kit(session, kit).lines) == 3 and len(kit.bookings) == 1
    depot.undo(drop_booking(session, depot.ours, kit.bookings[0], depot.ada, REAL))
    assert session.scalars(select(KitBooking.event_id)).one() == depot.sc.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"arrives_from": TODAY, "arrives_by": TODAY - timedelta(days=1)}, "arrives_by"),
        ({"ordered": 10, "after": 11}, "after"),
        ({"ordered": 10, "before": 8, "after": 9}, "after"),
    ],
)
def test_swag_that_cannot_be(depot: Depot, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        add_swag(depot.session, depot.ours, depot.sc, TypedSwag("Pens", **given), depot.ada, REAL)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "not ordered yet"),
        ({"ordered_on": TODAY}, "ordered"),
        ({"file_by": TODAY}, "Printer’s file of Pens, Thu 25 Jul"),
        ({"file_by": TODAY - timedelta(days=1)}, "Printer’s file of Pens, Wed 24 Jul, late"),
        ({"file_by": TODAY, "filed_on": TODAY, "arrives_by": TODAY},
         "Parcel of Pens arrives, Thu 25 Jul"),
        ({"before": 1200}, "1,200 there"),
        ({"ordered": 1000, "after": 1}, "999 given away, 1 left"),
        ({"before": 900, "after": 0}, "all 900 given away"),
    ],
)  # fmt: skip
def test_how_swag_stands(given: dict[str, Any], said: str) -> None:
    columns = dict.fromkeys(("ordered_on", "file_by", "filed_on", "arrives_by"))
    swag = Swag(event_id=1, item="Pens", **(columns | given))
    assert say_swag(swag, TODAY) == said


def test_deadlines_come_from_files_parcels_and_kits_that_must_leave(
    depot: Depot, session: Session
) -> None:
    depot.book(depot.sc)
    typed = TypedSwag("Pens", file_by=date(2024, 7, 30), arrives_by=date(2024, 8, 2))
    add_swag(session, depot.ours, depot.sc, typed, depot.ada, REAL)
    assert _waits(session, depot) == [
        ("Printer’s file of Pens", date(2024, 7, 30)),
        ("Banner kit leaves", date(2024, 7, 30)),
        ("Parcel of Pens arrives", date(2024, 8, 2)),
    ]
    swag = session.scalars(select(Swag)).one()
    change_swag(session, depot.ours, swag, TypedSwag("Pens", filed_on=TODAY, before=50),
                swag.version, depot.ada, REAL)  # fmt: skip
    assert _waits(session, depot) == [("Banner kit leaves", date(2024, 7, 30))]
    add_decision(session, depot.sc, "cancelled")
    assert _waits(session, depot) == []


def _waits(session: Session, depot: Depot) -> list[tuple[str, date]]:
    found = list_deadlines(session, depot.ours, NOW, WantedDeadlines([depot.sc.id]))
    return [(one.what, one.by) for one in found if one.source in (FILE, KIT, PARCEL)]
