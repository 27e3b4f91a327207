"""A talk is accepted with a slot during its speaker's shift: entered, named, led on to Cover."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Booth, Event, Person, Shift, SignUp
from models.database import make_engine, make_sessions
from tests.cast import add_proposal, add_sign_up
from tests.journeys.conftest import Axe, OpenPage
from tests.live import Live

THURSDAY = datetime(2024, 8, 1, 17, 0, tzinfo=UTC)


def stage(live: Live) -> None:
    """Propose a talk of Sol's, who stands at the booth on Thursday from eleven."""
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        event = session.scalars(
            select(Event).join(Booth, Booth.event_id == Event.id).where(Event.name == "SIGGRAPH")
        ).one()
        sol = session.scalars(select(Person).where(Person.name == "Sol Sample")).one()
        add_proposal(session, event, sol.id, title="Moving a farm", state="submitted")
        on_duty = select(Shift).join(Booth, Booth.id == Shift.booth_id)
        there = on_duty.where(Booth.event_id == event.id, Shift.starts_at <= THURSDAY)
        shift = session.scalars(there.where(Shift.ends_at > THURSDAY)).first()
        assert shift is not None
        theirs = select(SignUp).where(SignUp.shift_id == shift.id, SignUp.person_id == sol.id)
        if session.scalars(theirs).first() is None:
            add_sign_up(session, shift, sol)
    engine.dispose()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_accepted_talk_meets_a_shift(open_page: OpenPage, live: Live, scripts: bool) -> None:
    """Three clicks from the talks to enter it, one from there to Cover."""
    stage(live)
    page = open_page(java_script_enabled=scripts)
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    page.goto("/talks")
    page.get_by_role("link", name="Moving a farm").click()
    page.get_by_role("link", name="Accepted", exact=True).click()
    page.get_by_label("Day and time").fill("Thu 1 Aug 11:00-11:45")
    page.get_by_label("Room", exact=True).fill("402")
    page.get_by_label("Answer by").fill("2024-07-28")
    page.get_by_role("button", name="Save: accepted").click()
    expect(page.locator("h1")).to_have_text("SIGGRAPH: accepted, not confirmed.")
    expect(page.locator("main")).to_contain_text("Thu 1 Aug, 11:00–11:45, room 402")
    clash = page.locator(".decide", has_text="overlaps Sol's shift Thu").first
    expect(clash).to_be_visible()
    clash.get_by_role("link", name="Find cover").click()
    expect(page).to_have_url(re.compile(r"/shifts/\d+/cover"))
    page.go_back()
    page.get_by_role("link", name="SIGGRAPH").first.click()
    page.get_by_role("link", name="Roster").click()
    page.goto(f"{page.url.partition('?')[0]}?day=2024-08-01")
    said = page.locator(".says li", has_text="Sol: talk 11:00 in room 402").first
    expect(said).to_be_visible()
    expect(said.get_by_role("link", name="Find cover")).to_be_visible()
    page.goto("/talks")
    expect(page.locator("h1")).to_contain_text("owes")
    expect(page.locator("section.owed")).to_contain_text("T-3")
    page.goto("/season")
    expect(page.get_by_text("Sol owes SIGGRAPH an answer by Sun 28 Jul")).to_be_visible()


@pytest.mark.parametrize("path", ["/talks", "/talks/library", "/talks/new", "/talks/paste",
                                  "/talks/propose?talk=2", "/talks/2"])  # fmt: skip
def test_every_page_of_talks_can_be_used_by_everybody(
    staff_page: Page, axe: Axe, path: str
) -> None:
    staff_page.goto(path)
    axe(staff_page)
    for width in (360, 768):
        staff_page.set_viewport_size({"width": width, "height": 800})
        assert staff_page.evaluate("document.documentElement.scrollWidth") <= width
