"""Task 16: a no-go for an event with 13 sign-ups, four of them by telephone only."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from models import Booth, Foundation, Shift, SignUp
from outreach.accounts.addresses import new_person
from tests.journeys.conftest import OpenPage
from tests.journeys.test_sign_up import CODE, PHONE, beside
from tests.live import Live, start
from tests.mail_servers import HOST, Box, serving

NAMES = ("Ana Bea Cas Dov Eli Fay Gus Hal Ivo Jo Kai Lea Mo").split()
BY_PHONE = NAMES[-4:]


@pytest.fixture
def box() -> Iterator[Box]:
    """Take the mail of the program."""
    with serving() as taken:
        yield taken


@pytest.fixture
def mailing(example_file: Path, tmp_path: Path, box: Box) -> Iterator[Live]:
    """Serve an example that goes to its booth's event, with 13 people on one evening's shift."""
    copyfile(example_file, tmp_path / "live.sqlite3")
    served = start(tmp_path / "live.sqlite3", tmp_path, SMTP_URL=f"smtp://{HOST}:{box.port}",
                   MAIL_FROM="booth@example.org")  # fmt: skip
    yield served
    served.stop()


def fill(served: Live) -> int:
    """Put 13 people on one shift of the booth, and nobody on others; return its event."""
    now = datetime.now(UTC)
    with beside(served) as session:
        booth = session.scalars(select(Booth).where(Booth.code == CODE)).one()
        ours = session.scalars(select(Foundation)).one()
        ours.is_example = False  # whose letters never leave
        shifts = select(Shift.id).where(Shift.booth_id == booth.id)
        session.execute(delete(SignUp).where(SignUp.shift_id.in_(shifts)))
        shift = session.scalars(select(Shift).where(Shift.booth_id == booth.id)).all()[-1]
        shift.max_people = len(NAMES)
        for number, name in enumerate(NAMES):
            is_called = name in BY_PHONE
            contact = f"+1 303 555 01{number:02}" if is_called else f"{name.lower()}@example.net"
            person = new_person(ours, f"{name} Invented", contact, now)
            person.email_key = person.email
            session.add(person)
            session.flush()
            session.add(SignUp(shift_id=shift.id, person_id=person.id, confirmed_at=now,
                               created_at=now, changed_at=now))  # fmt: skip
        return booth.event_id


def mailed_to(box: Box) -> Counter[str]:
    """Count the letters of each of the 13; staff and leads have some of their own."""
    mailboxes = [one.split("@") for recipients in box.recipients for one in recipients]
    return Counter(name.title() for name, domain in mailboxes if domain == "example.net")


def test_who_counted_on_it_hears_that_we_do_not_go(
    open_page: OpenPage, mailing: Live, box: Box
) -> None:
    """Without a script; with one, the same forms are sent."""
    number = fill(mailing)
    page = open_page(java_script_enabled=False, base_url=mailing.url)
    page.goto(mailing.sign_in_link())
    page.locator("main form button").first.click()
    page.goto(f"/events/{number}")
    page.get_by_label("Reason", exact=True).fill("the hall is closed")
    page.get_by_role("button", name="No-go", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("13 people have a shift at")
    expect(page.locator(".lede")).to_contain_text("9 are mailed, 4 to call: Jo, Kai, Lea and Mo")
    expect(page.locator(".lede")).to_contain_text("Nobody is told yet.")
    assert page.locator("main a[href^='tel:']").count() == len(BY_PHONE)
    mailing.work()
    assert mailed_to(box) == {}

    page.get_by_role("button", name="No-go, and tell them").click()
    mailing.work()
    assert mailed_to(box) == {name: 1 for name in NAMES if name not in BY_PHONE}
    letter = next(one for one in box.taken if one["To"].endswith("ana@example.net"))
    text = letter.get_body(("plain",)).get_content()
    link = re.search(r"http://\S+/my/\S+", text)
    assert link is not None

    volunteer = open_page(java_script_enabled=False, base_url=mailing.url, **PHONE)
    volunteer.goto(link[0])
    expect(volunteer.locator("main")).to_contain_text("do not go")
    expect(volunteer.get_by_role("link", name="I can't come")).to_have_count(0)
    volunteer.goto(f"/s/{CODE}")
    expect(volunteer.locator("main")).to_contain_text("We do not go")
    expect(volunteer.locator(".open .btn")).to_have_count(0)
    page.goto(f"/events/{number}")
    expect(page.locator("main")).to_contain_text("no-go")
    expect(page.locator("main")).not_to_contain_text("Find cover")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"misses \d+"))
