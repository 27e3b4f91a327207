"""The public sign-up page: what it lists, what one tap does, and what it never tells."""

import gzip
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from models import AuditEntry, Booth, Event, Person, Shift, SignUp
from tests import pages
from tests.cast import NOW, add_shift
from tests.conftest import CountQueries, MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import csrf_token, sign_in
from tests.views.hall import CODE, SOL, Hall, press

ROOT = Path(__file__).parents[3]
STATIC, RULES = ROOT / "static", ROOT / "outreach"
MOST_FILES = 15
"""So many modules of outreach/ a sign-up may pass; lower it when it falls."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def words(page: str) -> str:
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_who_needs_somebody_most_comes_first(hall: Hall) -> None:
    ada, bob = hall.person("Ada Alpha"), hall.person("Bob Beta")
    hall.puts(hall.shift(WEDNESDAY - DAY), ada, bob)
    hall.puts(hall.shift(WEDNESDAY + DAY), ada)
    hall.shift(WEDNESDAY + 2 * HOUR)
    page = hall.phone().get(f"/s/{CODE}").text
    assert re.findall(r"Take (\w{3} \d\d:\d\d)", page) == ["Wed 15:00", "Thu 13:00", "Tue 13:00"]
    said = words(page)
    assert "Wednesday at three has nobody. Can you take it?" in said
    assert "nobody yet, 0 of 2" in said
    assert "1 of 2, with Ada" in said
    assert "2 of 3, with Ada , Bob" in said
    assert "All times are Denver time." in said


def test_a_stranger_takes_a_shift_with_a_name_and_a_contact(hall: Hall, stored: Stored) -> None:
    shift, phone = hall.shift(), hall.phone()
    done = hall.take(phone, shift, SOL)
    assert done.status_code == 303
    token = done.location.removeprefix("/my/")
    assert len(token) == 43
    cookie = next(one for one in done.headers.getlist("Set-Cookie") if "whereabouts-mine" in one)
    assert f"={token};" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert hall.states(shift) == {"Sol": "taken"}
    with stored() as session:
        sol = session.scalars(select(Person).where(Person.name == "Sol Sample")).one()
        assert (sol.email, sol.email_key, sol.role) == ("sol@example.org", None, "volunteer")
    said = words(phone.get(done.location).text)
    assert "Wed 31 Jul, 13:00–15:00 is yours." in said
    assert f"/my/{token}" in said


def files_passed(does: Callable[[], object]) -> set[str]:
    """Return the modules of outreach/ of which a function runs meanwhile."""
    passed = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(RULES):
            passed.add(str(path.relative_to(RULES)))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        does()
    finally:
        sys.setprofile(before)
    return passed


def test_a_sign_up_passes_few_files(hall: Hall) -> None:
    """A newcomer with a mail address passes most; who is known by now takes another."""
    phone, pressed = hall.phone(), []
    for shift, given in ((hall.shift(), SOL), (hall.shift(WEDNESDAY + DAY), None)):
        page = phone.get(f"/s/{CODE}/shifts/{shift}")
        passed = files_passed(
            lambda page=page, given=given: pressed.append(press(phone, page, given))
        )
        assert len(passed) <= MOST_FILES, " ".join(sorted(passed))
        assert {"staffing/signups/sign_up.py", "staffing/signups/states.py"} <= passed
    assert [answer.status_code for answer in pressed] == [303, 303]


def test_a_phone_number_will_do_and_nonsense_will_not(hall: Hall) -> None:
    shift = hall.shift()
    wrong = hall.take(hall.phone(), shift, SOL | {"contact": "call me"})
    assert wrong.status_code == 422
    assert 'value="Sol Sample"' in wrong.text and 'value="call me"' in wrong.text
    assert "Give a mail address or a phone number." in wrong.text
    assert hall.take(hall.phone(), shift, {"name": " "}).status_code == 422
    assert hall.states(shift) == {}
    assert hall.take(hall.phone(), shift, SOL | {"contact": "+1 303 555 0100"}).status_code == 303


def test_a_double_tap_is_one_booking_and_one_person(hall: Hall) -> None:
    shift, phone = hall.shift(), hall.phone()
    people = hall.count(Person)
    page = phone.get(f"/s/{CODE}/shifts/{shift}")
    first, again = press(phone, page, SOL), press(hall.phone(), page, SOL)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert hall.states(shift) == {"Sol": "taken"}
    assert hall.count(Person) == people + 1


def test_who_is_known_takes_the_next_with_one_tap(hall: Hall) -> None:
    first, second = hall.shift(), hall.shift(WEDNESDAY + DAY)
    phone = hall.phone()
    hall.take(phone, first, SOL)
    people = hall.count(Person)
    page = phone.get(f"/s/{CODE}")
    assert "Your name" not in page.text and "I am not" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert press(phone, page).status_code == 303
    assert hall.states(second) == {"Sol": "taken"}
    assert hall.count(Person) == people


def test_a_signed_in_volunteer_is_known_here_and_not_elsewhere(
    hall: Hall, app: Flask, stored: Stored
) -> None:
    shift, ada = hall.shift(), hall.person("Ada Alpha")
    phone = app.test_client()
    with stored() as session:
        sign_in(phone, session, session.get_one(Person, ada))
    done = press(phone, phone.get(f"/s/{CODE}"))
    assert done.location == "/my/own"
    assert hall.states(shift) == {"Ada": "taken"}
    assert phone.get("/my").location == "/my/own"
    assert "Show my personal link" in phone.get("/my/own").text
    theirs = Hall(app, stored, "hgfedcba", slug="theirs")
    theirs.shift()
    assert "Ada" not in phone.get("/s/hgfedcba").text


def test_a_full_shift_offers_the_queue_and_the_next_best(hall: Hall) -> None:
    full, other = hall.shift(max_people=1), hall.shift(WEDNESDAY + 2 * HOUR)
    ada = hall.person("Ada Alpha", is_experienced=False)
    phone = hall.phone()
    page = phone.get(f"/s/{CODE}/shifts/{full}")
    hall.puts(full, ada)  # meanwhile
    people = hall.count(Person)
    late = press(phone, page, SOL)
    assert late.status_code == 409
    said = words(late.text)
    assert "Wed 13:00–15:00 is full." in said
    assert "You would be the first on the waiting list." in said
    assert "Take Wed 31 Jul, 15:00–17:00 instead" in said
    assert 'value="Sol Sample"' in late.text  # nothing is typed twice
    assert hall.count(Person) == people
    waits = press(phone, late, SOL, "Join the waiting list")
    assert waits.status_code == 303
    assert hall.states(full) == {"Ada": "taken", "Sol": "waiting"}
    assert "you are next" in phone.get(waits.location).text
    assert "1 before you" in hall.phone().get(f"/s/{CODE}").text
    instead = press(hall.phone(), late, SOL | {"name": "Kim"}, "instead")
    assert instead.status_code == 303
    assert hall.states(other) == {"Kim": "taken"}


def test_moved_cancelled_or_removed_meanwhile(hall: Hall, stored: Stored) -> None:
    shifts = [hall.shift(WEDNESDAY + number * DAY) for number in range(3)]
    phone = hall.phone()
    pages = [phone.get(f"/s/{CODE}/shifts/{one}") for one in shifts]
    with stored() as session:
        moved = {"sequence": 1, "starts_at": WEDNESDAY + HOUR}
        session.execute(update(Shift).where(Shift.id == shifts[0]).values(**moved))
        session.execute(update(Shift).where(Shift.id == shifts[1]).values(cancelled_at=NOW))
        session.execute(delete(Shift).where(Shift.id == shifts[2]))
    people = hall.count(Person)
    answers = [press(phone, page, SOL) for page in pages]
    assert [one.status_code for one in answers] == [409, 409, 409]
    assert "was changed since you opened the page" in answers[0].text
    assert "Take Wed 14:00–15:00" in answers[0].text
    for gone in answers[1:]:
        assert "not on the plan any more" in gone.text
        assert "Take Wed 31 Jul, 14:00–15:00" in gone.text
    assert (hall.count(SignUp), hall.count(Person)) == (0, people)
    assert press(phone, answers[0], SOL).status_code == 303
    for one in shifts[1:]:
        assert phone.get(f"/s/{CODE}/shifts/{one}").status_code == 410


def test_the_last_place_is_kept_for_experience_and_a_newcomer_may_wait(hall: Hall) -> None:
    shift, old = hall.shift(max_people=2), hall.person("Ada Alpha")
    hall.puts(shift, hall.person("Bob Beta", is_experienced=False))
    phone = hall.phone()
    assert "1 shift has a waiting list" in phone.get(f"/s/{CODE}").text
    page = phone.get(f"/s/{CODE}/shifts/{shift}")
    kept = "The last place is kept for somebody who has stood at a booth before."
    assert kept in page.text and "Why" not in page.text
    assert press(phone, page, SOL).status_code == 303
    assert hall.states(shift) == {"Bob": "taken", "Sol": "waiting"}
    assert press(hall.phone(old), hall.phone(old).get(f"/s/{CODE}")).status_code == 303
    assert hall.states(shift) == {"Bob": "taken", "Sol": "waiting", "Ada": "taken"}


def test_red_is_where_time_runs_out_and_what_one_does_stands_first(
    hall: Hall, stored: Stored
) -> None:
    with stored() as session:
        session.get_one(Booth, hall.booth).note = "Show the demo.\nWater is under the table."
    for starts, is_red in ((WEDNESDAY + 20 * DAY, False), (WEDNESDAY, True)):
        hall.shift(starts)
        tree = pages.tree_of(hall.phone().get(f"/s/{CODE}").text)
        for looks in ("hole", "gapw", "o"):
            assert bool(pages.of_class(tree, looks)) is is_red, looks
        said = pages.says(tree)
        assert said.index("Show the demo.") < said.index("13:00–15:00") < said.index("Water is")
        assert said.count("Show the demo.") == 1


def test_a_newcomer_takes_the_one_place_of_a_shift(hall: Hall) -> None:
    hall.person("Ada Alpha")  # who has stood at a booth before
    shift, other = hall.shift(max_people=1), hall.shift(WEDNESDAY + DAY, max_people=1)
    assert "waiting list" not in hall.phone().get(f"/s/{CODE}").text
    for one in (shift, other):
        phone = hall.phone()
        assert hall.take(phone, one, SOL | {"contact": f"sol{one}@example.org"}).status_code == 303
    assert hall.states(shift) == hall.states(other) == {"Sol": "taken"}


def test_a_day_that_is_full_is_not_the_whole_booth(hall: Hall) -> None:
    full, ada, bob = hall.shift(max_people=2), hall.person("Ada Alpha"), hall.person("Bob Beta")
    hall.puts(full, ada, bob)
    for hours in (0, 2):
        hall.puts(hall.shift(WEDNESDAY + DAY + hours * HOUR, max_people=3), ada, bob)
    wednesday, thursday = (
        words(hall.phone().get(f"/s/{CODE}?day={day}").text) for day in ("2024-07-31", "2024-08-01")
    )
    for page in (wednesday, thursday):
        assert "Every shift has enough people, and there is room for you." in page
    assert "1 shift is full: waiting list" in wednesday and "place left" not in wednesday
    assert "2 shifts on Thu 1 Aug have a place left." in thursday


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (["lead"], ""),
        (["lead", "language:fr"], "Helpful, not needed: somebody who speaks French."),
        (["language:fr"], "Helpful, not needed: somebody who speaks French."),
    ],
)
def test_what_a_volunteer_can_meet_is_helpful_and_a_lead_is_staffs_matter(
    hall: Hall, needs: list[str], said: str
) -> None:
    shift = hall.shift(needs=needs)
    for path in (f"/s/{CODE}", f"/s/{CODE}/shifts/{shift}"):
        page = words(hall.phone().get(path).text)
        assert said in page and ("Helpful" in page) is bool(said)
        assert "leads" not in page and "Needs " not in page


def test_where_nobody_has_experience_no_place_is_kept(hall: Hall) -> None:
    shift = hall.shift(max_people=2)
    hall.puts(shift, hall.person("Bob Beta", is_experienced=False))
    assert "before" not in hall.phone().get(f"/s/{CODE}/shifts/{shift}").text
    assert hall.take(hall.phone(), shift, SOL).status_code == 303
    assert hall.states(shift) == {"Bob": "taken", "Sol": "taken"}


def test_a_broken_rule_is_named_and_nobody_has_to_justify_it(hall: Hall) -> None:
    ada = hall.person("Ada Alpha")
    hall.puts(hall.shift(WEDNESDAY + 2 * HOUR, 4), ada)
    shift = hall.shift(WEDNESDAY + 6 * HOUR)
    phone = hall.phone(ada)
    listed = phone.get(f"/s/{CODE}").text
    assert "4 hours a day is the most" in listed
    assert f'href="/s/{CODE}/shifts/{shift}"' in listed  # no one-tap button for it
    refused = phone.post(f"/s/{CODE}/shifts/{shift}?seen=0")
    assert refused.status_code == 422
    assert "Why" not in refused.text and "Take it all the same" in refused.text
    assert "4 hours a day is the most" in refused.text
    assert hall.states(shift) == {}
    taken = press(phone, refused)
    assert taken.status_code == 303
    assert hall.states(shift) == {"Ada": "taken"}


def test_being_in_two_places_is_no_choice(hall: Hall) -> None:
    ada = hall.person("Ada Alpha")
    hall.puts(hall.shift(), ada)
    shift, handover = hall.shift(WEDNESDAY + HOUR), hall.shift(WEDNESDAY + 2 * HOUR - HOUR / 4)
    phone = hall.phone(ada)
    page = phone.get(f"/s/{CODE}").text
    assert "1 overlaps what you do already" in page
    assert "overlaps your shift Wed 13:00" in page
    assert re.findall(r"Take (\w{3} \d\d:\d\d)", page) == ["Wed 14:45"]
    assert "the hand-over of 15 minutes is fine" in page
    alone = phone.get(f"/s/{CODE}/shifts/{shift}").text
    assert "Choose another shift" in alone and "Take Wed" not in alone
    assert phone.post(f"/s/{CODE}/shifts/{shift}?seen=0").status_code == 422
    assert phone.post(f"/s/{CODE}/shifts/{shift}", data={"reason": "so"}).status_code == 422
    assert hall.states(shift) == {}
    assert phone.post(f"/s/{CODE}/shifts/{handover}?seen=0").status_code == 303


@pytest.mark.parametrize(
    ("crew", "sentence"),
    [
        ({"rules": {"opens_days_before": 2}}, "Sign-up opens on Fri 26 Jul, 00:00."),
        ({"decided": "cancelled"}, "We do not go to SIGGRAPH."),
    ],
)
def test_not_open_yet(app: Flask, stored: Stored, crew: dict[str, object], sentence: str) -> None:
    hall = Hall(app, stored, **crew)
    shift, phone = hall.shift(), hall.phone()
    page = phone.get(f"/s/{CODE}").text
    assert sentence in page
    assert "Take " not in page
    assert ("13:00–15:00" in page) is ("opens" in sentence)
    assert sentence in phone.get(f"/s/{CODE}/shifts/{shift}").text
    refused = phone.post(f"/s/{CODE}/shifts/{shift}?seen=0", data=SOL)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert hall.states(shift) == {}


@pytest.mark.parametrize(("decided", "told"), [(None, True), ("proposed", True), ("go", False)])
def test_an_open_decision_is_told(
    app: Flask, stored: Stored, decided: str | None, told: bool
) -> None:
    hall = Hall(app, stored, decided=decided)
    shift, phone = hall.shift(), hall.phone()
    assert ("not decided yet" in phone.get(f"/s/{CODE}").text) is told
    assert phone.post(f"/s/{CODE}/shifts/{shift}?seen=0", data=SOL).status_code == 303


def test_nobody_learns_whether_an_address_is_known(hall: Hall, stored: Stored) -> None:
    """Known or not: the same status, the same text, the same letters; and never their account."""
    hall.person("Ada Alpha", email="ada@example.org", email_key="ada@example.org")
    answers, pages = [], []
    for address in ("ada@example.org", "eda@example.org"):
        shift, phone = hall.shift(), hall.phone()
        done = hall.take(phone, shift, {"name": "Eve", "contact": address})
        answers.append((done.status_code, len(done.data), len(done.location)))
        page = words(phone.get(done.location).text).replace(done.location, "")
        pages.append(page.replace(address, "address"))
        with stored() as session:
            session.execute(delete(Shift).where(Shift.id == shift))
    assert answers[0] == answers[1]
    assert pages[0] == pages[1]
    with stored() as session:
        proven = select(func.count()).where(Person.email_key == "ada@example.org")
        assert session.scalar(proven) == 1
        assert session.scalar(select(func.count()).where(Person.name == "Eve")) == 2


def test_what_a_form_adds_is_ignored(hall: Hall, stored: Stored) -> None:
    shift, ada = hall.shift(), hall.person("Ada Alpha")
    extra = {"person_id": str(ada), "role": "staff", "state": "removed", "is_lead": "1"}
    hall.take(hall.phone(), shift, SOL | extra)
    assert hall.states(shift) == {"Sol": "taken"}
    with stored() as session:
        assert session.scalar(select(Person.role).where(Person.name == "Sol Sample")) == "volunteer"
        assert not session.scalar(select(SignUp.is_lead))


def test_a_crowd_behind_one_address_may_sign_up_but_not_for_ever(
    make_app: MakeApp, stored: Stored
) -> None:
    hall = Hall(make_app(WTF_CSRF_ENABLED=False, SIGN_UPS_PER_PLACE=3), stored)
    shift, phone = hall.shift(max_people=12), hall.phone()
    for number in range(3):
        given = {"name": f"Vol{number}", "contact": "+1 303 555 0100"}
        assert hall.take(phone if number == 0 else hall.phone(), shift, given).status_code == 303
    late = hall.take(hall.phone(), shift, SOL)
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0
    assert "Very many people" in late.text and 'value="Sol Sample"' in late.text
    assert "Sol" not in hall.states(shift)
    other = hall.shift(WEDNESDAY + DAY)
    assert press(phone, phone.get(f"/s/{CODE}")).status_code == 303  # who is known goes on
    assert hall.states(other) == {"Vol0": "taken"}


def test_ones_own_time_stands_second_and_only_where_it_differs(hall: Hall) -> None:
    hall.shift()
    phone = hall.phone()
    plain = phone.get(f"/s/{CODE}").text
    assert "your time" not in plain and "Somewhere else?" in plain
    berlin = phone.get(f"/s/{CODE}?zone=Europe/Berlin").text
    assert berlin.index("13:00–15:00") < berlin.index("21:00–23:00 your time, Berlin")
    assert "21:00–23:00 your time" in phone.get(f"/s/{CODE}").text  # the browser keeps it
    tokyo = phone.get(f"/s/{CODE}?zone=Asia/Tokyo").text
    assert "Thu 1 Aug, 04:00–06:00 your time, Tokyo" in tokyo
    assert "your time" not in hall.phone().get(f"/s/{CODE}?zone=America/Denver").text
    for odd in ("../../etc/passwd", "America", "", "x" * 300, "localtime"):
        answer = hall.phone().get(f"/s/{CODE}", query_string={"zone": odd})
        assert answer.status_code == 200 and "your time" not in answer.text
    assert "Europe/Berlin" in phone.get(f"/s/{CODE}/zone").text


@pytest.mark.parametrize(
    ("zone", "starts", "said"),
    [
        ("Pacific/Kiritimati", "2024-07-31T09:00+00:00", ("Wed 31 Jul", "23:00–Thu 01:00")),
        ("Pacific/Auckland", "2024-07-31T11:00+00:00", ("Wed 31 Jul", "23:00–Thu 01:00")),
        ("America/Denver", "2024-08-01T04:00+00:00", ("Wed 31 Jul", "22:00–24:00")),
        ("Europe/Berlin", "2024-10-27T00:00+00:00", ("Sun 27 Oct", "02:00–03:00")),
        (None, "2024-08-01T04:00+00:00", ("Thu 1 Aug", "04:00–06:00")),
    ],
)
def test_past_midnight_far_east_and_over_the_change_of_the_clocks(
    app: Flask, stored: Stored, zone: str, starts: str, said: tuple[str, str]
) -> None:
    hall = Hall(app, stored)
    hall.shift(datetime.fromisoformat(starts))
    with stored() as session:
        session.execute(update(Event).values(timezone=zone))
    page = words(hall.phone().get(f"/s/{CODE}").text)
    for part in said:
        assert part in page


def test_a_day_is_a_filter_of_the_address(hall: Hall) -> None:
    for number in range(8):
        hall.shift(WEDNESDAY + (number % 2) * DAY + number * HOUR)
    page = hall.phone().get(f"/s/{CODE}?day=2024-08-01").text
    assert set(re.findall(r"Take (\w{3}) ", page)) == {"Thu"}
    assert 'href="/s/abcdefgh?day=2024-07-31"' in page
    assert hall.phone().get(f"/s/{CODE}?day=2024-09-09").status_code == 200
    assert hall.phone().get(f"/s/{CODE}?day=%27").status_code == 200


def test_other_codes_and_other_booths(hall: Hall, app: Flask, stored: Stored) -> None:
    shift, ada = hall.shift(), hall.person("Ada Alpha")
    theirs = Hall(app, stored, "hgfedcba", slug="theirs")
    other = theirs.shift()
    assert hall.phone().get("/s/ABCDEFGH").status_code == 200
    for code in ("abcdefgx", "a", "0" * 8, "abcdefgh0"):
        assert hall.phone().get(f"/s/{code}").status_code == 404
    for phone in (hall.phone(), hall.phone(ada)):
        assert phone.get(f"/s/{CODE}/shifts/{other}").status_code == 404
        assert phone.post(f"/s/{CODE}/shifts/{other}?seen=0", data=SOL).status_code == 404
    assert phone.get(f"/s/hgfedcba/shifts/{shift}").status_code == 404
    assert hall.count(SignUp) == 0


def test_somebody_else_may_borrow_the_phone(hall: Hall) -> None:
    shift, ada = hall.shift(), hall.person("Ada Alpha")
    phone = hall.phone(ada)
    assert phone.post(f"/s/{CODE}/forget").status_code == 303
    assert hall.take(phone, shift, SOL).status_code == 303
    assert hall.states(shift) == {"Sol": "taken"}


def test_the_form_carries_the_browsers_secret(make_app: MakeApp, stored: Stored) -> None:
    hall = Hall(make_app(), stored)
    shift, phone = hall.shift(), hall.phone()
    assert phone.post(f"/s/{CODE}/shifts/{shift}?seen=0", data=SOL).status_code == 400
    foreign = {"Sec-Fetch-Site": "cross-site"}
    given = SOL | {"csrf_token": csrf_token(phone, f"/s/{CODE}/shifts/{shift}")}
    path = f"/s/{CODE}/shifts/{shift}?seen=0"
    assert phone.post(path, data=given, headers=foreign).status_code == 403
    assert hall.states(shift) == {}
    assert hall.take(phone, shift, SOL).status_code == 303


def test_another_persons_form_opens_nobodys_pages(hall: Hall) -> None:
    """Who knows somebody's form key and is known gets no link of theirs by it."""
    shift, phone = hall.shift(), hall.phone()
    page = phone.get(f"/s/{CODE}/shifts/{shift}")
    mine = press(phone, page, SOL)
    thief = hall.phone(hall.person("Eve Echo"))
    key = re.findall(r'name="form_key"[^>]*value="([^"]+)"', page.text)[0]
    taken = thief.post(f"/s/{CODE}/shifts/{shift}?seen=0", data={"form_key": key})
    assert mine.location not in (taken.location or "")
    assert mine.location.removeprefix("/my/") not in str(taken.headers)


def fill(hall: Hall, stored: Stored, shifts: int) -> None:
    """Draw shifts of an hour, every other one with two people on it."""
    people = [hall.person(f"Vol{number} Unteer", email=None) for number in range(20)]
    with stored() as session:
        booth = session.get_one(Booth, hall.booth)
        for number in range(shifts):
            starts = WEDNESDAY + number * HOUR
            shift = add_shift(session, booth, starts, 1, note="Greet and count visitors.")
            if number % 2:
                pair = (people[number % 20], people[(number + 1) % 20])
                session.add_all(
                    SignUp(shift_id=shift.id, person_id=one, created_at=NOW, changed_at=NOW)
                    for one in pair
                )


def test_five_hundred_shifts_cost_few_statements_and_few_bytes(
    hall: Hall, stored: Stored, count_queries: CountQueries
) -> None:
    fill(hall, stored, 500)
    ada = hall.person("Ada Alpha")
    for phone in (hall.phone(), hall.phone(ada)):
        phone.get(f"/s/{CODE}")
        with count_queries() as queries:
            page = phone.get(f"/s/{CODE}")
        assert page.status_code == 200
        assert page.text.count("Take ") >= 40
        assert "460 more shifts: choose a day." in page.text
        assert len(queries) <= 10, queries
        assert len(gzip.compress(page.data, 6)) <= 60_000


def test_a_sign_up_is_few_statements(hall: Hall, count_queries: CountQueries) -> None:
    ada = hall.person("Ada Alpha")
    first, second = hall.shift(), hall.shift(WEDNESDAY + DAY)
    phone = hall.phone(ada)
    with count_queries() as known:
        assert phone.post(f"/s/{CODE}/shifts/{first}?seen=0").status_code == 303
    page = hall.phone().get(f"/s/{CODE}/shifts/{second}")
    with count_queries() as new:
        assert press(hall.phone(), page, SOL).status_code == 303
    newcomer = hall.phone()
    hall.take(newcomer, hall.shift(WEDNESDAY + 2 * DAY), SOL | {"contact": "eda@example.org"})
    third = hall.shift(WEDNESDAY + 3 * DAY)
    with count_queries() as unknown:
        assert newcomer.post(f"/s/{CODE}/shifts/{third}?seen=0").status_code == 303
    assert len(known) <= 10, known
    assert len(unknown) <= 13, unknown
    assert len(new) <= 16, new


def test_the_first_view_is_light(hall: Hall) -> None:
    ada = hall.person("Ada Alpha")
    for number in range(16):
        hall.puts(hall.shift(WEDNESDAY + number * HOUR, 1, note="Greet visitors."), ada)
    phone = hall.phone()
    sizes = [len(phone.get(f"/s/{CODE}").data)]
    sizes += [(STATIC / name).stat().st_size for name in ("phone.css", "phone.js")]
    assert sum(sizes) <= 30_000, sizes


def test_a_long_list_is_light_too_and_found_by_its_days(hall: Hall, stored: Stored) -> None:
    fill(hall, stored, 90)
    phone = hall.phone()
    page = phone.get(f"/s/{CODE}")
    files = sum((STATIC / name).stat().st_size for name in ("phone.css", "phone.js"))
    assert len(page.data) + files <= 30_000
    assert "50 more shifts: choose a day." in page.text
    assert "90 shifts have a place left." in page.text
    days = set(re.findall(rf"/s/{CODE}\?day=([\d-]+)", page.text))
    found = set[str]()
    for day in days:
        shown = phone.get(f"/s/{CODE}?day={day}").text
        found |= set(re.findall(rf'class="btn[^"]*" href="/s/{CODE}/shifts/(\d+)"', shown))
    assert len(found) == 90, "each is on the page of its day"


def test_asking_for_what_is_anothers_leaves_a_line(hall: Hall, app: Flask, stored: Stored) -> None:
    ada = hall.person("Ada Alpha")
    other = Hall(app, stored, "hgfedcba", slug="theirs").shift()
    hall.phone(ada).post(f"/s/{CODE}/shifts/{other}?seen=0")
    with stored() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.act == "was refused")).all()
        assert [(one.person_id, one.subject) for one in lines] == [(ada, "shift")]
