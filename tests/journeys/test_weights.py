"""Weights: seen before they rule, learnt from decisions when staff accept, and undone."""

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from models import Foundation, Segment
from models.database import make_engine, make_sessions
from tests.answered import answer_often
from tests.journeys.conftest import Axe, OpenPage, fits
from tests.live import Live


def learnt(page: Page) -> Locator:
    return page.get_by_role("region", name="What your decisions say")


def answer(live: Live) -> None:
    """Let the example's staff have answered often: they go where a booth is cheap."""
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        foundation = session.scalars(select(Foundation)).one()
        segment = session.scalars(select(Segment).order_by(Segment.id)).first()
        assert segment is not None
        answer_often(session, foundation, segment, each=20)
    engine.dispose()


def test_too_few_answers_are_counted(staff_page: Page, axe: Axe) -> None:
    staff_page.goto("/weights")
    expect(learnt(staff_page)).to_contain_text("Seven more No-go answers are needed.")
    expect(learnt(staff_page).get_by_role("button")).to_have_count(0)
    fits(staff_page, axe)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_seen_first_then_used_then_undone(
    open_page: OpenPage, live: Live, axe: Axe, scripts: bool
) -> None:
    answer(live)
    page = open_page(java_script_enabled=scripts)
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    page.goto("/weights")
    cost = page.get_by_label("Cost per conversation", exact=True)
    expect(cost).to_have_value("10")
    expect(learnt(page)).to_contain_text("answers: 36 Go, 21 No-go")
    if scripts:
        fits(page, axe, (360, 1280))

    learnt(page).get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What these weights would do.")
    moves = page.get_by_role("region", name="First ten for")
    expect(moves).to_contain_text("nothing is saved yet")
    expect(moves.get_by_role("row").nth(1)).to_contain_text("was")
    fitted = cost.input_value()
    assert float(fitted) > 10
    if scripts:
        fits(page, axe, (360, 1280))

    page.goto("/weights")
    expect(cost).to_have_value("10")
    learnt(page).get_by_role("button", name="Use these").click()
    expect(page.get_by_text("The weights rule that your decisions ask for.")).to_be_visible()
    expect(cost).to_have_value(fitted)
    expect(learnt(page)).to_contain_text("They are the weights that rule.")
    if scripts:
        fits(page, axe, (360, 1280))

    page.get_by_role("button", name="Undo").click()
    expect(cost).to_have_value("10")
    expect(learnt(page).get_by_role("button", name="Use these")).to_be_visible()


def test_a_fact_leads_to_its_field_and_changes_the_score(staff_page: Page, axe: Axe) -> None:
    page = staff_page
    page.goto("/fit")
    page.get_by_role("link", name="Why SIGGRAPH for").first.click()
    facts = page.get_by_role("region", name="would change this most")
    expect(facts.get_by_role("listitem").first).to_contain_text("up to +")
    fits(page, axe, (360, 1280))
    facts.get_by_role("link", name="Enter it").click()
    page.get_by_label("Booth or table, cost").fill("900")
    page.get_by_label("Conversations expected").fill("60")
    page.get_by_label("Programme").fill("Rendering with Houdini\nOpenEXR, ten years on")
    fits(page, axe, (360, 1280))
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("SIGGRAPH is changed.")).to_be_visible()
    page.go_back()
    page.go_back()
    page.reload()
    expect(page.get_by_text("About 42 USD per conversation: 2,490 for 60.")).to_be_visible()
