"""Loads the example's trip, its kit with bookings and its swag, all plainly invented."""

from datetime import date
from typing import Any

from models import (
    Kit,
    KitBooking,
    KitCount,
    KitLine,
    Swag,
    Trip,
    TripCost,
    TripShare,
    TripStop,
)
from outreach.amounts.reading import read_amount
from outreach.example.facts import day, read
from outreach.example.loading import Loading
from outreach.planning.kits.swag import TypedSwag, write_swag
from outreach.planning.trips.trips import Stay, write_stays


def add_trips(loading: Loading) -> None:
    """Add the trips with their people, nights and shared costs."""
    for facts in read("trips"):
        trip = Trip(foundation_id=loading.foundation.id, name=facts["name"], note=facts["note"])
        loading.session.add(trip)
        loading.session.flush()
        for stop in facts["events"]:
            loading.session.add(TripStop(event_id=loading.event(stop).id, trip_id=trip.id))
        stays = {loading.people[one["person"]].id: _stay(one) for one in facts["people"]}
        write_stays(loading.session, trip, stays)
        for cost in facts["costs"]:
            _add_cost(loading, trip, cost)
        loading.session.flush()


def _stay(facts: dict[str, Any]) -> Stay:
    first, last = (date.fromisoformat(facts[name]) for name in ("arrives", "leaves"))
    return Stay(first, last, facts.get("atHome", False), facts.get("note", ""))


def _add_cost(loading: Loading, trip: Trip, facts: dict[str, Any]) -> None:
    amounts = {name: read_amount(facts[name]) for name in ("estimated", "spent") if name in facts}
    cost = TripCost(
        trip_id=trip.id,
        what=facts["what"],
        currency=loading.foundation.currency,
        **{name: money.minor for name, money in amounts.items()},
    )
    loading.session.add(cost)
    loading.session.flush()
    for share in facts.get("shares", ()):
        event = loading.event(share)
        loading.session.add(TripShare(cost_id=cost.id, event_id=event.id, parts=share["parts"]))


def add_kits(loading: Loading) -> None:
    """Add the kits with their bookings and counts, and what is given away."""
    facts = read("kits")
    for one in facts["kits"]:
        kit = Kit(foundation_id=loading.foundation.id,
                  **{name: one[name] for name in ("name", "place", "state", "note")})  # fmt: skip
        loading.session.add(kit)
        loading.session.flush()
        lines = [KitLine(kit_id=kit.id, what=line["what"], how_many=line["howMany"])
                 for line in one["contents"]]  # fmt: skip
        loading.session.add_all(lines)
        loading.session.flush()
        for booked in one["bookings"]:
            _add_booking(loading, kit, lines, booked)
    for one in facts["swag"]:
        swag = Swag(foundation_id=loading.foundation.id, event_id=loading.event(one).id)
        given = {"item": one["item"], "ordered": one.get("ordered")}
        given |= {name: day(one[key]) for key, name in _SWAG_DAYS.items() if key in one}
        write_swag(swag, TypedSwag(**given))
        loading.session.add(swag)
    loading.session.flush()


_SWAG_DAYS = {
    "orderedOn": "ordered_on",
    "fileBy": "file_by",
    "filedOn": "filed_on",
    "arrivesFrom": "arrives_from",
    "arrivesBy": "arrives_by",
}


def _add_booking(loading: Loading, kit: Kit, lines: list[KitLine], facts: dict[str, Any]) -> None:
    booking = KitBooking(
        foundation_id=loading.foundation.id,
        kit_id=kit.id,
        event_id=loading.event(facts).id,
        days_before=facts["daysBefore"],
        days_after=facts["daysAfter"],
        reason=facts.get("reason", ""),
        sent_on=day(facts.get("sent")),
        arrived_on=day(facts.get("arrived")),
    )
    loading.session.add(booking)
    loading.session.flush()
    for line, (before, after) in zip(lines, facts.get("counts", ()), strict=False):
        loading.session.add(
            KitCount(booking_id=booking.id, line_id=line.id, before=before, after=after)
        )
