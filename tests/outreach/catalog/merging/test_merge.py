"""A merge loses nothing, happens on a person's word only, and can be taken back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, func, inspect, select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    AuditEntry,
    Availability,
    Base,
    Call,
    Decision,
    DuplicateOffer,
    Event,
    EventSource,
    Feed,
    Foundation,
    Gathering,
    Kit,
    Match,
    MoneyRequest,
    Person,
    Segment,
    Shift,
    TeamMember,
    Trip,
    TripCost,
)
from outreach.accounts.history import undo
from outreach.catalog.facts import read_row
from outreach.catalog.importing.import_rows import import_rows
from outreach.catalog.merging.merge import dismiss_offer, merge_duplicate
from outreach.catalog.merging.offers import offer_duplicates, open_offers
from outreach.refusal import Refused
from tests import cast
from tests.cast import add_talk
from tests.sign_ins import add_foundation, add_person

NOW = datetime(2024, 7, 25, 12, tzinfo=UTC)
ONE = {"name": "SIGGRAPH", "startDate": "2024-07-28", "city": "Denver, CO", "topics": ["vfx"]}
OTHER = ONE | {
    "url": "https://s2024.siggraph.org",
    "endDate": "2024-08-01",
    "cfpEndDate": "2024-01-24",
    "topics": ["graphics"],
    "note": "hall 3",
}


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return add_foundation(session)


@pytest.fixture
def person(session: Session, foundation: Foundation) -> Person:
    return add_person(session)


@pytest.fixture
def twins(session: Session, foundation: Foundation) -> tuple[Event, Event]:
    rows = [read_row(1, ONE), read_row(2, OTHER)]
    import_rows(session, foundation, rows, "a file", NOW)
    one, other = session.scalars(select(Event).order_by(Event.id)).all()
    return one, other


@pytest.fixture
def segment(session: Session, foundation: Foundation) -> Segment:
    segment = Segment(foundation_id=foundation.id, slug="vfx", name="VFX", short_name="VFX")
    session.add(segment)
    session.flush()
    return segment


def offer_of(session: Session) -> DuplicateOffer:
    return session.scalars(select(DuplicateOffer)).one()


def merge(session: Session, keep: Event, person: Person | None = None) -> AuditEntry:
    return merge_duplicate(session, offer_of(session), keep.id, NOW, person)


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def add(session: Session, *rows: Base) -> None:
    session.add_all(rows)
    session.flush()


def decision(event: Event, state: str = "go", **columns: Any) -> Decision:
    return Decision(
        event_id=event.id, state=state, decided_on=date(2024, 7, 1), recorded_at=NOW, **columns
    )


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables but the audit, to compare before and after."""
    session.flush()
    tables: list[Table] = [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in {"audit_entry", "act_subject"}
    ]
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if name != "version"}
            for row in session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in tables
    }


def test_unknown_facts_are_filled_and_known_ones_stay(
    session: Session, twins: tuple[Event, Event]
) -> None:
    kept, other = twins
    kept.organiser, other.organiser = "Ours", "Theirs"
    other.organiser_contact, other.manual_url = "desk@example.org", "https://example.org/manual"
    session.flush()
    merge(session, kept)
    assert count(session, Event) == 1
    assert (kept.organiser, kept.organiser_contact) == ("Ours", "desk@example.org")
    assert kept.manual_url == "https://example.org/manual"
    assert kept.url == "https://s2024.siggraph.org"
    (call,) = session.scalars(select(Call))
    assert (call.event_id, call.last_day) == (kept.id, date(2024, 1, 24))
    assert (kept.ends_on, kept.topics, kept.note) == (date(2024, 7, 28), ["vfx"], "hall 3")


def test_a_person_chooses_which_one_stays(session: Session, twins: tuple[Event, Event]) -> None:
    merge(session, twins[1])
    assert session.scalars(select(Event.ends_on)).all() == [date(2024, 8, 1)]


def test_notes_of_both_are_kept(session: Session, twins: tuple[Event, Event]) -> None:
    twins[0].note = "ask Ann"
    merge(session, twins[0])
    assert twins[0].note == "ask Ann · hall 3"


def test_both_records_point_to_the_one_and_bring_nothing_back(
    session: Session, foundation: Foundation, twins: tuple[Event, Event]
) -> None:
    merge(session, twins[0])
    assert set(session.scalars(select(EventSource.event_id))) == {twins[0].id}
    again = import_rows(session, foundation, [read_row(1, ONE), read_row(2, OTHER)], "a file", NOW)
    assert (again.created, again.unchanged, again.offers) == ([], 2, [])


def test_what_people_did_moves_over(
    session: Session, twins: tuple[Event, Event], person: Person, segment: Segment
) -> None:
    one, other = twins
    add(
        session,
        decision(other),
        Attendance(event_id=other.id, status="planned", activities=["booth"]),
        TeamMember(event_id=other.id, person_id=person.id, is_lead=True),
        Gathering(
            segment_id=segment.id,
            event_id=other.id,
            kind="stated",
            sentence="They are there.",
            source="a blog",
            created_at=NOW,
        ),
        Match(
            segment_id=segment.id,
            event_id=other.id,
            score=80,
            known=1,
            rank=1,
            gathers=1,
            sentence="x",
        ),
    )
    merge(session, one, person)
    for table in (Decision, Attendance, TeamMember, Gathering):
        assert session.scalars(select(table.event_id)).all() == [one.id]
    assert session.scalars(select(Decision.is_current)).all() == [True]
    assert count(session, Match) == 0


def test_where_both_have_one_the_kept_one_stands(
    session: Session, twins: tuple[Event, Event], person: Person
) -> None:
    one, other = twins
    for event in twins:
        add(
            session,
            decision(event, "go" if event is one else "proposed"),
            Attendance(event_id=event.id, status="planned", source=event.name),
            TeamMember(event_id=event.id, person_id=person.id, is_lead=event is one),
        )
    before = everything(session)
    entry = merge(session, one)
    current = session.execute(select(Decision.event_id, Decision.state, Decision.is_current))
    assert sorted(current.all()) == [(one.id, "go", True), (one.id, "proposed", False)]
    assert session.scalars(select(TeamMember.is_lead)).all() == [True]
    assert count(session, Attendance) == 1
    undo(session, entry, _ada(session), NOW, NOW)
    assert everything(session) == before
    assert other.id in session.scalars(select(Event.id)).all()


def test_shifts_of_two_booths_stand_at_one(
    session: Session, twins: tuple[Event, Event], person: Person
) -> None:
    one, other = twins
    booths = [cast.add_booth(session, event) for event in twins]
    bob = add_person(session, "Bob Beta", foundation=session.get_one(Foundation, one.foundation_id))
    for booth in booths:
        cast.add_shift(session, booth, NOW)
        add(session, Availability(booth_id=booth.id, person_id=person.id, said_at=NOW))
    add(session, Availability(booth_id=booths[1].id, person_id=bob.id, said_at=NOW))
    before = everything(session)
    entry = merge(session, one)
    assert session.scalars(select(Shift.booth_id)).all() == [booths[0].id, booths[0].id]
    who_said = select(Availability.booth_id, Availability.person_id)
    assert len(session.execute(who_said).all()) == 2
    undo(session, entry, person, NOW, NOW)
    assert everything(session) == before
    assert other.id == twins[1].id


def test_every_table_that_points_to_events_is_moved_and_brought_back(
    session: Session, twins: tuple[Event, Event], person: Person, segment: Segment
) -> None:
    """A table that a later part of the program adds is found by its foreign key."""
    one, other = twins
    made = _one_row_each(session, other, person, segment)
    before = everything(session)
    entry = merge(session, one, person)
    left = {
        table.name
        for table, column in _references()
        if session.execute(select(table).where(column == other.id)).first()
    }
    assert left == set()
    undo(session, entry, person, NOW, NOW)
    assert everything(session) == before
    assert made >= {
        "decision",
        "attendance",
        "team_member",
        "booth",
        "proposal",
        "gathering",
        "money_stop",
        "kit_booking",
        "swag",
        "trip_stop",
        "trip_share",
        "event_plan",
        "approval",
        "event_note",
        "booth_letter",
        "feed",
    }


def test_other_offers_follow_the_event_that_stays(
    session: Session, foundation: Foundation, twins: tuple[Event, Event]
) -> None:
    third = OTHER | {"url": "https://siggraph.org"}
    import_rows(session, foundation, [read_row(1, third)], "another file", NOW)
    first, second = session.scalars(select(DuplicateOffer).order_by(DuplicateOffer.id)).all()
    merge_duplicate(session, first, twins[1].id, NOW, None)
    (pair,) = open_offers(session, foundation)
    assert {pair.kept.id, pair.other.id} == {twins[1].id, second.other_id}


def test_a_dismissed_offer_stays_dismissed(
    session: Session, foundation: Foundation, twins: tuple[Event, Event]
) -> None:
    entry = dismiss_offer(session, offer_of(session), NOW, _ada(session))
    assert offer_duplicates(session, foundation, [event.id for event in twins], NOW) == []
    assert open_offers(session, foundation) == []
    undo(session, entry, _ada(session), NOW, NOW)
    assert len(open_offers(session, foundation)) == 1


def test_a_merge_and_its_undo_are_in_the_audit(
    session: Session, twins: tuple[Event, Event], person: Person
) -> None:
    entry = merge(session, twins[0], person)
    undo(session, entry, person, NOW, NOW)
    acts = session.execute(
        select(AuditEntry.act, AuditEntry.person_id)
        .where(AuditEntry.act != "imported")
        .order_by(AuditEntry.id)
    ).all()
    assert acts == [("merged", person.id), ("took back", person.id)]


def test_what_was_edited_since_the_merge_stays_edited(
    session: Session, twins: tuple[Event, Event]
) -> None:
    entry = merge(session, twins[0])
    twins[0].url = "https://ours.example.org"
    undo(session, entry, _ada(session), NOW, NOW)
    assert twins[0].url == "https://ours.example.org"
    assert session.scalars(select(Call.event_id)).all() == [twins[1].id]


def test_an_event_comes_back_under_a_new_number_where_its_own_is_taken(
    session: Session, foundation: Foundation, twins: tuple[Event, Event], person: Person
) -> None:
    one, other = twins
    add(session, decision(other))
    old_id, name = other.id, other.name
    entry = merge(session, one)
    import_rows(
        session, foundation, [read_row(1, {"name": "New", "startDate": "2025-01-01"})], "b", NOW
    )
    taken = session.get(Event, old_id)
    undo(session, entry, person, NOW, NOW)
    back = session.scalars(select(Event.id).where(Event.name == name, Event.id != one.id)).one()
    assert (back != old_id) == (taken is not None)
    assert session.scalars(select(Decision.event_id)).all() == [back]
    assert {offer.other_id for offer in session.scalars(select(DuplicateOffer))} == {back}


def test_a_merge_names_one_of_the_two(session: Session, twins: tuple[Event, Event]) -> None:
    with pytest.raises(Refused, match="which of the two"):
        merge_duplicate(session, offer_of(session), 99, NOW, None)


def test_a_pair_that_another_click_merged_is_refused(
    session: Session, twins: tuple[Event, Event]
) -> None:
    offer = offer_of(session)
    session.execute(Base.metadata.tables["duplicate_offer"].delete())
    with pytest.raises(Refused, match="answered this already"):
        merge_duplicate(session, offer, twins[0].id, NOW, None)


def test_a_merge_whose_event_is_gone_is_not_undone(
    session: Session, twins: tuple[Event, Event]
) -> None:
    entry = merge(session, twins[0])
    session.delete(twins[0])
    session.flush()
    with pytest.raises(Refused, match="is gone"):
        undo(session, entry, _ada(session), NOW, NOW)


def _ada(session: Session) -> Person:
    return session.scalar(select(Person)) or add_person(session)


def _references() -> list[tuple[Table, Any]]:
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "event" and table.name != "match"
    ]


def _one_row_each(session: Session, event: Event, person: Person, segment: Segment) -> set[str]:
    """Add a row that points to the event to every table that can, as its columns allow."""
    given = {"event_id": event.id, "person_id": person.id, "segment_id": segment.id}
    asked = MoneyRequest(
        foundation_id=event.foundation_id, currency="USD", asked_on=NOW.date(), changed_at=NOW
    )
    session.add(asked)
    session.flush()
    given["request_id"] = asked.id
    kit = Kit(foundation_id=event.foundation_id, name="Kit")
    trip = Trip(foundation_id=event.foundation_id, name="Denver")
    session.add_all([kit, trip])
    session.flush()
    cost = TripCost(trip_id=trip.id, what="Parcel", currency="USD")
    session.add(cost)
    session.flush()
    given |= {"kit_id": kit.id, "trip_id": trip.id, "cost_id": cost.id}
    words = {"state": "go", "status": "planned", "kind": "stated", "reason": "r"}
    made, talk = set(), add_talk(session, session.get_one(Foundation, event.foundation_id))
    for mapper in Base.registry.mappers:
        table = inspect(mapper.class_).local_table
        if table.name in ("match", "duplicate_offer", "event_source", "event"):
            continue
        if not any(key.column.table.name == "event" for key in table.foreign_keys):
            continue
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name in given and column.name != "series_id":
                values[column.name] = given[column.name]
            elif not column.nullable and column.default is None and not column.primary_key:
                values[column.name] = _value(column, words, event.foundation_id)
        if table.name == "proposal":
            values["state"], values["talk_id"] = "submitted", talk.id
        if table.name == "call":
            values["kind"] = "stand"
        if table.name == "checklist_item":
            values["days"] = -3
        if table.name == "feed":
            values |= {"what": "event", "segment_id": None, "person_id": None}
        if any(value is _UNKNOWN for value in values.values()):
            continue
        if table.name == "brief_issue":
            continue
        session.add(mapper.class_(**values))
        session.flush()
        made.add(table.name)
    return made


_UNKNOWN = object()


def _value(column: Any, words: dict[str, str], foundation_id: int) -> Any:
    if column.name == "foundation_id":
        return foundation_id
    if column.foreign_keys:
        return _UNKNOWN
    kind = column.type.__class__.__name__
    if kind == "UtcDateTime":
        return NOW
    if kind == "Date":
        return NOW.date()
    return words.get(column.name, "x") if "String" in kind or "Text" in kind else 1


def test_what_an_address_opens_stands_in_no_history(
    session: Session, twins: tuple[Event, Event], person: Person
) -> None:
    one, other = twins
    session.add(
        Feed(
            foundation_id=one.foundation_id, what="event", event_id=other.id, token_hash="secret",
            seed="grain", created_at=NOW, renewed_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    entry = merge(session, one, person)
    assert "secret" not in str(entry.detail) and "grain" not in str(entry.detail)
    assert session.scalars(select(Feed.event_id)).all() == [one.id]
