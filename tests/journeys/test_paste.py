"""Task 3: paste eight events from a spreadsheet, three clicks and no form of thirty fields."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Axe, OpenPage, fits
from tests.live import Live

EIGHT = """Event\tDate\tWhere\tLink\tCFP closes
Zagreb Kernel Days\t5–6 Sep 2024\tZagreb, Croatia\thttps://zkd.example.org\t1 Aug 2024
Porto Packaging Meeting\t12 Sep 2024\tPorto, Portugal\thttps://ppm.example.org\t2 Aug 2024
Lyon Storage Forum\t2024-09-19\tLyon, France\t\t3 Aug 2024
Tampere Compiler Week\t23.09.2024 - 25.09.2024\tTampere, Finland\t\t4 Aug 2024
Quito Desktop Summit\tsometime in October\tQuito, Ecuador\t\t5 Aug 2024
SIGGRAPH\tJuly 28 – August 1, 2024\tDenver, CO, USA\thttps://s2024.siggraph.org\t
Osaka Toolchain Workshop\tOct 3, 2024\tOsaka, Japan\t\t6 Aug 2024
Cork Init Colloquium\t10 Oct 2024\tCork, Ireland\t\t
"""


def previewed(page: Page) -> None:
    """Two clicks: to the paste box, and to the preview. Typing is free."""
    page.get_by_role("link", name="Paste events").first.click()
    page.get_by_label("Rows from your spreadsheet").fill(EIGHT)
    page.get_by_role("button", name="Preview").click()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_bad_cell_is_marked_and_mended_in_place(
    open_page: OpenPage, live: Live, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    previewed(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row of 8 needs another look.")
    expect(row(page, "Zagreb Kernel Days")).to_contain_text("New.")
    expect(row(page, "SIGGRAPH")).to_contain_text("Looks like SIGGRAPH")
    expect(row(page, "SIGGRAPH")).to_contain_text("The same name, the same days")
    expect(row(page, "Cork Init Colloquium")).to_contain_text("not known")
    bad = page.get_by_label("Row 5, Date or first day")
    expect(bad).to_have_value("sometime in October")
    expect(row(page, "Quito Desktop Summit")).to_contain_text("is no date")

    bad.fill("31 Sep 2024")
    page.get_by_role("button", name="Import all, mended").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    expect(bad).to_have_value("31 Sep 2024")
    expect(row(page, "Quito Desktop Summit")).to_contain_text("no day of the calendar")

    bad.fill("14–16 Oct 2024")
    page.get_by_role("button", name="Import all, mended").click()
    expect(page.get_by_text("7 events added, 1 duplicate offered.")).to_be_visible()
    expect(row(page, "Quito Desktop Summit")).to_contain_text("14–16 Oct 2024")


def test_six_are_created_and_the_duplicate_is_offered_as_a_merge(
    staff_page: Page, axe: Axe
) -> None:
    page = staff_page
    previewed(page)
    fits(page, axe)
    page.get_by_role("button", name="Import 7, leave out 1").click()
    expect(page.get_by_text("6 events added, 1 duplicate offered.")).to_be_visible()
    expect(row(page, "Cork Init Colloquium")).to_contain_text("not known")
    expect(page.get_by_text("Quito Desktop Summit")).to_have_count(0)
    fits(page, axe)
    imported = page.url

    page.get_by_role("button", name=re.compile("Merge into the first")).click()
    expect(page.get_by_text("Merged into one event.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: they are two events again.")).to_be_visible()
    fits(page, axe)
    page.get_by_role("button", name=re.compile("Keep both")).first.click()
    expect(page.get_by_text("They stay two events.")).to_be_visible()
    page.goto(imported)
    expect(page.get_by_text("7 events are on the list")).to_be_visible()


def test_undo_takes_the_import_back(staff_page: Page, axe: Axe) -> None:
    previewed(staff_page)
    staff_page.get_by_role("button", name="Import 7, leave out 1").click()
    staff_page.get_by_role("button", name="Undo").click()
    expect(staff_page.get_by_text("Undone: 7 events removed.")).to_be_visible()
    fits(staff_page, axe)
    staff_page.goto("/events?q=Zagreb&when=all")
    expect(staff_page.get_by_text("Zagreb Kernel Days")).to_have_count(0)
