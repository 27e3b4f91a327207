"""Tasks 13, 18 and 19: a talk to a call, the best set of events, money for a journey."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Event, Person
from models.database import make_engine, make_sessions
from outreach.planning.portfolio.propose import PortfolioWork
from outreach.solving.searches import run_waiting
from tests.cast import add_call
from tests.journeys.conftest import Axe, OpenPage, fits
from tests.live import Live


@contextmanager
def beside(live: Live) -> Iterator[Session]:
    """Change its rows beside the program."""
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        yield session
    engine.dispose()


def test_a_talk_is_sent_to_a_call_that_closes_in_nine_days(staff_page: Page, live: Live) -> None:
    """Three clicks from Season; what was sent stays, and so does when it had to be."""
    with beside(live) as session:
        seagl = session.scalars(
            select(Event).where(Event.name == "SeaGL").order_by(Event.starts_on.desc())
        ).first()
        assert seagl is not None
        mine = select(Call).where(Call.event_id == seagl.id, Call.kind == "talks")
        session.delete(session.scalars(mine).one())
        session.flush()
        day, instant = date(2024, 8, 3), datetime(2024, 8, 4, 11, 59, tzinfo=UTC)
        add_call(session, seagl, day, closes="3 Aug 23:59 AoE", zone="AoE", closes_at=instant)
        ohio = session.scalars(select(Event).where(Event.name.startswith("OLF"))).first()
        add_call(session, ohio, day) if ohio else None
    page = staff_page
    page.goto("/season")
    page.get_by_role("link", name="All calls by when they close").click()
    board = page.locator(".calls > li", has_text="SeaGL").first
    expect(board).to_contain_text("23:59 Anywhere on Earth")
    expect(page.locator(".calls").first).to_contain_text("the day alone")
    board.get_by_role("link", name="Send a talk").click()
    expect(page.locator("h1")).to_have_text("Which talk goes to SeaGL?")
    expect(page.locator("main")).to_contain_text(re.compile(r"T-9.*Sat 3 Aug, 23:59 Anywhere"))
    expect(page.locator("main")).to_contain_text(re.compile(r"4 Aug, \d\d:\d\d in \w+"))
    page.get_by_role("button", name="Propose talk").click()
    expect(page.locator("h1")).to_have_text("SeaGL: submitted.")
    expect(page.locator("dl.facts")).to_contain_text("23:59 Anywhere on Earth")
    sent = page.locator(".prose.asked").first.inner_text()
    page.get_by_role("link", name="The text in the library").click()
    page.get_by_role("link", name="Change text").click()
    page.get_by_label("Abstract").fill("Written anew.")
    page.get_by_role("button", name=re.compile("^Save")).click()
    page.get_by_role("link", name=re.compile("^SeaGL")).click()
    expect(page.locator(".prose.asked").first).to_have_text(sent)
    expect(page.locator("main")).to_contain_text("Changed in the library since: abstract.")


def test_the_best_set_of_twenty_events(staff_page: Page, live: Live, axe: Axe) -> None:
    """Under 12,000 and 40 people-days; three are proposed in three clicks, with every why."""
    page = staff_page
    page.goto("/season")
    page.get_by_role("link", name="The best set of events under limits").click()
    for label, value in (("Money, at most", "12000"), ("People-days, at most", "40"),
                         ("A journey costs one person", "700"),
                         ("An event without a price counts", "1000")):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("status")).to_contain_text("The search begins soon")
    engine = make_engine(live.database_url)
    run_waiting(PortfolioWork, make_sessions(engine), lambda: datetime.now(UTC), lambda: False)
    engine.dispose()
    page.goto(f"{page.url}?still=1")
    expect(page.locator("h1")).to_contain_text(re.compile(r"of 12,000 .* of 40 people-days"))
    rows = page.locator(".port li")
    expect(rows.filter(has_text="The only one that reaches").first).to_be_visible()
    expect(rows.filter(has_text="over the cap").first).to_be_visible()
    expect(page.locator("#more")).to_contain_text(re.compile(r"1,000 USD more"))
    fits(page, axe, (360, 1280))
    page.get_by_role("button", name="Propose the ticked").click()
    expect(page.locator(".undo")).to_contain_text("proposed.")


def test_travel_money_from_the_question_to_the_last_cent(
    staff_page: Page, open_page: OpenPage, live: Live, axe: Axe
) -> None:
    """Asked for and seen as not approved; half of what was spent is kept, then it is settled."""
    staff = staff_page
    with beside(live) as session:
        noor = session.scalars(select(Person).where(Person.name == "Noor Sample")).one().id
    staff.goto(f"/people/{noor}")
    staff.get_by_role("button", name="Copy link").click()
    link = staff.get_by_label("Personal link").input_value()

    mine = open_page(viewport={"width": 390, "height": 844})
    mine.goto(f"{link}/trips")
    mine.get_by_role("link", name="Ask for travel money").first.click()
    mine.locator("[name=what_0]").fill("Flight to Denver")
    mine.locator("[name=estimated_0]").fill("612.40 USD")
    mine.locator("[name=what_1]").fill("Hotel")
    mine.locator("[name=estimated_1]").fill("300 USD")
    mine.get_by_role("button", name="Ask for it").click()
    not_yet = "912.40 USD is asked for, and nobody has approved it yet."
    expect(mine.locator("h1")).to_have_text(not_yet)
    fits(mine, axe, (360,))
    request = mine.url.rpartition("/")[2]

    staff.goto(f"/money/{request}")
    staff.get_by_role("button", name="Approve").click()
    mine.reload()
    mine.get_by_role("button", name="Accept what is approved").click()
    mine.get_by_label("Spent").first.fill("598.15 USD")
    mine.get_by_role("button", name="Keep it for now").click()
    mine.goto(f"{link}/trips/{request}")
    expect(mine.get_by_label("Spent").first).to_have_value("598.15 USD")
    expect(mine.locator("h1")).to_contain_text("approved and accepted")
    mine.get_by_label("Spent").last.fill("287.05 USD")
    for place in (0, 1):
        mine.get_by_label("Receipt", exact=True).nth(place).select_option("yes")
    mine.get_by_role("button", name="Hand in").click()
    expect(mine.locator("h1")).to_have_text("885.20 USD was spent, and is not settled yet.")
    staff.goto(f"/money/{request}")
    staff.get_by_role("button", name="Settle").click()
    mine.reload()
    expect(mine.locator("h1")).to_have_text("885.20 USD is settled.")
    expect(mine.locator("main")).to_contain_text("The traveller gets 885.20 USD.")
