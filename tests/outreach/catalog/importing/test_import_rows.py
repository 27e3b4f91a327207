"""An import is repeatable, all or nothing, never over people's edits, and can be taken back."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    AuditEntry,
    Base,
    Call,
    DuplicateOffer,
    Event,
    EventSource,
    Foundation,
    Gathering,
    Person,
    Segment,
    Series,
    SeriesAlias,
)
from outreach.accounts import history
from outreach.catalog.edit import edit_event
from outreach.catalog.facts import EventFacts, read_row
from outreach.catalog.importing.import_rows import (
    CONFERENCE_DATA,
    PASTE_BOX,
    ImportResult,
    import_rows,
)
from outreach.catalog.importing.plan import read_steps
from outreach.catalog.reading.conference_data import read_events
from outreach.catalog.series.linking import SeriesLinks
from outreach.planning.calls.edit import TypedCall, change_call
from outreach.refusal import Refused
from tests.sign_ins import add_foundation, add_person

NOW = datetime(2024, 7, 25, 12, tzinfo=UTC)
SIGGRAPH = {
    "name": "SIGGRAPH",
    "url": "https://s2024.siggraph.org",
    "startDate": "2024-07-28",
    "endDate": "2024-08-01",
    "city": "Denver, CO",
    "country": "U.S.A.",
    "topics": ["graphics"],
    "mastodon": "@siggraph",
}
SC24 = {"name": "SC24", "startDate": "2024-11-17", "endDate": "2024-11-22", "city": "Atlanta, GA"}


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return add_foundation(session)


def run(
    session: Session, foundation: Foundation, *records: dict[str, Any], source: str = "a file"
) -> ImportResult:
    rows = [read_row(number, record) for number, record in enumerate(records, start=1)]
    return import_rows(session, foundation, rows, source, NOW)


def event(session: Session, name: str = "SIGGRAPH") -> Event:
    return session.scalars(select(Event).where(Event.name == name)).one()


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


class TestFirstTime:
    """What a first import stores."""

    def test_facts_place_and_record(self, session: Session, foundation: Foundation) -> None:
        result = run(session, foundation, SIGGRAPH)
        stored = event(session)
        assert result.created == [stored.id]
        assert (stored.starts_on, stored.ends_on) == (date(2024, 7, 28), date(2024, 8, 1))
        assert (stored.city, stored.country) == ("Denver", "United States")
        assert stored.timezone == "America/Denver"
        assert stored.latitude == pytest.approx(39.74, abs=0.1)
        assert stored.is_online is None
        assert count(session, Call) == 0
        assert stored.edited_fields == []
        source = session.scalars(select(EventSource)).one()
        assert source.record["mastodon"] == "@siggraph"

    def test_an_ambiguous_place_stays_unknown(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH | {"city": "Portland", "country": "U.S.A."})
        stored = event(session)
        assert (stored.city, stored.country) == ("Portland", "United States")
        assert (stored.latitude, stored.timezone) == (None, None)

    @pytest.mark.parametrize("country", ["U.S.A.", "USA", "United States"])
    def test_a_country_has_one_spelling(
        self, session: Session, foundation: Foundation, country: str
    ) -> None:
        run(session, foundation, SIGGRAPH | {"city": None, "country": country})
        assert event(session).country == "United States"

    def test_an_unheard_country_stays_as_it_is_written(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH | {"city": "Ankh-Morpork", "country": "Discworld"})
        assert (event(session).city, event(session).country) == ("Ankh-Morpork", "Discworld")

    def test_progress_is_told(self) -> None:
        heard: list[tuple[int, int]] = []
        rows = [read_row(n, SIGGRAPH | {"name": f"Event {n}"}) for n in range(1, 4)]
        read_steps(rows, lambda done, total: heard.append((done, total)))
        assert heard == [(1, 3), (2, 3), (3, 3)]

    def test_two_foundations_do_not_meet(self, session: Session, foundation: Foundation) -> None:
        other = add_foundation(session, "theirs")
        run(session, foundation, SIGGRAPH)
        result = run(session, other, SIGGRAPH)
        assert (len(result.created), result.offers) == (1, [])


class TestAgain:
    """A record that is read again."""

    def test_unchanged_records_change_nothing(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH, SC24)
        again = run(session, foundation, SC24, SIGGRAPH)
        assert (again.created, again.updated, again.unchanged) == ([], [], 2)
        assert again.entry is None
        assert count(session, Event) == 2

    @pytest.mark.parametrize(
        ("changes", "column", "value"),
        [
            ({"url": "https://siggraph.org"}, "url", "https://siggraph.org"),
            ({"endDate": "2024-07-31"}, "ends_on", date(2024, 7, 31)),
            ({"startDate": "2024-07-27"}, "starts_on", date(2024, 7, 27)),
            ({"city": "Anaheim, CA"}, "city", "Anaheim"),
            ({"online": True}, "is_online", True),
            ({"topics": ["graphics", "ai"]}, "topics", ["graphics", "ai"]),
            ({"name": "SIGGRAPH", "url": None}, "url", "https://s2024.siggraph.org"),
        ],
    )
    def test_a_change_at_the_source_is_followed(
        self,
        session: Session,
        foundation: Foundation,
        changes: dict[str, Any],
        column: str,
        value: object,
    ) -> None:
        run(session, foundation, SIGGRAPH, SC24)
        result = run(session, foundation, SIGGRAPH | changes, SC24)
        assert result.created == []
        assert getattr(event(session), column) == value
        assert run(session, foundation, SIGGRAPH | changes, SC24).unchanged == 2

    def test_a_call_is_followed_and_a_later_day_extends_it(
        self, session: Session, foundation: Foundation
    ) -> None:
        first, later, back = "2024-01-24", "2024-01-31", "2024-01-10"
        for day, was in ((first, ""), (later, first), (back, first)):
            run(session, foundation, SIGGRAPH | {"cfpEndDate": day, "cfpUrl": "https://c.example"})
            call = session.scalars(select(Call)).one()
            assert (call.kind, call.closes, call.source) == ("talks", day, "a file")
            assert (call.last_day, call.extended_from) == (date.fromisoformat(day), was)
            assert call.url == "https://c.example"

    def test_a_call_that_a_person_wrote_survives(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH | {"cfpEndDate": "2024-01-24"})
        call = session.scalars(select(Call)).one()
        typed = TypedCall("talks", "24 Jan 2024 23:59 AoE")
        change_call(session, foundation, call, typed, 1, add_person(session), NOW)
        run(session, foundation, SIGGRAPH | {"cfpEndDate": "2024-01-31"})
        assert call.closes == "24 Jan 2024 23:59 AoE"

    def test_two_records_of_one_event_tell_of_one_call(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH, SC24)
        for source in session.scalars(select(EventSource)):
            source.event_id = event(session).id
        session.flush()
        address, day = {"cfpUrl": "https://c.example"}, {"cfpEndDate": "2024-01-24"}
        run(session, foundation, SIGGRAPH | address, SC24 | day)
        call = session.scalars(select(Call)).one()
        assert (call.url, call.closes) == ("https://c.example", "2024-01-24")

    def test_what_was_edited_here_survives(self, session: Session, foundation: Foundation) -> None:
        run(session, foundation, SIGGRAPH)
        changes = {"url": "https://ours.example.org", "city": "Boulder, CO"}
        edit_event(session, foundation, event(session), changes, 1, None, NOW)
        changed = SIGGRAPH | {"city": "Golden, CO", "online": True}
        run(session, foundation, changed)
        run(session, foundation, changed | {"url": "https://new.example.org"})
        stored = event(session)
        assert (stored.url, stored.city) == ("https://ours.example.org", "Boulder")
        assert stored.is_online is True

    def test_an_edit_back_to_the_same_value_survives_too(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH)
        stored = event(session)
        for url in ("https://ours.example.org", SIGGRAPH["url"]):
            edit_event(session, foundation, stored, {"url": url}, stored.version, None, NOW)
            session.flush()
        run(session, foundation, SIGGRAPH | {"url": "https://new.example.org"})
        assert event(session).url == SIGGRAPH["url"]

    def test_days_edited_here_are_never_turned_around(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH)
        edit_event(
            session, foundation, event(session), {"ends_on": date(2024, 7, 29)}, 1, None, NOW
        )
        run(session, foundation, SIGGRAPH | {"startDate": "2024-07-30"})
        stored = event(session)
        assert (stored.starts_on, stored.ends_on) == (date(2024, 7, 28), date(2024, 7, 29))

    def test_the_same_record_twice_in_a_file_is_once(
        self, session: Session, foundation: Foundation
    ) -> None:
        result = run(session, foundation, SIGGRAPH, dict(SIGGRAPH))
        assert (len(result.created), result.offers) == (1, [])

    def test_two_records_of_one_event_stay_two_and_are_offered(
        self, session: Session, foundation: Foundation
    ) -> None:
        twin = SIGGRAPH | {"url": "https://siggraph.org"}
        result = run(session, foundation, SIGGRAPH, twin)
        assert (len(result.created), len(result.offers)) == (2, 1)
        again = run(session, foundation, twin, SIGGRAPH)
        assert (again.unchanged, again.offers) == (2, [])

    def test_another_source_is_offered_and_not_merged(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH)
        result = run(session, foundation, SIGGRAPH, source=PASTE_BOX)
        assert (len(result.created), len(result.offers)) == (1, 1)
        offer = session.scalars(select(DuplicateOffer)).one()
        assert offer.sentence == "The same name, the same days and the same place, Denver."


class TestAllOrNothing:
    """One bad row stops them all."""

    def test_a_bad_row_stops_the_import(self, session: Session, foundation: Foundation) -> None:
        result = run(session, foundation, SIGGRAPH, {"name": "X", "startDate": "soon"})
        assert [(row.number, "startDate" in row.errors) for row in result.errors] == [(2, True)]
        assert (result.created, count(session, Event)) == ([], 0)


class TestSeries:
    """Editions are linked to their series under all its names."""

    def test_editions_meet(self, session: Session, foundation: Foundation) -> None:
        names = ["SCaLE 20x", "SCaLE", "Southern California Linux Expo"]
        days = ["2023-03-09", "2024-03-14", "2025-03-06"]
        records = [{"name": name, "startDate": day} for name, day in zip(names, days, strict=True)]
        run(session, foundation, *records)
        assert count(session, Series) == 1

    def test_a_name_that_nobody_knows_is_a_series_of_its_own(
        self, session: Session, foundation: Foundation
    ) -> None:
        records = [
            {"name": f"Zzyzx Gathering {year}", "startDate": f"{year}-05-01"}
            for year in (2023, 2024)
        ]
        run(session, foundation, *records)
        series = session.scalars(select(Series)).one()
        assert (series.name, series.name_key) == ("Zzyzx Gathering", "zzyzxgathering")

    def test_an_alias_of_our_own_wins(self, session: Session, foundation: Foundation) -> None:
        series = Series(foundation_id=foundation.id, name="Our Days", name_key="ourdays")
        session.add(series)
        session.flush()
        session.add(
            SeriesAlias(
                foundation_id=foundation.id,
                series_id=series.id,
                alias="FOSDEM",
                alias_key="fosdem",
            )
        )
        run(session, foundation, {"name": "FOSDEM 2025", "startDate": "2025-02-01"})
        assert event(session, "FOSDEM 2025").series_id == series.id

    def test_a_series_is_found_before_it_is_created(
        self, session: Session, foundation: Foundation
    ) -> None:
        links = SeriesLinks(session, foundation)
        facts = EventFacts("Zzyzx 2024", date(2024, 5, 1), date(2024, 5, 1))
        assert links.find(facts) is None
        assert links.link(facts) is links.find(facts)


def take_back(session: Session, entry: AuditEntry) -> history.TakenBack:
    ada = session.scalar(select(Person)) or add_person(session)
    return history.undo(session, entry, ada, NOW, NOW)


class TestUndo:
    """Undo takes back exactly what an import did."""

    def test_created_events_go_with_their_series(
        self, session: Session, foundation: Foundation
    ) -> None:
        entry = run(session, foundation, SIGGRAPH, SC24).entry
        assert entry is not None
        assert take_back(session, entry).said == "2 events removed"
        for table in (Event, EventSource, Series, SeriesAlias):
            assert count(session, table) == 0

    def test_changed_events_are_as_before(self, session: Session, foundation: Foundation) -> None:
        run(session, foundation, SIGGRAPH)
        changed = SIGGRAPH | {"url": "https://new.example.org", "startDate": "2024-07-27"}
        entry = run(session, foundation, changed).entry
        assert entry is not None
        take_back(session, entry)
        stored = event(session)
        assert (stored.url, stored.starts_on) == (SIGGRAPH["url"], date(2024, 7, 28))
        assert run(session, foundation, SIGGRAPH).unchanged == 1

    def test_calls_go_with_their_events(self, session: Session, foundation: Foundation) -> None:
        entry = run(session, foundation, SIGGRAPH | {"cfpEndDate": "2024-01-24"}).entry
        assert entry is not None
        assert take_back(session, entry).said == "1 event removed"
        assert count(session, Call) == 0

    @pytest.mark.parametrize(("first", "was"), [(None, None), ("2024-01-24", "2024-01-24")])
    def test_a_call_is_as_before(
        self, session: Session, foundation: Foundation, first: str | None, was: str | None
    ) -> None:
        known = SIGGRAPH | ({"cfpEndDate": first} if first else {})
        run(session, foundation, known)
        entry = run(session, foundation, SIGGRAPH | {"cfpEndDate": "2024-01-31"}).entry
        assert session.scalars(select(Call.closes)).one() == "2024-01-31"
        assert entry is not None
        take_back(session, entry)
        assert session.scalar(select(Call.closes)) == was
        assert run(session, foundation, known).unchanged == 1

    def test_a_call_that_a_person_wrote_since_stays_with_its_event(
        self, session: Session, foundation: Foundation
    ) -> None:
        entry = run(session, foundation, SIGGRAPH | {"cfpEndDate": "2024-01-24"}).entry
        call, typed = session.scalars(select(Call)).one(), TypedCall("talks", "25 Jan 2024")
        change_call(session, foundation, call, typed, 1, add_person(session), NOW)
        assert entry is not None
        undone = take_back(session, entry)
        assert undone.remarks == ["SIGGRAPH stays: somebody works with it by now."]
        assert session.scalars(select(Call.closes)).one() == "25 Jan 2024"

    def test_what_was_edited_since_is_left_alone(
        self, session: Session, foundation: Foundation
    ) -> None:
        run(session, foundation, SIGGRAPH)
        entry = run(session, foundation, SIGGRAPH | {"url": "https://new.example.org"}).entry
        stored = event(session)
        edit_event(
            session, foundation, stored, {"url": "https://ours.org"}, stored.version, None, NOW
        )
        assert entry is not None
        take_back(session, entry)
        assert event(session).url == "https://ours.org"

    def test_an_event_with_evidence_on_it_stays(
        self, session: Session, foundation: Foundation
    ) -> None:
        entry = run(session, foundation, SIGGRAPH, SC24).entry
        segment = Segment(foundation_id=foundation.id, slug="vfx", name="VFX", short_name="VFX")
        session.add(segment)
        session.flush()
        gathering = Gathering(
            segment_id=segment.id,
            event_id=event(session).id,
            kind="stated",
            sentence="They are there.",
            source="a blog",
            created_at=NOW,
        )
        session.add(gathering)
        session.flush()
        assert entry is not None
        undone = take_back(session, entry)
        assert undone.said == "1 event removed"
        assert undone.remarks == ["SIGGRAPH stays: somebody works with it by now."]
        assert [count(session, table) for table in (EventSource, Series)] == [1, 1]

    def test_a_later_event_under_a_freed_id_is_not_removed(
        self, session: Session, foundation: Foundation
    ) -> None:
        entry = run(session, foundation, SIGGRAPH).entry
        session.delete(event(session))
        session.flush()
        rows = [read_row(1, SC24)]
        import_rows(session, foundation, rows, "f", datetime(2024, 7, 26, tzinfo=UTC))
        assert entry is not None
        assert take_back(session, entry).said == "0 events removed"
        assert count(session, Event) == 1

    def test_once(self, session: Session, foundation: Foundation) -> None:
        entry = run(session, foundation, SIGGRAPH).entry
        assert entry is not None
        take_back(session, entry)
        with pytest.raises(Refused, match="taken back already"):
            take_back(session, entry)


def test_the_real_file_comes_in_and_again(
    session: Session, foundation: Foundation, shared_data: Path
) -> None:
    """All events, six spellings of places nobody can settle, eight pairs that are offered."""
    rows = read_events((shared_data / "events/events.json").read_bytes())
    first = import_rows(session, foundation, rows, CONFERENCE_DATA, NOW)
    assert (len(first.created), first.unchanged) == (2359, 0)
    session.commit()
    offered = session.execute(
        select(Event.name, Event.starts_on)
        .join(DuplicateOffer, DuplicateOffer.other_id == Event.id)
        .order_by(Event.starts_on)
    ).all()
    assert set(offered) >= {
        ("DevOpsDays Kansas City", date(2024, 5, 15)),
        ("SquiggleConf", date(2025, 9, 18)),
        ("EuroSTAR Conference", date(2026, 6, 15)),
        ("X-Ops Conference Dubai", date(2026, 10, 15)),
        ("X-Ops Conference Madrid", date(2026, 11, 19)),
    }
    assert not [name for name, on in offered if on == date(2023, 10, 16)]
    assert len(offered) <= 10
    unplaced = select(func.count(Event.id)).where(Event.city.is_not(None), Event.latitude.is_(None))
    assert (session.scalar(unplaced) or 0) <= 10
    countries = set(session.scalars(select(Event.country).distinct()))
    assert not {"U.S.A.", "U.K.", "Korea"} & countries
    again = import_rows(session, foundation, rows, CONFERENCE_DATA, NOW)
    assert (again.created, again.updated, again.unchanged) == ([], [], 2359)


@pytest.mark.parametrize(
    ("names", "series"),
    [
        (("SCaLE 20x", "SCaLE"), 1),
        (("Fosdem", "FOSDEM"), 1),
        (("API Conference Berlin", "SLA Conference Berlin"), 2),
    ],
)
def test_names_of_the_real_file_meet_in_one_series(
    session: Session, foundation: Foundation, names: tuple[str, str], series: int
) -> None:
    records = [
        {"name": name, "startDate": f"202{number}-03-01"} for number, name in enumerate(names)
    ]
    run(session, foundation, *records)
    assert len(set(session.scalars(select(Event.series_id)))) == series
