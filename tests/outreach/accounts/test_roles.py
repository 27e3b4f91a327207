"""Roles decide as things are now: staff, leads of the event, whoever is signed in, everybody."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from models import Event, Person, TeamMember
from outreach.accounts.audit import record
from outreach.accounts.roles import Guard, may, may_look_at
from tests.sign_ins import add_foundation, add_person


def _add_event(session: Session, slug: str, lead: Person | None, is_lead: bool = True) -> int:
    event = Event(
        foundation_id=add_foundation(session, slug).id,
        name="SIGGRAPH",
        name_key="siggraph",
        starts_on=date(2024, 7, 28),
        ends_on=date(2024, 8, 1),
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
    )
    session.add(event)
    session.flush()
    if lead:
        session.add(TeamMember(event_id=event.id, person_id=lead.id, is_lead=is_lead))
        session.flush()
    return event.id


def test_the_matrix_of_roles(session: Session) -> None:
    staff = add_person(session, "Ada Staff")
    lead = add_person(session, "Lin Lead", "volunteer")
    bob = add_person(session, "Bob Volunteer", "volunteer")
    led, not_led = _add_event(session, "ours", lead), _add_event(session, "ours", None)
    helped = _add_event(session, "ours", bob, is_lead=False)
    people = {"nobody": None, "bob": bob, "lead": lead, "staff": staff}
    allowed = {
        (guard, event): {name for name, person in people.items() if may(session, guard, person, n)}
        for guard in Guard
        for event, n in {"led": led, "not led": not_led, "helped": helped, "none": None}.items()
    }
    everybody, signed_in = {"nobody", "bob", "lead", "staff"}, {"bob", "lead", "staff"}
    for event in ("led", "not led", "helped", "none"):
        assert allowed[Guard.PUBLIC, event] == everybody
        assert allowed[Guard.VOLUNTEER, event] == signed_in
        assert allowed[Guard.STAFF, event] == {"staff"}
        expected = {"lead", "staff"} if event == "led" else {"staff"}
        assert allowed[Guard.LEAD, event] == expected


def test_a_lead_leads_only_at_home(session: Session) -> None:
    """A row of another foundation's event must not open it."""
    lead = add_person(session, "Lin Lead", "volunteer")
    foreign = _add_event(session, "theirs", lead)
    assert not may(session, Guard.LEAD, lead, foreign)


@pytest.mark.parametrize(("role", "sees_example"), [("staff", True), ("volunteer", False)])
def test_only_staff_look_at_the_example(session: Session, role: str, sees_example: bool) -> None:
    person = add_person(session, role=role)
    assert may_look_at(person, add_foundation(session))
    assert not may_look_at(person, add_foundation(session, "theirs"))
    example = add_foundation(session, "example", is_example=True)
    assert may_look_at(person, example) is sees_example


def test_the_audit_keeps_who_what_and_when(session: Session) -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    ada = add_person(session)
    entry = record(session, now, ada, add_foundation(session), "moved", "event", 7, {"to": "go"})
    assert (entry.at, entry.person_id, entry.act) == (now, ada.id, "moved")
    assert (entry.subject, entry.subject_id, entry.detail) == ("event", 7, {"to": "go"})
    assert entry.foundation_id == ada.foundation_id
    nobody = record(session, now, None, None, "guessed", "link", None)
    assert (nobody.person_id, nobody.foundation_id, nobody.detail) == (None, None, {})
