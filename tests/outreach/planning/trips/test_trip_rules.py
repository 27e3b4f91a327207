"""Trips: offered for what is near, made with teams and nights, split, merged, taken back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import DuplicateOffer, Event, KitBooking, Person, Swag, Trip, TripPerson, TripStop
from outreach.accounts import history
from outreach.catalog.merging.merge import merge_duplicate
from outreach.catalog.removing import count_losses, remove_event
from outreach.costs.shared import borne_by
from outreach.planning.kits.bookings import TypedBooking, book
from outreach.planning.kits.kits import TypedKit, add_kit
from outreach.planning.people.export import export_person, say_tables
from outreach.planning.people.forgetting import erase_person
from outreach.planning.trips.costs import TypedCost, drop_cost, keep_cost
from outreach.planning.trips.load import find_overlaps, load_requests_of, open_trip, people_of
from outreach.planning.trips.near import find_offer, find_offers, find_trip
from outreach.planning.trips.told import TripTold
from outreach.planning.trips.trips import (
    Stay,
    TypedTrip,
    change_trip,
    make_trip,
    put_on,
    remove_trip,
    stay_around,
    take_off,
)
from outreach.refusal import ChangedMeanwhile, Refused
from tests.cast import ATLANTA, NOW, REAL, TODAY, add_decision, add_event, name_person
from tests.outreach.planning.money.desk import Desk, eur, usd

SATURDAY, FRIDAY = date(2024, 7, 27), date(2024, 8, 2)


class Trips(Desk):
    """Money's desk in Denver, with trips made there."""

    def make(self, event: Event | None = None) -> Trip:
        trip, self.entry = make_trip(self.session, self.ours, event or self.osd, self.ada, REAL)
        return open_trip(self.session, trip)

    def put(self, trip: Trip, person: Person, *days: date, **more: Any) -> history.Entry | None:
        args = (self.session, self.ours, trip, person, Stay(*days, **more), trip.version)
        return put_on(*args, self.ada, REAL)

    def cost(self, trip: Trip, **typed: Any) -> history.Entry | None:
        wanted = TypedCost("Parcel", **typed)
        trip = open_trip(self.session, trip)
        return keep_cost(self.session, self.ours, trip, None, wanted, trip.version, self.ada, REAL)

    def told(self, trip: Trip) -> TripTold:
        trip = open_trip(self.session, trip)
        requests = load_requests_of(self.session, [one.id for one in trip.events])
        return TripTold(trip, requests, find_overlaps(self.session, trip), TODAY, "USD")

    def undo(self, entry: history.Entry | None) -> None:
        assert entry is not None
        history.undo(self.session, entry, self.ada, NOW, REAL)


@pytest.fixture
def desk(session: Session) -> Trips:
    return Trips(session)


def stays(trip: Trip) -> list[tuple[str, date, date, int]]:
    return [(row.person.first_name, row.arrives_on, row.leaves_on, row.nights)
            for row in people_of(trip)]  # fmt: skip


class TestOffering:
    def test_what_is_near_is_offered_in_words(self, desk: Trips, session: Session) -> None:
        offer = find_offer(session, desk.osd, find_trip(session, desk.osd))
        assert offer.say() == "One trip with SIGGRAPH: same city, 0 days apart"
        boulder = add_event(session, desk.ours, "RockyCon", date(2024, 8, 3), city="Boulder",
                            latitude=40.01, longitude=-105.27)  # fmt: skip
        add_decision(session, boulder)
        offer = find_offer(session, boulder, find_trip(session, boulder))
        assert offer.say() == "One trip with SIGGRAPH: within 39 km, 2 days apart"
        assert len(find_offers(session, desk.ours, TODAY)) == 1

    def test_one_that_is_near_a_trip_joins_it(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        late = add_event(session, desk.ours, "DevDay", date(2024, 8, 3))
        add_decision(session, late)
        name_person(session, late, desk.ada)
        offer = find_offer(session, late, find_trip(session, late))
        assert offer.joins and offer.joins.id == trip.id
        assert desk.make(late).id == trip.id
        assert [one[0] for one in stays(open_trip(session, trip))] == ["Kim", "Ada"]
        assert len(find_trip(session, desk.osd)) == 3
        assert find_offers(session, desk.ours, TODAY) == []
        desk.undo(desk.entry)
        assert [event.name for event in open_trip(session, trip).events] == [
            "Open Source Days", "SIGGRAPH",
        ]  # fmt: skip

    def test_an_event_alone_is_a_trip_too(self, desk: Trips, session: Session) -> None:
        far = add_event(session, desk.ours, "SC", date(2024, 11, 17), **ATLANTA)
        assert [event.name for event in desk.make(far).events] == ["SC"]
        with pytest.raises(Refused, match="in the trip to Atlanta already"):
            desk.make(far)

    def test_what_is_called_off_is_no_part_of_it(self, desk: Trips, session: Session) -> None:
        desk.make()
        add_event(session, desk.ours, "Other")
        for decision in session.scalars(select(Event).where(Event.id == desk.event.id)):
            session.refresh(decision, ["decision"])
            assert decision.decision is not None
            decision.decision.state = "cancelled"
        session.flush()
        assert find_trip(session, desk.osd) == [desk.osd]


class TestStaying:
    def test_a_team_comes_along_for_the_nights_around_its_events(
        self, desk: Trips, session: Session
    ) -> None:
        name_person(session, desk.osd, desk.ada)
        desk.ada.city = "Denver, CO"
        desk.ask(leaves_on=date(2024, 7, 26), returns_on=FRIDAY)
        assert stays(desk.make()) == [
            ("Kim", date(2024, 7, 26), FRIDAY, 7),
            ("Ada", date(2024, 7, 28), date(2024, 7, 28), 0),
        ]

    def test_the_days_around_events(self, desk: Trips) -> None:
        assert stay_around([desk.osd, desk.event], TODAY) == Stay(SATURDAY, FRIDAY)
        assert stay_around([], TODAY).arrives_on < TODAY

    def test_nights_are_changed_and_people_taken_off(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        entry = desk.put(trip, desk.kim, date(2024, 7, 29), FRIDAY, note="flies in 11:05")
        assert stays(open_trip(session, trip)) == [("Kim", date(2024, 7, 29), FRIDAY, 4)]
        desk.undo(entry)
        assert stays(open_trip(session, trip)) == [("Kim", SATURDAY, FRIDAY, 6)]
        off = take_off(session, desk.ours, trip, desk.kim, desk.ada, REAL)
        assert stays(open_trip(session, trip)) == []
        with pytest.raises(Refused, match="is not on this trip"):
            take_off(session, desk.ours, trip, desk.kim, desk.ada, REAL)
        desk.undo(off)
        assert len(stays(open_trip(session, trip))) == 1

    @pytest.mark.parametrize(
        ("days", "field"),
        [
            ((FRIDAY, SATURDAY), "leaves_on"),
            ((date(2024, 5, 1), FRIDAY), "arrives_on"),
            ((SATURDAY, date(2024, 12, 1)), "leaves_on"),
        ],
    )
    def test_days_that_cannot_be(self, desk: Trips, days: tuple[date, date], field: str) -> None:
        trip = desk.make()
        with pytest.raises(Refused) as refused:
            desk.put(trip, desk.kim, *days)
        assert refused.value.field == field

    def test_who_is_on_two_trips_at_once_is_named(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        far = add_event(session, desk.ours, "Flock", date(2024, 8, 1), city="Raleigh",
                        latitude=35.8, longitude=-78.6)  # fmt: skip
        other = desk.make(far)
        assert find_overlaps(session, trip) == []
        desk.put(other, desk.kim, FRIDAY, date(2024, 8, 4))
        assert find_overlaps(session, trip) == []
        desk.put(open_trip(session, other), desk.kim, date(2024, 8, 1), date(2024, 8, 4))
        (overlap,) = find_overlaps(session, trip)
        assert overlap.say() == "Kim is also in the trip to Raleigh, 1–4 Aug"
        assert desk.told(trip).headline == "Kim is also in the trip to Raleigh, 1–4 Aug."

    def test_the_table_has_a_lane_for_each(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        desk.put(trip, desk.ada, date(2024, 7, 28), date(2024, 8, 1), is_at_home=True)
        nights = desk.told(trip).nights
        assert [row.day.day for row in nights] == [27, 28, 29, 30, 31, 1]
        assert nights[0].arrive == "Kim arrive" and len(nights[0].cells) == 2
        begun = [stay for row in nights for stay in row.cells if stay]
        assert [(stay.row.person.first_name, stay.days, stay.say_nights) for stay in begun] == [
            ("Kim", 6, "six nights"), ("Ada", 5, "at home"),
        ]  # fmt: skip
        widths = [sum(stay.days for stay in begun)
                  + sum(cell is None for row in nights for cell in row.cells)]  # fmt: skip
        assert widths == [2 * len(nights)]


class TestChanging:
    def test_an_event_is_in_one_trip_at_most(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        far = add_event(session, desk.ours, "SC", date(2024, 11, 17), **ATLANTA)
        desk.make(far)
        for events, sentence in (
            ((desk.osd.id, far.id), "in the trip to Atlanta"),
            ((), "one event"),
        ):
            with pytest.raises(Refused, match=sentence) as refused:
                change_trip(session, desk.ours, trip, TypedTrip("Denver", events), trip.version,
                            desk.ada, REAL)  # fmt: skip
            assert refused.value.field == "events"

    def test_parts_of_costs_go_with_an_event_and_come_back(
        self, desk: Trips, session: Session
    ) -> None:
        trip = desk.make()
        desk.cost(trip, estimated=usd(100), parts={desk.osd.id: 1, desk.event.id: 3})
        trip = open_trip(session, trip)
        typed = TypedTrip("Denver", (desk.osd.id,))
        entry = change_trip(session, desk.ours, trip, typed, trip.version, desk.ada, REAL)
        trip = open_trip(session, trip)
        session.expire_all()
        assert borne_by(open_trip(session, trip), "USD")[desk.osd.id].say() == "100 USD"
        desk.undo(entry)
        session.expire_all()
        borne = borne_by(open_trip(session, trip), "USD")
        assert [borne[one].say() for one in (desk.osd.id, desk.event.id)] == ["25 USD", "75 USD"]

    def test_costs_of_two_currencies_stand_side_by_side(
        self, desk: Trips, session: Session
    ) -> None:
        trip = desk.make()
        with pytest.raises(Refused, match="in one currency") as refused:
            desk.cost(trip, estimated=usd(1), spent=eur(1))
        assert refused.value.field == "spent"
        desk.cost(trip, estimated=eur(10), parts={desk.osd.id: 1, desk.event.id: 1})
        desk.cost(trip, estimated=usd(20), spent=usd(15))
        told = desk.told(trip)
        assert (
            told.say_costs
            == "20 USD and 10 EUR estimated, 20 USD and 10 EUR approved, 15 USD spent"
        )
        assert [name_sum[1] for name_sum in told.borne] == ["7.50 USD and 5 EUR"] * 2
        trip = open_trip(session, trip)
        desk.undo(drop_cost(session, desk.ours, trip, trip.costs[0], desk.ada, REAL))
        assert len(open_trip(session, trip).costs) == 2

    def test_what_changes_nothing_keeps_no_line_and_no_version(
        self, desk: Trips, session: Session
    ) -> None:
        trip = desk.make()
        parts = {desk.osd.id: 1, desk.event.id: 3}
        desk.cost(trip, estimated=usd(100), parts=parts)
        session.expire_all()
        trip = open_trip(session, trip)
        version, (cost,) = trip.version, trip.costs
        typed = TypedCost("Parcel", usd(100), None, parts)
        args = (session, desk.ours, trip, cost, typed, version, desk.ada, REAL)
        assert keep_cost(*args) is None
        assert desk.put(trip, desk.kim, SATURDAY, FRIDAY) is None
        session.refresh(trip, ["version"])
        assert trip.version == version

    def test_who_looked_at_an_older_version_is_told(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        seen = trip.version
        desk.put(trip, desk.ada, SATURDAY, FRIDAY)
        trip = open_trip(session, trip)
        with pytest.raises(ChangedMeanwhile):
            keep_cost(session, desk.ours, trip, None, TypedCost("x"), seen, desk.ada, REAL)

    def test_silence_is_no_yes(self, desk: Trips) -> None:
        request = desk.ask(leaves_on=SATURDAY, returns_on=FRIDAY)
        told = desk.told(desk.make())
        assert told.headline == "Kim should be there on Saturday, and nobody has approved it."
        assert told.lede == "0 USD of 610 USD is approved."
        assert told.asked[0].is_open and told.asked[0].bar
        desk.step(request, "approved")
        told = desk.told(told.trip)
        assert (told.headline, told.lede) == (
            "One person, six nights in Denver.", "610 USD, all of it approved.",
        )  # fmt: skip

    def test_a_trip_goes_and_comes_back_with_all_of_it(self, desk: Trips, session: Session) -> None:
        trip = desk.make()
        desk.cost(trip, estimated=usd(100), parts={desk.osd.id: 1, desk.event.id: 3})
        entry = remove_trip(session, desk.ours, open_trip(session, trip), desk.ada, REAL)
        assert session.scalars(select(TripStop)).all() == []
        desk.undo(entry)
        (trip,) = session.scalars(select(Trip))
        trip = open_trip(session, trip)
        assert (len(trip.events), len(trip.people), len(trip.costs[0].shares)) == (2, 1, 2)


def test_a_merge_carries_trips_kits_and_swag_along(desk: Trips, session: Session) -> None:
    twin = add_event(session, desk.ours, "SIGGRAPH 24", ends=date(2024, 8, 1))
    trip = desk.make(twin)
    kit, _entry = add_kit(session, desk.ours, TypedKit("Kit"), desk.ada, REAL)
    book(session, desk.ours, kit, twin, TypedBooking(), desk.ada, REAL)
    session.add(Swag(foundation_id=desk.ours.id, event_id=twin.id, item="Pens"))
    offer = DuplicateOffer(foundation_id=desk.ours.id, kept_id=desk.event.id, other_id=twin.id,
                           sentence="alike", offered_at=REAL)  # fmt: skip
    session.add(offer)
    change = TypedTrip("Denver", (twin.id,))
    change_trip(session, desk.ours, trip, change, open_trip(session, trip).version, desk.ada, REAL)
    session.flush()
    entry = merge_duplicate(session, offer, desk.event.id, REAL, desk.ada)
    for model in (TripStop, KitBooking, Swag):
        assert session.scalars(select(model.event_id)).all() == [desk.event.id], model
    desk.undo(entry)
    for model in (TripStop, KitBooking, Swag):
        assert session.scalars(select(model.event_id)).all() == [twin.id], model


def test_removing_an_event_says_what_goes_and_brings_it_back(desk: Trips, session: Session) -> None:
    desk.make()
    kit, _entry = add_kit(session, desk.ours, TypedKit("Kit"), desk.ada, REAL)
    book(session, desk.ours, kit, desk.event, TypedBooking(), desk.ada, REAL)
    losses = count_losses(session, desk.event)
    assert (losses["stop of a trip"], losses["booking of a kit"]) == (1, 1)
    number = desk.event.id
    entry = remove_event(session, desk.ours, desk.event, desk.ada, NOW, REAL)
    session.expire_all()
    assert session.scalars(select(TripStop.event_id)).all() == [desk.osd.id]
    desk.undo(entry)
    assert set(session.scalars(select(TripStop.event_id))) == {desk.osd.id, number}
    assert session.scalars(select(KitBooking.event_id)).all() == [number]


def test_who_is_erased_is_on_no_trip_and_what_is_kept_is_told(
    desk: Trips, session: Session
) -> None:
    trip = desk.make()
    desk.put(trip, desk.kim, SATURDAY, FRIDAY, note="Kim Guest flies in 14:20")
    told = dict(say_tables(session, export_person(session, desk.kim, REAL)))
    assert ("trip", "Denver") in told["Trips you are on"][0]
    assert ("arrives", "27 Jul 2024") in told["Trips you are on"][0]
    erase_person(session, desk.ours, desk.kim, desk.ada, NOW, REAL)
    session.expire_all()
    assert session.scalars(select(TripPerson)).all() == []
    kept = [str(entry.detail) for entry in session.scalars(select(history.Entry))]
    assert not any("flies in" in detail for detail in kept)
