"""A title that its tracker hides is on no page after the next sync, wherever it was before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from models import Event, Foundation, Issue, Segment
from models.base import Base
from outreach.matching.store.stored import refresh_foundation
from tests import cast
from tests.cast import NOW
from tests.conftest import MakeApp, Stored
from tests.trackers import BEGIN, FakeGitLab, served
from tests.views.planned import Owned, sign_in_as

SECRET = "Project Falcon"
PAGES = (
    "/season", "/season/2024.csv", "/season/2024.ics", "/fit", "/fit/{slug}",
    "/fit/{slug}/{event}", "/segments/{slug}/edit", "/events/{event}",
    "/events/{event}/brief", "/events/{event}/brief/edit", "/issues?state=all",
    "/issues.csv?state=all", "/issues/{issue}", "/issues/{issue}/ask", "/search?q=Falcon",
    "/search?q=Houdini", "/trackers", "/outbox",
)  # fmt: skip


@pytest.fixture
def watched(
    make_app: MakeApp, stored: Stored, owned: Owned
) -> Iterator[tuple[FakeGitLab, FlaskClient, int]]:
    fake = FakeGitLab()
    fake.fill(3)
    fake.change(2, BEGIN + timedelta(days=9), title=f"{SECRET}: Houdini crashes")
    with served(fake) as (_, fetcher), stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        tracker = cast.add_tracker(
            session, ours, kind="gitlab", name="Code", url=fake.url, projects=[fake.project]
        )
        refresh_foundation(session, ours, NOW)
        session.commit()
        app = make_app(WTF_CSRF_ENABLED=False, FETCHER=fetcher)
        yield fake, sign_in_as(app, stored, owned.staff), tracker.id


def test_a_hidden_title_is_on_no_page_and_in_no_table(
    watched: tuple[FakeGitLab, FlaskClient, int], stored: Stored, owned: Owned
) -> None:
    fake, staff, tracker = watched
    staff.post(f"/trackers/{tracker}/sync")
    with stored() as session:
        issue = session.scalars(select(Issue.id).where(Issue.title.contains(SECRET))).one()
        slug = session.get_one(Segment, owned.segment).slug
        assert session.get_one(Event, owned.event)
    named = {"slug": slug, "event": owned.event, "issue": issue}
    paths = [path.format(**named) for path in PAGES]
    staff.post(f"/events/{owned.event}/brief/issues/{issue}")
    card = {"kind": "test", "question": "Does it crash?", "segment_id": str(owned.segment),
            "event_id": "0", "helper_id": "0"}  # fmt: skip
    assert staff.post(f"/issues/{issue}/ask", data=card).status_code == 303
    showing = [path for path in paths if SECRET in staff.get(path, follow_redirects=True).text]
    assert {f"/issues/{issue}", "/issues?state=all", "/issues.csv?state=all"} <= set(showing)
    fake.change(2, BEGIN + timedelta(days=90), secret=True)
    staff.post(f"/trackers/{tracker}/sync")
    staff.post(f"/issues/{issue}/ask/2/good-news")
    for path in paths:
        answer = staff.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        assert f"{SECRET}:" not in answer.text, path
    with stored() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT * FROM "{table.name}"')).all()
            assert SECRET not in str(rows), table.name
