"""A planned season for tests of pages: ours with everything in it, theirs with the same."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Base, Event, Foundation, Person
from outreach.matching.store.stored import refresh_foundation
from outreach.planning.decisions.decisions import decide
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.sign_ins import add_person, sign_in
from tests.written_once import written_once

Stored = Callable[[], AbstractContextManager[Session]]
RESTLESS = {"audit_entry", "rate_window", "sign_in_session"}
"""Tables that change by being looked at or refused."""


@dataclass(frozen=True)
class Owned:
    """The numbers of a foundation's rows."""

    foundation: int
    osd: int
    event: int
    segment: int
    slug: str
    issue: int
    staff: int
    volunteer: int


@written_once
def plan(session: Session, slug: str = "ours", **columns: object) -> Owned:
    """Plan a season: two proposed events in Denver, who meets there, their issue, two people."""
    foundation = cast.add_clocked(session, slug, **columns)
    staff = add_person(session, f"Ada {slug.title()}", foundation=foundation)
    volunteer = add_person(session, f"Lin {slug.title()}", "volunteer", foundation)
    osd = cast.add_event(session, foundation, "Open Source Days")
    event = cast.add_event(session, foundation, "SIGGRAPH", ends=date(2024, 8, 1))
    segment = cast.add_segment(
        session, foundation, f"vfx-{slug}", short_name="VFX", software=["Houdini"]
    )
    for stop in (osd, event):
        cast.add_gathering(session, segment, stop)
    issue = cast.add_issue(session, cast.add_tracker(session, foundation), segment)
    cast.add_ask(session, issue, segment, helper_id=volunteer.id)
    decide(session, foundation, [osd, event], "proposed", "they gather there", staff, TODAY, REAL)
    refresh_foundation(session, foundation, NOW)
    return Owned(
        foundation=foundation.id,
        osd=osd.id,
        event=event.id,
        segment=segment.id,
        slug=segment.slug,
        issue=issue.id,
        staff=staff.id,
        volunteer=volunteer.id,
    )


def sign_in_as(app: Flask, stored: Stored, person_id: int) -> FlaskClient:
    """Return a browser that this person is signed in on."""
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, person_id))
    return client


def rows_of(stored: Stored) -> dict[str, list[str]]:
    """Return every row of every table that does not change by being looked at."""
    with stored() as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in RESTLESS
        }


def text_of(answer: TestResponse) -> str:
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def undo_of(page: TestResponse) -> str:
    """Return the address behind the Undo of the page's last note."""
    found = re.findall(r'action="([^"]+)">(?:(?!</form>).)*data-undo', page.text, re.DOTALL)
    assert found, text_of(page)
    address: str = found[-1]
    return address.replace("&amp;", "&")


def add_idea(session: Session, owned: Owned, number: int) -> Event:
    """Add one more event far from the others."""
    ours = session.get_one(Foundation, owned.foundation)
    day = TODAY + timedelta(days=60 + number)
    return cast.add_event(session, ours, f"Idea {number}", day, **cast.ATLANTA)
