"""Every rule has a guard and a row in the matrix, and guards hold for everybody they are about."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import (
    AuditEntry,
    Base,
    Event,
    Foundation,
    Person,
    RateWindow,
    SignInSession,
    TeamMember,
)
from tests import cast
from tests.sign_ins import COOKIE, add_foundation, add_person, sign_in
from tests.views.route_matrix import MATRIX
from views.web import guards
from views.web.guards import LEAD, PUBLIC, STAFF, VOLUNTEER, allow
from views.web.request import load

Stored = Callable[[], AbstractContextManager[Session]]
MakeApp = Callable[..., Flask]
SAMPLE = {"int": "1", "default": "x", "string": "x", "path": "sheet.css"}


def _rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every rule with each method of its own."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _path(rule: Rule) -> str:
    """Fill a rule with numbers and words."""

    def sample(found: re.Match[str]) -> str:
        return SAMPLE[(found[1] or "default").partition("(")[0]]

    return re.sub(r"<(?:([a-z]+(?:\([^)]*\))?):)?[^>]+>", sample, rule.rule)


def test_the_matrix_names_every_rule_and_no_other(app: Flask) -> None:
    built = {}
    for rule, method in _rules(app):
        with app.app_context():
            built[f"{method} {rule.rule}"] = guards.find_guard(rule.endpoint)
    assert built == MATRIX


def test_no_rule_for_debugging(app: Flask) -> None:
    assert not [rule for rule, _ in _rules(app) if re.search("debug|console|admin", rule.rule)]


def test_rules_of_leads_name_their_event(app: Flask) -> None:
    for rule, method in _rules(app):
        if MATRIX.get(f"{method} {rule.rule}") is LEAD:
            assert "event_id" in rule.arguments, rule.rule


def _rows(stored: Stored) -> dict[str, int]:
    with stored() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_strangers_are_sent_to_sign_in_and_change_nothing(app: Flask, stored: Stored) -> None:
    with stored() as session:
        add_person(session)
    before = _rows(stored)
    for rule, method in _rules(app):
        if MATRIX.get(f"{method} {rule.rule}", PUBLIC) is PUBLIC:
            continue
        for cookie in (None, "A" * 43):
            client = app.test_client()
            if cookie:
                client.set_cookie(COOKIE, cookie)
            response = client.open(_path(rule), method=method)
            if method == "GET":
                assert response.status_code == 302, rule.rule
                assert response.location.startswith("/sign-in"), rule.rule
            else:
                assert response.status_code == 401, rule.rule
    assert _rows(stored) == before


def test_volunteers_find_no_page_of_staff_or_leads(app: Flask, stored: Stored) -> None:
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, add_person(session, "Bob Example", "volunteer"))
    before = _rows(stored)
    for rule, method in _rules(app):
        if MATRIX.get(f"{method} {rule.rule}") in {STAFF, LEAD}:
            response = client.open(_path(rule), method=method)
            assert response.status_code == 404, rule.rule
            assert "There is no such page" in response.text
    after = _rows(stored)
    changed = {table for table in before if after[table] != before[table]}
    assert changed <= {"audit_entry", "rate_window"}


def add_guarded(app: Flask) -> None:
    """Add a view for each guard, and one without."""
    app.add_url_rule("/unmarked", view_func=lambda: "open", endpoint="unmarked")
    for guard in (PUBLIC, VOLUNTEER, STAFF):
        view = allow(guard)(lambda: "seen")
        app.add_url_rule(f"/for-{guard}", view_func=view, endpoint=f"for_{guard}")
    theirs = allow(STAFF)(lambda person_id: str(load(Person, person_id).id))
    app.add_url_rule("/look/<int:person_id>", view_func=theirs, endpoint="look")
    act = allow(STAFF)(lambda person_id: str(load(Person, person_id).id))
    app.add_url_rule("/act/<int:person_id>", view_func=act, endpoint="act", methods=["POST"])


@pytest.fixture
def guarded(make_app: MakeApp) -> Flask:
    """Return the program with a few views more."""
    return make_app(add_guarded, WTF_CSRF_ENABLED=False)


def test_an_unmarked_view_is_open_to_nobody(guarded: Flask, stored: Stored) -> None:
    client = guarded.test_client()
    assert client.get("/unmarked").status_code == 404
    with stored() as session:
        sign_in(client, session, add_person(session))
    assert client.get("/unmarked").status_code == 404
    assert client.get("/for-staff").text == "seen"


def test_demotion_counts_from_the_next_request(guarded: Flask, stored: Stored) -> None:
    client = guarded.test_client()
    with stored() as session:
        sign_in(client, session, add_person(session))
    assert client.get("/for-staff").status_code == 200
    with stored() as session:
        session.execute(update(Person).values(role="volunteer"))
    assert client.get("/for-staff").status_code == 404
    assert client.get("/for-volunteer").status_code == 200


def test_a_deleted_person_is_a_stranger(guarded: Flask, stored: Stored) -> None:
    client = guarded.test_client()
    with stored() as session:
        person = add_person(session)
        sign_in(client, session, person)
    with stored() as session:
        session.delete(session.get_one(Person, person.id))
    assert client.get("/for-volunteer").status_code == 302


def test_sign_in_remembers_the_way(guarded: Flask) -> None:
    client = guarded.test_client()
    assert client.get("/for-staff").location == "/sign-in?next=/for-staff"
    asked = client.get("/for-staff?year=2024&q=a%20b")
    assert asked.location == "/sign-in?next=/for-staff?year%3D2024%26q%3Da%2520b"
    assert client.head("/for-staff").status_code == 302
    assert client.get("/for-public").text == "seen"


def test_what_belongs_to_others_is_not_there_and_leaves_a_line(
    guarded: Flask, stored: Stored
) -> None:
    client = guarded.test_client()
    with stored() as session:
        ada = add_person(session)
        eve = add_person(session, "Eve Example", foundation=add_foundation(session, "theirs"))
        sign_in(client, session, ada)
    assert client.get(f"/look/{ada.id}").status_code == 200
    assert client.get(f"/look/{eve.id}").status_code == 404
    assert client.post(f"/act/{eve.id}").status_code == 404
    assert client.get("/look/99999").status_code == 404
    with stored() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.act == "was refused")).all()
        assert [(line.person_id, line.subject, line.subject_id) for line in lines] == [
            (ada.id, "person", eve.id)
        ] * 2


def test_refused_looks_fill_no_table(guarded: Flask, stored: Stored) -> None:
    client = guarded.test_client()
    with stored() as session:
        sign_in(client, session, add_person(session, role="volunteer"))
    for _ in range(70):
        assert client.get("/for-staff").status_code == 404
    with stored() as session:
        refused = select(func.count()).where(AuditEntry.act == "was refused")
        assert session.scalar(refused) == 60
        assert session.scalar(select(func.count()).select_from(RateWindow)) == 1


def test_staff_look_at_the_example_and_volunteers_do_not(guarded: Flask, stored: Stored) -> None:
    client = guarded.test_client()
    with stored() as session:
        example = add_foundation(session, "example", is_example=True)
        kim = add_person(session, "Kim Example", foundation=example)
        ada = add_person(session)
        sign_in(client, session, ada)
        session.execute(update(SignInSession).values(foundation_id=example.id))
    assert client.get(f"/look/{kim.id}").status_code == 200
    assert client.get(f"/look/{ada.id}").status_code == 404
    with stored() as session:
        session.execute(update(Person).where(Person.id == ada.id).values(role="volunteer"))
    assert client.get(f"/look/{kim.id}").status_code == 404
    with stored() as session:
        session.execute(update(Person).where(Person.id == ada.id).values(role="staff"))
        session.execute(update(Foundation).values(is_example=False))
    assert client.get(f"/look/{kim.id}").status_code == 404
    assert client.get(f"/look/{ada.id}").status_code == 200


def test_reading_writes_nothing(app: Flask, stored: Stored, count_queries: Any) -> None:
    """Every page that a GET shows to staff reads only; that of health proves that writing goes."""
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, add_person(session))
    for rule, method in _rules(app):
        if method != "GET" or "<token>" in rule.rule:
            continue
        with count_queries() as queries:
            client.get(_path(rule), buffered=True)
        writes = [query for query in queries if not re.match(r"\s*(SELECT|WITH|PRAGMA)", query)]
        if rule.rule.startswith("/health"):
            writes = [query for query in writes if not query.startswith("INSERT INTO heartbeat")]
        assert not writes, f"{rule.rule}: {writes}"


def test_a_public_page_asks_the_database_nothing(guarded: Flask, count_queries: Any) -> None:
    client: FlaskClient = guarded.test_client()
    with count_queries() as queries:
        assert client.get("/for-public").status_code == 200
        assert client.get("/static/sheet.css", buffered=True).status_code == 200
        assert client.post("/sign-out").status_code == 401
    assert queries == []


def test_volunteers_learn_of_others_no_more_than_the_first_name(app: Flask, stored: Stored) -> None:
    client = app.test_client()
    with stored() as session:
        bob = add_person(session, "Bob Example", "volunteer")
        event_id = _add_manned_event(session, bob)
        sign_in(client, session, bob)
    seen = 0
    for rule, method in _rules(app):
        if method != "GET" or MATRIX.get(f"GET {rule.rule}") not in {PUBLIC, VOLUNTEER}:
            continue
        path = re.sub("<int:event_id>", str(event_id), rule.rule)
        answer = client.get(re.sub(r"<[^>]+>", "x", path), buffered=True)
        seen += "Noor" in answer.text
        for canary in ("Canary", "noor@example.org", "+1 555 0100"):
            assert canary not in answer.text, f"{canary} on {rule.rule}"
    assert seen


def _add_manned_event(session: Session, bob: Person) -> int:
    """Add an event with a booth, where Bob and two others stand."""
    noor = add_person(session, "Noor Canary", "volunteer", phone="+1 555 0100")
    lin = add_person(session, "Lin Canary", phone="+1 555 0100")
    day, now = datetime(2030, 7, 28, 15, 0, tzinfo=UTC), datetime.now(UTC)
    event = Event(
        foundation_id=bob.foundation_id,
        name="SIGGRAPH",
        name_key="siggraph",
        starts_on=day.date(),
        ends_on=day.date(),
        created_at=now,
    )
    session.add(event)
    session.flush()
    shift = cast.add_shift(session, cast.add_booth(session, event), day)
    for person in (bob, noor, lin):
        lead = person is lin
        session.add(TeamMember(event_id=event.id, person_id=person.id, is_lead=lead))
        cast.add_sign_up(session, shift, person)
    return event.id
