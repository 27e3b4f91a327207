"""Task 8: from the event to its brief, which open issues to ask about, and what is new on it."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Foundation, Issue, Segment, Tracker
from models.database import make_engine, make_sessions
from outreach.issues.linking import link_issues
from outreach.matching.store.stored import refresh_segments
from tests.journeys.conftest import Axe, fits, press
from tests.live import Live

PAGE = re.compile(rb"/Type\s*/Page(?!s)")
NEW = {
    "project": "blender/blender",
    "key": "blender/blender#125000",
    "title": "Houdini export: render farm gets grey OpenEXR frames",
    "url": "https://projects.blender.org/blender/blender/issues/125000",
    "body": "Maya and Houdini artists see it on every workstation.",
    "state": "open",
}


def follow(live: Live, change: dict[str, str] | None = None) -> None:
    """Let a tracker bring one issue more, or the glibc issue a change, as a sync does."""
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        ours = session.scalars(select(Foundation)).one()
        if change is None:
            tracker = session.scalars(select(Tracker).where(Tracker.kind == "forgejo")).one()
            issue = Issue(foundation_id=ours.id, tracker_id=tracker.id, **NEW)
            session.add(issue)
        else:
            issue = session.scalars(select(Issue).where(Issue.key == "RHEL-39415")).one()
            for column, value in change.items():
                setattr(issue, column, value)
        session.flush()
        assert ours.clock is not None
        touched = link_issues(session, ours, [issue.id], ours.clock)
        names = session.scalars(select(Segment.slug).where(Segment.id.in_(touched))).all()
        assert "media-entertainment" in names
        refresh_segments(session, ours, touched, ours.clock)
    engine.dispose()


def open_event(page: Page, name: str = "SIGGRAPH") -> None:
    page.goto(f"/events?q={name}")
    page.locator("a.name", has_text=re.compile(f"^{name}$")).first.click()


def test_the_brief_ranks_issues_of_two_trackers_and_marks_the_new(
    staff_page: Page, live: Live, axe: Axe
) -> None:
    page = staff_page
    open_event(page, "Open Source Days")  # few shifts: there is room for issues
    page.get_by_role("link", name="Brief", exact=True).click()  # one click from the event
    paper = page.locator("article")
    expect(paper).to_contain_text("Testers are wanted; matched: Houdini (title), workstations")
    expect(paper).to_contain_text("Red Hat issue tracker")
    expect(paper).to_contain_text("GitHub; matched: renderer")
    expect(paper).to_contain_text("Data of Thu 25 Jul 2024, 09:14 Denver")

    page.get_by_role("button", name="I have printed this").click()
    expect(page.get_by_text("nothing has changed since")).to_be_visible()
    follow(live)
    page.reload()
    expect(page.get_by_label("Changes")).to_contain_text("One issue is new.")
    new = paper.get_by_role("listitem").filter(has_text="blender/blender#125000")
    expect(new).to_contain_text("new blender/blender#125000")
    expect(new).to_contain_text("Blender projects; matched: ")
    for size in ("A4", "Letter"):
        assert len(PAGE.findall(page.pdf(format=size))) == 1, size
    fits(page, axe)


def test_a_fix_that_ships_becomes_good_news(staff_page: Page, live: Live, axe: Axe) -> None:
    page = staff_page
    open_event(page)
    page.get_by_role("link", name="Brief", exact=True).click()
    brief = page.url
    page.get_by_role("button", name="I have printed this").click()
    follow(live, {"state": "closed", "state_note": "released in 9.4 on 8 August"})
    page.goto("/season")
    expect(page.get_by_text("Print the SIGGRAPH brief again")).to_be_visible()
    expect(page.get_by_text("RHEL-39415: its fix is out.")).to_be_visible()
    page.goto(brief)
    expect(page.locator("article")).not_to_contain_text("Ask: test")
    page.get_by_role("button", name="Tell it as good news").click()
    expect(page.get_by_text("RHEL-39415 is good news to tell.")).to_be_visible()
    fits(page, axe)
    page.goto(brief)
    expect(page.locator("article")).to_contain_text("Good news")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good news")


def test_links_are_answered_by_key_and_taken_back(staff_page: Page, axe: Axe) -> None:
    page = staff_page
    page.goto("/issues?answer=suggested")
    fits(page, axe)
    row = page.get_by_role("row").filter(has_text="CentOS/centos-bootc#500")
    while not row.locator(":focus").count():
        press(page, "j")
    press(page, "a")
    expect(
        page.get_by_text("CentOS/centos-bootc#500 concerns Cloud and containers.")
    ).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.locator("tr:focus-within")).to_have_count(1)
    press(page, "z")
    expect(page.get_by_text("Undone: all is as before.")).to_be_visible()
    while not row.locator(":focus").count():
        press(page, "j")
    press(page, "r")
    expect(page.get_by_text("will not come back by itself")).to_be_visible()
    page.goto("/issues?answer=rejected")
    expect(row).to_contain_text("Cloud and containers rejected")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_card_is_written_changed_and_removed(
    open_page: object, live: Live, axe: Axe, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)  # type: ignore[operator]
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    page.goto("/issues?q=Moonray")
    page.get_by_role("link", name="OpenMoonRay/openmoonray#155", exact=True).click()
    page.get_by_role("link", name=re.compile("^Ask there.*at SIGGRAPH$")).click()
    expect(page.get_by_label("Where", exact=True)).to_contain_text("SIGGRAPH, 2024-07-28")
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the question")
    page.get_by_label("The question").fill("Does MoonRay build on your machines?")
    page.get_by_label("We ask them to").select_option("reproduce")
    page.get_by_label("How to try").fill("cmake --build .")
    if scripts:
        fits(page, axe)
    page.get_by_role("button", name="Save card").click()
    expect(page.locator(".askcard")).to_contain_text("Does MoonRay build on your machines?")
    expect(page.locator(".askcard")).to_contain_text("SIGGRAPH, 28 Jul 2024")
    page.get_by_role("button", name="Remove card").click()
    expect(page.locator(".askcard")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".askcard")).to_contain_text("cmake --build .")
