"""The roster by keyboard alone, a talk that meets a shift, and the sheets for the booth."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from sqlalchemy import select

from models import Booth, Event, Person, Shift, SignUp
from models.database import make_engine, make_sessions
from tests.cast import add_proposal
from tests.journeys.conftest import Axe, OpenPage, press
from tests.journeys.test_brief import SIZES
from tests.live import Live

PAGE = re.compile(rb"/Type\s*/Page(?!s)")
WEDNESDAY = "2024-07-31"


@pytest.fixture(scope="module")
def live(served: Live, example_file: Path) -> Live:
    """Serve one copy to all tests here: who writes puts the rows back."""
    served.put(example_file)
    return served


@pytest.fixture(scope="module")
def kept(live: Live, window: Browser) -> StorageState:
    """Sign the staff in once."""
    context = window.new_context(base_url=live.url)
    page = context.new_page()
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def staff_page(open_page: OpenPage, kept: StorageState) -> Page:
    return open_page(storage_state=kept)


def number_of(live: Live, name: str = "SIGGRAPH") -> int:
    """Return the event of the example that has a booth."""
    engine = make_engine(live.database_url)
    with make_sessions(engine, writes=False)() as session:
        found = session.scalars(
            select(Event.id).join(Booth, Booth.event_id == Event.id).where(Event.name == name)
        ).one()
    engine.dispose()
    return found


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        """Press one key."""
        press(self.page, key)
        self.count += 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_find_who_has_too_much_and_fix_a_gap_by_keyboard(
    open_page: OpenPage, kept: StorageState, live: Live, scripts: bool
) -> None:
    """Who has more than four hours on Wednesday, which slots have fewer than two; fix one."""
    page = open_page(storage_state=kept, java_script_enabled=scripts)
    page.goto(f"/events/{number_of(live)}/roster?day={WEDNESDAY}")
    keys = Keys(page)
    page.locator("input[name=over]").focus()
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"over=4&under=2"))
    expect(page.get_by_text("More than 4 h on Wed 31 Jul: Kim 4.5 h.")).to_be_visible()
    expect(page.locator(".found")).to_contain_text("nobody, 2 missing")
    expect(page.get_by_role("button", name="Put Noor there")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".undo")).to_contain_text("Noor stands Wed 15:00.")
    expect(page.locator("h1")).to_contain_text("except from three to four")
    assert keys.count <= 10
    # And back: Undo is the first thing after the note.
    page.get_by_role("button", name="Undo").focus()
    keys.press("Enter")
    expect(page.locator(".undo")).to_contain_text("Undone")
    assert keys.count <= 10


def test_pick_a_person_then_a_slot_by_keyboard(staff_page: Page, live: Live) -> None:
    page = staff_page
    page.goto(f"/events/{number_of(live)}/roster?day={WEDNESDAY}")
    keys = Keys(page)
    keys.press("p")
    while page.evaluate("document.activeElement.textContent") != "Noor":
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("Noor Sample is picked")).to_be_visible()
    expect(page.get_by_role("button", name="Put Noor here").nth(4)).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".undo")).to_contain_text("Noor stands Wed 15:00.")
    keys.press("z")
    expect(page.locator(".undo")).to_contain_text("Undone")
    assert keys.count <= 10


def test_the_table_announces_its_headers(staff_page: Page, live: Live, axe: Axe) -> None:
    page = staff_page
    page.goto(f"/events/{number_of(live)}/roster?day={WEDNESDAY}")
    table = page.get_by_role("table", name="Roster for Wed 31 Jul")
    expect(table).to_be_visible()
    heads = table.get_by_role("columnheader")
    expect(heads.nth(1)).to_contain_text("The booth")
    expect(heads.filter(has_text="Noor")).to_have_count(1)
    rows = table.get_by_role("rowheader")
    expect(rows.first).to_have_text("09:00")
    expect(rows.filter(has_text="15:00")).to_have_count(1)
    axe(page)
    page.goto(f"/events/{number_of(live)}/roster?day={WEDNESDAY}&as=list")
    expect(page.get_by_role("list", name="Roster of Wed 31 Jul")).to_contain_text("2 missing")
    axe(page)


def test_a_person_is_dragged_into_a_slot(staff_page: Page, live: Live) -> None:
    page = staff_page
    page.set_viewport_size({"width": 1280, "height": 1700})
    page.goto(f"/events/{number_of(live)}/roster?day={WEDNESDAY}")
    gap = page.locator("td.slot.hole")
    page.locator("[data-pick]", has_text="Noor").drag_to(gap)
    expect(page.locator(".undo")).to_contain_text("Noor stands Wed 15:00.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".undo")).to_contain_text("Undone")


@pytest.mark.usefixtures("put_back")
def test_a_talk_that_meets_a_shift_is_named_and_leads_to_cover(
    staff_page: Page, live: Live
) -> None:
    """A talk on Thursday at twelve; its speaker stands at the booth until half past one."""
    number = number_of(live)
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        event = session.get_one(Event, number)
        sol = session.scalars(select(Person).where(Person.name == "Sol Sample")).one()
        starts = datetime(2024, 8, 1, 18, 0, tzinfo=UTC)
        ends = datetime(2024, 8, 1, 18, 45, tzinfo=UTC)
        slot = {"starts_at": starts, "ends_at": ends, "room": "402"}
        add_proposal(session, event, sol.id, title="Moving a farm", **slot)
    engine.dispose()
    page = staff_page
    page.goto(f"/events/{number}/roster?day=2024-08-01")
    clash = page.locator(".says li", has_text="Sol: talk 12:00 in room 402")
    expect(clash).to_be_visible()
    clash.get_by_role("link", name="Find cover").click()
    expect(page).to_have_url(re.compile(r"/shifts/\d+/cover"))


def pages_of(page: Page, size: str) -> int:
    """Print on landscape paper and count the pages of the file."""
    return len(PAGE.findall(page.pdf(format=size, landscape=True)))


def test_each_day_prints_on_one_page(staff_page: Page, live: Live) -> None:
    page = staff_page
    number = number_of(live)
    page.goto(f"/events/{number}/roster/print")
    days = page.locator("section.run").count()
    assert days == 3
    assert {size: pages_of(page, size) for size in SIZES} == dict.fromkeys(SIZES, days)
    page.goto(f"/events/{number}/roster/print?day={WEDNESDAY}")
    assert {size: pages_of(page, size) for size in SIZES} == dict.fromkeys(SIZES, 1)
    page.emulate_media(media="print")
    expect(page.locator("header.mast")).to_be_hidden()
    expect(page.locator(".box", has_text="write here").first).to_be_visible()
    expect(page.locator("section.run")).to_contain_text("Kim Sample")


@pytest.mark.usefixtures("put_back")
def test_a_full_day_prints_on_one_page(staff_page: Page, live: Live) -> None:
    """Fourteen shifts with four places, each with a note, are still a sheet."""
    engine = make_engine(live.database_url)
    number = number_of(live, "Open Source Days")
    with make_sessions(engine).begin() as session:
        booth = session.scalars(select(Booth).where(Booth.event_id == number)).one()
        people = session.scalars(select(Person).limit(4)).all()
        shifts = session.scalars(select(Shift).where(Shift.booth_id == booth.id)).all()
        made = shifts[0].created_at
        for hour in range(14, 22):
            starts = datetime(2024, 7, 28, hour, 30, tzinfo=UTC)
            shift = Shift(
                booth_id=booth.id,
                starts_at=starts,
                ends_at=starts.replace(minute=59),
                max_people=4,
                created_at=made,
                note="Ask what they render on, and whether the upgrade of last month hurt.",
            )
            session.add(shift)
            session.flush()
            for person in people:
                common = {"created_at": made, "changed_at": made, "confirmed_at": made}
                session.add(SignUp(shift_id=shift.id, person_id=person.id, **common))
    engine.dispose()
    page = staff_page
    page.goto(f"/events/{number}/roster/print?day=2024-07-28")
    assert page.locator("tbody tr").count() == 14
    assert {size: pages_of(page, size) for size in SIZES} == dict.fromkeys(SIZES, 1)
