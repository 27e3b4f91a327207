"""Attacks on the booth's pages: foreign and huge numbers, odd words, forged forms, old links."""

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import (
    AuditEntry,
    Cover,
    Event,
    Foundation,
    Message,
    Person,
    Shift,
    SignUp,
    Swap,
    TeamMember,
)
from outreach.messages.outbox import one_line
from outreach.staffing.proposed_rosters.propose import ask as propose
from outreach.staffing.signups import assign
from outreach.staffing.volunteers import personal_links
from outreach.staffing.volunteers.personal_links import contact_check
from tests import cast, sign_ins
from tests.cast import NOW, REAL
from tests.conftest import MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew
from tests.sampling import some
from tests.sign_ins import sign_in
from tests.views.hall import CODE, SOL, Hall, press
from tests.views.planned import rows_of

BOOTH_PARTS = ("booth", "booths", "booth_paste", "covers", "duty", "proposals", "roster",
               "roster_out", "shifts")  # fmt: skip
PERSONAL_PARTS = ("covers", "my_shifts", "my_swaps", "my_times", "my_mail", "sign_up", "duty")
HUGE = str(10**30)
ODD = ["NaN", "-1", HUGE, "٣", "9" * 400, "\u2028", "<b>", "2024-99-99", ""]
INJECTED = 'Eve\r\nBcc: all@example.org\u2028X-Evil: 1\x0b\x85"; ATTENDEE:mailto:eve@example.org'


@dataclass(frozen=True)
class Numbers:
    """What the addresses of one event's booth hold."""

    event: int
    shift: int
    other_shift: int
    person: int
    sign_up: int
    entry: int
    cover: int
    proposal: int
    batch: str

    def fill(self, rule: Rule) -> str:
        """Fill a rule of leads."""
        words = {
            "event_id": self.event,
            "shift_id": self.shift,
            "person_id": self.person,
            "sign_up_id": self.sign_up,
            "entry_id": self.entry,
            "cover_id": self.cover,
            "proposal_id": self.proposal,
            "batch": self.batch,
            "word": "in",
        }
        return re.sub(r"<(?:int:)?(\w+)>", lambda found: str(words[found[1]]), rule.rule)


def man(session: Session, crew: Crew) -> Numbers:
    """Man a booth: two shifts, somebody on each, an act, a question and a proposal."""
    batch = "0" * 31 + str(crew.booth.id)
    shift, other = crew.shift(batch=batch), crew.shift(WEDNESDAY + timedelta(days=1))
    person = crew.person(email=None, email_key=None)
    entry = assign.place(session, shift, person, crew.lead, NOW, REAL)
    sign_up = session.scalars(select(SignUp).where(SignUp.shift_id == shift.id)).one()
    cover = Cover(shift_id=shift.id, opened_at=NOW)
    session.add(cover)
    proposal = propose(session, crew.booth, crew.lead, NOW)
    session.flush()
    return Numbers(crew.event.id, shift.id, other.id, person.id, sign_up.id, entry.id,
                   cover.id, proposal.id, batch)  # fmt: skip


def rules_of_leads(app: Flask) -> list[tuple[Rule, str]]:
    """Return the rules of the booth below an event, with each method."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in BOOTH_PARTS and "event_id" in rule.arguments
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


@pytest.fixture
def crews(stored: Stored) -> dict[str, tuple[Numbers, int]]:
    """Two manned booths of one foundation and one of another; with who leads each foundation."""
    made = {}
    with stored() as session:
        ours = Crew(session, code="aaaaaaaa")
        made["ours"] = man(session, ours), ours.lead.id
        event = cast.add_event(session, ours.ours, "OSD", ends=date(2024, 8, 1))
        cast.add_decision(session, event, "go")
        ours.event, ours.booth = event, cast.add_booth(session, event, code="bbbbbbbb")
        made["beside"] = man(session, ours), ours.lead.id
        theirs = Crew(session, "theirs", code="cccccccc")
        made["theirs"] = man(session, theirs), theirs.lead.id
    return made


@pytest.fixture
def staff(app: Flask, stored: Stored, crews: dict[str, tuple[Numbers, int]]) -> FlaskClient:
    return browser_of(app, stored, crews["ours"][1])


def browser_of(app: Flask, stored: Stored, person_id: int) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, person_id))
    return client


def but_for_audit(stored: Stored) -> dict[str, list[str]]:
    """Return all rows but those that a refusal itself leaves."""
    return {
        name: rows
        for name, rows in rows_of(stored).items()
        if name not in {"audit_entry", "rate_limit", "try_count"}
    }


@pytest.mark.parametrize("whose", ["beside", "theirs"])
def test_no_number_of_another_booth_works_in_an_address(
    whose: str,
    app: Flask,
    staff: FlaskClient,
    stored: Stored,
    crews: dict[str, tuple[Numbers, int]],
) -> None:
    """Each number of another event or foundation, one at a time, in every rule of leads."""
    ours, other = crews["ours"][0], crews[whose][0]
    names = {
        "shift_id": "shift",
        "sign_up_id": "sign_up",
        "entry_id": "entry",
        "cover_id": "cover",
        "proposal_id": "proposal",
        "batch": "batch",
        "event_id": "event",
    }
    if whose == "theirs":
        names["person_id"] = "person"
    before, crossed = but_for_audit(stored), 0
    for rule, method in rules_of_leads(app):
        for argument in sorted(rule.arguments & names.keys()):
            if whose == "beside" and rule.arguments == {"event_id"}:
                continue  # it is our own page
            field = names[argument]
            path = Numbers(**{**vars_of(ours), field: getattr(other, field)}).fill(rule)
            answer = staff.open(path, method=method, data={"to": ours.other_shift})
            gone = (404,) if argument != "batch" or method == "GET" else (404, 303)
            assert answer.status_code in gone, f"{method} {path}"
            crossed += 1
    assert crossed > 25
    assert but_for_audit(stored) == before
    with stored() as session:
        lines = select(func.count()).where(AuditEntry.act == "was refused")
        assert session.scalar(lines)


def vars_of(numbers: Numbers) -> dict[str, object]:
    """Return the fields of a dataclass with slots or without."""
    return {name: getattr(numbers, name) for name in Numbers.__dataclass_fields__}


def test_a_lead_of_one_event_leads_no_other(
    app: Flask, stored: Stored, crews: dict[str, tuple[Numbers, int]]
) -> None:
    """Lin leads one of two events of the foundation; demoted, she leads none from then on."""
    ours, beside = crews["ours"][0], crews["beside"][0]
    with stored() as session:
        number = session.get_one(Person, ours.person).foundation_id
        foundation = session.get_one(Foundation, number)
        lin = sign_ins.add_person(session, "Lin Leads", "volunteer", foundation)
        cast.name_person(session, session.get_one(Event, ours.event), lin, is_lead=True)
        number = lin.id
    lin_browser = browser_of(app, stored, number)
    assert lin_browser.get(f"/events/{ours.event}/roster").status_code == 200
    before = but_for_audit(stored)
    for rule, method in rules_of_leads(app):
        path = beside.fill(rule)
        assert lin_browser.open(path, method=method).status_code == 404, f"{method} {path}"
    with stored() as session:
        session.execute(
            update(TeamMember).where(TeamMember.person_id == number).values(is_lead=False)
        )
    before = but_for_audit(stored)
    for rule, method in rules_of_leads(app):
        path = ours.fill(rule)
        assert lin_browser.open(path, method=method).status_code == 404, f"{method} {path}"
    assert but_for_audit(stored) == before


def test_posts_without_the_forms_secret_do_nothing(
    make_app: MakeApp, stored: Stored, crews: dict[str, tuple[Numbers, int]]
) -> None:
    """Every POST of the booth's pages, by who may do it, but not from one of our forms."""
    ours, lead = crews["ours"]
    app = make_app()
    hall_key = app.config["SECRET_KEY"]
    with stored() as session:
        token = personal_links.copy(session, session.get_one(Person, ours.person), hall_key, NOW)
    staff, phone = browser_of(app, stored, lead), app.test_client()
    phone.set_cookie("whereabouts-mine", token)
    before, tried = rows_of(stored), 0
    for rule in app.url_map.iter_rules():
        part = rule.endpoint.partition(".")[0]
        if part not in {*BOOTH_PARTS, *PERSONAL_PARTS} or "POST" not in (rule.methods or ()):
            continue
        client = staff if "event_id" in rule.arguments and "token" not in rule.arguments else phone
        words = {"token": token, "code": "aaaaaaaa", "swap_id": "1", "proof": "1-x"}
        path = Numbers.fill(ours, with_words(rule, words))
        for form in ({}, {"csrf_token": "x" * 91}):
            assert client.post(path, data=form).status_code == 400, path
            tried += 1
    assert tried > 65
    assert rows_of(stored) == before


def with_words(rule: Rule, words: dict[str, str]) -> Rule:
    """Return a rule with some of its parts filled."""
    filled = re.sub(r"<(?:int:)?(\w+)>", lambda found: words.get(found[1], found[0]), rule.rule)
    return Rule(filled, endpoint=rule.endpoint)


@pytest.mark.sampled
def test_numbers_that_no_column_holds_break_nothing(make_app: MakeApp, stored: Stored) -> None:
    """Odd words in every parameter of the booth's pages: an answer of 4xx or the plain page."""
    app = make_app(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    hall = Hall(app, stored)
    ada, bob = hall.person("Ada Alpha"), hall.person("Bob Beta")
    shift, later = hall.shift(), hall.shift(WEDNESDAY + timedelta(days=1))
    [mine], _ = hall.puts(shift, ada), hall.puts(later, bob)
    phone, staff = hall.phone(ada), browser_of(app, stored, hall.lead)
    event, own = f"/events/{hall.event}", f"/my/{hall.link(ada)}"
    names = ("page", "day", "over", "under", "zone", "person", "move", "as", "seen", "state",
             "with", "to", "can", "like", "most", "question", "says", "form_key", "act", "name",
             "contact", "reason", "lead", "code", "letters")  # fmt: skip
    asked = [
        (staff, f"{event}/roster{way}")
        for way in ("", ".csv", ".ics", "/print", "/rows", "/proposal")
    ]
    asked += [(staff, f"{event}/{way}") for way in ("booth", "today", f"shifts/{shift}/cover")]
    asked += [(phone, f"/s/{CODE}{way}") for way in ("", "/zone", "/here", f"/shifts/{shift}")]
    asked += [
        (phone, f"{own}{way}")
        for way in (
            "",
            f"/shifts/{mine}/leave",
            f"/shifts/{mine}/swap",
            f"/events/{hall.event}/times",
        )
    ]
    posted = [
        (staff, f"{event}/places/{mine}/move"),
        (staff, f"{event}/shifts/{later}/cover"),
        (staff, f"{event}/shifts/{shift}/people/{bob}"),
        (phone, f"/s/{CODE}/shifts/{later}"),
        (phone, f"{own}/shifts/{mine}/swap"),
        (phone, f"{own}/shifts/{mine}/offer"),
        (phone, f"{own}/events/{hall.event}/times"),
        (phone, f"{own}/keep"),
    ]
    for text in some(ODD, 3):
        given = dict.fromkeys(names, text)
        for client, path in asked:
            assert client.get(path, query_string=given).status_code < 500, (path, text)
        for client, path in posted:
            for way in ({"data": given}, {"query_string": given}):
                assert client.post(path, **way).status_code < 500, (path, text, way)
    for client, path in asked:
        assert client.get(f"{path}?day=%00").status_code == 400


def test_a_swap_with_somebody_at_another_booth_is_not_there(app: Flask, stored: Stored) -> None:
    hall, other = Hall(app, stored), Hall(app, stored, "bcdefghi", slug="theirs")
    ada, far = hall.person("Ada Alpha"), other.person("Far Away")
    [mine], [theirs] = hall.puts(hall.shift(), ada), other.puts(other.shift(), far)
    path = f"/my/{hall.link(ada)}/shifts/{mine}/swap"
    answer = hall.phone().post(path, data={"with": theirs})
    assert answer.status_code == 404
    assert hall.count(Swap) == 0
    with stored() as session:
        refused = select(AuditEntry.person_id).where(AuditEntry.act == "was refused")
        assert session.scalars(refused).all() == [ada]


def test_forms_cannot_set_what_they_do_not_show(app: Flask, stored: Stored) -> None:
    """Extra fields are ignored: whose place it is, its state, who leads, how many it takes."""
    hall = Hall(app, stored)
    ada, bob = hall.person("Ada Alpha"), hall.person("Bob Beta")
    shift, phone = hall.shift(max_people=2), hall.phone(ada)
    extra = {
        "person_id": bob, "person": bob, "state": "offered", "is_lead": "1", "lead": "1",
        "max_people": "99", "min_people": "0", "placed_by_id": bob, "was_missed": "1",
        "booth_id": "7", "event_id": "7", "role": "staff", "email_key": "x", "arrived_at": "2024",
        "confirmed_at": "", "sequence": "9", "is_experienced": "1", "letters_stopped_at": "2024",
    }  # fmt: skip
    assert hall.take(phone, shift, extra).status_code == 303
    own = f"/my/{hall.link(ada)}"
    with stored() as session:
        mine = session.scalars(select(SignUp)).one().id
    phone.post(f"{own}/shifts/{mine}/stay", data=extra)
    phone.post(f"{own}/mail", data=extra | {"letters": "again"})
    phone.post(f"{own}/events/{hall.event}/times", data=extra | {"can": shift})
    with stored() as session:
        row = session.scalars(select(SignUp)).one()
        assert (row.person_id, row.state, row.is_lead) == (ada, "taken", False)
        assert (row.placed_by_id, row.was_missed, row.arrived_at) == (None, False, None)
        kept = session.get_one(Shift, shift)
        assert (kept.min_people, kept.max_people, kept.sequence) == (2, 2, 0)
        assert session.get_one(Person, ada).role == "volunteer"
        assert session.get_one(Person, ada).letters_stopped_at is None


class TestOldForms:
    """A form that was sent once is no key to somebody's pages."""

    def test_a_renewed_link_is_not_handed_to_an_old_form(self, app: Flask, stored: Stored) -> None:
        hall = Hall(app, stored)
        shift, phone = hall.shift(), hall.phone()
        page = phone.get(f"/s/{CODE}/shifts/{shift}")
        first = press(phone, page, SOL)
        assert first.status_code == 303
        with stored() as session:
            person = session.scalars(select(SignUp)).one().person_id
            sol = session.get_one(Person, person)
            new = personal_links.renew(session, sol, app.config["SECRET_KEY"], NOW)
        again = press(hall.phone(), page, SOL)
        assert new not in str(again.headers) + again.text

    def test_who_proves_an_address_shares_nothing_with_who_typed_it(
        self, app: Flask, stored: Stored
    ) -> None:
        """Eve signs up with Ada's address; Ada presses the button of the mail she gets."""
        hall = Hall(app, stored)
        ada, shift, eve = hall.person("Ada Alpha"), hall.shift(), hall.phone()
        page = eve.get(f"/s/{CODE}/shifts/{shift}")
        assert press(eve, page, {"name": "Eve", "contact": "ada@example.org"}).status_code == 303
        with stored() as session:
            typed = session.scalars(select(SignUp)).one().person_id
            eves = session.get_one(Person, typed)
            proof = contact_check(session, app.config["SECRET_KEY"], eves, datetime.now(UTC))
        owner = hall.phone().post(f"/my/address/{proof}", data={"shares": "no"})
        assert owner.status_code == 303
        again = press(hall.phone(), page, {"name": "Eve", "contact": "ada@example.org"})
        assert hall.link(ada) not in str(again.headers) + again.text

    def test_the_database_holds_no_key_of_a_form(self, app: Flask, stored: Stored) -> None:
        hall = Hall(app, stored)
        shift, phone = hall.shift(), hall.phone()
        page = phone.get(f"/s/{CODE}/shifts/{shift}")
        key = re.findall(r'name="form_key"[^>]*value="([^"]+)"', page.text)[0]
        assert press(phone, page, SOL).status_code == 303
        assert key not in str(rows_of(stored))

    def test_a_renewed_link_ends_the_proof_in_an_old_mail(self, app: Flask, stored: Stored) -> None:
        hall = Hall(app, stored)
        key, ada = app.config["SECRET_KEY"], hall.person("Ada Alpha")
        hall.link(ada)
        with stored() as session:
            proof = contact_check(session, key, session.get_one(Person, ada), datetime.now(UTC))
        assert hall.phone().get(f"/my/address/{proof}").status_code == 200
        with stored() as session:
            personal_links.renew(session, session.get_one(Person, ada), key, NOW)
        for method in ("GET", "POST"):
            assert hall.phone().open(f"/my/address/{proof}", method=method).status_code == 404


def test_what_people_typed_stays_one_line_wherever_it_leaves(app: Flask, stored: Stored) -> None:
    """Line ends of every kind in names, notes, labels and titles: calendars, mails, sheets."""
    hall = Hall(app, stored, label=INJECTED, note=INJECTED)
    eve = hall.person(f"=cmd {INJECTED}")
    shift = hall.shift(note=INJECTED)
    hall.puts(shift, eve)
    with stored() as session:
        session.get_one(Event, hall.event).name = INJECTED
        session.get_one(Foundation, hall.foundation).name = INJECTED
    staff, key = browser_of(app, stored, hall.lead), hall.feed(eve)
    for client, path in (
        (staff, f"/events/{hall.event}/roster.ics"),
        (hall.phone(), f"/feeds/{key}.ics"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        names = {re.split(b"[;:]", line)[0] for line in re.split(rb"\r\n(?! )", answer.data)}
        assert not {b"Bcc", b"X-Evil", b"ATTENDEE"} & names
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x85\u2028]", answer.text)
        assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
    rows = staff.get(f"/events/{hall.event}/roster.csv")
    for row in csv.reader(io.StringIO(rows.text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert "\n".join(rows.headers.values()).count("\n") == len(rows.headers) - 1
    withdrawn = hall.phone().post(f"/my/{hall.link(eve)}/shifts/1/leave")
    assert withdrawn.status_code == 303
    with stored() as session:
        mails = session.scalars(select(Message)).all()
        assert mails
        for mail in mails:
            assert mail.subject == " ".join(mail.subject.split())
            assert "\nBcc:" not in mail.body and "\nX-Evil" not in mail.body


@pytest.mark.sampled
def test_naughty_strings_are_shown_literally(app: Flask, stored: Stored, shared_data: Path) -> None:
    """As names, notes, labels and titles, on every page of the booth that shows them."""
    texts = json.loads((shared_data / "naughty" / "blns.json").read_text())
    hall = Hall(app, stored)
    shift, ada = hall.shift(max_people=3), hall.person("Ada Alpha")
    bob = hall.person("Bob Beta")
    hall.puts(shift, ada, bob)
    staff, phone, own = browser_of(app, stored, hall.lead), hall.phone(ada), f"/my/{hall.link(ada)}"
    event = f"/events/{hall.event}"
    pages = [(phone, f"/s/{CODE}/shifts/{shift}"), (phone, own), (phone, f"{own}/shifts/1/leave"),
             (staff, f"{event}/roster"), (staff, f"{event}/roster/rows"), (staff, f"{event}/today"),
             (staff, f"{event}/booth"), (staff, f"{event}/shifts/{shift}/cover"),
             (staff, f"{event}/roster/print")]  # fmt: skip
    chosen = [text for text in texts if re.search(r"[<{%$]|javascript|\.\./", text)]
    own = ["{{7*7}}", "${7*7}", "{0.__class__}", "<script>alert(7)</script>"]
    for text in [*some(chosen, 6), *own]:
        one = one_line(text, 100) or "x"
        with stored() as session:
            session.get_one(Event, hall.event).name = one
            session.get_one(Shift, shift).note = one
            session.get_one(Person, bob).name = one
        for client, path in pages:
            answer = client.get(path)
            assert answer.status_code == 200, (path, text)
            assert one in " ".join(unescape(answer.text).split()), (path, one)
            if "<" in one and len(one) > 3:
                assert one not in answer.text, (path, one)
