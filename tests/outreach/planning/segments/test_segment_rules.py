"""Segments: an edit that comes too late is refused, at whatever moment the other one came."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach.planning.segments.segments import edit_segment
from outreach.refusal import ChangedMeanwhile
from tests.cast import REAL, add_clocked, add_segment
from tests.sign_ins import add_person


def test_who_comes_second_is_refused(session: Session) -> None:
    ours = add_clocked(session)
    ada, vfx = add_person(session, foundation=ours), add_segment(session, ours)
    seen = vfx.version
    session.execute(text("UPDATE segment SET version = version + 1"))
    with pytest.raises(ChangedMeanwhile):
        edit_segment(session, ours, vfx, {"name": "Film"}, seen, ada, REAL)
