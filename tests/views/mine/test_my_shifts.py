"""A volunteer's own pages: what they show, what a tap does, and what a mere visit never does."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, text, update

from models import (
    AuditEntry,
    Base,
    Cover,
    CoverAsk,
    Foundation,
    Message,
    Person,
    PersonalLink,
    Shift,
    SignUp,
    Swap,
)
from outreach.staffing.volunteers import personal_links
from tests import cast, pages
from tests.cast import NOW
from tests.conftest import CountQueries, MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sampling import times
from tests.sign_ins import sign_in
from tests.views.hall import CODE, Hall, press
from tests.views.mine.test_sign_up import words
from tests.views.planned import sign_in_as, text_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Scene:
    """Ada stands on Wednesday at one with Bob, and on Thursday alone; Bob on Thursday at three."""

    def __init__(self, app: Flask, stored: Stored) -> None:
        self.hall, self.stored = Hall(app, stored), stored
        self.ada, self.bob = self.hall.person("Ada Alpha"), self.hall.person("Bob Beta")
        self.shift = self.hall.shift(note="Show the fix.")
        self.thursday = self.hall.shift(WEDNESDAY + DAY)
        self.later = self.hall.shift(WEDNESDAY + DAY + 2 * HOUR)
        self.mine, self.bobs = self.hall.puts(self.shift, self.ada, self.bob)
        [self.mine_too] = self.hall.puts(self.thursday, self.ada)
        [self.bobs_too] = self.hall.puts(self.later, self.bob)
        self.token, self.bobs_token = self.hall.link(self.ada), self.hall.link(self.bob)
        self.phone = self.hall.phone()

    def get(self, path: str = "", token: str | None = None) -> str:
        answer = self.phone.get(f"/my/{token or self.token}{path}")
        assert answer.status_code == 200, path
        return words(answer.text)

    def fingerprint(self) -> str:
        """Return a hash of every row of every table."""
        with self.stored() as session:
            rows = [
                (table.name, sorted(map(str, session.execute(select(table)).all())))
                for table in Base.metadata.sorted_tables
            ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture
def scene(app: Flask, stored: Stored) -> Scene:
    return Scene(app, stored)


def test_the_next_shift_stands_first(scene: Scene) -> None:
    said = scene.get()
    assert "Wednesday at one, with Bob." in said
    assert said.index("13:00–15:00") < said.index("Thu 1 Aug")
    for part in ("Show the fix.", "Denver, United States", "Lea Lead", "lea@example.org"):
        assert part in said
    answer = scene.phone.get(f"/my/{scene.token}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    scripts = [one.get("src", "") for one in pages.tree_of(answer.text).iter("script")]
    assert [one.rpartition("/")[2].partition("?")[0] for one in scripts] == ["share.js", "phone.js"]
    assert "http-equiv" not in answer.text


def test_by_name_only_first_names(scene: Scene) -> None:
    said = scene.get()
    assert "Beta" not in said and "bob@example.org" not in said


@pytest.mark.sampled
def test_a_thousand_visits_consume_nothing(scene: Scene) -> None:
    """Mail scanners open every link, by GET and HEAD, as often as they like; sixty visits here."""
    scene.hall.puts(scene.later, scene.ada, state="offered", offer_ends_at=WEDNESDAY)
    with scene.stored() as session:
        cover = Cover(shift_id=scene.later, opened_at=NOW)
        session.add(cover)
        session.flush()
        session.add(CoverAsk(cover_id=cover.id, person_id=scene.ada, asked_at=NOW))
        session.add(Swap(mine_id=scene.bobs, theirs_id=scene.mine_too, offered_at=NOW))
        ada = session.get_one(Person, scene.ada)
        ada.email_key = None
        proof = personal_links.contact_check(
            session, scene.hall.app.config["SECRET_KEY"], ada, datetime.now(UTC)
        )
    feed = scene.hall.feed(scene.ada)
    own = f"/my/{scene.token}"
    paths = [
        own,
        f"{own}/shifts/{scene.mine}/leave",
        f"{own}/shifts/{scene.mine}/swap",
        f"{own}/shifts/{scene.mine}.ics",
        f"{own}/events/{scene.hall.event}/times",
        f"/my/{scene.bobs_token}/events/{scene.hall.event}/brief",
        f"{own}/covers/1",
        f"{own}/mail",
        f"/my/address/{proof}",
        f"/feeds/{feed}.ics",
    ]
    before = scene.fingerprint()
    visits = 0
    rounds = times(3, 50)
    for method in ("GET", "HEAD") * rounds:
        for path in paths:
            assert scene.phone.open(path, method=method).status_code == 200, path
            visits += 1
    assert visits == 2 * rounds * len(paths)
    assert scene.fingerprint() == before


def test_withdrawing_takes_two_taps(scene: Scene) -> None:
    page = scene.phone.get(f"/my/{scene.token}/shifts/{scene.mine}/leave")
    assert "Withdraw now" in page.text and "Find somebody to cover first" in page.text
    done = scene.phone.post(f"/my/{scene.token}/shifts/{scene.mine}/leave")
    assert done.status_code == 303
    assert scene.hall.states(scene.shift) == {"Ada": "left", "Bob": "taken"}
    assert "You are off Wed 31 Jul, 13:00–15:00." in scene.get()
    again = scene.phone.post(f"/my/{scene.token}/shifts/{scene.mine}/leave")
    assert again.status_code == 303
    assert "do not have this shift any more" in scene.get(f"/shifts/{scene.mine}/leave")
    with scene.stored() as session:
        kinds = session.scalars(select(Message.kind).where(Message.person_id == scene.hall.lead))
        assert list(kinds) == ["dropped_out"]


def test_cover_first_keeps_the_place(scene: Scene) -> None:
    cover = f"/my/{scene.token}/shifts/{scene.mine}/cover"
    assert scene.phone.post(cover).status_code == 303
    assert scene.hall.states(scene.shift)["Ada"] == "taken"
    assert "it is yours until somebody says yes" in scene.get()
    with scene.stored() as session:
        assert session.scalars(select(Cover.leaving_id)).all() == [scene.mine]
    assert scene.phone.post(cover).status_code == 303
    assert scene.hall.count(Cover) == 1


def test_an_offer_is_answered_on_the_page(scene: Scene) -> None:
    for says, state in (("yes", "taken"), ("no", "passed")):
        shift = scene.hall.shift(WEDNESDAY - DAY)
        ends = NOW + HOUR
        [row] = scene.hall.puts(shift, scene.ada, state="offered", offer_ends_at=ends)
        assert "A place is free for you" in scene.get()
        path = f"/my/{scene.token}/shifts/{row}/offer"
        assert scene.phone.post(path, data={"says": says}).status_code == 303
        assert scene.hall.states(shift) == {"Ada": state}
        with scene.stored() as session:
            session.execute(update(SignUp).where(SignUp.id == row).values(state="left"))


def test_ones_own_time_stands_beside_the_venues_on_the_first_visit(scene: Scene) -> None:
    link = f"/my/{scene.token}"
    first = scene.phone.get(link).text
    assert "your time" not in first and f'href="{link}/zone"' in first
    scripts = pages.tree_of(first).iter("script")
    [script] = [one for one in scripts if "phone.js" in one.get("src", "")]
    assert script.get("data-venue") == "America/Denver" and script.get("data-at")
    assert f'action="{link}"' in scene.phone.get(f"{link}/zone").text
    chosen = scene.phone.get(link, query_string={"zone": "Asia/Tokyo"}).text
    assert "Thu 1 Aug, 04:00–06:00 your time, Tokyo" in words(chosen)
    assert "your time, Tokyo" in scene.get(), "the browser keeps it"


def test_who_lives_elsewhere_reads_their_time_without_a_script(scene: Scene) -> None:
    with scene.stored() as session:
        session.get_one(Person, scene.ada).timezone = "Europe/Berlin"
    page = scene.phone.get(f"/my/{scene.token}").text
    assert "21:00–23:00 your time, Berlin" in words(page)
    assert 'data-home="Europe/Berlin"' in page and "data-own" not in page
    at_home = f"/my/{scene.token}?zone=America/Denver"
    assert "your time" not in scene.phone.get(at_home).text, "at the venue now"


def test_an_offer_that_breaks_a_rule_by_now_has_a_way_on(scene: Scene) -> None:
    scene.hall.puts(scene.hall.shift(WEDNESDAY + 4 * HOUR, 4), scene.ada)
    shift = scene.hall.shift(WEDNESDAY + 8 * HOUR)
    [row] = scene.hall.puts(shift, scene.ada, state="offered", offer_ends_at=NOW + HOUR)
    path = f"/my/{scene.token}/shifts/{row}/offer"
    refused = scene.phone.post(path, data={"says": "yes"})
    assert refused.status_code == 422 and scene.hall.states(shift) == {"Ada": "offered"}
    form = next(one for one in refused.text.split("<form")[1:] if path in one.partition(">")[0])
    assert "Take it all the same" in form and f'name="anyway" value="{row}"' in form
    again = scene.phone.post(path, data={"says": "yes", "anyway": str(row)})
    assert again.status_code == 303 and scene.hall.states(shift) == {"Ada": "taken"}


def test_an_offer_that_ran_out_is_said_and_not_given(scene: Scene) -> None:
    [row] = scene.hall.puts(
        scene.hall.shift(WEDNESDAY - DAY), scene.ada, state="offered", offer_ends_at=NOW
    )
    late = scene.phone.post(f"/my/{scene.token}/shifts/{row}/offer", data={"says": "yes"})
    assert late.status_code == 422
    assert "has ended" in late.text


def test_a_swap_by_two_taps_of_two_people(scene: Scene) -> None:
    page = scene.phone.get(f"/my/{scene.token}/shifts/{scene.mine_too}/swap")
    assert "Bob" in page.text
    asked = scene.phone.post(
        f"/my/{scene.token}/shifts/{scene.mine_too}/swap", data={"with": scene.bobs_too}
    )
    assert asked.status_code == 303
    assert "You asked Bob to swap" in scene.get()
    assert "Ada would like to swap" in scene.get(token=scene.bobs_token)
    path = f"/my/{scene.bobs_token}/swaps/1"
    assert scene.phone.post(path, data={"says": "perhaps"}).status_code == 400
    assert scene.phone.post(path, data={"says": "yes"}).status_code == 303
    assert scene.hall.states(scene.thursday) == {"Ada": "left", "Bob": "taken"}
    assert scene.hall.states(scene.later) == {"Bob": "left", "Ada": "taken"}
    for person, given in ((scene.ada, scene.thursday), (scene.bob, scene.later)):
        states = {
            one["SUMMARY"]: str(one["STATUS"])
            for one in Calendar.from_ical(
                scene.phone.get(f"/feeds/{scene.hall.feed(person)}.ics").data
            ).walk("VEVENT")
            if one["STATUS"] == "CANCELLED"
        }
        assert len(states) == 1, given


def test_a_feed_is_the_same_until_something_changes(scene: Scene) -> None:
    path = f"/feeds/{scene.hall.feed(scene.ada)}.ics"
    first = scene.phone.get(path)
    assert first.mimetype == "text/calendar"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert scene.phone.get(path).data == first.data
    known = {"If-None-Match": first.headers["ETag"]}
    assert scene.phone.get(path, headers=known).status_code == 304
    with scene.stored() as session:
        moved = {"starts_at": WEDNESDAY + HOUR, "sequence": 1}
        session.execute(update(Shift).where(Shift.id == scene.shift).values(**moved))
    second = scene.phone.get(path, headers=known)
    assert second.status_code == 200
    before, after = (
        {str(one["UID"]): one for one in Calendar.from_ical(page.data).walk("VEVENT")}
        for page in (first, second)
    )
    assert set(before) == set(after)
    changed = [uid for uid in before if before[uid]["SEQUENCE"] != after[uid]["SEQUENCE"]]
    assert len(changed) == 1
    assert after[changed[0]].start == WEDNESDAY + HOUR
    one = scene.phone.get(f"/my/{scene.token}/shifts/{scene.mine}.ics")
    [entry] = Calendar.from_ical(one.data).walk("VEVENT")
    assert str(entry["UID"]) == changed[0]
    assert b"example.org" not in first.data + one.data


def test_a_feed_opens_only_itself(scene: Scene) -> None:
    feed = scene.hall.feed(scene.ada)
    answers = [
        scene.phone.get(f"/feeds/{word}.ics")
        for word in (scene.token, "x" * 43, "short", feed[:-1] + "!")
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.data for one in answers}) == 1
    assert scene.phone.get(f"/my/{feed}").status_code == 404
    wide = f"/feeds/{feed}.ics?person={scene.bob}&only={scene.bobs}"
    assert scene.phone.get(wide).data == scene.phone.get(f"/feeds/{feed}.ics").data
    scene.phone.set_cookie("whereabouts-mine", feed)
    assert scene.phone.get("/my").status_code == 404


def test_renewed_links_end_page_and_feed(scene: Scene) -> None:
    feed = scene.hall.feed(scene.ada)
    staff = scene.hall.app.test_client()
    with scene.stored() as session:
        sign_in(staff, session, session.get_one(Person, scene.hall.lead))
    copied = staff.post(f"/people/{scene.ada}/link")
    assert f"/my/{scene.token}" in copied.text
    renewed = staff.post(f"/people/{scene.ada}/link/renew")
    found = re.findall(r'value="[^"]*/my/([\w-]{43})"', renewed.text)
    assert found and found[0] != scene.token
    assert scene.phone.get(f"/my/{scene.token}").status_code == 404
    assert scene.phone.get(f"/feeds/{feed}.ics").status_code == 404
    assert scene.phone.get(f"/my/{found[0]}").status_code == 200
    assert scene.token not in staff.get(f"/people/{scene.ada}").text
    with scene.stored() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.act.contains("personal link")))
        lines = [(one.act, one.person_id, one.subject_id, one.detail) for one in acts]
        assert lines == [
            ("copied a personal link", scene.hall.lead, scene.ada, {}),
            ("renewed a personal link", scene.hall.lead, scene.ada, {}),
        ]
        stored = " ".join(map(str, session.execute(select(PersonalLink.__table__)).all()))
        assert scene.token not in stored and found[0] not in stored and feed not in stored


THEIRS = (
    ("GET", "/shifts/{row}/leave", {}),
    ("POST", "/shifts/{row}/leave", {}),
    ("POST", "/coming", {"place": "{row}"}),
    ("POST", "/shifts/{row}/cover", {}),
    ("POST", "/shifts/{row}/offer", {"says": "yes"}),
    ("POST", "/shifts/{row}/stay", {}),
    ("GET", "/shifts/{row}/swap", {}),
    ("POST", "/shifts/{row}/swap", {"with": "1"}),
    ("GET", "/shifts/{row}.ics", {}),
)


@pytest.mark.parametrize(("method", "path", "given"), THEIRS)
def test_what_is_anothers_is_not_there_and_one_line_is_left(
    scene: Scene, method: str, path: str, given: dict[str, str]
) -> None:
    before = scene.hall.states(scene.shift), scene.hall.states(scene.later)
    address = f"/my/{scene.token}{path.format(row=scene.bobs)}"
    data = {name: value.format(row=scene.bobs) for name, value in given.items()}
    assert scene.phone.open(address, method=method, data=data).status_code == 404
    assert (scene.hall.states(scene.shift), scene.hall.states(scene.later)) == before
    assert scene.hall.count(Swap) == scene.hall.count(Cover) == 0
    with scene.stored() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.act == "was refused")).all()
        assert [(one.person_id, one.subject, one.subject_id) for one in lines] == [
            (scene.ada, "sign_up", scene.bobs)
        ]


def test_anothers_swap_and_event(scene: Scene, app: Flask, stored: Stored) -> None:
    with stored() as session:
        session.add(Swap(mine_id=scene.mine_too, theirs_id=scene.bobs_too, offered_at=NOW))
    eve = scene.hall.link(scene.hall.person("Eve Echo"))
    for says in ("yes", "no", "back"):
        answer = scene.phone.post(f"/my/{eve}/swaps/1", data={"says": says})
        assert answer.status_code == 404
    for token, says in ((scene.token, "yes"), (scene.bobs_token, "back")):
        answer = scene.phone.post(f"/my/{token}/swaps/1", data={"says": says})
        assert answer.status_code == 404  # nobody says yes to their own offer
    other = Hall(app, stored, "hgfedcba", slug="theirs")
    for part in ("times", "brief"):
        assert scene.phone.get(f"/my/{scene.token}/events/{other.event}/{part}").status_code == 404
    assert scene.phone.get(f"/my/{eve}/events/{scene.hall.event}/brief").status_code == 404
    with stored() as session:
        assert session.scalars(select(Swap.state)).all() == ["offered"]
        lines = session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "was refused"))
        assert sorted(lines) == ["brief", "brief", "event", *["swap"] * 5]


def test_a_link_that_is_not_one_says_so(scene: Scene) -> None:
    answers = [scene.phone.get(f"/my/{word}") for word in ("x" * 43, "short", "own", "%00x"[3:])]
    assert {one.status_code for one in answers} == {404}
    assert len({one.data for one in answers}) == 1
    assert scene.phone.get("/my").status_code == 404
    assert scene.phone.post(f"/my/{'x' * 43}/shifts/{scene.mine}/leave").status_code == 404


def test_a_visit_lets_no_browser_know_somebody_a_button_does(scene: Scene) -> None:
    """Else a link that somebody sends makes others sign up in their name."""
    assert not [
        one
        for one in scene.phone.get(f"/my/{scene.token}").headers.getlist("Set-Cookie")
        if "mine" in one
    ]
    assert "I am not" not in scene.phone.get(f"/s/{CODE}").text
    kept = scene.phone.post(f"/my/{scene.token}/keep", data={"code": CODE})
    assert kept.location == f"/s/{CODE}"
    assert "I am not" in scene.phone.get(f"/s/{CODE}").text
    assert scene.phone.get("/my").location == f"/my/{scene.token}"
    odd = scene.phone.post(f"/my/{scene.token}/keep", data={"code": "//evil.example"})
    assert odd.location.startswith("/s/")


def test_an_address_is_confirmed_by_its_button_only(scene: Scene, stored: Stored) -> None:
    with stored() as session:
        ada = session.get_one(Person, scene.ada)
        ada.email_key = None
        proof = personal_links.contact_check(
            session, scene.hall.app.config["SECRET_KEY"], ada, datetime.now(UTC)
        )
    page = scene.phone.get(f"/my/address/{proof}")
    assert "Yes, I come" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert scene.phone.post(f"/my/address/{proof}").status_code == 303
    with stored() as session:
        assert session.get_one(Person, scene.ada).email_key == "ada@example.org"
        session.get_one(Person, scene.ada).email = "new@example.org"
    for bad in (proof, "1-" + "x" * 43, "x"):
        assert scene.phone.get(f"/my/address/{bad}").status_code == 404
        assert scene.phone.post(f"/my/address/{bad}").status_code == 404


def test_letters_stop_by_a_button_and_by_a_mail_program(make_app: MakeApp, stored: Stored) -> None:
    scene = Scene(make_app(), stored)
    path = f"/my/{scene.token}/mail"

    def stopped() -> bool:
        with stored() as session:
            return session.get_one(Person, scene.ada).letters_stopped_at is not None

    press(scene.phone, scene.phone.get(path))
    assert stopped()
    press(scene.phone, scene.phone.get(path))
    assert not stopped()
    assert scene.phone.post(path, data={"letters": "stop"}).status_code == 400
    one_click = {"List-Unsubscribe": "One-Click"}
    assert scene.hall.app.test_client().post(path, data=one_click).status_code == 204
    assert stopped()
    scene.phone.set_cookie("whereabouts-mine", scene.token)
    assert scene.phone.post("/my/own/mail", data=one_click).status_code == 400
    leave = f"/my/{scene.token}/shifts/{scene.mine}/leave"
    assert scene.phone.post(leave, data=one_click).status_code == 400


def test_own_pages_of_somebody_signed_in(scene: Scene, app: Flask, stored: Stored) -> None:
    browser = app.test_client()
    with stored() as session:
        sign_in(browser, session, session.get_one(Person, scene.bob))
    assert browser.get("/my").location == "/my/own"
    page = browser.get("/my/own")
    assert "Wednesday at one, with Ada." in page.text
    assert scene.bobs_token not in page.text
    assert '<a href="/my"' in browser.get("/events").text
    shown = browser.post("/my/own/link")
    assert shown.location == f"/my/{scene.bobs_token}"
    assert browser.post(f"/my/own/shifts/{scene.mine}/leave").status_code == 404
    assert browser.post(f"/my/own/shifts/{scene.bobs}/leave").status_code == 303


def test_links_of_a_removed_foundation_open_nothing(scene: Scene, stored: Stored) -> None:
    feed = scene.hall.feed(scene.ada)
    with stored() as session:
        session.execute(text("UPDATE foundation SET removed_at = created_at"))
    for path in (f"/my/{scene.token}", f"/feeds/{feed}.ics", f"/s/{CODE}"):
        assert scene.phone.get(path).status_code == 404


def test_one_shift_or_ten_the_same_statements(scene: Scene, count_queries: CountQueries) -> None:
    def asked() -> int:
        with count_queries() as queries:
            scene.phone.get(f"/my/{scene.token}")
        return len(queries)

    few = asked()
    for number in range(2, 9):
        scene.hall.puts(scene.hall.shift(WEDNESDAY + number * DAY), scene.ada, scene.bob)
    assert asked() == few <= 14


# Fifty addresses and numbers that only staff and the lead of the event may see.
NUMBER_OF_CANARIES = 25


@pytest.fixture
def planted(scene: Scene, stored: Stored) -> list[str]:
    """Plant addresses and numbers, with their owners on every shift in every state."""
    canaries, states = [], ("taken", "waiting", "left", "removed", "passed")
    shifts = [scene.shift, scene.thursday, scene.later]
    with stored() as session:
        session.execute(update(Shift).values(max_people=40))
    for number in range(NUMBER_OF_CANARIES):
        email, phone = f"canary{number}@birds.example", f"+1 303 555 {7000 + number}"
        canaries += [email, phone]
        person = scene.hall.person(
            f"Kea{number} Bird{number}", email=email, email_key=email, phone=phone, note=phone
        )
        state = states[number % len(states)]
        queue = {"queue_no": number} if state == "waiting" else {}
        scene.hall.puts(shifts[number % 3], person, state=state, reason=email, **queue)
    return canaries


def _readers(scene: Scene, stored: Stored) -> Iterator[FlaskClient]:
    """Yield a stranger, a volunteer with a link, one signed in, and the lead of another event."""
    yield scene.hall.phone()
    yield scene.hall.phone(scene.ada)
    fay = scene.hall.person("Fay Far")
    with stored() as session:
        ours = session.get_one(Foundation, scene.hall.foundation)
        far = cast.add_event(session, ours, "Far")
        cast.name_person(session, far, session.get_one(Person, fay), is_lead=True)
    for person in (scene.ada, fay):
        browser = scene.hall.app.test_client()
        with stored() as session:
            sign_in(browser, session, session.get_one(Person, person))
        yield browser


def test_fifty_planted_contacts_are_nowhere(
    scene: Scene, stored: Stored, planted: list[str]
) -> None:
    """No page, feed, file or error of anybody who may not see them holds one."""
    own, event = f"/my/{scene.token}", scene.hall.event
    gets = [
        f"/s/{CODE}", f"/s/{CODE}?zone=Asia/Tokyo", f"/s/{CODE}/zone",
        f"/s/{CODE}/shifts/{scene.shift}", f"/s/{CODE}/shifts/999",
        own, "/my", "/my/own", f"{own}/mail", f"{own}/events/{event}/times",
        f"{own}/events/{event}/brief", f"{own}/shifts/{scene.mine}/leave",
        f"{own}/shifts/{scene.mine}/swap", f"{own}/shifts/{scene.mine}.ics",
        f"{own}/shifts/{scene.bobs}/leave", f"{own}/shifts/999/leave",
        f"/feeds/{scene.hall.feed(scene.ada)}.ics", f"/events/{event}",
        f"/events/{event}/roster", f"/events/{event}/roster.csv", f"/events/{event}/today",
        f"/events/{event}/booth", f"/events/{event}/shifts/{scene.shift}/cover",
        "/events", "/people", "/people.csv", "/season", "/search?q=canary", "/outbox",
    ]  # fmt: skip
    posts = [
        (f"/s/{CODE}/shifts/{scene.shift}?seen=0", {"name": "X", "contact": planted[0]}),
        (f"/s/{CODE}/shifts/{scene.shift}?seen=9", {"name": "X", "contact": "1 303 555"}),
        (f"/s/{CODE}/shifts/{scene.later}?seen=0", {}),
        (f"{own}/shifts/{scene.mine_too}/swap", {"with": str(scene.bobs_too)}),
        (f"{own}/shifts/{scene.mine_too}/swap", {"with": "12"}),
        (f"{own}/shifts/{scene.bobs}/leave", {}),
        (f"{own}/shifts/{scene.mine}/cover", {}),
        (f"{own}/shifts/{scene.mine}/leave", {}),
    ]
    found, read = [], 0
    for reader in _readers(scene, stored):
        answers = [(path, reader.get(path)) for path in gets]
        answers += [(path, reader.post(path, data=given)) for path, given in posts]
        for path, answer in answers:
            whole = answer.text + str(answer.headers)
            digits = re.sub(r"[^\d+]", "", whole)
            typed = planted[0] if path.endswith("?seen=0") else ""
            found += [
                (path, one)
                for one in planted
                if one != typed and (one in whole or one.replace(" ", "") in digits)
            ]
            assert answer.status_code < 500, path
            assert not re.search(r"Bird\d", whole), path  # nor a surname
            read += 1
    assert found == []
    assert read == 4 * (len(gets) + len(posts))


def test_who_was_put_on_shifts_says_yes_to_all_or_to_one(scene: Scene) -> None:
    """The button names what the page showed: a shift given meanwhile is asked about anew."""
    put = [scene.hall.shift(WEDNESDAY + number * DAY, 1) for number in (2, 3, 4)]
    asked = [scene.hall.puts(one, scene.ada, confirmed_at=None)[0] for one in put]
    page = pages.tree_of(scene.phone.get(f"/my/{scene.token}").text)
    [first, *_others] = [
        form for form in page.iter("form") if form.get("action", "").endswith("coming")
    ]
    assert "I come to all three" in pages.says(first)
    named = [one.get("value") for one in first.iter("input") if one.get("name") == "place"]
    assert named == [str(one) for one in asked]
    path = f"/my/{scene.token}/coming"
    assert scene.phone.post(path, data={"place": asked[1]}).status_code == 303
    assert "You were put on two shifts" in scene.get()
    assert scene.phone.post(path, data={"place": asked}).status_code == 303
    said = scene.get()
    assert "Noted: you come to all three." in said and "I come" not in said
    staff = sign_in_as(scene.hall.app, scene.stored, scene.hall.lead)
    roster = staff.get(f"/events/{scene.hall.event}/roster?day=2024-08-02").text
    assert "no answer yet" not in roster


def test_names_on_the_roster_without_an_answer_stand_once(scene: Scene) -> None:
    for hours in (3, 5):
        shift = scene.hall.shift(WEDNESDAY + hours * HOUR)
        scene.hall.puts(shift, scene.ada, confirmed_at=None)
    scene.hall.puts(shift, scene.bob, confirmed_at=None)
    staff = sign_in_as(scene.hall.app, scene.stored, scene.hall.lead)
    said = text_of(staff.get(f"/events/{scene.hall.event}/roster?day=2024-07-31"))
    assert "2 of 5 places have a yes" in said
    assert "Ada (2) and Bob were put there and did not answer yet." in said
