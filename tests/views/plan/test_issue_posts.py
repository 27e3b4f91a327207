"""Issues, asks, prints and words: each form works, stays at home, and needs its secret."""

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Ask,
    BriefPrint,
    Event,
    Foundation,
    Issue,
    IssueSegment,
    Person,
    Segment,
)
from outreach.briefing.brief import gather_brief
from outreach.briefing.changes import record_print, stamp_print
from outreach.issues.asks import AskCard, save_ask
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import CountQueries, MakeApp, Stored
from tests.sign_ins import csrf_token
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of, undo_of

CARD = {"kind": "test", "question": "Does it crash?", "segment_id": "{segment}", "event_id": "0",
        "helper_id": "0", "steps": "dnf update"}  # fmt: skip

# Path, what is sent, and the rows in it that a stranger could name.
POSTS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("/issues/{issue}/segments/{slug}/accepted", {}, ("issue", "slug")),
    ("/issues/{issue}/segments/{slug}/rejected", {}, ("issue", "slug")),
    ("/issues/{issue}/segments", {"segment": "{other}"}, ("issue",)),
    ("/issues/{issue}/ask", CARD | {"event_id": "{event}"}, ("issue",)),
    ("/issues/{issue}/ask/{ask}", CARD, ("issue", "ask")),
    ("/issues/{issue}/ask/{ask}/drop", {}, ("issue", "ask")),
    ("/issues/{fixed}/ask/{news}/good-news", {}, ("fixed", "news")),
    ("/events/{event}/brief/printed", {"stamp": "{stamp}"}, ("event",)),
    ("/segments/{slug}/words", {"word": "glibc regression"}, ("slug",)),
]
# What a rule refuses, and a part of its sentence.
REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("/issues/{issue}/segments", {}, "Choose whom it concerns."),
    ("/issues/{issue}/ask", CARD, "exists already"),
    ("/issues/{issue}/ask", CARD | {"question": " "}, "Write the question"),
    ("/issues/{issue}/ask", CARD | {"kind": "beg"}, "Not a valid choice"),
    ("/issues/{issue}/ask", CARD | {"answer_url": "javascript:x"}, "address"),
    ("/issues/{issue}/ask", CARD | {"steps": "x\n" * 9}, "lines fit on a card"),
    ("/issues/{issue}/ask", CARD | {"helper_id": "{stranger}"}, "Not a valid choice"),
    ("/issues/{issue}/ask/{ask}", CARD | {"segment_id": "x"}, "Invalid"),
    ("/issues/{issue}/ask/{ask}/good-news", {}, "no good news yet"),
    ("/segments/{slug}/words", {}, "Choose a word"),
    ("/segments/{slug}/words", {"word": "HOUDINI"}, "one of their words already"),
    ("/segments/{slug}/words", {"word": "x" * 81}, "under 80 characters"),
]


@dataclass(frozen=True)
class Rows:
    """The numbers of what the forms are about."""

    event: int
    segment: int
    slug: str
    other: str
    issue: int
    ask: int
    fixed: int
    news: int
    stamp: str
    staff: int
    volunteer: int


def prepare(session: Session, owned: Owned, slug: str) -> Rows:
    """Add to a planned season what these forms need."""
    ours = session.get_one(Foundation, owned.foundation)
    segment, staff = session.get_one(Segment, owned.segment), session.get_one(Person, owned.staff)
    segment.keywords = ["vfx"]
    other = cast.add_segment(session, ours, f"other-{slug}")
    ask = session.scalars(select(Ask).where(Ask.issue_id == owned.issue)).one()
    issue = session.get_one(Issue, owned.issue)
    tracker = cast.add_tracker(session, ours, url=f"https://{slug}.example.org")
    fixed = cast.add_issue(session, tracker, segment, "F-1", state="closed", state_note="released")
    news = cast.add_ask(session, fixed, segment)
    there = AskCard(segment.id, owned.osd, "tell", "And there?")
    for one in (issue, fixed):
        save_ask(session, ours, one, None, there, staff, REAL)
    event = session.get_one(Event, owned.event)
    brief = gather_brief(session, event, NOW.date())
    record_print(session, ours, event, brief.asks, brief.words, staff, NOW, REAL)
    return Rows(
        event=owned.event,
        segment=segment.id,
        slug=segment.slug,
        other=other.slug,
        issue=issue.id,
        ask=ask.id,
        fixed=fixed.id,
        news=news.id,
        stamp=stamp_print([*brief.asks, *brief.further], brief.words),
        staff=staff.id,
        volunteer=owned.volunteer,
    )


@pytest.fixture
def rows(stored: Stored) -> Rows:
    with stored() as session:
        return prepare(session, plan(session), "ours")


@pytest.fixture
def theirs(stored: Stored) -> Rows:
    with stored() as session:
        return prepare(session, plan(session, "theirs"), "theirs")


@pytest.fixture
def staff(app: Flask, stored: Stored, rows: Rows) -> FlaskClient:
    return sign_in_as(app, stored, rows.staff)


def fill(text: str, rows: Rows, **others: object) -> str:
    return text.format(**({"stranger": 99999} | asdict(rows) | others))


def send(client: FlaskClient, rows: Rows, path: str, given: dict[str, str], **others: Any) -> Any:
    sent = {name: fill(value, rows) for name, value in given.items()}
    return client.post(fill(path, rows, **others), data=sent)


@pytest.mark.parametrize(("path", "given", "named"), POSTS)
def test_it_works_and_leads_on(
    staff: FlaskClient,
    rows: Rows,
    stored: Stored,
    path: str,
    given: dict[str, str],
    named: tuple[str, ...],
) -> None:
    before = rows_of(stored)
    answer = send(staff, rows, path, given)
    assert answer.status_code == 303
    assert staff.get(answer.location).status_code == 200
    assert rows_of(stored) != before


@pytest.mark.parametrize(("path", "given", "sentence"), REFUSED)
def test_what_is_refused_says_why_and_changes_nothing(
    staff: FlaskClient,
    rows: Rows,
    stored: Stored,
    path: str,
    given: dict[str, str],
    sentence: str,
) -> None:
    before = rows_of(stored)
    answer = send(staff, rows, path, given)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert rows_of(stored) == before


@pytest.mark.parametrize(("path", "given", "named"), POSTS)
def test_what_is_theirs_or_nobodys_is_not_found(
    staff: FlaskClient,
    rows: Rows,
    theirs: Rows,
    stored: Stored,
    path: str,
    given: dict[str, str],
    named: tuple[str, ...],
) -> None:
    before = rows_of(stored)
    for field in named:
        for other in (getattr(theirs, field), 99999, 2**31 - 1):
            answer = send(staff, rows, path, given, **{field: other})
            assert answer.status_code == 404, f"{field} {other}"
    assert rows_of(stored) == before


def test_choices_of_theirs_are_none(
    staff: FlaskClient, rows: Rows, theirs: Rows, stored: Stored
) -> None:
    before = rows_of(stored)
    for field, number in (
        ("segment_id", theirs.segment),
        ("event_id", theirs.event),
        ("helper_id", theirs.staff),
    ):
        answer = send(staff, rows, "/issues/{issue}/ask", CARD | {field: str(number)})
        assert answer.status_code == 422, field
    assert (
        send(staff, rows, "/issues/{issue}/segments", {"segment": theirs.slug}).status_code == 404
    )
    assert rows_of(stored) == before


def test_a_card_of_another_issue_is_not_found(staff: FlaskClient, rows: Rows) -> None:
    for path in ("/issues/{issue}/ask/{news}", "/issues/{fixed}/ask/{ask}/drop"):
        assert send(staff, rows, path, CARD).status_code == 404


@pytest.mark.parametrize("word", ["x", "ACCEPTED", "suggested", "unlinked"])
def test_an_answer_that_is_none_is_not_found(staff: FlaskClient, rows: Rows, word: str) -> None:
    assert send(staff, rows, "/issues/{issue}/segments/{slug}/" + word, {}).status_code == 404


def test_by_another_method(staff: FlaskClient, rows: Rows) -> None:
    for path, _, _ in POSTS:
        assert staff.delete(fill(path, rows)).status_code == 405
        if not re.search(r"/ask(/\{ask\})?$", path):
            assert staff.get(fill(path, rows)).status_code == 405, path


@pytest.mark.parametrize("who", ["nobody", "volunteer"])
def test_for_staff_alone(app: Flask, rows: Rows, stored: Stored, who: str) -> None:
    client = app.test_client()
    if who == "volunteer":
        client = sign_in_as(app, stored, rows.volunteer)
    before = rows_of(stored)
    statuses = {send(client, rows, path, given).status_code for path, given, _ in POSTS}
    assert statuses == ({404} if who == "volunteer" else {401})
    assert rows_of(stored) == before


def test_only_with_the_secret_of_a_form(make_app: MakeApp, rows: Rows, stored: Stored) -> None:
    client = sign_in_as(make_app(), stored, rows.staff)
    before = rows_of(stored)
    for path, given, _ in POSTS:
        assert send(client, rows, path, given).status_code == 400
    assert rows_of(stored) == before
    token = csrf_token(client, f"/issues/{rows.issue}")
    answer = client.post(
        f"/issues/{rows.issue}/segments/{rows.slug}/rejected", data={"csrf_token": token}
    )
    assert answer.status_code == 303


def state_of(stored: Stored, rows: Rows) -> str:
    with stored() as session:
        return session.get_one(IssueSegment, (rows.issue, rows.segment)).state


def test_an_answer_in_the_list_comes_back_to_the_list_and_is_undone(
    staff: FlaskClient, rows: Rows, stored: Stored
) -> None:
    listed = staff.get(f"/issues?segment={rows.slug}")
    assert "matched: Houdini" in text_of(listed)
    found = re.search(r'formaction="([^"]+/rejected)"', listed.text)
    back = re.search(r'name="back" value="([^"]+)"', listed.text)
    assert found is not None
    assert back is not None
    answer = staff.post(found[1], data={"back": back[1].replace("&amp;", "&")})
    assert answer.location == f"/issues?page=1&segment={rows.slug}"
    assert state_of(stored, rows) == "rejected"
    page = staff.get(answer.location)
    assert f"/issues/{rows.issue}/segments/{rows.slug}/rejected" not in page.text
    assert staff.post(undo_of(page)).location == answer.location
    assert state_of(stored, rows) == "suggested"


def test_a_rejected_link_is_found_by_the_filter_and_bears_on_no_match(
    staff: FlaskClient, rows: Rows
) -> None:
    path = f"/fit/{rows.slug}/{rows.event}"
    assert "RHEL-39415" in staff.get(path).text
    staff.post(f"/issues/{rows.issue}/segments/{rows.slug}/rejected")
    assert "RHEL-39415" not in staff.get(path).text.partition("<main")[2]
    assert "RHEL-39415" in staff.get("/issues?answer=rejected").text
    assert "RHEL-39415" not in staff.get("/issues?answer=accepted").text.partition("<main")[2]


@pytest.mark.parametrize(
    "query", ["answer=maybe", "tracker=x", "tracker=-1", "tracker=٣", "state=gone"]
)
def test_a_filter_that_is_none_is_refused(staff: FlaskClient, query: str) -> None:
    assert staff.get(f"/issues?{query}").status_code == 400


def stamp_on(page: str) -> str:
    found = re.search(r'name="stamp" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def note_print(staff: FlaskClient, path: str) -> None:
    staff.post(f"{path}/printed", data={"stamp": stamp_on(staff.get(path).text)})


def test_what_was_printed_is_what_the_page_showed(
    staff: FlaskClient, rows: Rows, stored: Stored
) -> None:
    path = f"/events/{rows.event}/brief"
    opened, before = stamp_on(staff.get(path).text), count_prints(stored)
    with stored() as session:
        for ask in session.scalars(select(Ask).where(Ask.issue_id == rows.issue)):
            ask.question = "Another?"
    for given in ({"stamp": opened}, {}):
        page = staff.post(f"{path}/printed", data=given, follow_redirects=True)
        assert "The brief has changed since you opened it. Print this one." in text_of(page)
    assert count_prints(stored) == before
    note_print(staff, path)
    assert count_prints(stored) == before + 1


def count_prints(stored: Stored) -> int:
    with stored() as session:
        return len(session.scalars(select(BriefPrint.id)).all())


def test_a_card_is_printed_to_its_last_day(staff: FlaskClient, rows: Rows, stored: Stored) -> None:
    path, today = f"/events/{rows.event}/brief", NOW.date()

    def last_day(day: date) -> str:
        with stored() as session:
            for ask in session.scalars(select(Ask).where(Ask.issue_id == rows.issue)):
                ask.ends_on = day
        return text_of(staff.get(path))

    assert "Good until 25 Jul 2024" in last_day(today)
    note_print(staff, path)
    past = last_day(today - timedelta(days=1))
    assert "RHEL-39415: its card was good until 24 Jul 2024, so it is left out." in past
    assert "Good until 24 Jul 2024" not in past
    assert "Changed since the last print" in past
    assert "Print the SIGGRAPH brief again" in text_of(staff.get("/season"))


def test_the_last_day_is_typed_and_undone(staff: FlaskClient, rows: Rows, stored: Stored) -> None:
    path = f"/issues/{rows.issue}/ask/{rows.ask}"
    send(staff, rows, path, CARD | {"ends_on": "2024-08-08", "good_until": "it is stable"})
    page = staff.get(f"/issues/{rows.issue}").text
    assert "Good until 8 Aug 2024, or it is stable." in text_of(staff.get(f"/issues/{rows.issue}"))
    typed = staff.get(path).text
    assert 'value="2024-08-08"' in typed and 'value="it is stable"' in typed
    send(staff, rows, path, CARD | {"ends_on": "2024-08-09"})
    undo = re.search(r'action="(/history/\d+/take-back)"', staff.get(f"/issues/{rows.issue}").text)
    assert undo is not None, page
    staff.post(undo[1])
    with stored() as session:
        assert session.get_one(Ask, rows.ask).ends_on == date(2024, 8, 8)
    assert send(staff, rows, path, CARD | {"ends_on": "soon"}).status_code == 422


def test_rejecting_the_last_link_says_which_brief_the_issue_leaves(
    staff: FlaskClient, rows: Rows, stored: Stored
) -> None:
    staff.post(f"/events/{rows.event}/brief/issues/{rows.issue}")
    answer = f"/issues/{rows.issue}/segments/{rows.slug}/rejected"
    page = staff.post(answer, follow_redirects=True)
    assert "It leaves the brief of SIGGRAPH, where somebody put it." in text_of(page)
    brief = staff.get(f"/events/{rows.event}/brief").text.partition("<main")[2]
    assert brief.count("RHEL-39415") == brief.count("RHEL-39415 is off the brief") == 1


def test_a_print_marks_what_is_new(staff: FlaskClient, rows: Rows, stored: Stored) -> None:
    path = f"/events/{rows.event}/brief"
    note_print(staff, path)
    assert "nothing has changed since" in staff.get(path).text
    with stored() as session:
        segment = session.get_one(Segment, rows.segment)
        ours = session.get_one(Foundation, segment.foundation_id)
        tracker = cast.add_tracker(session, ours, url="https://new.example.org", name="GitLab")
        cast.add_issue(session, tracker, segment, "N-1", NOW, title="Maya shows grey frames")
        for ask in session.scalars(select(Ask).where(Ask.issue_id == rows.issue)):
            ask.question = "Another?"
    page = text_of(staff.get(path))
    assert "Changed since the last print" in page
    assert "RHEL-39415: its card says something else." in page
    assert "One issue is new." in page
    assert "new N-1: Maya shows grey frames GitLab; matched: Houdini" in page
    assert "Print the SIGGRAPH brief again" in text_of(staff.get("/season"))
    note_print(staff, path)
    assert "Changed since" not in text_of(staff.get(path))
    assert "brief again" not in text_of(staff.get("/season"))
    with stored() as session:
        assert len(session.scalars(select(BriefPrint.id)).all()) == 3


def test_a_volunteer_reads_the_brief_without_the_acts_of_staff(
    app: Flask, rows: Rows, stored: Stored
) -> None:
    client = sign_in_as(app, stored, rows.volunteer)
    page = client.get(f"/events/{rows.event}/brief").text
    assert "printed this" not in page
    assert "/issues/" not in page
    assert client.get(f"/issues/{rows.issue}").status_code == 404


def test_the_profile_offers_words_and_one_click_adds_them(
    staff: FlaskClient, rows: Rows, stored: Stored
) -> None:
    with stored() as session:
        segment = session.get_one(Segment, rows.segment)
        ours = session.get_one(Foundation, segment.foundation_id)
        other = session.scalars(select(Segment).where(Segment.slug == rows.other)).one()
        tracker = cast.add_tracker(session, ours, url="https://w.example.org")
        for number in range(4):
            for one, title in ((segment, "Karma renders black"), (other, "Queue is slow")):
                issue = cast.add_issue(
                    session, tracker, one, f"{one.slug}{number}/x#1", title=title
                )
                session.get_one(IssueSegment, (issue.id, one.id)).state = "accepted"
        cast.add_issue(session, tracker, None, "z/x#2", title="Karma: noise in shadows")
    edit = f"/segments/{rows.slug}/edit"
    page = staff.get(edit)
    assert 'name="word" value="Karma"' in page.text
    assert f"{rows.slug}3/x#1" in page.text
    staff.post(f"/segments/{rows.slug}/words", data={"word": "Karma"})
    page = staff.get(edit)
    assert 'name="word" value="Karma"' not in page.text
    assert "“Karma” is one of their words now." in text_of(page)
    assert "Karma (title)" in text_of(staff.get(f"/issues?segment={rows.slug}"))


def test_an_issue_asks_the_database_as_often_for_three_rows_as_for_one(
    staff: FlaskClient, rows: Rows, stored: Stored, count_queries: CountQueries
) -> None:
    issue = f"/issues/{rows.issue}"
    paths = (
        issue, f"{issue}/ask", f"{issue}/ask/{rows.ask}",
        f"/events/{rows.event}/brief", f"/segments/{rows.slug}/edit", "/season",
    )  # fmt: skip

    def count() -> dict[str, int]:
        found = {}
        for path in paths:
            with count_queries() as queries:
                assert staff.get(path).status_code == 200
            found[path] = len(queries)
        return found

    before = count()
    with stored() as session:
        hit = session.get_one(Issue, rows.issue)
        ours = session.get_one(Foundation, hit.foundation_id)
        for number in (1, 2):
            segment = cast.add_segment(session, ours, f"more{number}")
            session.add(IssueSegment(issue_id=hit.id, segment_id=segment.id, matched_at=NOW))
            event = cast.add_event(session, ours, f"Idea {number}", cast.TODAY)
            cast.add_match(session, segment, event)
            cast.add_ask(session, hit, segment, event_id=event.id, helper_id=rows.staff)
            line = {"id": hit.id, "key": hit.key, "fate": "fixed", "ask": None, "said": ""}
            session.add(BriefPrint(event_id=event.id, printed_at=NOW, words="", issues=[line]))
    assert count() == before
