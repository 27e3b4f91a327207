"""Pages of talks: each form works, refuses in place, keeps to its foundation, needs its secret."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, Proposal, Talk
from tests import cast
from tests.conftest import CountQueries, MakeApp, Stored
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of
from views.web.paging import PER_PAGE

TITLE = "The first three years"
MOST_STATEMENTS = 10


@dataclass(frozen=True)
class Staged:
    """The numbers of a talk and of its proposals: one sent, one that is a draft."""

    talk: int
    sent: int
    draft: int


def stage(session: Session, owned: Owned) -> Staged:
    ours = session.get_one(Foundation, owned.foundation)
    talk = cast.add_talk(session, ours, owned.staff, title=TITLE)
    sent = cast.add_proposal(
        session, session.get_one(Event, owned.event), owned.staff, talk=talk, state="submitted"
    )
    other = cast.add_talk(session, ours, owned.volunteer, title="Another")
    draft = cast.add_proposal(session, session.get_one(Event, owned.osd), talk=other, state="idea")
    return Staged(other.id, sent.id, draft.id)


@pytest.fixture
def staged(stored: Stored, owned: Owned) -> Staged:
    with stored() as session:
        return stage(session, owned)


@pytest.fixture
def foreign(stored: Stored) -> Staged:
    with stored() as session:
        return stage(session, plan(session, "theirs"))


Given = dict[str, str]
POSTS: list[tuple[str, Given, str]] = [
    ("/talks/new", {"title": "New", "level": ""}, ""),
    ("/talks/{talk}/edit", {"title": "Newer", "level": "", "version": "1"}, "talk"),
    ("/talks/{talk}/remove", {}, "talk"),
    ("/talks/paste", {"text": "Title\tSpeaker\nNew\tAda"}, ""),
    ("/talks/propose", {"talk": "{talk}", "event": "{event}", "state": "submitted"}, ""),
    ("/talks/proposals/{sent}/accepted", {"dated": "2024-07-20", "version": "1"}, "sent"),
    ("/talks/proposals/{sent}/edit", {"room": "401", "version": "1"}, "sent"),
    ("/talks/proposals/{sent}/remove", {}, "sent"),
]
"""Path, what is sent, and the row in it that a stranger could name."""


def fill(text: str, owned: Owned, staged: Staged) -> str:
    return text.format(event=owned.event, **vars(staged))


def version_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(path).text)
    return found[1] if found else ""


def post(client: FlaskClient, owned: Owned, staged: Staged, path: str, given: Given) -> Any:
    sent = {name: fill(value, owned, staged) for name, value in given.items()}
    return client.post(fill(path, owned, staged), data=sent)


@pytest.mark.parametrize(("path", "given", "named"), POSTS)
def test_it_works_leads_on_and_goes_back(
    staff: FlaskClient, owned: Owned, staged: Staged, stored: Stored, path: str, given: Given,
    named: str,
) -> None:  # fmt: skip
    before = rows_of(stored)
    answer = post(staff, owned, staged, path, given)
    assert answer.status_code == 303
    assert rows_of(stored) != before
    page = staff.get(answer.location)
    assert page.status_code == 200
    back = re.findall(r'action="(/history/\d+/take-back[^"]*)"', page.text)[0]
    assert staff.post(back).status_code == 303
    after = rows_of(stored)
    for table in ("talk", "talk_speaker", "proposal", "proposal_speaker", "proposal_step"):
        assert [strip_version(row) for row in after[table]] == [
            strip_version(row) for row in before[table]
        ], table


def strip_version(row: str) -> str:
    """Versions only rise."""
    return re.sub(r", \d+, '", ", '", row)


@pytest.mark.parametrize(("path", "given", "named"), [one for one in POSTS if one[2]])
def test_what_is_theirs_or_nobodys_is_not_found(
    staff: FlaskClient, owned: Owned, staged: Staged, foreign: Staged, stored: Stored, path: str,
    given: Given, named: str,
) -> None:  # fmt: skip
    before = rows_of(stored)
    for other in (getattr(foreign, named), 99999, 2**31 - 1):
        numbers = vars(staged) | {named: other, "event": owned.event}
        assert staff.post(path.format(**numbers), data=given).status_code == 404
    assert rows_of(stored) == before


@pytest.mark.parametrize("path", ["/talks/{talk}", "/talks/{talk}/edit", "/talks/proposals/{sent}",
                                  "/talks/{talk}/history", "/talks/proposals/{sent}/history",
                                  "/talks/proposals/{sent}/accepted"])  # fmt: skip
def test_their_pages_are_not_found(
    staff: FlaskClient, owned: Owned, foreign: Staged, path: str
) -> None:
    assert staff.get(fill(path, owned, foreign)).status_code == 404


def test_nothing_of_theirs_can_be_proposed(
    staff: FlaskClient, owned: Owned, staged: Staged, foreign: Staged, stored: Stored
) -> None:  # fmt: skip
    with stored() as session:
        theirs = session.get_one(Proposal, foreign.sent).event_id
    before = rows_of(stored)
    for talk, event in ((foreign.talk, owned.event), (staged.talk, theirs)):
        given = {"talk": str(talk), "event": str(event), "state": "idea"}
        assert staff.post("/talks/propose", data=given).status_code == 422
    assert rows_of(stored) == before


@pytest.mark.parametrize("who", ["nobody", "volunteer"])
def test_for_staff_alone(
    app: Flask, owned: Owned, staged: Staged, stored: Stored, who: str
) -> None:
    client = app.test_client()
    if who == "volunteer":
        client = sign_in_as(app, stored, owned.volunteer)
    before = rows_of(stored)
    statuses = {post(client, owned, staged, path, given).status_code for path, given, _ in POSTS}
    assert statuses == ({404} if who == "volunteer" else {401})
    assert client.get("/talks").status_code == (404 if who == "volunteer" else 302)
    assert rows_of(stored) == before


def test_by_another_method(staff: FlaskClient, owned: Owned, staged: Staged) -> None:
    for path, _, _ in POSTS:
        assert staff.delete(fill(path, owned, staged)).status_code == 405
    for path in ("/talks/{talk}/remove", "/talks/paste/preview"):
        assert staff.get(fill(path, owned, staged)).status_code == 405


def test_only_with_the_secret_of_a_form(
    make_app: MakeApp, owned: Owned, staged: Staged, stored: Stored
) -> None:
    client = sign_in_as(make_app(), stored, owned.staff)
    before = rows_of(stored)
    for secret in ({}, {"csrf_token": "x"}):
        for path, given, _ in POSTS:
            assert post(client, owned, staged, path, given | secret).status_code == 400
    assert rows_of(stored) == before


WRONG: list[tuple[str, Given, str]] = [
    ("/talks/new", {"title": ""}, "Give the talk a title."),
    ("/talks/new", {"title": "x" * 1001, "abstract": "kept"}, "Keep it under 1,000 characters."),
    ("/talks/new", {"title": "New", "minutes": "0"}, "from 1 to 1440"),
    ("/talks/new", {"title": "New", "language": "English!"}, "Write a code of letters"),
    ("/talks/new", {"title": "New", "owner": "Nobody"}, "Nobody on the list of people"),
    ("/talks/new", {"title": "New", "speakers": "x" * 201}, "Keep each name under 200"),
    ("/talks/new", {"title": "New", "segments": "999"}, "not a valid choice"),
    ("/talks/propose", {"talk": "{talk}", "event": "{event}", "state": "given"}, "Not a valid"),
    ("/talks/propose", {"talk": "999", "event": "{event}", "state": "idea"}, "Not a valid"),
    ("/talks/proposals/{sent}/accepted", {"dated": "soon"}, "Give the day as a date."),
    ("/talks/proposals/{sent}/accepted", {"dated": ""}, "Give the day as a date."),
    ("/talks/proposals/{sent}/given", {"dated": "2024-07-20"}, "It is submitted: it can become"),
    ("/talks/proposals/{sent}/edit", {"when": "Mon 1 Jan 2030 10:00-11:00"}, "2030"),
    ("/talks/proposals/{sent}/edit", {"when": "later"}, "later"),
    ("/talks/proposals/{sent}/edit", {"slides_url": "javascript:1"}, "javascript:1"),
    ("/talks/proposals/{sent}/edit", {"feedback": "x" * 301}, "Keep it under 300"),
    ("/talks/paste", {"text": ""}, "Paste the rows of a table first."),
    ("/talks/paste", {"text": "Title\tLevel\nNew\thuge"}, "is no level like beginner"),
]


@pytest.mark.parametrize(("path", "given", "says"), WRONG)
def test_what_is_wrong_is_said_with_the_input_kept(
    staff: FlaskClient, owned: Owned, staged: Staged, stored: Stored, path: str, given: Given,
    says: str,
) -> None:  # fmt: skip
    before = rows_of(stored)
    given = {"level": "", "version": "1"} | given if "paste" not in path else given
    answer = post(staff, owned, staged, path, given)
    assert answer.status_code == 422
    assert says in answer.text
    for kept in ("title", "abstract", "when", "feedback"):
        if given.get(kept):
            assert given[kept] in answer.text
    assert rows_of(stored) == before


def test_a_state_that_there_is_not_is_not_found(staff: FlaskClient, staged: Staged) -> None:
    assert staff.get(f"/talks/proposals/{staged.sent}/famous").status_code == 404


def test_the_second_of_two_editors_sees_what_changed(staff: FlaskClient, staged: Staged) -> None:
    path = f"/talks/{staged.talk}/edit"
    first = {"title": "Four years", "level": "", "version": "1"}
    assert staff.post(path, data=first).status_code == 303
    answer = staff.post(path, data=first | {"title": "Five years"})
    assert answer.status_code == 409
    assert "Now: “Four years”." in text_of(answer)
    assert "Five years" in answer.text


def test_an_owed_answer_is_the_headline_until_it_is_given(
    staff: FlaskClient, staged: Staged, owned: Owned
) -> None:
    path = f"/talks/proposals/{staged.sent}"
    told = {"dated": "2024-07-20", "told_by": "their mail", "answer_by": "2024-07-29"}
    assert staff.post(f"{path}/accepted", data=told | {"version": "1"}).status_code == 303
    page = text_of(staff.get("/talks"))
    assert "Ada owes SIGGRAPH an answer by Mon 29 Jul." in page
    assert "T-4" in page
    assert "told by their mail" in text_of(staff.get(path))
    assert "Accepted is not confirmed." in text_of(staff.get(path))
    yes = {"dated": "2024-07-25", "version": version_of(staff, f"{path}/confirmed")}
    assert staff.post(f"{path}/confirmed", data=yes).status_code == 303
    assert "owes" not in text_of(staff.get("/talks"))


def test_a_talk_in_the_way_of_a_shift_is_said_on_both_pages(
    staff: FlaskClient, owned: Owned, staged: Staged, stored: Stored
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        booth = cast.add_booth(session, event)
        starts = datetime(2024, 7, 31, 19, tzinfo=UTC)
        shift = cast.add_shift(session, booth, starts, 2)
        cast.add_sign_up(session, shift, session.get_one(Person, owned.staff))
        cover = f"/events/{owned.event}/shifts/{shift.id}/cover"
    path = f"/talks/proposals/{staged.sent}"
    slot = {"dated": "2024-07-20", "when": "Wed 31 Jul 14:00-14:45", "room": "401", "version": "1"}
    page = staff.post(f"{path}/accepted", data=slot, follow_redirects=True)
    said = "Wed 31 Jul, 14:00–14:45 overlaps Ada's shift Wed 13:00."
    assert said in unescape(text_of(page))
    assert cover in page.text
    assert "Wed 31 Jul, 14:00–14:45, room 401" in text_of(page)
    assert said in unescape(text_of(staff.get("/talks")))
    roster = staff.get(f"/events/{owned.event}/roster?day=2024-07-31")
    assert "overlaps Ada's talk Wed 14:00" in unescape(text_of(roster))
    assert cover in roster.text
    version = version_of(staff, f"{path}/edit")
    change = {"when": slot["when"], "is_provisional": "1", "version": version}
    page = staff.post(f"{path}/edit", data=change, follow_redirects=True)
    assert "may still move" in text_of(page)


def test_what_was_given_before_comes_up_when_it_is_proposed_again(
    staff: FlaskClient, owned: Owned, staged: Staged, stored: Stored
) -> None:
    with stored() as session:
        proposal = session.get_one(Proposal, staged.draft)
        proposal.state, proposal.feedback = "given", "They asked for numbers."
        proposal.slides_url = "https://slides.example.org/1"
    for path in (f"/talks/propose?talk={staged.talk}", f"/talks/{staged.talk}"):
        page = staff.get(path)
        assert "They asked for numbers." in page.text
        assert "https://slides.example.org/1" in page.text


def test_the_library_goes_out_and_in_again(
    staff: FlaskClient, owned: Owned, staged: Staged, stored: Stored
) -> None:
    with stored() as session:
        session.get_one(Talk, staged.talk).co_speakers = ["Max Beispiel"]
    sheet = staff.get("/talks/library.csv").text.lstrip("\ufeff")
    assert "Lin Ours; Max Beispiel" in sheet
    answer = staff.post("/talks/paste/preview", data={"text": sheet})
    assert "Nothing is new here." in text_of(answer)
    assert staff.post("/talks/paste", data={"text": sheet.replace("Another", "=1+1")}).location
    assert "'=1+1" in staff.get("/talks/library.csv").text
    assert "SIGGRAPH" in staff.get("/talks.csv").text


Filler = Callable[[int], None]


@pytest.fixture
def fill_with(stored: Stored, owned: Owned) -> Filler:
    def fill(count: int) -> None:
        with stored() as session:
            event = session.get_one(Event, owned.event)
            slot = {"starts_at": datetime(2024, 7, 31, 19, tzinfo=UTC),
                    "ends_at": datetime(2024, 7, 31, 20, tzinfo=UTC)}  # fmt: skip
            for number in range(count):
                state = ("accepted", "submitted", "scheduled")[number % 3]
                cast.add_proposal(
                    session, event, owned.staff, title=f"Talk {number}", state=state, **slot
                )

    return fill


LONG = ("/talks", "/talks?show=all&page=2", "/talks/library")


def test_five_hundred_are_read_as_few_are(
    staff: FlaskClient, fill_with: Filler, count_queries: CountQueries
) -> None:
    counts: dict[str, list[int]] = {path: [] for path in LONG}
    sizes = {}
    for more in (1, 2, 497):
        fill_with(more)
        for path in LONG:
            with count_queries() as queries:
                sizes[path] = len(staff.get(path).data)
            counts[path].append(len(queries))
    for path, (_one, few, many) in counts.items():
        assert few == many <= MOST_STATEMENTS, path
        assert sizes[path] < 2_000 * PER_PAGE + 10_000, path
