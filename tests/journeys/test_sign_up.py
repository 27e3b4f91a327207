"""Task 5 and half of task 7: from the link on paper to a shift, and off it again."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Person, Shift, SignUp
from models.database import make_engine, make_sessions
from tests.journeys.conftest import Axe, OpenPage
from tests.journeys.test_look import pale_in_the_dark
from tests.live import Live
from tests.sampling import WHOLE

CODE = "h6n3xqvd"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
FIRST_VIEW = 30_000


@contextmanager
def beside(live: Live) -> Iterator[Session]:
    """Write or read beside the program."""
    engine = make_engine(live.database_url)
    with make_sessions(engine).begin() as session:
        yield session
    engine.dispose()


@pytest.fixture
def decided(live: Live) -> Live:
    """Serve the example after its foundation has decided to go to Denver."""
    with beside(live) as session:
        staffed = select(Booth.event_id)
        session.execute(
            update(Decision)
            .where(Decision.is_current, Decision.event_id.in_(staffed))
            .values(state="go")
        )
    return live


def shift_at(session: Session, hour: int) -> Shift:
    """Return the booth's shift of Wednesday that starts at this hour in Denver."""
    return session.scalars(
        select(Shift)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.code == CODE, func.strftime("%d %H", Shift.starts_at) == f"31 {hour + 6}")
    ).one()


def tap(button: Locator) -> None:
    """Press with a finger and wait for the next page."""
    with button.page.expect_navigation():
        button.tap()


def sign_up(page: Page, name: str = "Uma Volunteer") -> None:
    """Take the first shift of the list: two taps and two words."""
    page.goto(f"/s/{CODE}")
    tap(page.locator(".open .btn").first)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail or phone").fill("uma@example.org")
    tap(page.locator("main button.main"))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_link_to_a_shift(open_page: OpenPage, decided: Live, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts, timezone_id="America/Denver", **PHONE)
    loaded: list[int] = []
    page.on("response", lambda answer: loaded.append(len(answer.body())))
    page.goto(f"/s/{CODE}")
    page.wait_for_load_state("networkidle")
    assert sum(loaded) <= FIRST_VIEW
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Wednesday at three has nobody. Can you take it?"
    )
    expect(page.locator(".open li").first).to_contain_text("nobody yet, 0 of 2")

    tap(page.locator(".open .btn").first)
    taps = 1
    button = page.get_by_role("button", name="Take Wed 15:00–16:00")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 48 and box["width"] >= 320
    assert box["y"] + box["height"] / 2 >= 740 * 2 / 3
    page.get_by_label("Your name").fill("Uma Volunteer")
    page.get_by_label("E-mail or phone").fill("uma@example.org")
    tap(button)
    taps += 1
    assert taps <= 3
    expect(page.get_by_role("status")).to_contain_text("Wed 31 Jul, 15:00–16:00 is yours.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wednesday at three.")
    expect(page.locator("code")).to_contain_text("/my/")
    assert page.locator("code").inner_text() == page.url

    page.goto(f"/s/{CODE}")  # from now on one tap
    tap(page.locator(".open button").first)
    expect(page.get_by_role("status")).to_contain_text("is yours.")


@pytest.mark.parametrize("scripts", [True, False])
def test_two_shifts_with_one_name(open_page: OpenPage, decided: Live, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts, timezone_id="America/Denver", **PHONE)
    page.goto(f"/s/{CODE}")
    tap(page.get_by_role("link", name="Take several at once"))
    for day in ("Tue 30 Jul", "Wed 31 Jul"):
        page.get_by_role("group", name=day).get_by_role("checkbox").last.check()
    page.get_by_label("Your name").fill("Uma Volunteer")
    page.get_by_label("E-mail or phone").fill("uma@example.org")
    tap(page.get_by_role("button", name="Take those ticked"))
    said = page.get_by_role("status")
    expect(said).to_contain_text("Tue 30 Jul, 16:00–18:00 and Wed 31 Jul, 18:00–18:30 are yours.")
    expect(page.get_by_role("heading", name="Then")).to_be_visible()


def test_a_double_tap_is_one_booking(open_page: OpenPage, decided: Live) -> None:
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto(f"/s/{CODE}")
    tap(page.locator(".open .btn").first)
    page.get_by_label("Your name").fill("Uma Volunteer")
    page.get_by_label("E-mail or phone").fill("+1 303 555 0100")
    # The second tap may end the first one's answer: only where it leads to counts.
    page.locator("main button.main").dblclick(delay=0)
    expect(page).to_have_url(re.compile("/my/"))
    with beside(decided) as session:
        sol = select(func.count()).where(Person.name == "Uma Volunteer")
        assert session.scalar(sol) == 1
        shift = shift_at(session, 15)
        taken = select(func.count()).where(SignUp.shift_id == shift.id)
        assert session.scalar(taken) == 1


class Racer:
    """Somebody's browser without windows: opens the form, then sends it when told."""

    def __init__(self, live: Live, path: str, name: str) -> None:
        self.host = live.url.partition("//")[2]
        line = HTTPConnection(self.host)
        line.request("GET", path)
        answer = line.getresponse()
        page = answer.read().decode()
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        action = re.findall(r'<form[^>]*action="([^"]+)"', page)[-1]
        self.action = html.unescape(action)
        hidden = re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]*)"', page)
        self.fields = dict(hidden) | {"name": name, "contact": f"{name}@example.org"}
        line.close()
        self.status, self.body = 0, ""

    def send(self) -> None:
        line = HTTPConnection(self.host)
        kind = "application/x-www-form-urlencoded"
        headers = {"Cookie": self.cookie, "Content-Type": kind}
        line.request("POST", self.action, urlencode(self.fields), headers)
        answer = line.getresponse()
        self.status, self.body = answer.status, answer.read().decode()
        line.close()


def test_everybody_wants_the_last_place(open_page: OpenPage, decided: Live) -> None:
    with beside(decided) as session:
        shift = shift_at(session, 15)
        shift.min_people = shift.max_people = 1
        session.get_one(Booth, shift.booth_id).rules = {"needs_experience": False}
        path = f"/s/{CODE}/shifts/{shift.id}"
    page = open_page(java_script_enabled=False, **PHONE)
    page.goto(path)
    page.get_by_label("Your name").fill("Yara Late")
    page.get_by_label("E-mail or phone").fill("yara@example.org")
    racers = [Racer(decided, path, f"racer{number}") for number in range(8)]
    ready = Barrier(len(racers))

    def run(racer: Racer) -> None:
        ready.wait()
        racer.send()

    threads = [Thread(target=run, args=[racer]) for racer in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(racer.status for racer in racers) == {303: 1, 409: 7}
    for racer in racers:
        assert racer.status == 303 or "on the waiting list" in racer.body

    tap(page.locator("main button.main"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Wed 15:00–16:00 is full.")
    expect(page.get_by_role("button", name=re.compile("instead$"))).to_be_visible()
    tap(page.get_by_role("button", name="Join the waiting list"))
    expect(page.get_by_role("heading", level=1)).to_have_text("You wait for a place.")
    expect(page.locator("main")).to_contain_text("you are next")


def test_off_again_in_two_taps_and_the_gap_is_seen(open_page: OpenPage, decided: Live) -> None:
    page = open_page(java_script_enabled=False, **PHONE)
    sign_up(page)
    with beside(decided) as session:
        shift = shift_at(session, 15)
        shift.min_people = 1
    staff = open_page()
    staff.goto(decided.sign_in_link())
    staff.locator("main form button").first.click()
    tap(page.get_by_role("link", name="I can’t come").first)
    tap(page.get_by_role("button", name="Withdraw now"))
    expect(page.get_by_role("status")).to_contain_text("You are off Wed 31 Jul, 15:00–16:00.")
    staff.goto("/season")
    expect(staff.locator("main")).to_contain_text("SIGGRAPH")
    expect(staff.locator("main")).to_contain_text(re.compile("15:00|nobody|too few|coverage"))


def test_ones_own_time_comes_by_itself_or_is_asked_for(open_page: OpenPage, decided: Live) -> None:
    page = open_page(timezone_id="Europe/Berlin", **PHONE)
    page.goto(f"/s/{CODE}")
    expect(page.locator(".open li").first).to_contain_text("23:00–24:00 your time, Berlin")
    there = open_page(timezone_id="America/Denver", **PHONE)
    there.goto(f"/s/{CODE}")
    there.wait_for_load_state("networkidle")
    assert "your time" not in there.locator("main").inner_text()
    plain = open_page(timezone_id="Europe/Berlin", java_script_enabled=False, **PHONE)
    plain.goto(f"/s/{CODE}")
    tap(plain.get_by_role("link", name="Somewhere else?"))
    plain.get_by_label("Your time zone").select_option("Europe/Berlin")
    tap(plain.get_by_role("button", name="Show my time too"))
    expect(plain.locator(".open li").first).to_contain_text("23:00–24:00 your time, Berlin")


def check_look(page: Page, axe: Axe, name: str) -> list[str]:
    """Return what is wrong with a page: overflow, zoomed text, thumbs, axe, dark."""
    wrong = []
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        if page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{name} is too wide at {width}")
        if width == 320 or WHOLE and width == 360:
            try:
                axe(page)
            except AssertionError as error:
                wrong.append(f"{name} at {width}: {error}")
    page.set_viewport_size({"width": 320, "height": 740})
    heights = page.locator("main .btn:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    if heights and min(heights) < 48:
        wrong.append(f"{name}: a button is {min(heights)} high")
    wrong += pale_in_the_dark(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(SIDEWAYS) > 0:
        wrong.append(f"{name} is too wide with text of twice the size")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return wrong


@pytest.mark.sampled
def test_every_page_fits_a_phone_and_can_be_read(
    open_page: OpenPage, decided: Live, axe: Axe
) -> None:
    page = open_page(timezone_id="Europe/Berlin", **PHONE)
    wrong: list[str] = []

    def look(name: str, path: str | None = None, status: int = 200) -> None:
        if path is not None:
            answer = page.goto(path)
            assert answer is not None and answer.status == status, path
        wrong.extend(check_look(page, axe, name))
        page.set_viewport_size(PHONE["viewport"])  # type: ignore[arg-type]

    look("list", f"/s/{CODE}")
    look("day", f"/s/{CODE}?day=2024-08-01")
    look("zone", f"/s/{CODE}/zone")
    look("several", f"/s/{CODE}/several")
    tap_first = page.goto(f"/s/{CODE}")
    assert tap_first is not None
    tap(page.locator(".open .btn").first)
    look("form")
    page.locator("main button.main").tap()
    page.wait_for_load_state()
    look("form refused")
    look("gone", f"/s/{CODE}/shifts/99999", 410)
    look("no link", "/my/nothing", 404)
    look("nobody", "/my", 404)
    sign_up(page)
    own = page.url
    look("my shifts")
    look("list of somebody known", f"/s/{CODE}")
    with beside(decided) as session:
        event = session.scalars(select(Event.id).join(Booth).where(Booth.code == CODE)).one()
        row = session.scalars(select(SignUp.id).order_by(SignUp.id.desc())).first()
        shift = shift_at(session, 15)
        shift.max_people = shift.min_people = 1
        full = shift.id
        session.execute(
            update(Person).values(accepted_at=Person.created_at)
        )  # else the brief waits
    look("leave", f"{own}/shifts/{row}/leave")
    look("swap", f"{own}/shifts/{row}/swap")
    look("times", f"{own}/events/{event}/times")
    look("brief", f"{own}/events/{event}/brief")
    look("mail", f"{own}/mail")
    page.context.clear_cookies()
    look("full", f"/s/{CODE}/shifts/{full}")
    assert wrong == [], "\n".join(wrong)
