"""Every screen at five widths, light and dark: nothing runs over the edge, axe finds nothing.

A run draws four of each part; `make fuzz` looks at all.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState
from sqlalchemy import select

from models import Event, Issue
from models.database import make_engine, make_sessions
from tests.journeys.conftest import Axe, OpenPage
from tests.live import Live
from tests.sampling import some

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 360, 768, 900, 1280)
SMALL = 25_000
PARTS = 5
"""In which all screens are looked at, so that no worker waits for another."""
SCREENS = (
    "/season",
    "/season/2024?state=no_go",
    "/season/2030",
    "/fit",
    "/fit/media-entertainment/{event}",
    "/events",
    "/events/{event}",
    "/events/{idea}",
    "/events/{event}/brief",
    "/events/{event}/brief/edit",
    "/events/{event}/team",
    "/events/{event}/edit",
    "/events/{event}/roster?day=2024-07-31",
    "/events/{event}/roster?day=2024-07-31&over=4&under=2&person=2",
    "/events/{event}/roster?day=2024-07-31&as=list",
    "/events/{event}/roster/print",
    "/events/{event}/roster/rows",
    "/events/{event}/today",
    "/events/new",
    "/issues",
    "/issues/{issue}",
    "/people",
    "/people/1",
    "/people/new",
    "/segments/new",
    "/segments/media-entertainment/edit",
    "/search?q=linux",
    "/weights",
    "/import",
    "/imports",
    "/history",
    "/events/{event}/history",
    "/duplicates",
    "/foundation/new",
    "/outbox",
    "/account/password",
    "/help",
    "/no-such-page",
    "/trips",
    "/trips/1",
    "/trips/1/costs/2",
    "/kits",
    "/kits/1",
    "/events/{event}/kits/new",
    "/kits/paste",
    "/money",
    "/money/1",
    "/money/rules",
    "/money/paste",
    "/deadlines",
    "/deadlines/days",
    "/notices",
    "/events/{event}/checklist",
    "/events/{event}/next",
    "/events/{event}/roster/desk",
    "/events/{event}/roster/badges",
)
PUBLIC = (
    *("/s/h6n3xqvd/here", "/s/h6n3xqvd/gaps", "/s/h6n3xqvd/trip"),
    *("/sign-in", "/sign-in/" + "x" * 43, "/help"),
)
PAPER = 703
"""Pixels that A4 leaves between its margins."""
NARROW = """least => [...document.querySelectorAll('main *')].filter(one => {
    const own = [...one.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
    if (own.every(node => node.data.trim().length <= 20) || !one.checkVisibility()) return false;
    let box = one;
    while (getComputedStyle(box).display.startsWith('inline')) box = box.parentElement;
    const width = box.getBoundingClientRect().width;
    return width > 1 && width < least;
}).map(one => one.textContent.trim().slice(0, 60))"""
LEAST = 80
"""Pixels that a column of text has at least: "free, would reach 5 h" stands on three lines."""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def live(served: Live, example_file: Path) -> Live:
    """Serve one copy to all tests here: they only look."""
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


@pytest.fixture(scope="module")
def screens(live: Live) -> list[str]:
    """Return the addresses of all screens."""
    engine = make_engine(live.database_url)
    with make_sessions(engine, writes=False)() as session:
        named = select(Event.id).where(Event.starts_on >= "2024-07-26")
        numbers = {
            "event": session.scalar(
                named.where(Event.name == "SIGGRAPH").order_by(Event.starts_on)
            ),
            "idea": session.scalar(named.where(Event.best_rank == 0).limit(1)),
            "issue": session.scalar(select(Issue.id).where(Issue.key == "RHEL-39415")),
        }
    engine.dispose()
    return [screen.format(**numbers) for screen in SCREENS]


def too_wide(page: Page) -> dict[int, int]:
    """Return by how much the page overflows, at each width where it does."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        over = page.evaluate(SIDEWAYS)
        if over > 0:
            found[width] = over
    return found


def squeezed(page: Page) -> dict[int, list[str]]:
    """Return the texts in columns of few letters, from a phone to a small desk."""
    found = {}
    for width in (360, 768, 900, 1024):
        page.set_viewport_size({"width": width, "height": 740})
        if texts := page.evaluate(NARROW, LEAST):
            found[width] = texts
    return found


def pale_in_the_dark(page: Page) -> list[str]:
    """Return what has too little contrast in the dark scheme; axe is on the page already."""
    page.emulate_media(color_scheme="dark")
    found = page.evaluate(
        "axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']})"
        ".then(result => result.violations)"
    )
    page.emulate_media(color_scheme="light")
    return [f"{page.url} {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.sampled
@pytest.mark.parametrize("part", range(PARTS))
def test_every_screen(
    open_page: OpenPage, kept: StorageState, screens: list[str], axe: Axe, part: int
) -> None:
    """The browser's complaints (policy, scripts) fail this too, see `open_page`."""
    page = open_page(storage_state=kept)
    wide, wrong, narrow = {}, [], {}
    for screen in some(screens[part::PARTS], 4, f"part {part}"):
        answer = page.goto(screen)
        assert answer is not None
        assert answer.status == (404 if screen == "/no-such-page" else 200), screen
        if found := too_wide(page):
            wide[screen] = found
        if texts := squeezed(page):
            narrow[screen] = texts
        try:
            axe(page)
        except AssertionError as error:
            wrong.append(str(error))
        wrong += pale_in_the_dark(page)
    assert (wide, narrow) == ({}, {})
    assert wrong == [], "\n".join(wrong)


def test_the_roster_is_read_at_every_width(
    open_page: OpenPage, kept: StorageState, screens: list[str]
) -> None:
    """The one table that changes its form twice between a desk and a phone."""
    page = open_page(storage_state=kept)
    page.goto(next(screen for screen in screens if screen.endswith("/roster?day=2024-07-31")))
    assert squeezed(page) == {}
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.querySelector('.across').scrollHeight") == page.evaluate(
        "document.querySelector('.across').clientHeight"
    )


def test_screens_of_strangers(open_page: OpenPage, axe: Axe) -> None:
    page = open_page()
    for screen in PUBLIC:
        page.goto(screen)
        assert too_wide(page) == {}, screen
        axe(page)
        assert pale_in_the_dark(page) == []


@pytest.mark.parametrize("number", [0, 3, 5, 6, 12, 14, 19])
def test_a_screen_on_paper_is_read_without_its_buttons(
    open_page: OpenPage, kept: StorageState, screens: list[str], number: int
) -> None:
    """One column, and what a filled sign tells is printed filled."""
    page = open_page(storage_state=kept, viewport={"width": PAPER, "height": 740})
    page.goto(screens[number])
    page.emulate_media(media="print")
    assert page.evaluate(NARROW, LEAST) == []
    assert page.locator("main .btn:visible").count() == 0
    apart = "all => all.filter(one => getComputedStyle(one).breakAfter !== 'avoid').length"
    assert page.locator("h1, h2, h3").evaluate_all(apart) == 0
    pale = "all => all.filter(one => getComputedStyle(one).printColorAdjust !== 'exact').length"
    assert page.locator(".pips i").evaluate_all(pale) == 0


def test_a_wide_roster_keeps_its_names_in_sight(
    open_page: OpenPage, kept: StorageState, screens: list[str]
) -> None:
    """Lanes are wide enough to read, the sheet moves sideways, and the head stays."""
    page = open_page(storage_state=kept, viewport={"width": 768, "height": 400})
    page.goto(next(screen for screen in screens if screen.endswith("roster?day=2024-07-31")))
    lanes = page.locator(".rost thead th:has(a)")
    widths = lanes.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert len(widths) >= 5
    assert min(widths) >= 88
    sheet = page.locator(".across")
    assert sheet.evaluate("one => one.scrollWidth > one.clientWidth")
    sheet.evaluate("one => one.scrollTo(0, 300)")
    top = sheet.evaluate("one => one.getBoundingClientRect().top")
    assert lanes.first.evaluate("one => one.getBoundingClientRect().top") == pytest.approx(
        top, abs=2
    )


def test_targets_are_large_enough_for_a_thumb(
    open_page: OpenPage, kept: StorageState, screens: list[str]
) -> None:
    """On a phone, buttons are at least 44 pixels high."""
    page = open_page(storage_state=kept, viewport={"width": 360, "height": 740}, has_touch=True)
    low = {}
    for screen in screens[:9]:
        page.goto(screen)
        heights = page.locator("main .btn:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        if heights and min(heights) < 44:
            low[screen] = min(heights)
    assert low == {}


def test_the_script_that_every_page_loads_stays_small() -> None:
    assert (ROOT / "static/sheet.js").stat().st_size <= SMALL


def test_a_page_loads_nothing_from_elsewhere(
    open_page: OpenPage, kept: StorageState, live: Live
) -> None:
    page = open_page(storage_state=kept)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/season")
    assert [url for url in asked if not url.startswith(live.url)] == []
    assert not re.search(r"https?://(?!localhost)", "".join(asked))
