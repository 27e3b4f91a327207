"""What a shift asks for bears the name of its foundation's segment, signed in or not."""

import pytest
from flask import Flask
from sqlalchemy import update

from models import Booth, Foundation, Shift
from tests import cast
from tests.conftest import Stored
from tests.views.booth.test_roster import Staffed, staff_booth
from tests.views.planned import Owned, sign_in_as, text_of

CODE = "fmtvkk22"


@pytest.fixture
def booth(stored: Stored, owned: Owned) -> Staffed:
    with stored() as session:
        found = staff_booth(session, owned)
        ours, theirs = session.get_one(Foundation, owned.foundation), cast.add_clocked(session, "b")
        cast.add_segment(session, ours, "film-tv", short_name="Moving pictures")
        cast.add_segment(session, theirs, "film-tv", short_name="Not ours")
        session.get_one(Shift, found.gap).needs = ["expert:film-tv", "expert:gone-since"]
        session.execute(update(Booth).where(Booth.event_id == found.event).values(code=CODE))
        return found


def test_a_need_is_called_as_the_foundation_calls_it(
    app: Flask, booth: Staffed, owned: Owned, stored: Stored
) -> None:
    staff = sign_in_as(app, stored, owned.staff)
    wanted = "somebody who knows Moving pictures"
    assert wanted in text_of(staff.get(f"/events/{booth.event}/booth"))
    page = text_of(app.test_client().get(f"/s/{CODE}"))
    assert f"{wanted} and somebody who knows gone since" in page
    assert "Not ours" not in page
