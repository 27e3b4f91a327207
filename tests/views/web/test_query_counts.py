"""Lists ask the database as often for three rows as for one, and a look changes nothing."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import DuplicateOffer, Event, Foundation, Issue, Message, Person, Segment, Tracker
from tests import cast
from tests.cast import REAL
from tests.conftest import CountQueries, Stored
from tests.sign_ins import add_person
from tests.views.planned import Owned, add_idea, plan, rows_of
from views.web.paging import PER_PAGE

LISTS = (
    "/season",
    "/season?state=go",
    "/season/2024.csv",
    "/season/2024.ics",
    "/season/2024.xlsx",
    "/fit",
    "/fit/{slug}/{event}",
    "/events",
    "/events?when=all",
    "/events/{event}",
    "/events/{event}/brief",
    "/events/{event}/team",
    "/deadlines",
    "/events/{event}/checklist",
    "/issues",
    "/issues?state=all&segment={slug}",
    "/issues.csv",
    "/people",
    "/people.csv",
    "/people/{volunteer}",
    "/search?q=e",
    "/search?q=ea",
    "/weights",
    "/duplicates",
    "/outbox",
)
PAGES = (*LISTS, "/", "/welcome", "/help", "/events/new", "/events/{event}/edit", "/people/new",
         "/segments/new", "/segments/{slug}/edit", "/events/{event}/brief/edit", "/import",
         "/foundation/new", "/account/password", "/fit/{slug}", "/season/2023")  # fmt: skip


def add_row(session: Session, owned: Owned, number: int) -> None:
    """Add one row more to every list."""
    ours = session.get_one(Foundation, owned.foundation)
    segment = session.get_one(Segment, owned.segment)
    other = cast.add_segment(session, ours, f"other{number}")
    person = add_person(session, f"Beatrix{number} Sample", "volunteer", ours)
    person_of_all = session.get_one(Person, owned.volunteer)
    cast.add_item(session, session.get_one(Event, owned.event), f"Badges {number}", -3,
                  owner_id=person.id, done_by_id=person.id, done_on=cast.TODAY)  # fmt: skip
    cast.add_item(session, session.get_one(Event, owned.event), f"Forms {number}", -9)
    session.refresh(person_of_all, ["segments"])
    person_of_all.segments.append(other)
    idea = add_idea(session, owned, number)
    cast.add_match(session, segment, idea, 40 + number)
    cast.add_match(session, other, idea, 50)
    cast.add_match(session, other, session.get_one(Event, owned.event), 50)
    for event_id in (owned.event, idea.id):
        cast.name_person(session, session.get_one(Event, event_id), person)
    cast.name_person(session, idea, person_of_all)
    if number % 2:
        cast.add_decision(session, idea)
    tracker = session.scalars(select(Tracker)).first()
    assert tracker is not None
    issue = cast.add_issue(session, tracker, segment, f"EA-{number}")
    cast.add_ask(session, issue, segment, helper_id=person.id)
    offer = {"kept_id": owned.event, "other_id": idea.id, "sentence": "alike"}
    session.add(DuplicateOffer(foundation_id=ours.id, offered_at=REAL, **offer))
    mail = {"to_address": "x@example.org", "subject": "Hello", "body": "Text"}
    session.add(
        Message(
            foundation_id=ours.id,
            person_id=person.id,
            fact_key=f"mail {number}",
            created_at=REAL + timedelta(seconds=number),
            due_at=REAL,
            **mail,
        )
    )
    session.flush()


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        owned = plan(session)
        for number in (1, 2):
            add_row(session, owned, number)
    return owned


def counts(
    staff: FlaskClient, owned: Owned, count_queries: CountQueries
) -> dict[str, tuple[int, int]]:
    """Return for each list its statements and its size."""
    found = {}
    for pattern in LISTS:
        path = pattern.format(slug=owned.slug, event=owned.event, volunteer=owned.volunteer)
        with count_queries() as queries:
            answer = staff.get(path)
        assert answer.status_code == 200, path
        found[pattern] = (len(queries), len(answer.data))
    return found


def test_three_rows_more_are_no_question_more(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    """From one row of each shape to three; every list grows, none asks more."""
    before = counts(staff, owned, count_queries)
    with stored() as session:
        for number in (3, 4, 5, 6):
            add_row(session, owned, number)
    after = counts(staff, owned, count_queries)
    asked = {path: (before[path][0], after[path][0]) for path in LISTS}
    assert {path: pair for path, pair in asked.items() if pair[0] != pair[1]} == {}
    still = {path for path in LISTS if after[path][1] <= before[path][1]}
    assert still <= {"/search?q=e", "/events/{event}/brief", "/fit/{slug}/{event}"}
    assert max(count for count, _ in after.values()) <= 40


def test_a_look_changes_nothing(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    before = rows_of(stored)
    for pattern in PAGES:
        path = pattern.format(slug=owned.slug, event=owned.event, volunteer=owned.volunteer)
        with count_queries() as queries:
            assert staff.get(path).status_code in {200, 302}, path
            assert staff.head(path).status_code in {200, 302}, path
        writes = [query for query in queries if not re.match(r"\s*(SELECT|WITH|PRAGMA)", query)]
        assert writes == [], path
    assert rows_of(stored) == before


def test_a_look_leaves_the_file_as_it_is(
    staff: FlaskClient, owned: Owned, stored: Stored, database_url: str
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("a database that is a file")
    file = database_url.removeprefix("sqlite:///")

    def sums() -> list[str]:
        with stored() as session:
            session.execute(text("SELECT 1"))
        names = (file, f"{file}-wal")
        return [hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in names]

    before = sums()
    for pattern in PAGES:
        path = pattern.format(slug=owned.slug, event=owned.event, volunteer=owned.volunteer)
        staff.get(path)
    assert sums() == before


def test_long_lists_come_in_pages(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    with stored() as session:
        tracker = session.scalars(select(Tracker)).first()
        assert tracker is not None
        for number in range(60):
            add_idea(session, owned, number)
            cast.add_issue(session, tracker, None, f"B-{number}")
            add_person(
                session,
                f"P{number} Sample",
                "volunteer",
                session.get_one(Foundation, owned.foundation),
            )
        total = session.scalar(select(func.count(Issue.id)))
    for path in ("/events", "/issues", "/people"):
        first = staff.get(path)
        assert first.text.count("data-row") == PER_PAGE
        rows, pages = re.findall(r"page 1 of (\d+), (\d+) rows", first.text)[0][::-1]
        assert int(pages) == -(-int(rows) // PER_PAGE)
        assert 'rel="next"' in first.text
        last = staff.get(f"{path}?page={pages}")
        assert last.text.count("data-row") == int(rows) - PER_PAGE * (int(pages) - 1)
        for nonsense in ("0", "-1", "x", "99", "9" * 12, "²"):
            assert staff.get(f"{path}?page={nonsense}").status_code == 200
    assert f"{total} rows" in staff.get("/issues").text


@pytest.mark.parametrize(
    "query",
    ["endpoint=x", "_external=1&_scheme=javascript", "_anchor=x", "_method=PUT", "page=2&q=E"],
)
def test_no_word_of_an_address_becomes_a_link_of_ours(
    staff: FlaskClient, owned: Owned, stored: Stored, query: str
) -> None:
    with stored() as session:
        tracker = session.scalars(select(Tracker)).first()
        assert tracker is not None
        for number in range(60):
            add_idea(session, owned, number)
            cast.add_issue(session, tracker, None, f"B-{number}", title="E")
    for path in ("/events", "/issues", "/people"):
        answer = staff.get(f"{path}?{query}")
        assert answer.status_code == 200
        links = re.findall(r'href="([^"]*)"', answer.text)
        assert [link for link in links if re.match(r"(?i)\s*(javascript|data)|//", link)] == []
